//! Griffin's recurrent block: a convolution, a gated linear recurrence, and a
//! gate beside them.

use super::activation::{activate, softplus};
use super::convolution::Convolution;
use super::linear::Linear;
use super::mixer::MixerState;
use super::{Sight, Source, size};
use crate::LoadError;
use arbor_genome::Parameter;
use arbor_genome::gene::{self, Activation};
use candle_core::{DType, Result, Tensor};
use candle_nn::ops::sigmoid;

/// What the recurrence gate is multiplied with in the exponent (`c` of the
/// paper).
const SHARPNESS: f64 = -8.0;

#[derive(Clone, Debug)]
pub(super) struct RgLru {
    heads: usize,
    input: Linear,
    gate: Linear,
    activation: Activation,
    convolution: Convolution,
    /// `[heads, block, block]` and `[heads, 1, block]`.
    input_gate: (Tensor, Tensor),
    recurrence_gate: (Tensor, Tensor),
    /// `softplus` of the recurrence parameter, times the sharpness.
    recurrence: Tensor,
    output: Linear,
}

impl RgLru {
    pub(super) fn new(
        gene: &gene::RgLru,
        source: &Source<'_>,
    ) -> std::result::Result<Self, LoadError> {
        let gate = |(weight, bias): &(Parameter, Parameter)| {
            Ok::<_, LoadError>((source.single(weight)?, source.single(bias)?.unsqueeze(1)?))
        };
        Ok(Self {
            heads: size(gene.heads),
            input: Linear::new(&gene.input, source)?,
            gate: Linear::new(&gene.gate, source)?,
            activation: gene.activation,
            convolution: Convolution::new(&gene.convolution, Some(&gene.convolution_bias), source)?,
            input_gate: gate(&gene.input_gate)?,
            recurrence_gate: gate(&gene.recurrence_gate)?,
            recurrence: (softplus(&source.single(&gene.recurrence)?)? * SHARPNESS)?,
            output: Linear::new(&gene.output, source)?,
        })
    }

    pub(super) fn forward(
        &self,
        x: &Tensor,
        sight: &Sight,
        memory: &mut MixerState,
    ) -> Result<Tensor> {
        let dtype = x.dtype();
        let beside = activate(self.activation, &self.gate.forward(x)?)?;
        let values = sight.hide(&self.input.forward(x)?.to_dtype(DType::F32)?)?;
        let values = self.convolution.forward(&values, &mut memory.tail)?;
        let mixed = self.recur(&sight.hide(&values)?, sight, memory)?;
        self.output.forward(&(mixed.to_dtype(dtype)? * beside)?)
    }

    fn recur(&self, x: &Tensor, sight: &Sight, memory: &mut MixerState) -> Result<Tensor> {
        let length = x.dim(1)?;
        let written = (x * self.blocks(x, &self.input_gate)?)?;
        let log = self
            .blocks(x, &self.recurrence_gate)?
            .broadcast_mul(&self.recurrence)?;
        let keep = log.exp()?;
        // 1 − exp(2 log): what is forgotten makes room for the new.
        let room = (1.0 - (log * 2.0)?.exp()?)?.sqrt()?;
        let mut state = memory.state.take();
        // The very first token is taken whole.
        let room = match (&state, sight.real()?) {
            (Some(_), _) => room,
            (None, real) => {
                let real = match real {
                    Some(real) => real,
                    None => Tensor::ones((x.dim(0)?, length, 1), DType::F32, x.device())?,
                };
                let begun = (real.cumsum(1)? - real)?
                    .gt(0.0)?
                    .broadcast_as(room.shape())?;
                begun.where_cond(&room, &room.ones_like()?)?
            }
        };
        let mut outputs = Vec::with_capacity(length);
        for t in 0..length {
            let at = |x: &Tensor| x.narrow(1, t, 1);
            let next = match state {
                Some(state) => ((at(&keep)? * state)? + (at(&written)? * at(&room)?)?)?,
                None => (at(&written)? * at(&room)?)?,
            };
            outputs.push(next.clone());
            state = Some(next);
        }
        memory.state = state;
        Tensor::cat(&outputs, 1)
    }

    /// A sigmoid of a map within each block of `[b, s, inner]`.
    fn blocks(&self, x: &Tensor, (weight, bias): &(Tensor, Tensor)) -> Result<Tensor> {
        let (b, s, inner) = x.dims3()?;
        let heads = self.heads.max(1);
        let split = x
            .reshape((b * s, heads, inner / heads))?
            .transpose(0, 1)?
            .contiguous()?;
        let mapped = split.matmul(weight)?.broadcast_add(bias)?;
        sigmoid(&mapped.transpose(0, 1)?.reshape((b, s, inner))?)
    }
}
