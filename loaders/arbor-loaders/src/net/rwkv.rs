//! RWKV-4: time mixing by a weighted mean of all values so far, and channel
//! mixing; both look at the token before.

use super::linear::Linear;
use super::mixer::MixerState;
use super::{Sight, Source};
use crate::LoadError;
use arbor_genome::Parameter;
use arbor_genome::gene;
use candle_core::{DType, Result, Tensor};
use candle_nn::ops::sigmoid;

/// The largest exponent of an empty state.
const EMPTY: f64 = -1e38;

#[derive(Clone, Debug)]
pub(super) struct Rwkv {
    mix: [Tensor; 3],
    /// What the exponent loses with every position.
    decay: Tensor,
    first: Tensor,
    maps: [Linear; 3],
    output: Linear,
}

#[derive(Clone, Debug)]
pub(super) struct RwkvFeedForward {
    mix: [Tensor; 2],
    maps: [Linear; 3],
}

fn three(
    maps: &[gene::Linear; 3],
    source: &Source<'_>,
) -> std::result::Result<[Linear; 3], LoadError> {
    let [a, b, c] = maps;
    Ok([
        Linear::new(a, source)?,
        Linear::new(b, source)?,
        Linear::new(c, source)?,
    ])
}

fn row(parameter: &Parameter, source: &Source<'_>) -> std::result::Result<Tensor, LoadError> {
    Ok(source.get(parameter)?.flatten_all()?)
}

/// The state before each position, zero before the first one.
fn shifted(x: &Tensor, last: &mut Option<Tensor>) -> Result<Tensor> {
    let length = x.dim(1)?;
    let first = match last.take() {
        Some(last) => last,
        None => x.narrow(1, 0, 1)?.zeros_like()?,
    };
    *last = Some(x.narrow(1, length - 1, 1)?.contiguous()?);
    Tensor::cat(&[&first, &x.narrow(1, 0, length - 1)?], 1)
}

fn blend(x: &Tensor, before: &Tensor, mix: &Tensor) -> Result<Tensor> {
    x.broadcast_mul(mix)? + before.broadcast_mul(&(1.0 - mix)?)?
}

impl Rwkv {
    pub(super) fn new(
        gene: &gene::Rwkv,
        source: &Source<'_>,
    ) -> std::result::Result<Self, LoadError> {
        let [key, value, receptance] = &gene.mix;
        Ok(Self {
            mix: [
                row(key, source)?,
                row(value, source)?,
                row(receptance, source)?,
            ],
            decay: source.single(&gene.decay)?.exp()?.neg()?,
            first: source.single(&gene.first)?,
            maps: three(&gene.maps, source)?,
            output: Linear::new(&gene.output, source)?,
        })
    }

    pub(super) fn forward(
        &self,
        x: &Tensor,
        sight: &Sight,
        memory: &mut MixerState,
    ) -> Result<Tensor> {
        let x = sight.hide(x)?;
        let before = shifted(&x, &mut memory.tail)?;
        let mapped = |at: usize| self.maps[at].forward(&blend(&x, &before, &self.mix[at])?);
        let (key, value) = (mapped(0)?, mapped(1)?.to_dtype(DType::F32)?);
        let receptance = sigmoid(&mapped(2)?)?;
        let mut key = key.to_dtype(DType::F32)?;
        if let Some(real) = sight.real()? {
            // Padding must weigh nothing, not one.
            key = key.broadcast_add(&((real - 1.0)? * 1e30)?)?;
        }
        let mixed = self.scan(&key, &value, memory)?.to_dtype(x.dtype())?;
        self.output.forward(&(receptance * mixed)?)
    }

    /// Numerator and denominator are kept divided by `exp(largest)`, so that
    /// no exponential overflows.
    fn scan(&self, key: &Tensor, value: &Tensor, memory: &mut MixerState) -> Result<Tensor> {
        let length = key.dim(1)?;
        let part = |x: &Tensor, at: usize| x.narrow(1, at, 1);
        let (mut above, mut below, mut largest) = match memory.state.take() {
            Some(state) => (part(&state, 0)?, part(&state, 1)?, part(&state, 2)?),
            None => {
                let zero = part(key, 0)?.zeros_like()?;
                (zero.clone(), zero.clone(), (zero + EMPTY)?)
            }
        };
        let mut outputs = Vec::with_capacity(length);
        for t in 0..length {
            let (k, v) = (part(key, t)?, part(value, t)?);
            let now = k.broadcast_add(&self.first)?;
            let top = largest.maximum(&now)?;
            let (old, new) = ((&largest - &top)?.exp()?, (now - &top)?.exp()?);
            let sum = ((&old * &above)? + (&new * &v)?)?;
            outputs.push((sum / ((&old * &below)? + &new)?)?);

            let faded = largest.broadcast_add(&self.decay)?;
            let top = faded.maximum(&k)?;
            let (old, new) = ((faded - &top)?.exp()?, (k - &top)?.exp()?);
            above = ((&old * above)? + (&new * v)?)?;
            below = ((old * below)? + new)?;
            largest = top;
        }
        memory.state = Some(Tensor::cat(&[above, below, largest], 1)?);
        Tensor::cat(&outputs, 1)
    }
}

impl RwkvFeedForward {
    pub(super) fn new(
        gene: &gene::RwkvFeedForward,
        source: &Source<'_>,
    ) -> std::result::Result<Self, LoadError> {
        let [key, receptance] = &gene.mix;
        Ok(Self {
            mix: [row(key, source)?, row(receptance, source)?],
            maps: three(&gene.maps, source)?,
        })
    }

    /// `[b, s, w]` → `[b, s, w]`, after the state remembered in `last`.
    pub(super) fn forward(&self, x: &Tensor, last: &mut Option<Tensor>) -> Result<Tensor> {
        let before = shifted(x, last)?;
        let [key, value, receptance] = &self.maps;
        let keys = key.forward(&blend(x, &before, &self.mix[0])?)?;
        let values = value.forward(&keys.relu()?.sqr()?)?;
        sigmoid(&receptance.forward(&blend(x, &before, &self.mix[1])?)?)? * values
    }
}
