//! Mamba-2: a state space whose decay is one number for each head.

use super::activation::{activate, softplus};
use super::convolution::Convolution;
use super::decay::Decayed;
use super::linear::Linear;
use super::mixer::MixerState;
use super::norm::Norm;
use super::{Sight, Source, size};
use crate::LoadError;
use arbor_genome::gene::{self, Activation};
use candle_core::{D, DType, Result, Tensor};

#[derive(Clone, Debug)]
enum Gate {
    Plain,
    ThenNorm(Norm),
    AfterNorm(Norm),
}

#[derive(Clone, Debug)]
pub(super) struct Mamba2 {
    heads: usize,
    head_size: usize,
    state: usize,
    groups: usize,
    input: Linear,
    factors: Option<Tensor>,
    convolution: Convolution,
    step_bias: Tensor,
    step_limits: (f64, f64),
    a: Tensor,
    skip: Tensor,
    gate: Gate,
    output: Linear,
    activation: Activation,
}

impl Mamba2 {
    pub(super) fn new(
        gene: &gene::Mamba2,
        source: &Source<'_>,
    ) -> std::result::Result<Self, LoadError> {
        let grouped = |norm: &gene::Norm| Norm::in_groups(norm, size(gene.groups), source);
        let a_log = source.single(&gene.a_log)?.flatten_all()?;
        let inner = size(gene.heads * gene.head_size);
        let shared = size(gene.groups * gene.state);
        let factors = if gene.factors == [1.0; 5] {
            None
        } else {
            let widths = [inner, inner, shared, shared, size(gene.heads)];
            let each = widths.into_iter().zip(gene.factors);
            let row = each.flat_map(|(width, factor)| std::iter::repeat_n(factor as f32, width));
            Some(Tensor::from_iter(row, &source.device)?)
        };
        Ok(Self {
            heads: size(gene.heads),
            head_size: size(gene.head_size),
            state: size(gene.state),
            groups: size(gene.groups),
            input: Linear::new(&gene.input, source)?,
            factors,
            convolution: Convolution::new(
                &gene.convolution,
                gene.convolution_bias.as_ref(),
                source,
            )?,
            step_bias: source.single(&gene.step_bias)?,
            step_limits: gene.step_limits,
            a: a_log.exp()?.neg()?,
            skip: source.single(&gene.skip)?.reshape((size(gene.heads), 1))?,
            gate: match &gene.gate {
                gene::OutputGate::Plain => Gate::Plain,
                gene::OutputGate::ThenNorm(norm) => Gate::ThenNorm(grouped(norm)?),
                gene::OutputGate::AfterNorm(norm) => Gate::AfterNorm(grouped(norm)?),
            },
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
        let (b, s, _) = x.dims3()?;
        let dtype = x.dtype();
        let mut all = self.input.forward(x)?.to_dtype(DType::F32)?;
        if let Some(factors) = &self.factors {
            all = all.broadcast_mul(factors)?;
        }
        let inner = self.heads * self.head_size;
        let shared = self.groups * self.state;
        let channels = inner + 2 * shared;
        let gate = all.narrow(D::Minus1, 0, inner)?;
        let mixed = sight.hide(&all.narrow(D::Minus1, inner, channels)?)?;
        let step = all.narrow(D::Minus1, inner + channels, self.heads)?;
        let mixed = self.convolution.forward(&mixed, &mut memory.tail)?;
        let mixed = sight.hide(&activate(self.activation, &mixed)?)?;

        let step = softplus(&step.broadcast_add(&self.step_bias)?)?;
        let step = step.clamp(self.step_limits.0 as f32, self.step_limits.1 as f32)?;
        let values = mixed.narrow(D::Minus1, 0, inner)?;
        let values = values.reshape((b, s, self.heads, self.head_size))?;
        let written = values.broadcast_mul(&step.unsqueeze(3)?)?;
        let decayed = Decayed {
            query: self.spread(&mixed.narrow(D::Minus1, inner + shared, shared)?)?,
            key: self.spread(&mixed.narrow(D::Minus1, inner, shared)?)?,
            value: written.transpose(1, 2)?.contiguous()?,
            decay: step.broadcast_mul(&self.a)?.transpose(1, 2)?.contiguous()?,
        };
        let y = decayed.mix(&mut memory.state)?.transpose(1, 2)?;
        let y = (y + values.broadcast_mul(&self.skip)?)?.reshape((b, s, inner))?;
        let y = self.gate.apply(&y, &gate.silu()?)?;
        self.output.forward(&y.to_dtype(dtype)?)
    }

    /// `[b, s, groups · n]` → `[b, heads, s, n]`: each group serves heads in a
    /// row.
    fn spread(&self, x: &Tensor) -> Result<Tensor> {
        let (b, s, _) = x.dims3()?;
        let each = self.heads / self.groups.max(1);
        x.reshape((b, s, self.groups, 1, self.state))?
            .broadcast_as((b, s, self.groups, each, self.state))?
            .reshape((b, s, self.heads, self.state))?
            .transpose(1, 2)?
            .contiguous()
    }
}

impl Gate {
    fn apply(&self, y: &Tensor, gate: &Tensor) -> Result<Tensor> {
        match self {
            Self::Plain => y * gate,
            Self::ThenNorm(norm) => norm.forward(&(y * gate)?),
            Self::AfterNorm(norm) => norm.forward(y)? * gate,
        }
    }
}
