//! A gated delta network, step by step over positions.

use super::activation::{activate, softplus};
use super::convolution::Convolution;
use super::linear::Linear;
use super::mixer::MixerState;
use super::norm::Norm;
use super::{Sight, Source, size};
use crate::LoadError;
use arbor_genome::gene::{self, Activation};
use candle_core::{D, DType, Result, Tensor};
use candle_nn::ops::sigmoid;

/// Added to the squared length of queries and keys.
const EPSILON: f64 = 1e-6;

#[derive(Clone, Debug)]
pub(super) struct GatedDelta {
    key_heads: usize,
    value_heads: usize,
    key_size: usize,
    value_size: usize,
    maps: Vec<Linear>,
    gate: Linear,
    strength: Linear,
    step: Linear,
    convolution: Convolution,
    step_bias: Tensor,
    a: Tensor,
    norm: Norm,
    activation: Activation,
    output: Linear,
}

impl GatedDelta {
    pub(super) fn new(
        gene: &gene::GatedDelta,
        source: &Source<'_>,
    ) -> std::result::Result<Self, LoadError> {
        let maps = gene.maps.iter().map(|map| Linear::new(map, source));
        Ok(Self {
            key_heads: size(gene.key_heads),
            value_heads: size(gene.value_heads),
            key_size: size(gene.key_size),
            value_size: size(gene.value_size),
            maps: maps.collect::<std::result::Result<_, _>>()?,
            gate: Linear::new(&gene.gate, source)?,
            strength: Linear::new(&gene.strength, source)?,
            step: Linear::new(&gene.step, source)?,
            convolution: Convolution::new(&gene.convolution, None, source)?,
            step_bias: source.single(&gene.step_bias)?,
            a: source.single(&gene.a_log)?.exp()?.neg()?,
            norm: Norm::new(&gene.norm, source)?,
            activation: gene.activation,
            output: Linear::new(&gene.output, source)?,
        })
    }

    pub(super) fn forward(
        &self,
        x: &Tensor,
        sight: &Sight,
        memory: &mut MixerState,
    ) -> Result<Tensor> {
        let (b, s, _) = x.dims3()?;
        let x = sight.hide(x)?;
        let single = |map: &Linear| map.forward(&x)?.to_dtype(DType::F32);
        let parts = self.maps.iter().map(single).collect::<Result<Vec<_>>>()?;
        let mixed = Tensor::cat(&parts, D::Minus1)?;
        let mixed = self.convolution.forward(&mixed, &mut memory.tail)?;
        let mixed = activate(self.activation, &mixed)?;
        let keys = self.key_heads * self.key_size;
        let values = self.value_heads * self.value_size;
        let query = self.unit(&mixed.narrow(D::Minus1, 0, keys)?)?;
        let query = (query * (1.0 / (self.key_size as f64).sqrt()))?;
        let key = self.unit(&mixed.narrow(D::Minus1, keys, keys)?)?;
        let value = mixed.narrow(D::Minus1, 2 * keys, values)?;
        let value = value.reshape((b, s, self.value_heads, self.value_size))?;

        let strength = sigmoid(&single(&self.strength)?)?;
        let step = softplus(&single(&self.step)?.broadcast_add(&self.step_bias)?)?;
        let keep = step.broadcast_mul(&self.a)?.exp()?;
        let y = scan([&query, &key, &value, &strength, &keep], memory)?;
        let gate = activate(self.activation, &single(&self.gate)?)?;
        let y = (self.norm.forward(&y)? * gate.reshape(value.shape())?)?;
        self.output
            .forward(&y.reshape((b, s, values))?.to_dtype(x.dtype())?)
    }

    /// `[b, s, keys]` → unit vectors `[b, s, value_heads, key_size]`.
    fn unit(&self, x: &Tensor) -> Result<Tensor> {
        let (b, s, _) = x.dims3()?;
        let x = x.reshape((b, s, self.key_heads, self.key_size))?;
        let length = (x.sqr()?.sum_keepdim(D::Minus1)? + EPSILON)?.sqrt()?;
        let each = self.value_heads / self.key_heads.max(1);
        x.broadcast_div(&length)?
            .unsqueeze(3)?
            .broadcast_as((b, s, self.key_heads, each, self.key_size))?
            .reshape((b, s, self.value_heads, self.key_size))
    }
}

/// Queries, keys and values `[b, s, h, d]`, strengths and what is kept
/// `[b, s, h]`, to `[b, s, h, d]`. The state is `[b, h, key, value]`.
fn scan(parts: [&Tensor; 5], memory: &mut MixerState) -> Result<Tensor> {
    let [query, key, value, strength, keep] = parts;
    let (b, s, h, d) = value.dims4()?;
    let mut state = match memory.state.take() {
        Some(state) => state,
        None => Tensor::zeros((b, h, key.dim(3)?, d), DType::F32, value.device())?,
    };
    let mut outputs = Vec::with_capacity(s);
    for t in 0..s {
        // `[b, h, 1, d]` and `[b, h, 1, 1]`.
        let vector = |x: &Tensor| x.narrow(1, t, 1)?.transpose(1, 2)?.contiguous();
        let number = |x: &Tensor| vector(&x.unsqueeze(3)?);
        state = state.broadcast_mul(&number(keep)?)?;
        let k = vector(key)?;
        let held = k.matmul(&state)?;
        let new = (vector(value)? - held)?.broadcast_mul(&number(strength)?)?;
        state = (state + k.transpose(2, 3)?.contiguous()?.matmul(&new)?)?;
        outputs.push(vector(query)?.matmul(&state)?.transpose(1, 2)?);
    }
    memory.state = Some(state);
    Tensor::cat(&outputs, 1)
}
