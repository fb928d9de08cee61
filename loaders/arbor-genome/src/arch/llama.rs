//! Llama (Touvron et al. 2023, arXiv 2302.13971 and 2307.09288; Llama 3,
//! arXiv 2407.21783), and what is stored in its form: Yi, InternLM, Baichuan.
//!
//! Reference: transformers 4.57.6, `models/llama/modeling_llama.py`.

use super::build::{At, Bias, head_size, kv_heads};
use super::{Architecture, Ignored, Task};
use crate::config::{Config, ConfigError};
use crate::gene::{
    AbsolutePosition, Activation, Attention, Block, Embedding, FeedForward, Head, KeyValue, Linear,
    Mixer, Placement, Query, RotaryPairs, ScoreBias, Stack,
};
use crate::{Genome, Stacks};
use arbor_model::{Mask, Objective};

pub(super) static LLAMA: Architecture = Architecture {
    model_type: "llama",
    classes: &[
        ("LlamaForCausalLM", Task::Causal),
        ("LlamaModel", Task::Encoder),
    ],
    base: "model.",
    renames: &[],
    ignored: ROTARY_TABLES,
    read,
};

/// Tables of rotary frequencies that older checkpoints carry.
pub(super) const ROTARY_TABLES: &[Ignored] = &[Ignored {
    ending: "rotary_emb.inv_freq",
    reason: "a table of rotary frequencies, computed anew",
}];

fn read(config: &Config, task: Task) -> Result<Genome, ConfigError> {
    let width = config.count("hidden_size")?;
    let vocabulary = config.count("vocab_size")?;
    let heads = config.count("num_attention_heads")?;
    let context = config.count_or("max_position_embeddings", 2_048)?;
    let epsilon = config.positive_or("rms_norm_eps", 1e-6)?;
    let size = head_size(config.optional("head_dim")?, width, heads)?;
    let kv = kv_heads(config.count_or("num_key_value_heads", heads)?, heads)?;
    let bias = Bias::from(config.flag_or("attention_bias", false)?);
    let mlp_bias = Bias::from(config.flag_or("mlp_bias", false)?);
    let inner = config.count("intermediate_size")?;
    let activation = config.activation_or("hidden_act", Activation::Silu)?;
    let rotary = config
        .rope(None, 10_000.0, context)?
        .rotary(size, 1.0, RotaryPairs::Halves)?;

    let model = At::new("model.");
    let layers = (0..config.layers("num_hidden_layers")?)
        .map(|number| {
            let layer = model.at("layers").at(number);
            let attention = layer.at("self_attn");
            Ok(Block {
                mixer: Mixer::Attention(Box::new(Attention {
                    heads,
                    kv_heads: kv,
                    head_size: size,
                    value_size: size,
                    query: Query::Full(attention.linear("q_proj", heads * size, width, bias)?),
                    key_value: KeyValue::Full {
                        key: attention.linear("k_proj", kv * size, width, bias)?,
                        value: attention.linear("v_proj", kv * size, width, bias)?,
                    },
                    output: attention.linear("o_proj", width, heads * size, bias)?,
                    query_norm: None,
                    key_norm: None,
                    output_norm: None,
                    rotary: Some(rotary.clone()),
                    bias: ScoreBias::None,
                    scale: 1.0 / (size as f64).sqrt(),
                    soft_cap: None,
                    window: None,
                    sinks: None,
                    clip: None,
                })),
                cross: None,
                feed_forward: FeedForward::Dense {
                    expert: layer.at("mlp").gated(
                        ["gate_proj", "up_proj", "down_proj"],
                        width,
                        inner,
                        mlp_bias,
                    )?,
                    activation,
                },
                placement: Placement::Pre {
                    mixer: layer.rms_norm("input_layernorm", width, epsilon)?,
                    feed_forward: Some(layer.rms_norm(
                        "post_attention_layernorm",
                        width,
                        epsilon,
                    )?),
                },
                residual: Block::PLAIN,
            })
        })
        .collect::<Result<_, ConfigError>>()?;
    let tokens = model.tensor("embed_tokens.weight", &[vocabulary, width])?;
    let map = if config.flag_or("tie_word_embeddings", false)? {
        Linear {
            weight: tokens.clone(),
            bias: None,
        }
    } else {
        At::new("").linear("lm_head", vocabulary, width, Bias::No)?
    };
    let head = match task {
        Task::Encoder => Head::None,
        Task::Causal | Task::Discriminator | Task::Masked | Task::Seq2Seq => Head::Vocabulary {
            transform: None,
            map,
            scale: 1.0,
            soft_cap: None,
        },
    };
    Ok(Genome {
        model_type: LLAMA.model_type,
        width,
        context: Some(context),
        objective: Objective::ArForward,
        stacks: Stacks::Single {
            embedding: Embedding {
                tokens,
                scale: 1.0,
                positions: AbsolutePosition::None,
                token_types: None,
                norm: None,
                projection: None,
            },
            stack: Stack {
                mask: Mask::Causal,
                layers,
                final_norm: Some(model.rms_norm("norm", width, epsilon)?),
            },
        },
        head,
        dormant: Vec::new(),
        decoder_start: None,
    })
}
