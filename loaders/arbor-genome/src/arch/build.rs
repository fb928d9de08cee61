//! What architectures' files share: short ways to write parameters down.

pub(super) mod bart;
pub(super) mod class;
pub(super) mod decoder;
pub(super) mod experts;
pub(super) mod hybrid;
pub(super) mod latent;
pub(super) mod mlp;
pub(super) mod names;
pub(super) mod norms;
pub(super) mod state_space;
pub(super) mod t5;

use crate::config::ConfigError;
use crate::gene::{Expert, Gain, Linear, Norm, NormKind};
use crate::{Parameter, ShapeError};

/// A place in the tree of tensor names.
#[derive(Clone, Debug)]
pub(super) struct At(String);

/// Whether a map has a bias.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Bias {
    Yes,
    No,
}

impl From<bool> for Bias {
    fn from(has: bool) -> Self {
        if has { Self::Yes } else { Self::No }
    }
}

impl At {
    /// The root of the names; `base` is empty or ends with a dot.
    pub(super) fn new(base: &str) -> Self {
        Self(base.to_owned())
    }

    /// A place below.
    pub(super) fn at(&self, name: impl std::fmt::Display) -> Self {
        Self(format!("{}{name}.", self.0))
    }

    /// A tensor here.
    pub(super) fn tensor(&self, name: &str, dims: &[u64]) -> Result<Parameter, ShapeError> {
        Parameter::stored(format!("{}{name}", self.0), dims)
    }

    /// A map here, stored `[out, in]`.
    pub(super) fn linear(
        &self,
        name: &str,
        outputs: u64,
        inputs: u64,
        bias: Bias,
    ) -> Result<Linear, ConfigError> {
        let weight = self.tensor(&format!("{name}.weight"), &[outputs, inputs])?;
        Ok(Linear {
            weight,
            bias: self.bias(name, outputs, bias)?,
        })
    }

    /// A map here, stored `[in, out]` (GPT-2's `Conv1D`).
    pub(super) fn conv1d(
        &self,
        name: &str,
        outputs: u64,
        inputs: u64,
    ) -> Result<Linear, ConfigError> {
        let weight = self
            .tensor(&format!("{name}.weight"), &[inputs, outputs])?
            .transposed()?;
        Ok(Linear {
            weight,
            bias: self.bias(name, outputs, Bias::Yes)?,
        })
    }

    fn bias(&self, name: &str, outputs: u64, bias: Bias) -> Result<Option<Parameter>, ShapeError> {
        match bias {
            Bias::Yes => self.tensor(&format!("{name}.bias"), &[outputs]).map(Some),
            Bias::No => Ok(None),
        }
    }

    /// A layer norm with weight and bias.
    pub(super) fn layer_norm(
        &self,
        name: &str,
        width: u64,
        epsilon: f64,
    ) -> Result<Norm, ConfigError> {
        let weight = self.tensor(&format!("{name}.weight"), &[width])?;
        let bias = self.tensor(&format!("{name}.bias"), &[width])?;
        Ok(Norm {
            kind: NormKind::Layer,
            epsilon,
            gain: Gain::Weight(weight),
            bias: Some(bias),
        })
    }

    /// A root-mean-square norm with a weight.
    pub(super) fn rms_norm(
        &self,
        name: &str,
        width: u64,
        epsilon: f64,
    ) -> Result<Norm, ConfigError> {
        let weight = self.tensor(&format!("{name}.weight"), &[width])?;
        Ok(Norm {
            kind: NormKind::Rms,
            epsilon,
            gain: Gain::Weight(weight),
            bias: None,
        })
    }

    /// A gated feed-forward layer.
    pub(super) fn gated(
        &self,
        names: [&str; 3],
        width: u64,
        inner: u64,
        bias: Bias,
    ) -> Result<Expert, ConfigError> {
        let [gate, up, down] = names;
        Ok(Expert {
            norm: None,
            gate: Some(self.linear(gate, inner, width, bias)?),
            up: self.linear(up, inner, width, bias)?,
            down: self.linear(down, width, inner, bias)?,
        })
    }

    /// A plain feed-forward layer.
    pub(super) fn plain(
        &self,
        names: [&str; 2],
        width: u64,
        inner: u64,
        bias: Bias,
    ) -> Result<Expert, ConfigError> {
        let [up, down] = names;
        Ok(Expert {
            norm: None,
            gate: None,
            up: self.linear(up, inner, width, bias)?,
            down: self.linear(down, width, inner, bias)?,
        })
    }
}

/// Rows of a fused map, as a map of its own.
pub(super) fn rows(fused: &Linear, start: u64, len: u64) -> Result<Linear, ConfigError> {
    let bias = fused
        .bias
        .clone()
        .map(|bias| bias.rows(start, len))
        .transpose()?;
    Ok(Linear {
        weight: fused.weight.clone().rows(start, len)?,
        bias,
    })
}

/// A head's width: said, or the width divided by the heads.
pub(super) fn head_size(said: Option<u64>, width: u64, heads: u64) -> Result<u64, ConfigError> {
    match said {
        Some(0) => Err(bad("head_dim", 0, "at least 1")),
        Some(size) => Ok(size),
        None if width.is_multiple_of(heads) => Ok(width / heads),
        None => Err(bad(
            "num_attention_heads",
            heads,
            &format!("a divisor of {width}"),
        )),
    }
}

/// Key-value heads: each must serve the same number of query heads.
pub(super) fn kv_heads(found: u64, heads: u64) -> Result<u64, ConfigError> {
    if found > 0 && heads.is_multiple_of(found) {
        Ok(found)
    } else {
        Err(bad(
            "num_key_value_heads",
            found,
            &format!("a divisor of {heads}"),
        ))
    }
}

pub(super) fn bad(key: &str, found: u64, expected: &str) -> ConfigError {
    ConfigError::Value {
        key: key.to_owned(),
        found: found.to_string(),
        expected: expected.to_owned(),
    }
}
