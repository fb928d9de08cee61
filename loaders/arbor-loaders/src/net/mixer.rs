//! What mixes positions in a layer, behind one face.

use super::attention::{Attention, KvCache};
use super::delta::GatedDelta;
use super::feed_forward::{FeedForward, FeedState};
use super::global::{GlobalLocal, TransientGlobal};
use super::lightning::Lightning;
use super::mamba::Mamba;
use super::mamba2::Mamba2;
use super::rg_lru::RgLru;
use super::rwkv::Rwkv;
use super::shared::SharedBlock;
use super::short_convolution::ShortConvolution;
use super::{Sight, Source};
use crate::LoadError;
use arbor_genome::gene;
use candle_core::{Result, Tensor};

#[derive(Clone, Debug)]
pub(super) enum Mixer {
    Attention(Box<Attention>),
    GatedDelta(Box<GatedDelta>),
    GlobalLocal(Box<GlobalLocal>),
    TransientGlobal(Box<TransientGlobal>),
    Lightning(Box<Lightning>),
    Mamba(Box<Mamba>),
    Mamba2(Box<Mamba2>),
    RgLru(Box<RgLru>),
    Rwkv(Box<Rwkv>),
    Shared(Box<SharedBlock>),
    ShortConvolution(Box<ShortConvolution>),
    Positionwise(Box<FeedForward>),
    Sum(Vec<Mixer>),
}

/// What a mixer remembers between passes.
#[derive(Clone, Debug, Default)]
pub(super) struct MixerState {
    /// Keys and values.
    pub(super) cache: KvCache,
    /// The last inputs of a convolution, or the last one of a token shift,
    /// `[b, n, c]`.
    pub(super) tail: Option<Tensor>,
    /// A recurrence's state.
    pub(super) state: Option<Tensor>,
    /// What a feed-forward layer in a mixer's place remembers.
    feed: FeedState,
    /// What mixers side by side remember.
    parts: Vec<MixerState>,
}

impl Mixer {
    pub(super) fn new(
        gene: &gene::Mixer,
        source: &Source<'_>,
    ) -> std::result::Result<Self, LoadError> {
        Ok(match gene {
            gene::Mixer::Attention(gene) => Self::Attention(Attention::new(gene, source)?.into()),
            gene::Mixer::GatedDelta(gene) => {
                Self::GatedDelta(GatedDelta::new(gene, source)?.into())
            }
            gene::Mixer::GlobalLocal(gene) => {
                Self::GlobalLocal(GlobalLocal::new(gene, source)?.into())
            }
            gene::Mixer::TransientGlobal(gene) => {
                Self::TransientGlobal(TransientGlobal::new(gene, source)?.into())
            }
            gene::Mixer::Linear(gene) => Self::Lightning(Lightning::new(gene, source)?.into()),
            gene::Mixer::Mamba(gene) => Self::Mamba(Mamba::new(gene, source)?.into()),
            gene::Mixer::Mamba2(gene) => Self::Mamba2(Mamba2::new(gene, source)?.into()),
            gene::Mixer::RgLru(gene) => Self::RgLru(RgLru::new(gene, source)?.into()),
            gene::Mixer::Rwkv(gene) => Self::Rwkv(Rwkv::new(gene, source)?.into()),
            gene::Mixer::Shared(gene) => Self::Shared(SharedBlock::new(gene, source)?.into()),
            gene::Mixer::ShortConvolution(gene) => {
                Self::ShortConvolution(ShortConvolution::new(gene, source)?.into())
            }
            gene::Mixer::Positionwise(gene) => {
                Self::Positionwise(FeedForward::new(gene, source)?.into())
            }
            gene::Mixer::Sum(genes) => {
                let parts = genes.iter().map(|gene| Self::new(gene, source));
                Self::Sum(parts.collect::<std::result::Result<_, _>>()?)
            }
        })
    }

    /// Learned states that pass the layers before the text's, `[b, g, w]`.
    pub(super) fn beside(&self, rows: usize) -> Result<Option<Tensor>> {
        match self {
            Self::GlobalLocal(mixer) => mixer.beside(rows).map(Some),
            Self::Attention(_)
            | Self::GatedDelta(_)
            | Self::TransientGlobal(_)
            | Self::Lightning(_)
            | Self::Mamba(_)
            | Self::Mamba2(_)
            | Self::RgLru(_)
            | Self::Rwkv(_)
            | Self::Shared(_)
            | Self::ShortConvolution(_)
            | Self::Positionwise(_)
            | Self::Sum(_) => Ok(None),
        }
    }

    /// `[b, s, w]` → `[b, s, w]`; `raw` are the states before the norm.
    pub(super) fn forward(
        &self,
        x: &Tensor,
        raw: &Tensor,
        sight: &Sight,
        state: &mut MixerState,
    ) -> Result<Tensor> {
        match self {
            Self::Attention(mixer) => mixer.forward(x, sight, &mut state.cache),
            Self::GatedDelta(mixer) => mixer.forward(x, sight, state),
            Self::GlobalLocal(mixer) => mixer.forward(x, raw, sight),
            Self::TransientGlobal(mixer) => mixer.forward(x, sight),
            Self::Lightning(mixer) => mixer.forward(x, sight, state),
            Self::Mamba(mixer) => mixer.forward(x, sight, state),
            Self::Mamba2(mixer) => mixer.forward(x, sight, state),
            Self::RgLru(mixer) => mixer.forward(x, sight, state),
            Self::Rwkv(mixer) => mixer.forward(x, sight, state),
            Self::Shared(mixer) => mixer.forward(x, sight, state),
            Self::ShortConvolution(mixer) => mixer.forward(x, sight, state),
            Self::Positionwise(layer) => layer.forward(x, sight, &mut state.feed),
            Self::Sum(mixers) => {
                state.parts.resize_with(mixers.len(), Default::default);
                let mut sum = x.zeros_like()?;
                for (mixer, part) in mixers.iter().zip(&mut state.parts) {
                    sum = (sum + mixer.forward(x, raw, sight, part)?)?;
                }
                Ok(sum)
            }
        }
    }
}
