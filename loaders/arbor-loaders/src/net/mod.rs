//! Modules built from genes: one file for each kind of gene, each taking and
//! giving candle tensors. `Stack` composes them; `crate::Model` asks.
//!
//! Shapes: `b` rows, `s` positions, `w` width, `h` heads, `d` head width.

mod activation;
mod attention;
mod bias;
mod convolution;
mod decay;
mod delta;
mod differential;
mod embedding;
mod feed_forward;
mod global;
mod growth;
mod head;
mod layer;
mod lightning;
mod linear;
mod mamba;
mod mamba2;
mod mask;
mod mixer;
mod norm;
mod placement;
mod relative;
mod rg_lru;
mod rotary;
mod routed;
mod router;
mod rwkv;
mod shared;
mod short_convolution;
mod sinusoids;
mod stack;
mod streams;

pub(crate) use embedding::Embed;
pub(crate) use head::Answer;
pub(crate) use mask::{Rows, Sight};
pub(crate) use sinusoids::sinusoids;
pub(crate) use stack::{Layers, State};
pub(crate) use streams::TwoStreams;

use crate::{LoadError, Weights};
use arbor_genome::{Parameter, gene};
use candle_core::{DType, Device, Tensor};
use rotary::Rotary;
use std::cell::RefCell;
use std::collections::HashMap;

/// Where modules get their parameters from: each stored tensor's view is
/// made once, however many layers share it.
pub(crate) struct Source<'w> {
    pub(crate) weights: &'w Weights,
    pub(crate) dtype: DType,
    pub(crate) device: Device,
    made: RefCell<HashMap<Parameter, Tensor>>,
    rotaries: RefCell<Vec<Rotary>>,
}

impl<'w> Source<'w> {
    pub(crate) fn new(weights: &'w Weights, dtype: DType, device: Device) -> Self {
        Self {
            weights,
            dtype,
            device,
            made: RefCell::default(),
            rotaries: RefCell::default(),
        }
    }

    /// Rotations of layers that turn alike share what they remember.
    fn rotary(&self, gene: &gene::Rotary) -> Rotary {
        let mut rotaries = self.rotaries.borrow_mut();
        if let Some(rotary) = rotaries.iter().find(|rotary| rotary.gene() == gene) {
            return rotary.clone();
        }
        let rotary = Rotary::new(gene);
        rotaries.push(rotary.clone());
        rotary
    }

    pub(crate) fn get(&self, parameter: &Parameter) -> Result<Tensor, LoadError> {
        if let Some(tensor) = self.made.borrow().get(parameter) {
            return Ok(tensor.clone());
        }
        let tensor = self
            .weights
            .parameter(parameter, self.dtype, &self.device)?;
        self.made
            .borrow_mut()
            .insert(parameter.clone(), tensor.clone());
        Ok(tensor)
    }

    /// A parameter in single precision, whatever the model runs in.
    pub(crate) fn single(&self, parameter: &Parameter) -> Result<Tensor, LoadError> {
        Ok(self.get(parameter)?.to_dtype(DType::F32)?)
    }

    pub(crate) fn optional(
        &self,
        parameter: Option<&Parameter>,
    ) -> Result<Option<Tensor>, LoadError> {
        parameter.map(|parameter| self.get(parameter)).transpose()
    }
}

/// A count as the tensor library wants it.
pub(crate) fn size(count: u64) -> usize {
    usize::try_from(count).unwrap_or(usize::MAX)
}
