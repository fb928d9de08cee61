//! The form of T5 (Raffel et al. 2019, arXiv 1910.10683), which its
//! successors share (transformers 4.57.6, `models/t5/modeling_t5.py` and its
//! copies). What a successor does otherwise its own file says.
//!
//! Scores are not scaled; the first layer's table of relative buckets serves
//! every layer of its stack; a tied head reads states times `d_model^−½`.

use super::{At, Bias};
use crate::arch::{Ignored, Task};
use crate::config::{Config, ConfigError};
use crate::gene::{
    AbsolutePosition, Activation, Attention, Block, Cross, Embedding, FeedForward, Head, KeyValue,
    Linear, Mixer, Placement, Query, ScoreBias, Sides, Stack,
};
use crate::{Absent, Genome, Parameter, Stacks};
use arbor_model::{Mask, Objective};

/// What files of these families hold besides.
pub(in crate::arch) const COPIES: &[Ignored] = &[
    Ignored {
        ending: "encoder.embed_tokens.weight",
        reason: "a second copy of `shared.weight`",
    },
    Ignored {
        ending: "decoder.embed_tokens.weight",
        reason: "a second copy of `shared.weight`",
    },
    Ignored {
        ending: "lm_head.weight",
        reason: "a second copy of the tied embedding",
    },
    Ignored {
        ending: "decoder.block.0.layer.1.EncDecAttention.relative_attention_bias.weight",
        reason: "a leftover of early checkpoints that no layer reads",
    },
];

/// What tells members apart, with their class defaults.
#[derive(Clone, Copy, Debug)]
pub(in crate::arch) struct Family {
    pub(in crate::arch) model_type: &'static str,
    pub(in crate::arch) vocabulary: u64,
    pub(in crate::arch) width: u64,
    pub(in crate::arch) inner: u64,
    pub(in crate::arch) layers: u64,
    pub(in crate::arch) heads: u64,
    pub(in crate::arch) feed_forward: &'static str,
    pub(in crate::arch) tied: bool,
    /// Whether, without the tie, each side has a table of tokens of its own.
    pub(in crate::arch) apart: bool,
}

/// T5's own values.
pub(in crate::arch) const T5: Family = Family {
    model_type: "t5",
    vocabulary: 32_128,
    width: 512,
    inner: 2_048,
    layers: 6,
    heads: 8,
    feed_forward: "relu",
    tied: true,
    apart: false,
};

/// A configuration of the family, read.
#[derive(Debug)]
pub(in crate::arch) struct T5Form {
    pub(in crate::arch) width: u64,
    pub(in crate::arch) heads: u64,
    size: u64,
    inner: u64,
    pub(in crate::arch) epsilon: f64,
    pub(in crate::arch) activation: Activation,
    gated: bool,
    pub(in crate::arch) buckets: u64,
    pub(in crate::arch) max_distance: u64,
    /// Of encoder and decoder.
    pub(in crate::arch) layers: [u64; 2],
    pub(in crate::arch) tied: bool,
}

/// Reads a member's common part.
pub(in crate::arch) fn read(
    config: &Config,
    task: Task,
    family: Family,
) -> Result<(Genome, T5Form), ConfigError> {
    config.skip(&["n_positions", "is_decoder", "is_encoder_decoder"]);
    let form = T5Form::read(config, family)?;
    let vocabulary = config.count_or("vocab_size", family.vocabulary)?;
    let start = config.optional("decoder_start_token_id")?.unwrap_or(0);
    // Version 5 writes down what follows from the tie.
    let scaled = config.flag_or("scale_decoder_outputs", form.tied)?;

    let tokens = At::new("").tensor("shared.weight", &[vocabulary, form.width])?;
    let embedding = || Embedding {
        tokens: tokens.clone(),
        scale: 1.0,
        positions: AbsolutePosition::None,
        token_types: None,
        norm: None,
        projection: None,
    };
    let encoder = form.stack("encoder", form.layers[0], Mask::Bidirectional)?;
    let (stacks, head) = match task {
        Task::Encoder => (
            Stacks::Single {
                embedding: embedding(),
                stack: encoder,
            },
            Head::None,
        ),
        Task::Causal | Task::Discriminator | Task::Masked | Task::Seq2Seq => {
            let weight = if form.tied {
                tokens.clone()
            } else {
                At::new("").tensor("lm_head.weight", &[vocabulary, form.width])?
            };
            let stacks = Stacks::Pair {
                encoder_embedding: embedding(),
                encoder,
                decoder_embedding: embedding(),
                decoder: form.stack("decoder", form.layers[1], Mask::Causal)?,
            };
            let head = Head::Vocabulary {
                transform: None,
                map: Linear { weight, bias: None },
                scale: if scaled {
                    1.0 / (form.width as f64).sqrt()
                } else {
                    1.0
                },
                soft_cap: None,
            };
            (stacks, head)
        }
    };
    let mut genome = Genome {
        model_type: family.model_type,
        width: form.width,
        context: None,
        objective: Objective::Denoising,
        stacks,
        head,
        dormant: Vec::new(),
        decoder_start: u32::try_from(start).ok(),
    };
    if family.apart && !form.tied {
        part(&mut genome)?;
    }
    Ok((genome, form))
}

/// Gives each side a table of tokens of its own. The shared one is left over;
/// files from before 2023 hold no other.
fn part(genome: &mut Genome) -> Result<(), ConfigError> {
    let Stacks::Pair {
        encoder_embedding,
        decoder_embedding,
        ..
    } = &mut genome.stacks
    else {
        return Ok(());
    };
    let shared = encoder_embedding.tokens.clone();
    for (side, embedding) in [
        ("encoder.", encoder_embedding),
        ("decoder.", decoder_embedding),
    ] {
        let table = At::new(side).tensor("embed_tokens.weight", shared.shape().dims())?;
        embedding.tokens = table.or(Absent::Same("shared.weight"));
    }
    genome.dormant.push(shared);
    Ok(())
}

impl T5Form {
    fn read(config: &Config, family: Family) -> Result<Self, ConfigError> {
        let projection = config.word_or("feed_forward_proj", family.feed_forward)?;
        let (gated, name) = match projection.strip_prefix("gated-") {
            Some(name) => (true, name),
            None => (false, projection),
        };
        // `gated-gelu` means the tanh form, for the sake of old checkpoints.
        let activation = match (gated, name) {
            (true, "gelu") => Activation::GeluTanh,
            (_, name) => Activation::from_config(name)
                .ok_or_else(|| config.unsupported("feed_forward_proj"))?,
        };
        let layers = config.layers_or("num_layers", family.layers)?;
        Ok(Self {
            width: config.count_or("d_model", family.width)?,
            heads: config.count_or("num_heads", family.heads)?,
            size: config.count_or("d_kv", 64)?,
            inner: config.count_or("d_ff", family.inner)?,
            epsilon: config.positive_or("layer_norm_epsilon", 1e-6)?,
            // What is written down apart has the last word.
            activation: config.activation_or("dense_act_fn", activation)?,
            gated: config.flag_or("is_gated_act", gated)?,
            buckets: config.count_or("relative_attention_num_buckets", 32)?,
            max_distance: config.count_or("relative_attention_max_distance", 128)?,
            layers: [layers, config.layers_or("num_decoder_layers", layers)?],
            tied: config.flag_or("tie_word_embeddings", family.tied)?,
        })
    }

    fn stack(&self, name: &str, layers: u64, mask: Mask) -> Result<Stack, ConfigError> {
        let stack = At::new("").at(name);
        let layers = (0..layers).map(|number| {
            let block = stack.at("block").at(number);
            let cross = if mask == Mask::Causal {
                let attention = self.attention(&block.at("layer.1.EncDecAttention"))?;
                let norm = block.rms_norm("layer.1.layer_norm", self.width, self.epsilon)?;
                Some(Cross {
                    attention,
                    norms: (norm, None),
                })
            } else {
                None
            };
            let last = block.at("layer").at(if cross.is_some() { 2 } else { 1 });
            Ok(Block {
                mixer: Mixer::Attention(Box::new(Attention {
                    bias: self.bias(&stack.at("block.0.layer.0.SelfAttention"), mask)?,
                    ..self.attention(&block.at("layer.0.SelfAttention"))?
                })),
                cross,
                feed_forward: FeedForward::Dense {
                    expert: self.expert(&last.at("DenseReluDense"))?,
                    activation: self.activation,
                },
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

    /// A table of relative buckets.
    pub(in crate::arch) fn table(&self, at: &At, name: &str) -> Result<Parameter, ConfigError> {
        Ok(at.tensor(&format!("{name}.weight"), &[self.buckets, self.heads])?)
    }

    /// The relative buckets of the attention layer here.
    pub(in crate::arch) fn bias(&self, at: &At, mask: Mask) -> Result<ScoreBias, ConfigError> {
        Ok(ScoreBias::Buckets {
            table: self.table(at, "relative_attention_bias")?,
            max_distance: self.max_distance,
            sides: if mask == Mask::Causal {
                Sides::Past
            } else {
                Sides::Both
            },
        })
    }

    /// The feed-forward layer here.
    pub(in crate::arch) fn expert(&self, at: &At) -> Result<crate::gene::Expert, ConfigError> {
        let (width, inner) = (self.width, self.inner);
        if self.gated {
            at.gated(["wi_0", "wi_1", "wo"], width, inner, Bias::No)
        } else {
            at.plain(["wi", "wo"], width, inner, Bias::No)
        }
    }

    /// The attention layer here, without relative buckets.
    pub(in crate::arch) fn attention(&self, at: &At) -> Result<Attention, ConfigError> {
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
}
