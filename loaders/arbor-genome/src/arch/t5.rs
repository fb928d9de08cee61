//! T5 (Raffel et al. 2019, arXiv 1910.10683), with the gated layers of T5
//! 1.1 and Flan-T5.
//!
//! Reference: transformers 4.57.6, `models/t5/modeling_t5.py`. Scores are not
//! scaled; the first layer's table of relative buckets serves every layer of
//! its stack; a tied head reads states times `d_model^−½`.

use super::build::{At, Bias};
use super::{Architecture, Ignored, Task};
use crate::config::{Config, ConfigError};
use crate::gene::{
    AbsolutePosition, Activation, Attention, Block, Cross, Embedding, FeedForward, Head, KeyValue,
    Linear, Mixer, Placement, Query, ScoreBias, Sides, Stack,
};
use crate::{Genome, Parameter, Stacks};
use arbor_model::{Mask, Objective};

pub(super) static T5: Architecture = Architecture {
    model_type: "t5",
    classes: &[
        ("T5ForConditionalGeneration", Task::Seq2Seq),
        ("T5EncoderModel", Task::Encoder),
    ],
    base: "",
    renames: &[],
    ignored: &[
        Ignored {
            ending: "encoder.embed_tokens.weight",
            reason: "a second copy of `shared.weight`",
        },
        Ignored {
            ending: "decoder.embed_tokens.weight",
            reason: "a second copy of `shared.weight`",
        },
        Ignored {
            ending: "decoder.block.0.layer.1.EncDecAttention.relative_attention_bias.weight",
            reason: "a leftover of early checkpoints that no layer reads",
        },
    ],
    read,
};

/// The numbers that both stacks share.
struct Sizes {
    width: u64,
    heads: u64,
    size: u64,
    inner: u64,
    epsilon: f64,
    activation: Activation,
    gated: bool,
    buckets: u64,
    max_distance: u64,
}

fn read(config: &Config, task: Task) -> Result<Genome, ConfigError> {
    let projection = config.word_or("feed_forward_proj", "relu")?.to_owned();
    config.skip(&[
        "dense_act_fn",
        "is_gated_act",
        "n_positions",
        "is_decoder",
        "is_encoder_decoder",
        "scale_decoder_outputs",
    ]);
    let (gated, name) = match projection.strip_prefix("gated-") {
        Some(name) => (true, name),
        None => (false, projection.as_str()),
    };
    // `gated-gelu` means the tanh form, for the sake of old checkpoints.
    let activation = match (gated, name) {
        (true, "gelu") => Activation::GeluTanh,
        (_, name) => {
            Activation::from_config(name).ok_or_else(|| config.unsupported("feed_forward_proj"))?
        }
    };
    let sizes = Sizes {
        width: config.count_or("d_model", 512)?,
        heads: config.count_or("num_heads", 8)?,
        size: config.count_or("d_kv", 64)?,
        inner: config.count_or("d_ff", 2_048)?,
        epsilon: config.positive_or("layer_norm_epsilon", 1e-6)?,
        activation,
        gated,
        buckets: config.count_or("relative_attention_num_buckets", 32)?,
        max_distance: config.count_or("relative_attention_max_distance", 128)?,
    };
    let vocabulary = config.count_or("vocab_size", 32_128)?;
    let layers = config.layers("num_layers")?;
    let decoder_layers = config.count_or("num_decoder_layers", layers)?;
    let start = config.optional("decoder_start_token_id")?.unwrap_or(0);

    let tokens = At::new("").tensor("shared.weight", &[vocabulary, sizes.width])?;
    let embedding = || Embedding {
        tokens: tokens.clone(),
        scale: 1.0,
        positions: AbsolutePosition::None,
        token_types: None,
        norm: None,
        projection: None,
    };
    let encoder = sizes.stack("encoder", layers, Mask::Bidirectional)?;
    let (stacks, head) = match task {
        Task::Encoder => (
            Stacks::Single {
                embedding: embedding(),
                stack: encoder,
            },
            Head::None,
        ),
        Task::Causal | Task::Discriminator | Task::Masked | Task::Seq2Seq => {
            let tied = config.flag_or("tie_word_embeddings", true)?;
            let (map, scale) = if tied {
                let map = Linear {
                    weight: tokens.clone(),
                    bias: None,
                };
                (map, 1.0 / (sizes.width as f64).sqrt())
            } else {
                (
                    At::new("").linear("lm_head", vocabulary, sizes.width, Bias::No)?,
                    1.0,
                )
            };
            let stacks = Stacks::Pair {
                encoder_embedding: embedding(),
                encoder,
                decoder_embedding: embedding(),
                decoder: sizes.stack("decoder", decoder_layers, Mask::Causal)?,
            };
            (
                stacks,
                Head::Vocabulary {
                    transform: None,
                    map,
                    scale,
                    soft_cap: None,
                },
            )
        }
    };
    Ok(Genome {
        model_type: T5.model_type,
        width: sizes.width,
        context: None,
        objective: Objective::Denoising,
        stacks,
        head,
        dormant: Vec::new(),
        decoder_start: u32::try_from(start).ok(),
    })
}

impl Sizes {
    fn stack(&self, name: &str, layers: u64, mask: Mask) -> Result<Stack, ConfigError> {
        let stack = At::new("").at(name);
        let first = stack.at("block.0.layer.0.SelfAttention");
        let table = first.tensor(
            "relative_attention_bias.weight",
            &[self.buckets, self.heads],
        )?;
        let sides = if mask == Mask::Causal {
            Sides::Past
        } else {
            Sides::Both
        };
        let layers = (0..layers).map(|number| {
            let block = stack.at("block").at(number);
            let cross = if mask == Mask::Causal {
                Some(self.cross(&block)?)
            } else {
                None
            };
            let last = block.at("layer").at(if cross.is_some() { 2 } else { 1 });
            Ok(Block {
                mixer: Mixer::Attention(Box::new(Attention {
                    bias: self.bias(&table, sides),
                    ..self.attention(&block.at("layer.0.SelfAttention"))?
                })),
                cross,
                feed_forward: self.feed_forward(&last.at("DenseReluDense"))?,
                placement: Placement::Pre {
                    mixer: block.rms_norm("layer.0.layer_norm", self.width, self.epsilon)?,
                    feed_forward: Some(last.rms_norm("layer_norm", self.width, self.epsilon)?),
                },
                residual: Block::PLAIN,
            })
        });
        Ok(Stack {
            mask,
            layers: layers.collect::<Result<_, ConfigError>>()?,
            final_norm: Some(stack.rms_norm("final_layer_norm", self.width, self.epsilon)?),
        })
    }

    fn bias(&self, table: &Parameter, sides: Sides) -> ScoreBias {
        ScoreBias::Buckets {
            table: table.clone(),
            max_distance: self.max_distance,
            sides,
        }
    }

    fn cross(&self, block: &At) -> Result<Cross, ConfigError> {
        let norm = block.rms_norm("layer.1.layer_norm", self.width, self.epsilon)?;
        let attention = self.attention(&block.at("layer.1.EncDecAttention"))?;
        Ok(Cross {
            attention,
            norms: (norm, None),
        })
    }

    fn attention(&self, at: &At) -> Result<Attention, ConfigError> {
        let inner = self.heads * self.size;
        let map = |name| at.linear(name, inner, self.width, Bias::No);
        Ok(Attention {
            heads: self.heads,
            kv_heads: self.heads,
            head_size: self.size,
            value_size: self.size,
            query: Query::Full(map("q")?),
            key_value: KeyValue::Full {
                key: map("k")?,
                value: map("v")?,
            },
            output: at.linear("o", self.width, inner, Bias::No)?,
            query_norm: None,
            key_norm: None,
            output_norm: None,
            rotary: None,
            bias: ScoreBias::None,
            scale: 1.0,
            soft_cap: None,
            window: None,
            sinks: None,
            clip: None,
        })
    }

    fn feed_forward(&self, at: &At) -> Result<FeedForward, ConfigError> {
        let (width, inner) = (self.width, self.inner);
        let expert = if self.gated {
            at.gated(["wi_0", "wi_1", "wo"], width, inner, Bias::No)?
        } else {
            at.plain(["wi", "wo"], width, inner, Bias::No)?
        };
        Ok(FeedForward::Dense {
            expert,
            activation: self.activation,
        })
    }
}
