//! Mamba's selective state space, step by step over positions.

use super::activation::{activate, softplus};
use super::convolution::Convolution;
use super::linear::Linear;
use super::mixer::MixerState;
use super::norm::Norm;
use super::{Sight, Source, size};
use crate::LoadError;
use arbor_genome::gene::{self, Activation};
use candle_core::{D, DType, Result, Tensor};

#[derive(Clone, Debug)]
pub(super) struct Mamba {
    inner: usize,
    state: usize,
    input: Linear,
    convolution: Convolution,
    select: Linear,
    select_norms: Option<[Norm; 3]>,
    step: Linear,
    /// `[inner, state]`.
    a: Tensor,
    skip: Tensor,
    output: Linear,
    activation: Activation,
}

impl Mamba {
    pub(super) fn new(
        gene: &gene::Mamba,
        source: &Source<'_>,
    ) -> std::result::Result<Self, LoadError> {
        let select_norms = match &gene.select_norms {
            Some([step, b, c]) => Some([
                Norm::new(step, source)?,
                Norm::new(b, source)?,
                Norm::new(c, source)?,
            ]),
            None => None,
        };
        Ok(Self {
            inner: size(gene.inner),
            state: size(gene.state),
            input: Linear::new(&gene.input, source)?,
            convolution: Convolution::new(
                &gene.convolution,
                gene.convolution_bias.as_ref(),
                source,
            )?,
            select: Linear::new(&gene.select, source)?,
            select_norms,
            step: Linear::new(&gene.step, source)?,
            a: source.single(&gene.a_log)?.exp()?.neg()?,
            skip: source.single(&gene.skip)?,
            output: Linear::new(&gene.output, source)?,
            activation: gene.activation,
        })
    }

    pub(super) fn forward(
        &self,
        x: &Tensor,
        sight: &Sight,
        memory: &mut MixerState,
    ) -> Result<Tensor> {
        let dtype = x.dtype();
        let both = self.input.forward(x)?.to_dtype(DType::F32)?;
        let values = sight.hide(&both.narrow(D::Minus1, 0, self.inner)?)?;
        let gate = both.narrow(D::Minus1, self.inner, self.inner)?;
        let values = self.convolution.forward(&values, &mut memory.tail)?;
        let values = sight.hide(&activate(self.activation, &values)?)?;

        let selected = self.select.forward(&values.to_dtype(dtype)?)?;
        let rank = selected.dim(D::Minus1)? - 2 * self.state;
        let mut parts = [
            selected.narrow(D::Minus1, 0, rank)?,
            selected.narrow(D::Minus1, rank, self.state)?,
            selected.narrow(D::Minus1, rank + self.state, self.state)?,
        ];
        if let Some(norms) = &self.select_norms {
            for (part, norm) in parts.iter_mut().zip(norms) {
                *part = norm.forward(part)?;
            }
        }
        let [step, b, c] = parts;
        let step = softplus(&self.step.forward(&step)?.to_dtype(DType::F32)?)?;
        let (b, c) = (b.to_dtype(DType::F32)?, c.to_dtype(DType::F32)?);
        let mixed = self.scan(&values, &step, &b, &c, memory)?;
        let mixed = (mixed + values.broadcast_mul(&self.skip)?)?;
        let gated = (mixed * activate(self.activation, &gate)?)?;
        self.output.forward(&gated.to_dtype(dtype)?)
    }

    /// Values and steps `[b, s, inner]`, B and C `[b, s, state]`. Only one
    /// position's state is held at a time.
    fn scan(
        &self,
        values: &Tensor,
        step: &Tensor,
        b: &Tensor,
        c: &Tensor,
        memory: &mut MixerState,
    ) -> Result<Tensor> {
        let (rows, length, inner) = values.dims3()?;
        let written = (values * step)?;
        let mut state = match memory.state.take() {
            Some(state) => state,
            None => Tensor::zeros((rows, inner, self.state), DType::F32, values.device())?,
        };
        let mut outputs = Vec::with_capacity(length);
        for t in 0..length {
            let column = |x: &Tensor| x.narrow(1, t, 1)?.transpose(1, 2)?.contiguous();
            let fade = column(step)?.broadcast_mul(&self.a)?.exp()?;
            let new = column(&written)?.broadcast_mul(&b.narrow(1, t, 1)?)?;
            state = ((state * fade)? + new)?;
            outputs.push(state.matmul(&column(c)?)?.transpose(1, 2)?);
        }
        memory.state = Some(state);
        Tensor::cat(&outputs, 1)
    }
}
