//! Two BERTs as encoder and decoder (Rothe et al. 2019, arXiv 1907.12461).
//! Pairs of other models, and sides of different widths, are not supported.
//!
//! Reference: transformers 4.57.6,
//! `models/encoder_decoder/modeling_encoder_decoder.py` and
//! `models/bert/modeling_bert.py`.

use super::build::{At, Bias, head_size};
use super::{Architecture, Ignored, Task};
use crate::config::{Config, ConfigError};
use crate::gene::{
    AbsolutePosition, Activation, Attention, Block, Counting, Cross, Embedding, FeedForward, Head,
    HeadTransform, KeyValue, Linear, Mixer, Norm, Placement, Query, ScoreBias, Stack,
};
use crate::{Genome, Stacks};
use arbor_model::{Mask, Objective};

pub(super) static ENCODER_DECODER: Architecture = Architecture {
    model_type: "encoder-decoder",
    classes: &[("EncoderDecoderModel", Task::Seq2Seq)],
    base: "",
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

/// One side, read.
struct Side {
    at: At,
    mask: Mask,
    width: u64,
    vocabulary: u64,
    heads: u64,
    size: u64,
    inner: u64,
    layers: u64,
    context: u64,
    types: u64,
    epsilon: f64,
    activation: Activation,
}

fn read(config: &Config, _: Task) -> Result<Genome, ConfigError> {
    config.skip(&["is_encoder_decoder", "vocab_size", "tie_word_embeddings"]);
    if config.flag_or("tie_encoder_decoder", false)? {
        return Err(config.unsupported("tie_encoder_decoder"));
    }
    let section = |key: &str| {
        config
            .section(key)?
            .ok_or_else(|| ConfigError::Missing(key.to_owned()))
    };
    let encoder = Side::read(&section("encoder")?, "encoder.", Mask::Bidirectional)?;
    let decoder = Side::read(&section("decoder")?, "decoder.bert.", Mask::Causal)?;
    if encoder.width != decoder.width {
        return Err(config.unsupported("encoder"));
    }
    let pooler = encoder
        .at
        .linear("pooler.dense", encoder.width, encoder.width, Bias::Yes)?;
    let embedding = decoder.embedding()?;
    let predictions = At::new("decoder.cls.predictions.");
    let transform = predictions.at("transform");
    let head = Head::Vocabulary {
        transform: Some(HeadTransform {
            dense: transform.linear("dense", decoder.width, decoder.width, Bias::Yes)?,
            activation: Some(decoder.activation),
            norm: Some(decoder.norm(&transform, "LayerNorm")?),
        }),
        map: Linear {
            weight: embedding.tokens.clone(),
            bias: Some(predictions.tensor("bias", &[decoder.vocabulary])?),
        },
        scale: 1.0,
        soft_cap: None,
    };
    let start = config.optional("decoder_start_token_id")?;
    Ok(Genome {
        model_type: ENCODER_DECODER.model_type,
        width: decoder.width,
        context: Some(decoder.context),
        objective: Objective::Denoising,
        stacks: Stacks::Pair {
            encoder_embedding: encoder.embedding()?,
            encoder: encoder.stack()?,
            decoder_embedding: embedding,
            decoder: decoder.stack()?,
        },
        head,
        dormant: [Some(pooler.weight), pooler.bias]
            .into_iter()
            .flatten()
            .collect(),
        decoder_start: start.and_then(|start| u32::try_from(start).ok()),
    })
}

impl Side {
    fn read(keys: &Config, at: &str, mask: Mask) -> Result<Self, ConfigError> {
        if keys.word_or("model_type", "bert")? != "bert" {
            return Err(keys.unsupported("model_type"));
        }
        for key in ["is_decoder", "add_cross_attention"] {
            if keys.flag_or(key, false)? != (mask == Mask::Causal) {
                return Err(keys.unsupported(key));
            }
        }
        if keys.word_or("position_embedding_type", "absolute")? != "absolute" {
            return Err(keys.unsupported("position_embedding_type"));
        }
        if !keys.flag_or("tie_word_embeddings", true)? {
            return Err(keys.unsupported("tie_word_embeddings"));
        }
        keys.skip(&["is_encoder_decoder", "tie_encoder_decoder"]);
        keys.skip(&["decoder_start_token_id"]);
        let width = keys.count_or("hidden_size", 768)?;
        let heads = keys.count_or("num_attention_heads", 12)?;
        let side = Self {
            at: At::new(at),
            mask,
            width,
            vocabulary: keys.count_or("vocab_size", 30_522)?,
            heads,
            size: head_size(None, width, heads)?,
            inner: keys.count_or("intermediate_size", 3_072)?,
            layers: keys.layers_or("num_hidden_layers", 12)?,
            context: keys.count_or("max_position_embeddings", 512)?,
            types: keys.count_or("type_vocab_size", 2)?,
            epsilon: keys.positive_or("layer_norm_eps", 1e-12)?,
            activation: keys.activation_or("hidden_act", Activation::Gelu)?,
        };
        keys.finish()?;
        Ok(side)
    }

    fn norm(&self, at: &At, name: &str) -> Result<Norm, ConfigError> {
        at.layer_norm(name, self.width, self.epsilon)
    }

    fn embedding(&self) -> Result<Embedding, ConfigError> {
        let at = self.at.at("embeddings");
        let table = |name: &str, rows| at.tensor(&format!("{name}.weight"), &[rows, self.width]);
        Ok(Embedding {
            tokens: table("word_embeddings", self.vocabulary)?,
            scale: 1.0,
            positions: AbsolutePosition::Learned {
                table: table("position_embeddings", self.context)?,
                offset: 0,
                counting: Counting::All,
            },
            token_types: Some(table("token_type_embeddings", self.types)?),
            norm: Some(self.norm(&at, "LayerNorm")?),
            projection: None,
            dropped: None,
        })
    }

    fn stack(&self) -> Result<Stack, ConfigError> {
        let layers = (0..self.layers).map(|number| {
            let at = self.at.at("encoder.layer").at(number);
            let cross = if self.mask == Mask::Causal {
                Some(Cross {
                    attention: self.attention(&at.at("crossattention"))?,
                    norms: (self.norm(&at, "crossattention.output.LayerNorm")?, None),
                })
            } else {
                None
            };
            let maps = ["intermediate.dense", "output.dense"];
            Ok(Block {
                mixer: Mixer::Attention(Box::new(self.attention(&at.at("attention"))?)),
                cross,
                feed_forward: FeedForward::Dense {
                    expert: at.plain(maps, self.width, self.inner, Bias::Yes)?,
                    activation: self.activation,
                },
                placement: Placement::Post {
                    mixer: self.norm(&at, "attention.output.LayerNorm")?,
                    feed_forward: self.norm(&at, "output.LayerNorm")?,
                },
                residual: Block::PLAIN,
            })
        });
        Ok(Stack {
            mask: self.mask,
            layers: layers.collect::<Result<_, ConfigError>>()?,
            final_norm: None,
        })
    }

    fn attention(&self, at: &At) -> Result<Attention, ConfigError> {
        let map = |name| at.linear(name, self.width, self.width, Bias::Yes);
        Ok(Attention {
            heads: self.heads,
            kv_heads: self.heads,
            head_size: self.size,
            value_size: self.size,
            query: Query::Full(map("self.query")?),
            key_value: KeyValue::Full {
                key: map("self.key")?,
                value: map("self.value")?,
            },
            output: map("output.dense")?,
            query_norm: None,
            key_norm: None,
            output_norm: None,
            rotary: None,
            bias: ScoreBias::None,
            scale: 1.0 / (self.size as f64).sqrt(),
            soft_cap: None,
            window: None,
            sinks: None,
            clip: None,
        })
    }
}
