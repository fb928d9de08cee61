//! Queries that experts make, each token's by those that a router picks.

use super::Source;
use super::linear::Linear;
use super::router::Router;
use crate::LoadError;
use arbor_genome::gene;
use candle_core::{Result, Tensor};

#[derive(Clone, Debug)]
pub(super) struct Routed {
    router: Router,
    /// To the queries of all experts.
    map: Linear,
    experts: usize,
}

/// Which experts' heads serve each token.
pub(super) struct Picked {
    /// Rows of all tokens' experts, token by token.
    rows: Tensor,
    /// What the heads' output is multiplied with, `[rows, 1]`.
    weights: Tensor,
    /// Experts of a token.
    best: usize,
    /// Experts that there are.
    experts: usize,
}

impl Routed {
    /// `each` is the width of one expert's queries.
    pub(super) fn new(
        router: &gene::Router,
        map: &gene::Linear,
        each: usize,
        source: &Source<'_>,
    ) -> std::result::Result<Self, LoadError> {
        Ok(Self {
            router: Router::new(router, source)?,
            experts: super::size(map.outputs()) / each.max(1),
            map: Linear::new(map, source)?,
        })
    }

    pub(super) fn pick(&self, x: &Tensor) -> Result<Picked> {
        let (b, s, w) = x.dims3()?;
        let picked = self.router.forward(&x.reshape((b * s, w))?)?;
        let experts = self.experts;
        let rows = picked.iter().enumerate().flat_map(|(token, picked)| {
            let row = move |(expert, _): &(usize, f32)| (token * experts + expert) as u32;
            picked.iter().map(row)
        });
        let weights = picked.iter().flatten().map(|(_, weight)| *weight);
        let weights = Tensor::from_iter(weights, x.device())?.to_dtype(x.dtype())?;
        Ok(Picked {
            rows: Tensor::from_iter(rows, x.device())?,
            weights: weights.unsqueeze(1)?,
            best: picked.first().map_or(0, Vec::len),
            experts,
        })
    }

    /// The queries of the experts picked, `[b, s, heads · d]`; heads that share
    /// a key-value head stand together.
    pub(super) fn queries(&self, x: &Tensor, picked: &Picked, kv_heads: usize) -> Result<Tensor> {
        let all = self.map.forward(x)?;
        let (b, s, width) = all.dims3()?;
        let each = width / picked.experts;
        all.reshape((b * s * picked.experts, each))?
            .index_select(&picked.rows, 0)?
            .reshape((b * s, picked.best, kv_heads, each / kv_heads))?
            .transpose(1, 2)?
            .reshape((b, s, picked.best * each))
    }
}

impl Picked {
    /// What the heads found, weighted, each at its expert's place; zeros at
    /// the places of experts that were not picked.
    pub(super) fn scatter(&self, joined: &Tensor, kv_heads: usize) -> Result<Tensor> {
        let (b, s, width) = joined.dims3()?;
        let each = width / self.best;
        let rows = joined
            .reshape((b * s, kv_heads, self.best, each / kv_heads))?
            .transpose(1, 2)?
            .reshape((b * s * self.best, each))?
            .broadcast_mul(&self.weights)?;
        let shape = (b * s * self.experts, each);
        Tensor::zeros(shape, joined.dtype(), joined.device())?
            .index_add(&self.rows, &rows, 0)?
            .reshape((b, s, self.experts * each))
    }
}
