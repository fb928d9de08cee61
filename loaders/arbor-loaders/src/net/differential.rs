//! Heads in pairs, of which the second is subtracted from the first.

use super::Source;
use super::norm::Norm;
use crate::LoadError;
use arbor_genome::{Parameter, gene};
use candle_core::{D, DType, Result, Tensor};

#[derive(Clone, Debug)]
pub(super) struct Pairs {
    /// What the second counts.
    lambda: f64,
    start: f64,
    norm: Norm,
}

impl Pairs {
    pub(super) fn new(
        [a, b, c, d]: &[Parameter; 4],
        start: f64,
        norm: &gene::Norm,
        source: &Source<'_>,
    ) -> std::result::Result<Self, LoadError> {
        let product = |a, b| -> std::result::Result<f64, LoadError> {
            let product = (source.get(a)? * source.get(b)?)?.to_dtype(DType::F32)?;
            Ok(f64::from(product.sum_all()?.to_scalar::<f32>()?.exp()))
        };
        Ok(Self {
            lambda: product(a, b)? - product(c, d)? + start,
            start,
            norm: Norm::new(norm, source)?,
        })
    }

    /// The values of both heads of a pair for each of them: `[b, h, s, d]` →
    /// `[b, h, s, 2 d]`.
    pub(super) fn join(value: &Tensor) -> Result<Tensor> {
        let both = Tensor::cat(&value.chunk(2, 1)?, D::Minus1)?;
        // A batch joined along the heads does not lie in one piece.
        Tensor::cat(&[&both, &both], 1)?.contiguous()
    }

    /// `[b, h, s, 2 d]` → `[b, h / 2, s, 2 d]`.
    pub(super) fn subtract(&self, mixed: &Tensor) -> Result<Tensor> {
        let half = mixed.dim(1)? / 2;
        let (first, second) = (mixed.narrow(1, 0, half)?, mixed.narrow(1, half, half)?);
        let difference = (first - (second * self.lambda)?)?;
        self.norm.forward(&difference)? * (1.0 - self.start)
    }
}
