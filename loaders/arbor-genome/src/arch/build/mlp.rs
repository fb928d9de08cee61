//! Dense feed-forward layers as decoders in Llama's form store them.

use super::decoder::Form;
use super::{At, rows};
use crate::config::ConfigError;
use crate::gene::{Expert, FeedForward};

/// How a dense feed-forward layer is stored.
#[derive(Clone, Copy, Debug)]
pub(in crate::arch) enum Mlp {
    /// `gate_proj`, `up_proj`, `down_proj`.
    Gated,
    /// Gate and value as the halves of `gate_up_proj`, and `down_proj`.
    Fused,
    /// Without a gate, under these names.
    Plain([&'static str; 2]),
}

impl Form {
    /// A dense feed-forward layer's maps.
    pub(in crate::arch) fn expert(&self, at: &At, inner: u64) -> Result<Expert, ConfigError> {
        let (width, bias) = (self.width, self.mlp_bias);
        match self.mlp {
            Mlp::Gated => at.gated(["gate_proj", "up_proj", "down_proj"], width, inner, bias),
            Mlp::Plain(names) => at.plain(names, width, inner, bias),
            Mlp::Fused => {
                let fused = at.linear("gate_up_proj", 2 * inner, width, bias)?;
                Ok(Expert {
                    gate: Some(rows(&fused, 0, inner)?),
                    up: rows(&fused, inner, inner)?,
                    down: at.linear("down_proj", width, inner, bias)?,
                })
            }
        }
    }

    /// A layer's dense feed-forward layer.
    pub(in crate::arch) fn dense(&self, layer: &At) -> Result<FeedForward, ConfigError> {
        Ok(FeedForward::Dense {
            expert: self.expert(&layer.at("mlp"), self.inner)?,
            activation: self.activation,
        })
    }
}
