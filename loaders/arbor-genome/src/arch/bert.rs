//! BERT (Devlin et al. 2018, arXiv 1810.04805).
//!
//! Reference: transformers 4.57.6, `models/bert/modeling_bert.py`. The pooler
//! and the next-sentence head read the first position only; they are no part
//! of the language model.

use super::build::{At, Bias, head_size};
use super::{Architecture, Ignored, Task};
use crate::config::{Config, ConfigError};
use crate::gene::{
    AbsolutePosition, Activation, Attention, Block, Counting, Embedding, FeedForward, Head,
    HeadTransform, KeyValue, Linear, Mixer, Placement, Query, ScoreBias, Stack,
};
use crate::{Genome, Stacks};
use arbor_model::{Mask, Objective};

pub(super) static BERT: Architecture = Architecture {
    model_type: "bert",
    classes: &[
        ("BertForMaskedLM", Task::Masked),
        ("BertForPreTraining", Task::Masked),
        ("BertModel", Task::Encoder),
    ],
    base: "bert.",
    renames: &[
        ("LayerNorm.gamma", "LayerNorm.weight"),
        ("LayerNorm.beta", "LayerNorm.bias"),
    ],
    ignored: &[
        Ignored {
            ending: "embeddings.position_ids",
            reason: "a table of position numbers",
        },
        Ignored {
            ending: "pooler.dense.weight",
            reason: "the pooler reads the first position only",
        },
        Ignored {
            ending: "pooler.dense.bias",
            reason: "the pooler reads the first position only",
        },
        Ignored {
            ending: "cls.seq_relationship.weight",
            reason: "the next-sentence head",
        },
        Ignored {
            ending: "cls.seq_relationship.bias",
            reason: "the next-sentence head",
        },
        Ignored {
            ending: "cls.predictions.decoder.weight",
            reason: "a second copy of the tied embedding",
        },
        Ignored {
            ending: "cls.predictions.decoder.bias",
            reason: "a second copy of the head's bias",
        },
    ],
    read,
};

fn read(config: &Config, task: Task) -> Result<Genome, ConfigError> {
    let width = config.count_or("hidden_size", 768)?;
    let vocabulary = config.count_or("vocab_size", 30_522)?;
    let heads = config.count_or("num_attention_heads", 12)?;
    let inner = config.count_or("intermediate_size", 3_072)?;
    let context = config.count_or("max_position_embeddings", 512)?;
    let types = config.count_or("type_vocab_size", 2)?;
    let epsilon = config.positive_or("layer_norm_eps", 1e-12)?;
    let activation = config.activation_or("hidden_act", Activation::Gelu)?;
    let size = head_size(None, width, heads)?;
    if config.word_or("position_embedding_type", "absolute")? != "absolute" {
        return Err(config.unsupported("position_embedding_type"));
    }
    if config.flag_or("is_decoder", false)? {
        return Err(config.unsupported("is_decoder"));
    }

    if config.flag_or("add_cross_attention", false)? {
        return Err(config.unsupported("add_cross_attention"));
    }
    if !config.flag_or("tie_word_embeddings", true)? {
        return Err(config.unsupported("tie_word_embeddings"));
    }

    let model = At::new("bert.");
    let layers = (0..config.layers("num_hidden_layers")?)
        .map(|number| {
            let layer = model.at("encoder.layer").at(number);
            let attention = layer.at("attention.self");
            let map = |name| attention.linear(name, width, width, Bias::Yes);
            Ok(Block {
                mixer: Mixer::Attention(Box::new(Attention {
                    heads,
                    kv_heads: heads,
                    head_size: size,
                    value_size: size,
                    query: Query::Full(map("query")?),
                    key_value: KeyValue::Full {
                        key: map("key")?,
                        value: map("value")?,
                    },
                    output: layer.linear("attention.output.dense", width, width, Bias::Yes)?,
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
                    expert: layer.plain(
                        ["intermediate.dense", "output.dense"],
                        width,
                        inner,
                        Bias::Yes,
                    )?,
                    activation,
                },
                placement: Placement::Post {
                    mixer: layer.layer_norm("attention.output.LayerNorm", width, epsilon)?,
                    feed_forward: layer.layer_norm("output.LayerNorm", width, epsilon)?,
                },
                residual: Block::PLAIN,
            })
        })
        .collect::<Result<_, ConfigError>>()?;
    let embeddings = model.at("embeddings");
    let tokens = embeddings.tensor("word_embeddings.weight", &[vocabulary, width])?;
    let head = match task {
        Task::Encoder => Head::None,
        Task::Causal | Task::Discriminator | Task::Masked | Task::Seq2Seq => {
            let predictions = At::new("cls.predictions.");
            let transform = predictions.at("transform");
            Head::Vocabulary {
                transform: Some(HeadTransform {
                    dense: transform.linear("dense", width, width, Bias::Yes)?,
                    activation: Some(activation),
                    norm: Some(transform.layer_norm("LayerNorm", width, epsilon)?),
                }),
                map: Linear {
                    weight: tokens.clone(),
                    bias: Some(predictions.tensor("bias", &[vocabulary])?),
                },
                scale: 1.0,
                soft_cap: None,
            }
        }
    };
    // The pooler belongs to the classes that have one, and to no answer.
    let mut dormant = Vec::new();
    if config.names_class(&["BertForPreTraining", "BertModel"]) {
        dormant.push(model.tensor("pooler.dense.weight", &[width, width])?);
        dormant.push(model.tensor("pooler.dense.bias", &[width])?);
    }
    if config.names_class(&["BertForPreTraining"]) {
        let next = At::new("cls.seq_relationship.");
        dormant.push(next.tensor("weight", &[2, width])?);
        dormant.push(next.tensor("bias", &[2])?);
    }
    Ok(Genome {
        model_type: BERT.model_type,
        width,
        context: Some(context),
        objective: Objective::AeMasked,
        stacks: Stacks::Single {
            embedding: Embedding {
                tokens,
                scale: 1.0,
                positions: AbsolutePosition::Learned {
                    table: embeddings.tensor("position_embeddings.weight", &[context, width])?,
                    offset: 0,
                    counting: Counting::All,
                },
                token_types: Some(
                    embeddings.tensor("token_type_embeddings.weight", &[types, width])?,
                ),
                norm: Some(embeddings.layer_norm("LayerNorm", width, epsilon)?),
                projection: None,
            },
            stack: Stack {
                mask: Mask::Bidirectional,
                layers,
                final_norm: None,
            },
        },
        head,
        dormant,
        decoder_start: None,
    })
}
