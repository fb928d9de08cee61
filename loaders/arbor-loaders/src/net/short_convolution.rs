//! A gated short convolution.

use super::convolution::Convolution;
use super::linear::Linear;
use super::mixer::MixerState;
use super::{Sight, Source};
use crate::LoadError;
use arbor_genome::gene;
use candle_core::{D, DType, Result, Tensor};

#[derive(Clone, Debug)]
pub(super) struct ShortConvolution {
    input: Linear,
    convolution: Convolution,
    output: Linear,
}

impl ShortConvolution {
    pub(super) fn new(
        gene: &gene::ShortConvolution,
        source: &Source<'_>,
    ) -> std::result::Result<Self, LoadError> {
        Ok(Self {
            input: Linear::new(&gene.input, source)?,
            convolution: Convolution::new(
                &gene.convolution,
                gene.convolution_bias.as_ref(),
                source,
            )?,
            output: Linear::new(&gene.output, source)?,
        })
    }

    pub(super) fn forward(
        &self,
        x: &Tensor,
        sight: &Sight,
        memory: &mut MixerState,
    ) -> Result<Tensor> {
        let all = self.input.forward(x)?.to_dtype(DType::F32)?;
        let width = all.dim(D::Minus1)? / 3;
        let part = |at: usize| all.narrow(D::Minus1, at * width, width);
        let inner = sight.hide(&(part(0)? * part(2)?)?)?;
        let mixed = self.convolution.forward(&inner, &mut memory.tail)?;
        let gated = (part(1)? * mixed)?;
        self.output.forward(&gated.to_dtype(x.dtype())?)
    }
}
