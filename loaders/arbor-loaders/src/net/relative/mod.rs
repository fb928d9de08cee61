//! Scores of queries and keys against relative positions. They need the
//! queries and keys themselves, unlike `bias.rs`, and are scaled with the
//! products of content.

mod disentangled;
mod distances;
mod xl;

use super::{Sight, Source, size};
use crate::LoadError;
use arbor_genome::gene::{self, ScoreBias};
use candle_core::{D, DType, Device, Result, Tensor};
use disentangled::Disentangled;
use distances::Distances;
use xl::Xl;

#[derive(Clone, Debug)]
pub(super) enum Relative {
    None,
    Disentangled(Disentangled),
    Distances(Distances),
    Xl(Box<Xl>),
}

impl Relative {
    pub(super) fn new(
        gene: &gene::Attention,
        source: &Source<'_>,
    ) -> std::result::Result<Self, LoadError> {
        let (heads, width) = (size(gene.heads), size(gene.head_size));
        Ok(match &gene.bias {
            ScoreBias::None | ScoreBias::Alibi(_) | ScoreBias::Buckets { .. } => Self::None,
            ScoreBias::Disentangled(gene) => {
                Self::Disentangled(Disentangled::new(gene, heads, width, source)?)
            }
            ScoreBias::Distances(gene) => Self::Distances(Distances::new(gene, width, source)?),
            ScoreBias::Xl(gene) => Self::Xl(Box::new(Xl::new(gene, heads, width, source)?)),
        })
    }

    /// What is added to the products of queries `[b, h, q, d]` and keys
    /// `[b, h, k, d]` before they are scaled, in single precision.
    pub(super) fn scores(
        &self,
        query: &Tensor,
        key: &Tensor,
        sight: &Sight,
    ) -> Result<Option<Tensor>> {
        match self {
            Self::None => Ok(None),
            Self::Disentangled(relative) => relative.scores(query, key, sight),
            Self::Distances(relative) => relative.scores(query, key, sight).map(Some),
            Self::Xl(relative) => relative.scores(query, key, sight).map(Some),
        }
    }

    /// What is added to the mixed values, by the weights `[b, h, q, k]`;
    /// `[b, h, q, d]`.
    pub(super) fn values(&self, weights: &Tensor, sight: &Sight) -> Result<Option<Tensor>> {
        match self {
            Self::None | Self::Disentangled(_) | Self::Xl(_) => Ok(None),
            Self::Distances(relative) => relative.values(weights, sight),
        }
    }
}

/// `[q, k]`: the row of each distance (query minus key).
fn table(sight: &Sight, device: &Device, row: impl Fn(i64) -> i64) -> Result<Tensor> {
    let mut rows = Vec::with_capacity(sight.queries * sight.keys);
    for query in 0..sight.queries {
        let at = (sight.past + query) as i64;
        rows.extend((0..sight.keys).map(|key| row(at - key as i64) as u32));
    }
    Tensor::from_vec(rows, (sight.queries, sight.keys), device)
}

/// `[b, h, n, d]` and `[1, h or 1, m, d]` → `[b, h, n, m]` in single precision.
fn product(states: &Tensor, positions: &Tensor) -> Result<Tensor> {
    let positions = positions.transpose(2, 3)?.contiguous()?;
    states
        .contiguous()?
        .broadcast_matmul(&positions)?
        .to_dtype(DType::F32)
}

/// `[b, h, n, m]` by rows `[n, k]` → `[b, h, n, k]`.
fn pick(scores: &Tensor, rows: &Tensor) -> Result<Tensor> {
    let (b, h, n, _) = scores.dims4()?;
    let rows = rows.broadcast_as((b, h, n, rows.dim(1)?))?.contiguous()?;
    scores.contiguous()?.gather(&rows, D::Minus1)
}

/// `[n, h · d]` → `[1, h, n, d]`.
fn heads_of(rows: &Tensor, heads: usize, width: usize) -> Result<Tensor> {
    let rows = rows.reshape(((), heads, width))?;
    rows.transpose(0, 1)?.unsqueeze(0)?.contiguous()
}
