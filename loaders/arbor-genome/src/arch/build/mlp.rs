//! Dense feed-forward layers as decoders in Llama's form store them.

use super::decoder::Form;
use super::experts::GATED;
use super::{At, rows};
use crate::config::ConfigError;
use crate::gene::{Expert, FeedForward};

/// How a dense feed-forward layer is stored.
#[derive(Clone, Copy, Debug)]
pub(in crate::arch) enum Mlp {
    /// Gate, value and the way back, under these names.
    Gated([&'static str; 3]),
    /// Gate and value as the halves of the first, and the way back.
    Fused([&'static str; 2]),
    /// Without a gate, under these names.
    Plain([&'static str; 2]),
}

impl Mlp {
    /// Llama's.
    pub(in crate::arch) const LLAMA: Self = Self::Gated(GATED);
}

impl Form {
    /// A dense feed-forward layer's maps.
    pub(in crate::arch) fn expert(&self, at: &At, inner: u64) -> Result<Expert, ConfigError> {
        let (width, bias) = (self.width, self.mlp_bias);
        match self.mlp {
            Mlp::Gated(names) => at.gated(names, width, inner, bias),
            Mlp::Plain(names) => at.plain(names, width, inner, bias),
            Mlp::Fused([both, down]) => {
                let fused = at.linear(both, 2 * inner, width, bias)?;
                Ok(Expert {
                    norm: None,
                    gate: Some(rows(&fused, 0, inner)?),
                    up: rows(&fused, inner, inner)?,
                    down: at.linear(down, width, inner, bias)?,
                })
            }
        }
    }

    /// A layer's dense feed-forward layer.
    pub(in crate::arch) fn dense(&self, layer: &At) -> Result<FeedForward, ConfigError> {
        Ok(FeedForward::Dense {
            expert: self.expert(&layer.at(self.names.feed_forward), self.inner)?,
            activation: self.activation,
        })
    }
}
