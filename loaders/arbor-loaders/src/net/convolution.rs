//! Causal depthwise convolutions, and the inputs they remember.

use super::Source;
use crate::LoadError;
use arbor_genome::Parameter;
use candle_core::{DType, Result, Tensor};

#[derive(Clone, Debug)]
pub(super) struct Convolution {
    /// One `[c]` for each tap, the oldest first.
    taps: Vec<Tensor>,
    bias: Option<Tensor>,
}

impl Convolution {
    /// From a weight `[c, 1, kernel]`.
    pub(super) fn new(
        weight: &Parameter,
        bias: Option<&Parameter>,
        source: &Source<'_>,
    ) -> std::result::Result<Self, LoadError> {
        let weight = source.single(weight)?;
        let (channels, _, kernel) = weight.dims3()?;
        let weight = weight.reshape((channels, kernel))?;
        let taps = (0..kernel).map(|tap| weight.narrow(1, tap, 1)?.squeeze(1)?.contiguous());
        let bias = source.optional(bias)?;
        Ok(Self {
            taps: taps.collect::<Result<_>>()?,
            bias: bias.map(|bias| bias.to_dtype(DType::F32)).transpose()?,
        })
    }

    /// `[b, s, c]` → `[b, s, c]`, after the inputs remembered in `tail`.
    pub(super) fn forward(&self, x: &Tensor, tail: &mut Option<Tensor>) -> Result<Tensor> {
        let (b, s, c) = x.dims3()?;
        let before = self.taps.len().saturating_sub(1);
        let past = match tail.take() {
            Some(past) => past,
            None => Tensor::zeros((b, before, c), x.dtype(), x.device())?,
        };
        let all = Tensor::cat(&[&past, x], 1)?;
        *tail = Some(all.narrow(1, s, before)?.contiguous()?);
        let mut sum: Option<Tensor> = None;
        for (at, tap) in self.taps.iter().enumerate() {
            let part = all.narrow(1, at, s)?.broadcast_mul(tap)?;
            sum = Some(match sum {
                Some(sum) => (sum + part)?,
                None => part,
            });
        }
        let sum = sum.map_or_else(|| x.zeros_like(), Ok)?;
        match &self.bias {
            Some(bias) => sum.broadcast_add(bias),
            None => Ok(sum),
        }
    }
}
