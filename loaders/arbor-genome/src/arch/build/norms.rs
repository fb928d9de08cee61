//! Norms as decoders in Llama's form have them: which kind, and where in a
//! layer they stand under which names.

use super::At;
use crate::config::ConfigError;
use crate::gene::{Gain, Norm, NormKind, Placement, QkNorm, Span};

/// A kind of norm and what it stores.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::arch) enum NormForm {
    /// Root mean square, with a weight.
    Rms,
    /// Root mean square, with one plus a weight.
    RmsOnePlus,
    /// Root mean square, with nothing.
    RmsBare,
    /// Mean and variance, with weight and bias.
    Layer,
    /// Mean and variance, with a weight.
    LayerWeight,
    /// Mean and variance, with nothing.
    LayerBare,
}

impl NormForm {
    /// The norm stored under a name.
    pub(in crate::arch) fn build(
        self,
        at: &At,
        name: &str,
        dims: &[u64],
        epsilon: f64,
    ) -> Result<Norm, ConfigError> {
        let weight = || at.tensor(&format!("{name}.weight"), dims);
        let kind = match self {
            Self::Rms | Self::RmsOnePlus | Self::RmsBare => NormKind::Rms,
            Self::Layer | Self::LayerWeight | Self::LayerBare => NormKind::Layer,
        };
        let gain = match self {
            Self::Rms | Self::Layer | Self::LayerWeight => Gain::Weight(weight()?),
            Self::RmsOnePlus => Gain::OnePlus(weight()?),
            Self::RmsBare | Self::LayerBare => Gain::None,
        };
        let bias = match self {
            Self::Layer => Some(at.tensor(&format!("{name}.bias"), dims)?),
            Self::Rms | Self::RmsOnePlus | Self::RmsBare | Self::LayerWeight | Self::LayerBare => {
                None
            }
        };
        Ok(Norm {
            kind,
            epsilon,
            gain,
            bias,
        })
    }
}

/// Where a layer's norms stand, and their names in the order of the pass.
#[derive(Clone, Copy, Debug)]
pub(in crate::arch) enum Places {
    /// Before each branch.
    Pre([&'static str; 2]),
    /// After each branch.
    Inner([&'static str; 2]),
    /// Before and after each branch.
    Sandwich([&'static str; 4]),
    /// One before both branches, which run side by side.
    Parallel(&'static str),
}

impl Places {
    /// The names that most families share.
    pub(in crate::arch) const LLAMA: Self =
        Self::Pre(["input_layernorm", "post_attention_layernorm"]);
    /// OLMo 2's.
    pub(in crate::arch) const INNER: Self =
        Self::Inner(["post_attention_layernorm", "post_feedforward_layernorm"]);
    /// Gemma 2's.
    pub(in crate::arch) const GEMMA2: Self = Self::Sandwich([
        "input_layernorm",
        "post_attention_layernorm",
        "pre_feedforward_layernorm",
        "post_feedforward_layernorm",
    ]);

    /// The placement, each norm made by its name.
    pub(in crate::arch) fn build(
        self,
        norm: impl Fn(&str) -> Result<Norm, ConfigError>,
    ) -> Result<Placement, ConfigError> {
        Ok(match self {
            Self::Pre([mixer, feed_forward]) => Placement::Pre {
                mixer: norm(mixer)?,
                feed_forward: Some(norm(feed_forward)?),
            },
            Self::Inner([mixer, feed_forward]) => Placement::Inner {
                mixer: norm(mixer)?,
                feed_forward: norm(feed_forward)?,
            },
            Self::Sandwich([a, b, c, d]) => Placement::Sandwich {
                mixer: [norm(a)?, norm(b)?],
                feed_forward: [norm(c)?, norm(d)?],
            },
            Self::Parallel(both) => Placement::Parallel {
                mixer: norm(both)?,
                feed_forward: None,
            },
        })
    }
}

/// Norms of queries and keys.
#[derive(Clone, Copy, Debug)]
pub(in crate::arch) struct QkForm {
    /// Their names.
    pub(in crate::arch) names: [&'static str; 2],
    /// Their kind.
    pub(in crate::arch) norm: NormForm,
    /// What they run over.
    pub(in crate::arch) span: Span,
}

impl QkForm {
    /// Root-mean-square norms under the usual names.
    pub(in crate::arch) const fn rms(span: Span) -> Self {
        Self {
            names: ["q_norm", "k_norm"],
            norm: NormForm::Rms,
            span,
        }
    }

    /// The norm of one of the two, over so many heads.
    pub(in crate::arch) fn build(
        self,
        at: &At,
        name: &str,
        heads: u64,
        size: u64,
        epsilon: f64,
    ) -> Result<QkNorm, ConfigError> {
        let dims: &[u64] = match self.span {
            Span::AllHeads => &[heads * size],
            Span::Head | Span::RotatedHead => &[size],
            Span::OwnHead => &[heads, size],
        };
        Ok(QkNorm {
            norm: self.norm.build(at, name, dims, epsilon)?,
            span: self.span,
        })
    }
}
