//! Zamba2 (Glorioso et al. 2024, arXiv 2411.15242): Mamba-2, and in front of
//! some layers a transformer block whose weights they share.
//!
//! Reference: transformers 5.23.0, `models/zamba2/modeling_zamba2.py`; 4.57.6
//! mixes up chunks of prompts longer than one. Steps are cut from below, as
//! the reference does without its optional kernels. A shared block's tensors
//! stand below the first layer that has it.

use super::build::hybrid::{Decoder, Heads, QKVO, area, head, kinds, share};
use super::build::state_space::{INITIAL, Mamba2Sizes, alone, steps_from};
use super::build::{At, Bias, kv_heads};
use super::{Architecture, Task};
use crate::Genome;
use crate::config::{Config, ConfigError};
use crate::gene::{
    Activation, Attention, Block, FeedForward, Mamba2, Mixer, Placement, RotaryPairs, SharedBlock,
};

pub(super) static ZAMBA2: Architecture = Architecture {
    model_type: "zamba2",
    classes: &[
        ("Zamba2ForCausalLM", Task::Causal),
        ("Zamba2Model", Task::Encoder),
    ],
    base: "model.",
    renames: &[],
    ignored: &[],
    read,
};

fn read(config: &Config, task: Task) -> Result<Genome, ConfigError> {
    let width = config.count_or("hidden_size", 2_560)?;
    let vocabulary = config.count_or("vocab_size", 32_000)?;
    let inner = config.count_or("intermediate_size", 4 * width)?;
    let heads = config.count_or("num_attention_heads", 32)?;
    let kv = kv_heads(config.count_or("num_key_value_heads", heads)?, heads)?;
    let size = share("num_attention_heads", 2 * width, heads)?;
    let context = config.count_or("max_position_embeddings", 4_096)?;
    let epsilon = config.positive_or("rms_norm_eps", 1e-5)?;
    let activation = config.activation_or("hidden_act", Activation::Gelu)?;
    let bias = Bias::from(config.flag_or("add_bias_linear", false)?);
    let blocks = config.count_or("num_mem_blocks", 1)?;
    let rank = config.count_or("adapter_rank", 128)?;
    let number = config.layers("num_hidden_layers")?;
    let expanded = area(&[config.count_or("mamba_expand", 2)?, width])?;
    let mamba_heads = config.count_or("n_mamba_heads", 8)?;
    let mamba = Mamba2Sizes {
        width,
        heads: mamba_heads,
        head_size: share("n_mamba_heads", expanded, mamba_heads)?,
        state: config.count_or("mamba_d_state", 64)?,
        groups: config.count_or("mamba_ngroups", 1)?,
        kernel: config.count_or("mamba_d_conv", 4)?,
        input_bias: bias,
        output_bias: bias,
        convolution_bias: config.flag_or("use_conv_bias", true)?,
        step_limits: steps_from(config)?,
        activation: Activation::Silu,
    };
    if config.has("time_step_limit") {
        return Err(config.unsupported("time_step_limit"));
    }
    for option in ["use_shared_attention_adapter", "use_long_context"] {
        if config.flag_or(option, false)? {
            return Err(config.unsupported(option));
        }
    }
    config.skip(INITIAL);
    // Follow from other keys, or say how it is computed.
    config.skip(&[
        "attention_head_dim",
        "attention_hidden_size",
        "hybrid_layer_ids",
    ]);
    config.skip(&[
        "kv_channels",
        "mamba_headdim",
        "num_query_groups",
        "use_mem_eff_path",
    ]);
    let rotary = config
        .rope(None, 10_000.0, context)?
        .rotary(size, 1.0, RotaryPairs::Halves)?;
    let rotary = config.flag_or("use_mem_rope", false)?.then_some(rotary);
    let words = [
        ("mamba", false),
        ("linear_attention", false),
        ("hybrid", true),
    ];
    let kinds = kinds(config, "layers_block_type", number, &words)?
        .ok_or_else(|| ConfigError::Missing("layers_block_type".to_owned()))?;
    let hybrid: Vec<u64> = (0..)
        .zip(&kinds)
        .filter(|(_, is)| **is)
        .map(|(at, _)| at)
        .collect();

    let model = At::new("model.");
    let place = |number: u64| model.at("layers").at(number);
    let state_space =
        |at: &At| -> Result<Mamba2, ConfigError> { mamba.mixer(at, mamba.then_norm(at, 1e-5)?) };
    let shape = Heads {
        input: 2 * width,
        output: width,
        heads,
        kv,
        size,
    };
    // The `nth` layer with a shared block; its adapter alone is its own.
    let shared = |nth: usize| -> Result<SharedBlock, ConfigError> {
        let layer = place(hybrid[nth]);
        let home = hybrid[nth % usize::try_from(blocks).unwrap_or(usize::MAX)];
        let block = place(home).at("shared_transformer");
        let mlp = block.at("feed_forward");
        let adapter = mlp.at("gate_up_proj_adapter_list").at(nth);
        let biases = (Bias::No, Bias::No);
        let attention = shape.attention(&block.at("self_attn"), QKVO, biases, rotary.as_ref())?;
        let decoder = layer.at("mamba_decoder");
        Ok(SharedBlock {
            norm: block.rms_norm("input_layernorm", 2 * width, epsilon)?,
            attention: Attention {
                scale: (size as f64 / 2.0).sqrt().recip(),
                ..attention
            },
            feed_forward_norm: block.rms_norm("pre_ff_layernorm", width, epsilon)?,
            gate_up: mlp.linear("gate_up_proj", 2 * inner, width, bias)?,
            adapter: [
                adapter.linear("0", rank, width, Bias::No)?,
                adapter.linear("1", 2 * inner, rank, Bias::No)?,
            ],
            down: mlp.linear("down_proj", width, inner, bias)?,
            activation,
            output: layer.linear("linear", width, width, Bias::No)?,
            mixer_norm: decoder.rms_norm("input_layernorm", width, epsilon)?,
            mixer: state_space(&decoder.at("mamba"))?,
        })
    };
    let block = |number: u64| {
        let Some(nth) = hybrid.iter().position(|layer| *layer == number) else {
            let layer = place(number);
            let mixer = Mixer::Mamba2(state_space(&layer.at("mamba"))?.into());
            return Ok(alone(
                mixer,
                layer.rms_norm("input_layernorm", width, epsilon)?,
            ));
        };
        Ok(Block {
            mixer: Mixer::Shared(shared(nth)?.into()),
            cross: None,
            feed_forward: FeedForward::None,
            placement: Placement::Bare,
            residual: Block::PLAIN,
        })
    };
    let layers = (0..number).map(block).collect::<Result<_, ConfigError>>()?;
    let tokens = model.tensor("embed_tokens.weight", &[vocabulary, width])?;
    let decoder = Decoder {
        model_type: ZAMBA2.model_type,
        width,
        context: Some(context),
        map: head(config, true, &tokens, "lm_head")?,
        tokens,
        layers,
        final_norm: model.rms_norm("final_layernorm", width, epsilon)?,
    };
    Ok(decoder.genome(task))
}
