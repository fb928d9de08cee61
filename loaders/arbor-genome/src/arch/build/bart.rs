//! The form of fairseq's encoder-decoders, which BART and a dozen others
//! share (transformers 4.57.6, `models/bart/modeling_bart.py` and its
//! copies). What a member does otherwise its own file says.

mod stack;

use super::{At, Bias, head_size};
use crate::arch::{Ignored, Task};
use crate::config::{Config, ConfigError};
use crate::gene::{Activation, Head, Linear};
use crate::{Absent, Genome, Parameter, Stacks};
use arbor_model::{Mask, Objective};

/// Where norms stand, and which ones stand outside the layers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::arch) enum Norms {
    /// After each branch, and over the embedding (BART).
    Post,
    /// After each branch alone (Marian).
    PostBare,
    /// Before each branch and after the last layer (Pegasus).
    Pre,
    /// As [`Self::Pre`], and over the embedding (mBART).
    PreAndEmbedding,
    /// Before each branch; what is named the embedding's norm stands after
    /// the last layer (BigBird-Pegasus).
    PreMisnamed,
}

/// What positions add.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::arch) enum Positions {
    /// A learned table, its first rows unused.
    Learned { offset: u64 },
    /// A table of sines and cosines, which the reference counts among its
    /// parameters, and which many files leave out.
    FixedTable,
    /// Sines and cosines by the number of tokens that are not padding.
    SinusoidsAfterPad { pad: u64 },
    /// Sines and cosines, the first ones unused.
    SinusoidsFrom { offset: u64 },
}

/// Tensor names within a layer.
#[derive(Clone, Copy, Debug)]
pub(in crate::arch) struct Names {
    /// The encoder's maps to queries, keys, values, and back.
    pub(in crate::arch) encoder: [&'static str; 4],
    /// Cross-attention; its norm's name follows from it.
    pub(in crate::arch) cross: &'static str,
    /// The feed-forward layer's norm.
    pub(in crate::arch) feed_norm: &'static str,
    /// The feed-forward layer's maps.
    pub(in crate::arch) feed: [&'static str; 2],
}

/// The names that most members use.
pub(in crate::arch) const MAPS: [&str; 4] = ["q_proj", "k_proj", "v_proj", "out_proj"];
/// The names that most members use.
pub(in crate::arch) const NAMES: Names = Names {
    encoder: MAPS,
    cross: "encoder_attn",
    feed_norm: "final_layer_norm",
    feed: ["fc1", "fc2"],
};

/// What tells members apart, with their class defaults.
#[derive(Clone, Copy, Debug)]
pub(in crate::arch) struct Family {
    pub(in crate::arch) model_type: &'static str,
    /// The base prefix.
    pub(in crate::arch) base: &'static str,
    /// The head's place where it is not tied.
    pub(in crate::arch) head: &'static str,
    pub(in crate::arch) names: Names,
    pub(in crate::arch) norms: Norms,
    pub(in crate::arch) positions: Positions,
    /// Whether, without the tie, each side has a table of tokens of its own.
    pub(in crate::arch) apart: bool,
    /// Whether attention has biases.
    pub(in crate::arch) attention_bias: Bias,
    /// Whether a buffer of biases is added to logits.
    pub(in crate::arch) logits_bias: bool,
    pub(in crate::arch) vocabulary: u64,
    pub(in crate::arch) width: u64,
    /// Of encoder and decoder.
    pub(in crate::arch) layers: [u64; 2],
    pub(in crate::arch) heads: u64,
    pub(in crate::arch) inner: u64,
    pub(in crate::arch) activation: Activation,
    pub(in crate::arch) scaled: bool,
    pub(in crate::arch) context: u64,
    pub(in crate::arch) start: u64,
}

/// BART's own values.
pub(in crate::arch) const BART: Family = Family {
    model_type: "bart",
    base: "model.",
    head: "lm_head.",
    names: NAMES,
    norms: Norms::Post,
    positions: Positions::Learned { offset: 2 },
    apart: true,
    attention_bias: Bias::Yes,
    logits_bias: true,
    vocabulary: 50_265,
    width: 1_024,
    layers: [12, 12],
    heads: 16,
    inner: 4_096,
    activation: Activation::Gelu,
    scaled: false,
    context: 1_024,
    start: 2,
};

/// What files of these families hold besides.
pub(in crate::arch) const COPIES: &[Ignored] = &[
    Ignored {
        ending: "encoder.embed_tokens.weight",
        reason: "a second copy of the shared embedding",
    },
    Ignored {
        ending: "decoder.embed_tokens.weight",
        reason: "a second copy of the shared embedding",
    },
    Ignored {
        ending: "lm_head.weight",
        reason: "a second copy of the tied embedding",
    },
    Ignored {
        ending: "encoder.version",
        reason: "a version number of fairseq",
    },
    Ignored {
        ending: "decoder.version",
        reason: "a version number of fairseq",
    },
    Ignored {
        ending: "embed_positions.weights",
        reason: "a table of sines and cosines, computed anew",
    },
    Ignored {
        ending: "embed_positions._float_tensor",
        reason: "a leftover of fairseq",
    },
];

/// The numbers of one stack.
#[derive(Clone, Copy, Debug)]
pub(in crate::arch) struct Side {
    pub(in crate::arch) at: &'static str,
    pub(in crate::arch) heads: u64,
    pub(in crate::arch) size: u64,
    pub(in crate::arch) inner: u64,
    pub(in crate::arch) layers: u64,
}

/// A configuration of the family, read.
#[derive(Debug)]
pub(in crate::arch) struct Bart {
    pub(in crate::arch) family: Family,
    pub(in crate::arch) width: u64,
    pub(in crate::arch) activation: Activation,
    /// Encoder and decoder.
    pub(in crate::arch) sides: [Side; 2],
    /// Positions of encoder and decoder.
    pub(in crate::arch) contexts: [u64; 2],
    pub(in crate::arch) scaled: bool,
}

impl Bart {
    pub(in crate::arch) fn read(config: &Config, family: Family) -> Result<Self, ConfigError> {
        config.skip(&["is_encoder_decoder", "num_hidden_layers", "add_bias_logits"]);
        config.skip(&["do_blenderbot_90_layernorm", "layernorm_variant"]);
        config.skip(&["add_final_layer_norm", "normalize_embedding"]);
        let width = config.count_or("d_model", family.width)?;
        let side = |at: &'static str, layers: u64| {
            let heads = config.count_or(&format!("{at}_attention_heads"), family.heads)?;
            Ok::<_, ConfigError>(Side {
                at,
                heads,
                size: head_size(None, width, heads)?,
                inner: config.count_or(&format!("{at}_ffn_dim"), family.inner)?,
                layers: config.layers_or(&format!("{at}_layers"), layers)?,
            })
        };
        let sides = [
            side("encoder", family.layers[0])?,
            side("decoder", family.layers[1])?,
        ];
        let context = config.count_or("max_position_embeddings", family.context)?;
        let contexts = [
            context,
            config.count_or("max_decoder_position_embeddings", context)?,
        ];
        Ok(Self {
            family,
            width,
            activation: config.activation_or("activation_function", family.activation)?,
            sides,
            contexts,
            scaled: config.flag_or("scale_embedding", family.scaled)?,
        })
    }

    /// The genome.
    pub(in crate::arch) fn genome(
        &self,
        config: &Config,
        task: Task,
    ) -> Result<Genome, ConfigError> {
        let vocabulary = config.count_or("vocab_size", self.family.vocabulary)?;
        let dims = [vocabulary, self.width];
        let shared = At::new(self.family.base).tensor("shared.weight", &dims)?;
        if !self.family.apart || config.flag_or("tie_word_embeddings", true)? {
            return self.genome_of(config, task, [&shared, &shared]);
        }
        let own = |side| {
            let table = self.at(side).tensor("embed_tokens.weight", &dims)?;
            Ok::<_, ConfigError>(table.or(Absent::Same("model.shared.weight")))
        };
        let mut genome = self.genome_of(config, task, [&own(0)?, &own(1)?])?;
        genome.dormant.push(shared);
        Ok(genome)
    }

    /// The genome; `tables` are the encoder's and the decoder's tokens.
    pub(in crate::arch) fn genome_of(
        &self,
        config: &Config,
        task: Task,
        tables: [&Parameter; 2],
    ) -> Result<Genome, ConfigError> {
        let stacks = Stacks::Pair {
            encoder_embedding: self.embedding(0, tables[0])?,
            encoder: self.stack(0, Mask::Bidirectional)?,
            decoder_embedding: self.embedding(1, tables[1])?,
            decoder: self.stack(1, Mask::Causal)?,
        };
        let start = config.optional("decoder_start_token_id")?;
        Ok(Genome {
            model_type: self.family.model_type,
            width: self.width,
            context: Some(self.contexts[1]),
            objective: Objective::Denoising,
            stacks,
            head: self.head(config, task, tables[1])?,
            dormant: Vec::new(),
            decoder_start: u32::try_from(start.unwrap_or(self.family.start)).ok(),
        })
    }

    fn head(&self, config: &Config, task: Task, tokens: &Parameter) -> Result<Head, ConfigError> {
        let vocabulary = tokens.shape().dims().first().copied().unwrap_or(0);
        let tied = config.flag_or("tie_word_embeddings", true)?;
        if task == Task::Encoder {
            return Ok(Head::None);
        }
        let weight = if tied {
            tokens.clone()
        } else {
            At::new(self.family.head).tensor("weight", &[vocabulary, self.width])?
        };
        let bias = if self.family.logits_bias {
            let buffer = At::new("").tensor("final_logits_bias", &[1, vocabulary])?;
            Some(buffer.reshaped(&[vocabulary])?.buffer().or(Absent::Zeros))
        } else {
            None
        };
        Ok(Head::Vocabulary {
            transform: None,
            map: Linear { weight, bias },
            scale: 1.0,
            soft_cap: None,
        })
    }

    /// The same with another number of source positions.
    pub(in crate::arch) fn source_context(mut self, positions: u64) -> Self {
        self.contexts[0] = positions;
        self
    }
}

/// Reads a member that does nothing otherwise.
pub(in crate::arch) fn read(
    config: &Config,
    task: Task,
    family: Family,
) -> Result<Genome, ConfigError> {
    Bart::read(config, family)?.genome(config, task)
}
