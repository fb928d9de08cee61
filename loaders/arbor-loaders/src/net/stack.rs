//! A stack of layers: mixers, cross-attention and feed-forward layers joined
//! to the residual stream as the placement says.

use super::attention::{Attention, KvCache};
use super::feed_forward::{FeedForward, FeedState};
use super::mixer::{Mixer, MixerState};
use super::norm::Norm;
use super::streams::View;
use super::{Sight, Source};
use crate::LoadError;
use arbor_genome::gene::{self, Placement};
use arbor_model::Mask;
use candle_core::{Result, Tensor};

#[derive(Clone, Debug)]
enum Norms {
    Pre {
        mixer: Norm,
        feed_forward: Option<Norm>,
    },
    Post {
        mixer: Norm,
        feed_forward: Norm,
    },
    Inner {
        mixer: Norm,
        feed_forward: Norm,
    },
    Sandwich {
        mixer: [Norm; 2],
        feed_forward: [Norm; 2],
    },
    Parallel {
        mixer: Norm,
        feed_forward: Option<Norm>,
    },
    Normed {
        mixer: Norm,
        feed_forward: Norm,
    },
    Bare,
}

#[derive(Clone, Debug)]
struct Layer {
    mixer: Mixer,
    cross: Option<(Attention, Norm, Option<Norm>)>,
    feed_forward: FeedForward,
    norms: Norms,
    residual: [(f64, f64); 2],
}

/// What a layer remembers between passes.
#[derive(Clone, Debug, Default)]
struct LayerState {
    mixer: MixerState,
    cross: KvCache,
    feed: FeedState,
}

/// What a stack remembers between passes.
#[derive(Clone, Debug)]
pub(crate) struct State {
    layers: Vec<LayerState>,
    /// Positions so far.
    pub(crate) length: usize,
}

#[derive(Clone, Debug)]
pub(crate) struct Layers {
    pub(crate) mask: Mask,
    layers: Vec<Layer>,
    final_norm: Option<Norm>,
}

impl Layers {
    pub(crate) fn new(
        gene: &gene::Stack,
        source: &Source<'_>,
    ) -> std::result::Result<Self, LoadError> {
        let layers = gene.layers.iter().map(|layer| Layer::new(layer, source));
        Ok(Self {
            mask: gene.mask,
            layers: layers.collect::<std::result::Result<_, _>>()?,
            final_norm: gene
                .final_norm
                .as_ref()
                .map(|norm| Norm::new(norm, source))
                .transpose()?,
        })
    }

    /// An empty memory.
    pub(crate) fn state(&self) -> State {
        State {
            layers: vec![LayerState::default(); self.layers.len()],
            length: 0,
        }
    }

    /// `[b, s, w]` → `[b, s, w]`. `source` are an encoder's states and what
    /// may be seen of them.
    pub(crate) fn forward(
        &self,
        x: &Tensor,
        padding: Option<Tensor>,
        source: Option<(&Tensor, Option<Tensor>)>,
        state: &mut State,
    ) -> Result<Tensor> {
        let queries = x.dim(1)?;
        let sight = Sight {
            past: state.length,
            queries,
            keys: state.length + queries,
            mask: self.mask,
            padding,
            origin: x.clone(),
            segments: None,
            cached: false,
        };
        let across = match source {
            Some((states, padding)) => Some((
                states,
                Sight {
                    past: 0,
                    queries,
                    keys: states.dim(1)?,
                    mask: Mask::Bidirectional,
                    padding,
                    origin: x.clone(),
                    segments: None,
                    cached: false,
                },
            )),
            None => None,
        };
        let beside = match self.layers.first() {
            Some(layer) => layer.mixer.beside(x.dim(0)?)?,
            None => None,
        };
        let mut x = match &beside {
            Some(beside) => Tensor::cat(&[beside, x], 1)?,
            None => x.clone(),
        };
        for (layer, state) in self.layers.iter().zip(&mut state.layers) {
            x = layer.forward(&x, &sight, across.as_ref(), state)?;
        }
        state.length += queries;
        let x = match &beside {
            Some(beside) => x.narrow(1, beside.dim(1)?, queries)?.contiguous()?,
            None => x,
        };
        self.finish(&x)
    }

    /// Content and, where they are given, queries that see the content's
    /// keys; `[b, s, w]` → those of the queries, or of the content.
    pub(crate) fn two_streams(
        &self,
        content: &Tensor,
        query: Option<&Tensor>,
        view: &View,
        state: &mut State,
    ) -> Result<Tensor> {
        let queries = content.dim(1)?;
        let sight = |padding: &Option<Tensor>, cached| Sight {
            past: state.length,
            queries,
            keys: state.length + queries,
            mask: self.mask,
            padding: padding.clone(),
            origin: content.clone(),
            segments: view.segments.clone(),
            cached,
        };
        let (of_content, of_query) = (sight(&view.content, false), sight(&view.query, true));
        let (mut content, mut query) = (content.clone(), query.cloned());
        for (layer, state) in self.layers.iter().zip(&mut state.layers) {
            content = layer.forward(&content, &of_content, None, state)?;
            query = match query {
                Some(query) => Some(layer.forward(&query, &of_query, None, state)?),
                None => None,
            };
        }
        state.length += queries;
        self.finish(&query.unwrap_or(content))
    }

    fn finish(&self, x: &Tensor) -> Result<Tensor> {
        match &self.final_norm {
            Some(norm) => norm.forward(x),
            None => Ok(x.clone()),
        }
    }
}

impl Layer {
    fn new(gene: &gene::Block, source: &Source<'_>) -> std::result::Result<Self, LoadError> {
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

    fn forward(
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
    if stream == 1.0 {
        x + branch
    } else {
        (x * stream)? + branch
    }
}

impl Norms {
    fn new(gene: &Placement, source: &Source<'_>) -> std::result::Result<Self, LoadError> {
        let norm = |gene| Norm::new(gene, source);
        Ok(match gene {
            Placement::Pre {
                mixer,
                feed_forward,
            } => Self::Pre {
                mixer: norm(mixer)?,
                feed_forward: feed_forward.as_ref().map(norm).transpose()?,
            },
            Placement::Post {
                mixer,
                feed_forward,
            } => Self::Post {
                mixer: norm(mixer)?,
                feed_forward: norm(feed_forward)?,
            },
            Placement::Inner {
                mixer,
                feed_forward,
            } => Self::Inner {
                mixer: norm(mixer)?,
                feed_forward: norm(feed_forward)?,
            },
            Placement::Sandwich {
                mixer: [a, b],
                feed_forward: [c, d],
            } => Self::Sandwich {
                mixer: [norm(a)?, norm(b)?],
                feed_forward: [norm(c)?, norm(d)?],
            },
            Placement::Parallel {
                mixer,
                feed_forward,
            } => Self::Parallel {
                mixer: norm(mixer)?,
                feed_forward: feed_forward.as_ref().map(norm).transpose()?,
            },
            Placement::Normed {
                mixer,
                feed_forward,
            } => Self::Normed {
                mixer: norm(mixer)?,
                feed_forward: norm(feed_forward)?,
            },
            Placement::Bare => Self::Bare,
        })
    }
}
