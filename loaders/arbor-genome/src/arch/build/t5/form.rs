//! Layers and stacks of T5's form.

use super::Family;
use crate::Parameter;
use crate::arch::build::{At, Bias};
use crate::config::{Config, ConfigError};
use crate::gene::{
    Activation, Attention, Block, Cross, FeedForward, KeyValue, Mixer, Placement, Query, ScoreBias,
    Sides, Stack,
};
use arbor_model::Mask;

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

impl T5Form {
    pub(super) fn read(config: &Config, family: Family) -> Result<Self, ConfigError> {
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

    pub(super) fn stack(&self, name: &str, layers: u64, mask: Mask) -> Result<Stack, ConfigError> {
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
