//! What a class in Llama's form takes where its configuration is silent, and
//! the table entry that such architectures share.

use super::names::Keys;
use crate::Genome;
use crate::arch::{Architecture, Ignored, Task};
use crate::config::{Config, ConfigError};
use crate::gene::{Activation, RotaryPairs};

/// Tensors that checkpoints in this form may carry besides.
pub(in crate::arch) const LEFTOVERS: &[Ignored] = &[
    Ignored {
        ending: "rotary_emb.inv_freq",
        reason: "a table of rotary frequencies, computed anew",
    },
    Ignored {
        ending: "lm_head.weight",
        reason: "a second copy of the tied embedding",
    },
];

/// An architecture in this form.
pub(in crate::arch) const fn architecture(
    model_type: &'static str,
    classes: &'static [(&'static str, Task)],
    read: fn(&Config, Task) -> Result<Genome, ConfigError>,
) -> Architecture {
    Architecture {
        model_type,
        classes,
        base: "model.",
        renames: &[],
        ignored: LEFTOVERS,
        read,
    }
}

/// What a class takes where the configuration is silent.
#[derive(Clone, Copy, Debug)]
pub(in crate::arch) struct Defaults {
    /// What the sizes' keys are called.
    pub(in crate::arch) keys: Keys,
    /// Key-value heads; none: as many as query heads.
    pub(in crate::arch) kv_heads: Option<u64>,
    /// Width of a head; none: the width divided by the heads.
    pub(in crate::arch) head_size: Option<u64>,
    /// Positions.
    pub(in crate::arch) context: u64,
    /// The key of the norms' epsilon, and the epsilon.
    pub(in crate::arch) epsilon: (&'static str, f64),
    /// The key of the activation, and the activation.
    pub(in crate::arch) activation: (&'static str, Activation),
    /// Base of the rotary frequencies.
    pub(in crate::arch) base: f64,
    /// The part of a head that is rotated.
    pub(in crate::arch) partial: f64,
    /// Which numbers are rotated together.
    pub(in crate::arch) pairs: RotaryPairs,
    /// Whether the head is the embedding.
    pub(in crate::arch) tied: bool,
    /// Vocabulary, width, inner width, layers and heads, where the class's
    /// configurations leave them out.
    pub(in crate::arch) sizes: Option<[u64; 5]>,
}

impl Defaults {
    /// Llama's.
    pub(in crate::arch) const LLAMA: Self = Self {
        keys: Keys::LLAMA,
        kv_heads: None,
        head_size: None,
        context: 2_048,
        epsilon: ("rms_norm_eps", 1e-6),
        activation: ("hidden_act", Activation::Silu),
        base: 10_000.0,
        partial: 1.0,
        pairs: RotaryPairs::Halves,
        tied: false,
        sizes: None,
    };
}
