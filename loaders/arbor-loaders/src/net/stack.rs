//! A stack of layers and what it remembers.

use super::layer::{Layer, LayerState};
use super::norm::Norm;
use super::streams::View;
use super::{Sight, Source};
use crate::LoadError;
use arbor_genome::gene;
use arbor_model::Mask;
use candle_core::{Result, Tensor};

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
