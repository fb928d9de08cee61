//! A layer: mixer, cross-attention and feed-forward layer joined to the
//! residual stream as the placement says.

use super::attention::{Attention, KvCache};
use super::feed_forward::{FeedForward, FeedState};
use super::mixer::{Mixer, MixerState};
use super::norm::Norm;
use super::placement::Norms;
use super::{Sight, Source};
use crate::{LoadError, kernel};
use arbor_genome::gene;
use candle_core::{Result, Tensor};

#[derive(Clone, Debug)]
pub(super) struct Layer {
    pub(super) mixer: Mixer,
    cross: Option<(Attention, Norm, Option<Norm>)>,
    feed_forward: FeedForward,
    norms: Norms,
    residual: [(f64, f64); 2],
}

/// What a layer remembers between passes.
#[derive(Clone, Debug, Default)]
pub(super) struct LayerState {
    mixer: MixerState,
    cross: KvCache,
    feed: FeedState,
}

impl Layer {
    pub(super) fn new(
        gene: &gene::Block,
        source: &Source<'_>,
    ) -> std::result::Result<Self, LoadError> {
        let cross = gene.cross.as_ref().map(|cross| {
            let after = cross
                .norms
                .1
                .as_ref()
                .map(|norm| Norm::new(norm, source))
                .transpose()?;
            Ok::<_, LoadError>((
                Attention::new(&cross.attention, source)?,
                Norm::new(&cross.norms.0, source)?,
                after,
            ))
        });
        Ok(Self {
            mixer: Mixer::new(&gene.mixer, source)?,
            cross: cross.transpose()?,
            feed_forward: FeedForward::new(&gene.feed_forward, source)?,
            norms: Norms::new(&gene.placement, source)?,
            residual: gene.residual,
        })
    }

    pub(super) fn forward(
        &self,
        x: &Tensor,
        sight: &Sight,
        across: Option<&(&Tensor, Sight)>,
        state: &mut LayerState,
    ) -> Result<Tensor> {
        let [mix, feed] = self.residual;
        let mut ff = |x: &Tensor| self.feed_forward.forward(x, sight, &mut state.feed);
        let mut mixer = |normed: &Tensor| self.mixer.forward(normed, x, sight, &mut state.mixer);
        match &self.norms {
            Norms::Pre {
                mixer: n1,
                feed_forward: n2,
            } => {
                let x = join(x, &mixer(&n1.forward(x)?)?, mix)?;
                let x = self.cross(&x, across, &mut state.cross)?;
                match n2 {
                    Some(n2) => join(&x, &ff(&n2.forward(&x)?)?, feed),
                    None => Ok(x),
                }
            }
            Norms::Post {
                mixer: n1,
                feed_forward: n2,
            } => {
                let x = n1.forward(&join(x, &mixer(x)?, mix)?)?;
                let x = self.cross(&x, across, &mut state.cross)?;
                n2.forward(&join(&x, &ff(&x)?, feed)?)
            }
            Norms::Inner {
                mixer: n1,
                feed_forward: n2,
            } => {
                let x = join(x, &n1.forward(&mixer(x)?)?, mix)?;
                join(&x, &n2.forward(&ff(&x)?)?, feed)
            }
            Norms::Sandwich {
                mixer: [n1, n2],
                feed_forward: [n3, n4],
            } => {
                let x = join(x, &n2.forward(&mixer(&n1.forward(x)?)?)?, mix)?;
                let x = self.cross(&x, across, &mut state.cross)?;
                join(&x, &n4.forward(&ff(&n3.forward(&x)?)?)?, feed)
            }
            Norms::Parallel {
                mixer: n1,
                feed_forward: n2,
            } => {
                let normed = n1.forward(x)?;
                let second = match n2 {
                    Some(n2) => n2.forward(x)?,
                    None => normed.clone(),
                };
                let x = join(x, &mixer(&normed)?, mix)?;
                join(&x, &ff(&second)?, feed)
            }
            Norms::Normed {
                mixer: n1,
                feed_forward: n2,
            } => {
                let normed = n1.forward(x)?;
                let x = join(&normed, &mixer(&normed)?, mix)?;
                let normed = n2.forward(&x)?;
                join(&normed, &ff(&normed)?, feed)
            }
            Norms::Bare => {
                let x = join(x, &mixer(x)?, mix)?;
                join(&x, &ff(&x)?, feed)
            }
        }
    }

    /// Cross-attention, with its norm where the layer's norms stand.
    fn cross(
        &self,
        x: &Tensor,
        across: Option<&(&Tensor, Sight)>,
        cache: &mut KvCache,
    ) -> Result<Tensor> {
        let (Some((attention, n1, n2)), Some((states, sight))) = (&self.cross, across) else {
            return Ok(x.clone());
        };
        match (&self.norms, n2) {
            (Norms::Post { .. }, _) => {
                n1.forward(&(x + attention.cross(x, states, sight, cache)?)?)
            }
            (_, Some(n2)) => {
                x + n2.forward(&attention.cross(&n1.forward(x)?, states, sight, cache)?)?
            }
            (_, None) => x + attention.cross(&n1.forward(x)?, states, sight, cache)?,
        }
    }
}

/// The residual stream and a branch, each with its factor.
fn join(x: &Tensor, branch: &Tensor, (stream, factor): (f64, f64)) -> Result<Tensor> {
    let branch = if factor == 1.0 {
        branch.clone()
    } else {
        (branch * factor)?
    };
    let x = if stream == 1.0 {
        x.clone()
    } else {
        (x * stream)?
    };
    if kernel::serves(&x) && x.dims() == branch.dims() && x.dtype() == branch.dtype() {
        kernel::sum(&x, &branch)
    } else {
        x + branch
    }
}
