//! `y = x Wᵀ + b`.

use super::Source;
use crate::{LoadError, kernel};
use arbor_genome::gene;
use candle_core::{Result, Tensor};

#[derive(Clone, Debug)]
pub(super) struct Linear {
    /// `[out, in]`.
    weight: Tensor,
    bias: Option<Tensor>,
}

impl Linear {
    pub(super) fn new(
        gene: &gene::Linear,
        source: &Source<'_>,
    ) -> std::result::Result<Self, LoadError> {
        Ok(Self {
            weight: source.get(&gene.weight)?,
            bias: source.optional(gene.bias.as_ref())?,
        })
    }

    /// `[…, in]` → `[…, out]`.
    pub(super) fn forward(&self, x: &Tensor) -> Result<Tensor> {
        let mut dims = x.dims().to_vec();
        let inputs = dims.pop().unwrap_or(1);
        let flat = x.reshape(((), inputs))?;
        let y = if kernel::serves(&flat) {
            kernel::product(&flat, &self.weight, self.bias.as_ref())?
        } else {
            let y = flat.matmul(&self.weight.t()?)?;
            match &self.bias {
                Some(bias) => y.broadcast_add(bias)?,
                None => y,
            }
        };
        dims.push(self.weight.dim(0)?);
        y.reshape(dims)
    }
}
