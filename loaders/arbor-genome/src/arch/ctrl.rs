//! CTRL (Keskar et al. 2019, arXiv 1909.05858).
//!
//! Reference: transformers 4.57.6, `models/ctrl/modeling_ctrl.py`. Norms
//! within layers have an epsilon of their own.

use super::build::{At, Bias, head_size};
use super::{Architecture, Ignored, Task};
use crate::config::{Config, ConfigError};
use crate::gene::{
    AbsolutePosition, Activation, Attention, Block, Counting, Embedding, FeedForward, Head,
    KeyValue, Linear, Mixer, Placement, Query, ScoreBias, SinusoidLayout, Stack,
};
use crate::{Genome, Stacks};
use arbor_model::{Mask, Objective};

pub(super) static CTRL: Architecture = Architecture {
    model_type: "ctrl",
    classes: &[
        ("CTRLLMHeadModel", Task::Causal),
        ("CTRLModel", Task::Encoder),
    ],
    base: "transformer.",
    renames: &[],
    ignored: &[Ignored {
        ending: "lm_head.weight",
        reason: "a second copy of the tied embedding",
    }],
    read,
};

const LAYER_EPSILON: f64 = 1e-6;

fn read(config: &Config, task: Task) -> Result<Genome, ConfigError> {
    config.skip(&["n_ctx", "from_tf"]);
    let width = config.count_or("n_embd", 1_280)?;
    let vocabulary = config.count_or("vocab_size", 246_534)?;
    let heads = config.count_or("n_head", 16)?;
    let inner = config.count_or("dff", 8_192)?;
    let context = config.count_or("n_positions", 256)?;
    let epsilon = config.positive_or("layer_norm_epsilon", 1e-6)?;
    let size = head_size(None, width, heads)?;

    let model = At::new("transformer.");
    let layers = (0..config.layers_or("n_layer", 48)?)
        .map(|number| {
            let layer = model.at("h").at(number);
            let attention = layer.at("multi_head_attention");
            let map = |name| attention.linear(name, width, width, Bias::Yes);
            Ok(Block {
                mixer: Mixer::Attention(Box::new(Attention {
                    heads,
                    kv_heads: heads,
                    head_size: size,
                    value_size: size,
                    query: Query::Full(map("Wq")?),
                    key_value: KeyValue::Full {
                        key: map("Wk")?,
                        value: map("Wv")?,
                    },
                    output: map("dense")?,
                    query_norm: None,
                    key_norm: None,
                    output_norm: None,
                    rotary: None,
                    bias: ScoreBias::None,
                    scale: 1.0 / (size as f64).sqrt(),
                    soft_cap: None,
                    window: None,
                    sinks: None,
                    clip: None,
                })),
                cross: None,
                feed_forward: FeedForward::Dense {
                    expert: layer.plain(["ffn.0", "ffn.2"], width, inner, Bias::Yes)?,
                    activation: Activation::Relu,
                },
                placement: Placement::Pre {
                    mixer: layer.layer_norm("layernorm1", width, LAYER_EPSILON)?,
                    feed_forward: Some(layer.layer_norm("layernorm2", width, LAYER_EPSILON)?),
                },
                residual: Block::PLAIN,
            })
        })
        .collect::<Result<_, ConfigError>>()?;
    let tokens = model.tensor("w.weight", &[vocabulary, width])?;
    let head = At::new("lm_head.");
    let weight = if config.flag_or("tie_word_embeddings", true)? {
        tokens.clone()
    } else {
        head.tensor("weight", &[vocabulary, width])?
    };
    let head = match task {
        Task::Encoder => Head::None,
        Task::Causal | Task::Discriminator | Task::Masked | Task::Seq2Seq => Head::Vocabulary {
            transform: None,
            map: Linear {
                weight,
                bias: Some(head.tensor("bias", &[vocabulary])?),
            },
            scale: 1.0,
            soft_cap: None,
        },
    };
    Ok(Genome {
        model_type: CTRL.model_type,
        width,
        context: Some(context),
        objective: Objective::ArForward,
        stacks: Stacks::Single {
            embedding: Embedding {
                tokens,
                scale: (width as f64).sqrt(),
                positions: AbsolutePosition::Sinusoidal {
                    layout: SinusoidLayout::Halves,
                    offset: 0,
                    counting: Counting::All,
                },
                token_types: None,
                norm: None,
                projection: None,
            },
            stack: Stack {
                mask: Mask::Causal,
                layers,
                final_norm: Some(model.layer_norm("layernorm", width, epsilon)?),
            },
        },
        head,
        dormant: Vec::new(),
        decoder_start: None,
    })
}
