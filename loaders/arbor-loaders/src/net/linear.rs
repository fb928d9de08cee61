//! `y = x Wᵀ + b`.

use super::Source;
use crate::LoadError;
use arbor_genome::gene;
use candle_core::{Result, Tensor};

#[derive(Clone, Debug)]
pub(super) struct Linear {
    /// `[in, out]`, so that the product needs no copy.
    weight: Tensor,
    bias: Option<Tensor>,
}

impl Linear {
    pub(super) fn new(
        gene: &gene::Linear,
        source: &Source<'_>,
    ) -> std::result::Result<Self, LoadError> {
        let weight = source.get(&gene.weight)?.t()?;
        Ok(Self {
            weight,
            bias: source.optional(gene.bias.as_ref())?,
        })
    }

    /// `[…, in]` → `[…, out]`.
    pub(super) fn forward(&self, x: &Tensor) -> Result<Tensor> {
        let mut dims = x.dims().to_vec();
        let inputs = dims.pop().unwrap_or(1);
        let flat = x.reshape(((), inputs))?;
        let y = flat.matmul(&self.weight)?;
        let y = match &self.bias {
            Some(bias) => y.broadcast_add(bias)?,
            None => y,
        };
        dims.push(self.weight.dim(1)?);
        y.reshape(dims)
    }
}
