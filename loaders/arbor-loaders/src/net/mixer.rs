//! What mixes positions in a layer, one of several kinds.

use super::attention::{Attention, KvCache};
use super::global::{GlobalLocal, TransientGlobal};
use super::{Sight, Source};
use crate::LoadError;
use arbor_genome::gene;
use candle_core::{Result, Tensor};

#[derive(Clone, Debug)]
pub(super) enum Mixer {
    Attention(Box<Attention>),
    GlobalLocal(Box<GlobalLocal>),
    TransientGlobal(Box<TransientGlobal>),
}

impl Mixer {
    pub(super) fn new(
        gene: &gene::Mixer,
        source: &Source<'_>,
    ) -> std::result::Result<Self, LoadError> {
        Ok(match gene {
            gene::Mixer::Attention(gene) => {
                Self::Attention(Box::new(Attention::new(gene, source)?))
            }
            gene::Mixer::GlobalLocal(gene) => {
                Self::GlobalLocal(Box::new(GlobalLocal::new(gene, source)?))
            }
            gene::Mixer::TransientGlobal(gene) => {
                Self::TransientGlobal(Box::new(TransientGlobal::new(gene, source)?))
            }
            gene::Mixer::Linear(_) => return Err(LoadError::Gene("lightning attention")),
            gene::Mixer::Mamba(_) => return Err(LoadError::Gene("Mamba")),
            gene::Mixer::Mamba2(_) => return Err(LoadError::Gene("Mamba-2")),
            gene::Mixer::RgLru(_) => return Err(LoadError::Gene("the gated linear recurrence")),
            gene::Mixer::Rwkv(_) => return Err(LoadError::Gene("RWKV")),
        })
    }

    /// Learned states that pass the layers before the text's, `[b, g, w]`.
    pub(super) fn beside(&self, rows: usize) -> Result<Option<Tensor>> {
        match self {
            Self::GlobalLocal(mixer) => mixer.beside(rows).map(Some),
            Self::Attention(_) | Self::TransientGlobal(_) => Ok(None),
        }
    }

    /// `[b, s, w]` → `[b, s, w]`; `raw` are the states before the norm.
    pub(super) fn forward(
        &self,
        x: &Tensor,
        raw: &Tensor,
        sight: &Sight,
        cache: &mut KvCache,
    ) -> Result<Tensor> {
        match self {
            Self::Attention(mixer) => mixer.forward(x, sight, cache),
            Self::GlobalLocal(mixer) => mixer.forward(x, raw, sight),
            Self::TransientGlobal(mixer) => mixer.forward(x, sight),
        }
    }
}
