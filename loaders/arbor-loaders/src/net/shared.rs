//! A transformer block that several layers share, in front of a state space.

use super::activation::gated;
use super::attention::Attention;
use super::linear::Linear;
use super::mamba2::Mamba2;
use super::mixer::MixerState;
use super::norm::Norm;
use super::{Sight, Source};
use crate::LoadError;
use arbor_genome::gene::{self, Activation};
use candle_core::{D, Result, Tensor};

#[derive(Clone, Debug)]
pub(super) struct SharedBlock {
    norm: Norm,
    attention: Attention,
    feed_forward_norm: Norm,
    gate_up: Linear,
    adapter: [Linear; 2],
    down: Linear,
    activation: Activation,
    output: Linear,
    mixer_norm: Norm,
    mixer: Mamba2,
}

impl SharedBlock {
    pub(super) fn new(
        gene: &gene::SharedBlock,
        source: &Source<'_>,
    ) -> std::result::Result<Self, LoadError> {
        let [down, up] = &gene.adapter;
        Ok(Self {
            norm: Norm::new(&gene.norm, source)?,
            attention: Attention::new(&gene.attention, source)?,
            feed_forward_norm: Norm::new(&gene.feed_forward_norm, source)?,
            gate_up: Linear::new(&gene.gate_up, source)?,
            adapter: [Linear::new(down, source)?, Linear::new(up, source)?],
            down: Linear::new(&gene.down, source)?,
            activation: gene.activation,
            output: Linear::new(&gene.output, source)?,
            mixer_norm: Norm::new(&gene.mixer_norm, source)?,
            mixer: Mamba2::new(&gene.mixer, source)?,
        })
    }

    /// What is added to `x`; the embeddings come from `sight`.
    pub(super) fn forward(
        &self,
        x: &Tensor,
        sight: &Sight,
        memory: &mut MixerState,
    ) -> Result<Tensor> {
        let both = Tensor::cat(&[x, &sight.origin], D::Minus1)?;
        let normed = self.norm.forward(&both)?;
        let seen = self.attention.forward(&normed, sight, &mut memory.cache)?;
        let seen = self.feed_forward_norm.forward(&seen)?;
        let [down, up] = &self.adapter;
        let inner = (self.gate_up.forward(&seen)? + up.forward(&down.forward(&seen)?)?)?;
        let half = inner.dim(D::Minus1)? / 2;
        let gate = inner.narrow(D::Minus1, 0, half)?;
        let inner = gated(
            self.activation,
            &gate,
            &inner.narrow(D::Minus1, half, half)?,
        )?;
        let seen = self.output.forward(&self.down.forward(&inner)?)?;
        let normed = self.mixer_norm.forward(&(x + seen)?)?;
        self.mixer.forward(&normed, sight, memory)
    }
}
