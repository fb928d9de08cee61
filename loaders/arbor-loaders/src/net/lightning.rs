//! MiniMax-01's lightning attention: no softmax, and a decay for each head
//! that weakens with depth.

use super::activation::activate;
use super::decay::Decayed;
use super::linear::Linear;
use super::mixer::MixerState;
use super::norm::Norm;
use super::{Sight, Source, size};
use crate::LoadError;
use arbor_genome::gene::{self, Activation};
use candle_core::{DType, Result, Tensor};
use candle_nn::ops::sigmoid;

#[derive(Clone, Debug)]
pub(super) struct Lightning {
    heads: usize,
    head_size: usize,
    qkv: Linear,
    norm: Norm,
    gate: Linear,
    output: Linear,
    activation: Activation,
    /// The logarithm of each head's decay, `[1, h, 1]`.
    decay: Tensor,
}

impl Lightning {
    pub(super) fn new(
        gene: &gene::LinearAttention,
        source: &Source<'_>,
    ) -> std::result::Result<Self, LoadError> {
        let (layer, layers) = gene.depth;
        let depth = layer as f64 / (layers as f64 - 1.0 + 1e-5);
        let factor = (1.0 - depth + 1e-5) as f32;
        let slope = |head: u64| 2_f64.powf(-8.0 * (head + 1) as f64 / gene.heads as f64) as f32;
        let decay = (0..gene.heads).map(|head| -slope(head) * factor);
        Ok(Self {
            heads: size(gene.heads),
            head_size: size(gene.head_size),
            qkv: Linear::new(&gene.qkv, source)?,
            norm: Norm::new(&gene.norm, source)?,
            gate: Linear::new(&gene.gate, source)?,
            output: Linear::new(&gene.output, source)?,
            activation: gene.activation,
            decay: Tensor::from_iter(decay, &source.device)?.reshape((1, (), 1))?,
        })
    }

    pub(super) fn forward(
        &self,
        x: &Tensor,
        sight: &Sight,
        memory: &mut MixerState,
    ) -> Result<Tensor> {
        let (b, s, _) = x.dims3()?;
        let qkv = activate(self.activation, &self.qkv.forward(x)?)?.to_dtype(DType::F32)?;
        let qkv = sight.hide(&qkv)?;
        let qkv = qkv.reshape((b, s, self.heads, 3 * self.head_size))?;
        let part = |at: usize| {
            qkv.narrow(3, at * self.head_size, self.head_size)?
                .transpose(1, 2)?
                .contiguous()
        };
        let decayed = Decayed {
            query: part(0)?,
            key: part(1)?,
            value: part(2)?,
            decay: self.decay.broadcast_as((b, self.heads, s))?.contiguous()?,
        };
        let mixed = decayed.mix(&mut memory.state)?.transpose(1, 2)?;
        let mixed = mixed.reshape((b, s, self.heads * self.head_size))?;
        let normed = self.norm.forward(&mixed.to_dtype(x.dtype())?)?;
        self.output
            .forward(&(sigmoid(&self.gate.forward(x)?)? * normed)?)
    }
}
