//! Encoders in BERT's form: what their configurations and tensors share.
//!
//! Members differ in names, in where norms stand, in positions and in heads;
//! each has its own file, which says so. Keys and defaults are those of
//! transformers 4.57.6.

mod head;
mod ignored;
mod layer;

pub(in crate::arch) use head::{head, masked, pooler, pretraining};
pub(in crate::arch) use ignored::{
    BERT_IGNORED, DECODER, GAMMA_BETA, POOLER, POSITION_IDS, ROBERTA_IGNORED,
};
pub(in crate::arch) use layer::{BERT_NAMES, Names, Norms};

use crate::arch::build::{At, head_size};
use crate::config::{Config, ConfigError};
use crate::gene::{AbsolutePosition, Activation, Block, Counting, Embedding, Head, Norm, Stack};
use crate::{Genome, Parameter, Stacks};
use arbor_model::{Mask, Objective};

/// What a class takes where the configuration is silent.
#[derive(Clone, Copy, Debug)]
pub(super) struct Defaults {
    pub(super) width: u64,
    pub(super) heads: u64,
    pub(super) inner: u64,
    pub(super) vocabulary: u64,
    pub(super) context: u64,
    pub(super) types: u64,
    pub(super) epsilon: f64,
    pub(super) activation: Activation,
}

/// BERT's.
pub(super) const BERT_DEFAULTS: Defaults = Defaults {
    width: 768,
    heads: 12,
    inner: 3_072,
    vocabulary: 30_522,
    context: 512,
    types: 2,
    epsilon: 1e-12,
    activation: Activation::Gelu,
};

/// The numbers of an encoder.
#[derive(Clone, Copy, Debug)]
pub(super) struct Sizes {
    pub(super) width: u64,
    pub(super) heads: u64,
    /// Width of a head.
    pub(super) size: u64,
    pub(super) inner: u64,
    pub(super) vocabulary: u64,
    /// Rows of the table of positions.
    pub(super) context: u64,
    pub(super) epsilon: f64,
    pub(super) activation: Activation,
    pub(super) layers: u64,
}

/// What is added to token embeddings, and how much of it there is.
#[derive(Clone, Copy, Debug)]
pub(super) struct Lower {
    /// Of the tables.
    pub(super) width: u64,
    /// Positions, where there is a table.
    pub(super) counting: Option<Counting>,
    /// Token types; 0: no table.
    pub(super) types: u64,
    /// Over the sum.
    pub(super) norm: bool,
}

impl Sizes {
    /// Reads BERT's keys.
    pub(super) fn read(config: &Config, defaults: &Defaults) -> Result<Self, ConfigError> {
        let width = config.count_or("hidden_size", defaults.width)?;
        let heads = config.count_or("num_attention_heads", defaults.heads)?;
        for key in ["is_decoder", "add_cross_attention"] {
            if config.flag_or(key, false)? {
                return Err(config.unsupported(key));
            }
        }
        Ok(Self {
            width,
            heads,
            size: head_size(None, width, heads)?,
            inner: config.count_or("intermediate_size", defaults.inner)?,
            vocabulary: config.count_or("vocab_size", defaults.vocabulary)?,
            context: config.count_or("max_position_embeddings", defaults.context)?,
            epsilon: config.positive_or("layer_norm_eps", defaults.epsilon)?,
            activation: config.activation_or("hidden_act", defaults.activation)?,
            layers: config.layers("num_hidden_layers")?,
        })
    }

    /// Tables below the layers.
    pub(super) fn embedding(&self, at: &At, lower: Lower) -> Result<Embedding, ConfigError> {
        let table = |name, rows| at.tensor(name, &[rows, lower.width]);
        let positions = match lower.counting {
            None => AbsolutePosition::None,
            Some(counting) => AbsolutePosition::Learned {
                table: table("position_embeddings.weight", self.context)?,
                offset: 0,
                counting,
            },
        };
        let token_types = match lower.types {
            0 => None,
            types => Some(table("token_type_embeddings.weight", types)?),
        };
        let norm = lower
            .norm
            .then(|| at.layer_norm("LayerNorm", lower.width, self.epsilon));
        Ok(Embedding {
            tokens: table("word_embeddings.weight", self.vocabulary)?,
            scale: 1.0,
            positions,
            token_types,
            norm: norm.transpose()?,
            projection: None,
            dropped: None,
        })
    }
}

/// Refuses anything but a table of positions.
pub(super) fn absolute_only(config: &Config) -> Result<(), ConfigError> {
    if config.word_or("position_embedding_type", "absolute")? == "absolute" {
        Ok(())
    } else {
        Err(config.unsupported("position_embedding_type"))
    }
}

/// RoBERTa's numbering: from the padding token's number on.
pub(super) fn after_pad(config: &Config, default: u64) -> Result<Counting, ConfigError> {
    let pad = config.optional("pad_token_id")?.unwrap_or(default);
    Ok(Counting::AfterPad(u32::try_from(pad).unwrap_or(0)))
}

/// What all parts make.
pub(super) struct Parts {
    pub(super) embedding: Embedding,
    pub(super) layers: Vec<Block>,
    pub(super) final_norm: Option<Norm>,
    pub(super) head: Head,
    pub(super) dormant: Vec<Parameter>,
}

impl Parts {
    /// The genome of an encoder that was trained on hidden tokens.
    pub(super) fn genome(self, model_type: &'static str, sizes: &Sizes) -> Genome {
        // Rows up to the padding token's number stand for no position.
        let context = match &self.embedding.positions {
            AbsolutePosition::Learned {
                counting: Counting::AfterPad(pad),
                ..
            } => sizes.context.saturating_sub(u64::from(*pad) + 1),
            AbsolutePosition::Learned { .. }
            | AbsolutePosition::None
            | AbsolutePosition::AfterNorm(_)
            | AbsolutePosition::OnPage { .. }
            | AbsolutePosition::Sinusoidal { .. } => sizes.context,
        };
        Genome {
            model_type,
            width: sizes.width,
            context: Some(context),
            objective: Objective::AeMasked,
            stacks: Stacks::Single {
                embedding: self.embedding,
                stack: Stack {
                    mask: Mask::Bidirectional,
                    layers: self.layers,
                    final_norm: self.final_norm,
                },
            },
            head: self.head,
            dormant: self.dormant,
            decoder_start: None,
        }
    }
}
