//! States to answers.

use super::Source;
use super::activation::activate;
use super::linear::Linear;
use super::norm::Norm;
use crate::LoadError;
use arbor_genome::gene::{Activation, Head, HeadTransform};
use candle_core::{DType, Result, Tensor};

#[derive(Clone, Debug)]
struct Transform {
    dense: Linear,
    activation: Option<Activation>,
    norm: Option<Norm>,
}

#[derive(Clone, Debug)]
pub(crate) enum Answer {
    States,
    Logits(Box<Logits>),
}

/// A map to logits and what stands around it.
#[derive(Clone, Debug)]
pub(crate) struct Logits {
    transform: Option<Transform>,
    map: Linear,
    scale: f64,
    soft_cap: Option<f64>,
}

impl Answer {
    pub(crate) fn new(gene: &Head, source: &Source<'_>) -> std::result::Result<Self, LoadError> {
        let transform = |gene: &HeadTransform| {
            Ok::<_, LoadError>(Transform {
                dense: Linear::new(&gene.dense, source)?,
                activation: gene.activation,
                norm: gene
                    .norm
                    .as_ref()
                    .map(|norm| Norm::new(norm, source))
                    .transpose()?,
            })
        };
        Ok(match gene {
            Head::None => Self::States,
            Head::Vocabulary {
                transform: before,
                map,
                scale,
                soft_cap,
            } => Self::Logits(Box::new(Logits {
                transform: before.as_ref().map(transform).transpose()?,
                map: Linear::new(map, source)?,
                scale: *scale,
                soft_cap: *soft_cap,
            })),
            Head::Discriminator {
                transform: before,
                map,
            } => Self::Logits(Box::new(Logits {
                transform: Some(transform(before)?),
                map: Linear::new(map, source)?,
                scale: 1.0,
                soft_cap: None,
            })),
        })
    }

    /// `[b, s, w]` → logits `[b, s, vocabulary]`, or the states themselves; in
    /// single precision.
    pub(crate) fn forward(&self, states: &Tensor) -> Result<Tensor> {
        let Self::Logits(head) = self else {
            return states.to_dtype(DType::F32);
        };
        let mut x = states.clone();
        if let Some(transform) = &head.transform {
            x = transform.dense.forward(&x)?;
            if let Some(activation) = transform.activation {
                x = activate(activation, &x)?;
            }
            if let Some(norm) = &transform.norm {
                x = norm.forward(&x)?;
            }
        }
        let mut logits = head.map.forward(&x)?.to_dtype(DType::F32)?;
        if head.scale != 1.0 {
            logits = (logits * head.scale)?;
        }
        if let Some(cap) = head.soft_cap {
            logits = ((logits / cap)?.tanh()? * cap)?;
        }
        Ok(logits)
    }
}
