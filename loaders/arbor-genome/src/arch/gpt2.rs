//! GPT-2 (Radford et al. 2019).
//!
//! Reference: transformers 4.57.6, `models/gpt2/modeling_gpt2.py`. Maps are
//! stored transposed (`Conv1D`), queries, keys and values as one.

use super::build::{At, head_size, rows};
use super::{Architecture, Ignored, Task};
use crate::config::{Config, ConfigError};
use crate::gene::{
    AbsolutePosition, Activation, Attention, Block, Counting, Embedding, Expert, FeedForward, Head,
    KeyValue, Linear, Mixer, Placement, Query, ScoreBias, Stack,
};
use crate::{Genome, Stacks};
use arbor_model::{Mask, Objective};

pub(super) static GPT2: Architecture = Architecture {
    model_type: "gpt2",
    classes: &[
        ("GPT2LMHeadModel", Task::Causal),
        ("GPT2Model", Task::Encoder),
    ],
    base: "transformer.",
    renames: &[],
    ignored: &[
        Ignored {
            ending: ".attn.bias",
            reason: "the causal mask as a buffer",
        },
        Ignored {
            ending: ".attn.masked_bias",
            reason: "the value of hidden scores as a buffer",
        },
        Ignored {
            ending: "lm_head.weight",
            reason: "a second copy of the tied embedding",
        },
    ],
    read,
};

fn read(config: &Config, task: Task) -> Result<Genome, ConfigError> {
    let width = config.count("n_embd")?;
    let vocabulary = config.count("vocab_size")?;
    let heads = config.count("n_head")?;
    let context = config.count_or("n_positions", 1_024)?;
    config.skip(&[
        "n_ctx",
        "n_special",
        "predict_special_tokens",
        "reorder_and_upcast_attn",
    ]);
    let epsilon = config.positive_or("layer_norm_epsilon", 1e-5)?;
    let size = head_size(None, width, heads)?;
    let inner = config.optional("n_inner")?.unwrap_or(4 * width);
    let activation = config.activation_or("activation_function", Activation::GeluTanh)?;
    let scaled = config.flag_or("scale_attn_weights", true)?;
    let by_depth = config.flag_or("scale_attn_by_inverse_layer_idx", false)?;
    if config.flag_or("add_cross_attention", false)? {
        return Err(config.unsupported("add_cross_attention"));
    }

    let model = At::new("transformer.");
    let layers = (0..config.layers("n_layer")?)
        .map(|number| {
            let layer = model.at("h").at(number);
            let (attention, mlp) = (layer.at("attn"), layer.at("mlp"));
            let fused = attention.conv1d("c_attn", 3 * width, width)?;
            let scale = if scaled {
                1.0 / (size as f64).sqrt()
            } else {
                1.0
            };
            Ok(Block {
                mixer: Mixer::Attention(Box::new(Attention {
                    heads,
                    kv_heads: heads,
                    head_size: size,
                    value_size: size,
                    query: Query::Full(rows(&fused, 0, width)?),
                    key_value: KeyValue::Full {
                        key: rows(&fused, width, width)?,
                        value: rows(&fused, 2 * width, width)?,
                    },
                    output: attention.conv1d("c_proj", width, width)?,
                    query_norm: None,
                    key_norm: None,
                    output_norm: None,
                    rotary: None,
                    bias: ScoreBias::None,
                    scale: if by_depth {
                        scale / (number + 1) as f64
                    } else {
                        scale
                    },
                    soft_cap: None,
                    window: None,
                    sinks: None,
                    clip: None,
                })),
                cross: None,
                feed_forward: FeedForward::Dense {
                    expert: Expert {
                        norm: None,
                        gate: None,
                        up: mlp.conv1d("c_fc", inner, width)?,
                        down: mlp.conv1d("c_proj", width, inner)?,
                    },
                    activation,
                },
                placement: Placement::Pre {
                    mixer: layer.layer_norm("ln_1", width, epsilon)?,
                    feed_forward: Some(layer.layer_norm("ln_2", width, epsilon)?),
                },
                residual: Block::PLAIN,
            })
        })
        .collect::<Result<_, ConfigError>>()?;
    let tokens = model.tensor("wte.weight", &[vocabulary, width])?;
    let map = if config.flag_or("tie_word_embeddings", true)? {
        Linear {
            weight: tokens.clone(),
            bias: None,
        }
    } else {
        Linear {
            weight: At::new("").tensor("lm_head.weight", &[vocabulary, width])?,
            bias: None,
        }
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
        model_type: GPT2.model_type,
        width,
        context: Some(context),
        objective: Objective::ArForward,
        stacks: Stacks::Single {
            embedding: Embedding {
                tokens,
                scale: 1.0,
                positions: AbsolutePosition::Learned {
                    table: model.tensor("wpe.weight", &[context, width])?,
                    offset: 0,
                    counting: Counting::All,
                },
                token_types: None,
                norm: None,
                projection: None,
                dropped: None,
            },
            stack: Stack {
                mask: Mask::Causal,
                layers,
                final_norm: Some(model.layer_norm("ln_f", width, epsilon)?),
            },
        },
        head,
        dormant: Vec::new(),
        decoder_start: None,
    })
}
