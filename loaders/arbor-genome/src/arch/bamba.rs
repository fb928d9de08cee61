//! Bamba (Ganti et al. 2024, IBM, Princeton, CMU, UIUC): Mamba-2 with some
//! layers of attention.
//!
//! Reference: transformers 4.57.6, `models/bamba/modeling_bamba.py`; the
//! gated norm runs within each group as in 5.23.0.

use super::build::hybrid::{Decoder, GATED, Heads, QKVO, head, kinds};
use super::build::state_space::{INITIAL, Mamba2Sizes};
use super::build::{At, Bias, head_size, kv_heads};
use super::{Architecture, Task};
use crate::Genome;
use crate::config::{Config, ConfigError};
use crate::gene::{Block, FeedForward, Mixer, Placement, RotaryPairs};

pub(super) static BAMBA: Architecture = Architecture {
    model_type: "bamba",
    classes: &[
        ("BambaForCausalLM", Task::Causal),
        ("BambaModel", Task::Encoder),
    ],
    base: "model.",
    renames: &[],
    ignored: &[],
    read,
};

fn read(config: &Config, task: Task) -> Result<Genome, ConfigError> {
    let width = config.count_or("hidden_size", 4_096)?;
    let vocabulary = config.count_or("vocab_size", 128_000)?;
    let inner = config.count_or("intermediate_size", 14_336)?;
    let heads = config.count_or("num_attention_heads", 32)?;
    let kv = kv_heads(config.count_or("num_key_value_heads", 8)?, heads)?;
    let size = head_size(config.optional("head_dim")?, width, heads)?;
    let context = config.count_or("max_position_embeddings", 262_144)?;
    let epsilon = config.positive_or("rms_norm_eps", 1e-5)?;
    let bias = Bias::from(config.flag_or("attention_bias", false)?);
    let mlp_bias = Bias::from(config.flag_or("mlp_bias", false)?);
    let mamba = Mamba2Sizes::read(config, width, None)?;
    config.skip(INITIAL);
    config.skip(&["z_loss_coefficient"]);
    let rotary = config
        .rope(None, 10_000.0, context)?
        .rotary(size, 0.5, RotaryPairs::Halves)?;
    let number = config.layers("num_hidden_layers")?;
    let listed = config.numbers("attn_layer_indices")?.unwrap_or_default();
    let words = [
        ("mamba", false),
        ("linear_attention", false),
        ("attention", true),
        ("full_attention", true),
    ];
    let kinds = kinds(config, "layer_types", number, &words)?.unwrap_or_else(|| {
        let attends = |layer: u64| listed.contains(&(layer as f64));
        (0..number).map(attends).collect()
    });

    let model = At::new("model.");
    let shape = Heads {
        input: width,
        output: width,
        heads,
        kv,
        size,
    };
    let block = |(number, attends): (u64, bool)| {
        let layer = model.at("layers").at(number);
        let mixer = if attends {
            let at = layer.at("self_attn");
            Mixer::Attention(
                shape
                    .attention(&at, QKVO, (bias, bias), Some(&rotary))?
                    .into(),
            )
        } else {
            let at = layer.at("mamba");
            Mixer::Mamba2(mamba.mixer(&at, mamba.then_norm(&at, epsilon)?)?.into())
        };
        Ok(Block {
            mixer,
            cross: None,
            feed_forward: FeedForward::Dense {
                expert: layer
                    .at("feed_forward")
                    .gated(GATED, width, inner, mlp_bias)?,
                activation: mamba.activation,
            },
            placement: Placement::Pre {
                mixer: layer.rms_norm("input_layernorm", width, epsilon)?,
                feed_forward: Some(layer.rms_norm("pre_ff_layernorm", width, epsilon)?),
            },
            residual: Block::PLAIN,
        })
    };
    let layers = (0..number).zip(kinds).map(block);
    let layers = layers.collect::<Result<_, ConfigError>>()?;
    let tokens = model.tensor("embed_tokens.weight", &[vocabulary, width])?;
    let decoder = Decoder {
        model_type: BAMBA.model_type,
        width,
        context: Some(context),
        map: head(config, false, &tokens, "lm_head")?,
        tokens,
        layers,
        final_norm: model.rms_norm("final_layernorm", width, epsilon)?,
    };
    Ok(decoder.genome(task))
}
