//! Keys and values, by what makes them.

use super::Attention;
use crate::LoadError;
use crate::net::Source;
use crate::net::differential::Pairs;
use crate::net::linear::Linear;
use crate::net::norm::Norm;
use arbor_genome::gene::KeyValue;
use candle_core::{D, Result, Tensor};

#[derive(Clone, Debug)]
pub(super) enum Keys {
    Full {
        key: Linear,
        value: Linear,
    },
    Latent {
        down: Linear,
        rotated: Linear,
        norm: Norm,
        key_up: Linear,
        value_up: Linear,
    },
    Differential {
        key: Linear,
        value: Linear,
        pairs: Pairs,
    },
}

impl Keys {
    pub(super) fn new(
        gene: &KeyValue,
        source: &Source<'_>,
    ) -> std::result::Result<Self, LoadError> {
        Ok(match gene {
            KeyValue::Full { key, value } => Self::Full {
                key: Linear::new(key, source)?,
                value: Linear::new(value, source)?,
            },
            KeyValue::Latent {
                down,
                rotated,
                norm,
                key_up,
                value_up,
            } => Self::Latent {
                down: Linear::new(down, source)?,
                rotated: Linear::new(rotated, source)?,
                norm: Norm::new(norm, source)?,
                key_up: Linear::new(key_up, source)?,
                value_up: Linear::new(value_up, source)?,
            },
            KeyValue::Differential {
                key,
                value,
                lambdas,
                start,
                norm,
            } => Self::Differential {
                key: Linear::new(key, source)?,
                value: Linear::new(value, source)?,
                pairs: Pairs::new(lambdas, *start, norm, source)?,
            },
        })
    }
}

impl Attention {
    /// `[b, kv, s, d]` each, keys rotated from position `start` on.
    pub(in crate::net) fn make_keys(
        &self,
        x: &Tensor,
        start: Option<usize>,
    ) -> Result<(Tensor, Tensor)> {
        match &self.keys {
            Keys::Full { key, value } | Keys::Differential { key, value, .. } => {
                let (key, value) = (key.forward(x)?, value.forward(x)?);
                let key =
                    self.heads_of(&key, self.kv_heads, self.head_size, self.key_norm.as_ref())?;
                let key = start.map_or(Ok(key.clone()), |start| self.rotate(&key, start))?;
                Ok((
                    Self::norm_rotated(key, self.key_norm.as_ref())?,
                    self.heads_of(&value, self.kv_heads, self.value_size, None)?,
                ))
            }
            Keys::Latent {
                down,
                rotated,
                norm,
                key_up,
                value_up,
            } => {
                let latent = norm.forward(&down.forward(x)?)?;
                let plain = self.head_size - self.rotary_width;
                let key = self.heads_of(&key_up.forward(&latent)?, self.heads, plain, None)?;
                let value = value_up.forward(&latent)?;
                let value = self.heads_of(&value, self.heads, self.value_size, None)?;
                let shared = self.heads_of(&rotated.forward(x)?, 1, self.rotary_width, None)?;
                let shared =
                    start.map_or(Ok(shared.clone()), |start| self.rotate(&shared, start))?;
                let (b, h, s, _) = key.dims4()?;
                let shared = shared.broadcast_as((b, h, s, self.rotary_width))?;
                Ok((
                    Tensor::cat(&[&key, &shared.contiguous()?], D::Minus1)?,
                    value,
                ))
            }
        }
    }
}
