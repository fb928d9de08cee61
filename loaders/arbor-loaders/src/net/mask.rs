//! Which positions see which: causal, window and padding masks as numbers to
//! add to scores.

use crate::LoadError;
use arbor_model::Mask;
use candle_core::{DType, Device, Result, Tensor};

/// Rows of tokens that are run together.
#[derive(Clone, Debug)]
pub(crate) struct Rows {
    /// For each row and position whether a token stands there: padding is
    /// `false`. None: tokens everywhere.
    pub(crate) real: Option<Vec<Vec<bool>>>,
}

/// What the queries of one pass may see.
#[derive(Clone, Debug)]
pub(crate) struct Sight {
    /// Positions before the first query.
    pub(crate) past: usize,
    /// Queries.
    pub(crate) queries: usize,
    /// Keys.
    pub(crate) keys: usize,
    pub(crate) mask: Mask,
    /// `[b, 1, 1, keys]`: 0 for tokens, a large negative number for padding.
    pub(crate) padding: Option<Tensor>,
    /// The embeddings of the queries, `[b, s, w]`.
    pub(crate) origin: Tensor,
    /// `[b, 1, queries, keys]`: 1 where they are of different segments.
    pub(crate) segments: Option<Tensor>,
    /// Whether the keys are those that the content of this pass has left in
    /// the cache.
    pub(crate) cached: bool,
}

/// Added to a score that must not count. Not an infinity: a row that sees
/// nothing must stay finite.
pub(crate) const HIDDEN: f32 = -3.0e38;

impl Rows {
    /// The mask of padding as scores have it.
    pub(crate) fn padding(
        &self,
        device: &Device,
    ) -> std::result::Result<Option<Tensor>, LoadError> {
        let Some(rows) = &self.real else {
            return Ok(None);
        };
        let keys = rows.first().map_or(0, Vec::len);
        let flat: Vec<f32> = rows
            .iter()
            .flatten()
            .map(|real| if *real { 0.0 } else { HIDDEN })
            .collect();
        Ok(Some(Tensor::from_vec(
            flat,
            (rows.len(), 1, 1, keys),
            device,
        )?))
    }
}

impl Sight {
    /// `[b, s, 1]`: one for tokens, zero for padding; none without padding.
    pub(super) fn real(&self) -> Result<Option<Tensor>> {
        let Some(padding) = &self.padding else {
            return Ok(None);
        };
        let (b, _, _, keys) = padding.dims4()?;
        let new = padding.narrow(3, keys.saturating_sub(self.queries), self.queries)?;
        let real = new.ge(0.0)?.to_dtype(DType::F32)?;
        real.reshape((b, self.queries, 1)).map(Some)
    }

    /// `[b, s, c]` with padding made zero, so that no recurrence sees it.
    pub(super) fn hide(&self, x: &Tensor) -> Result<Tensor> {
        match self.real()? {
            Some(real) => x.broadcast_mul(&real.to_dtype(x.dtype())?),
            None => Ok(x.clone()),
        }
    }

    /// What is added to scores `[b, h, queries, keys]`; none where every
    /// query sees every key.
    pub(super) fn scores(&self, window: Option<u64>, device: &Device) -> Result<Option<Tensor>> {
        let window = window.map(super::size);
        let both = match self.mask {
            Mask::Bidirectional | Mask::None => true,
            Mask::Causal | Mask::Prefix | Mask::Mixed => false,
        };
        let sees = |query: usize, key: usize| {
            let at = self.past + query;
            let near = window.is_none_or(|window| at.abs_diff(key) < window);
            near && (both || key <= at)
        };
        let all = both && window.is_none_or(|window| window >= self.keys);
        let shape = if all {
            None
        } else {
            let mut flat = Vec::with_capacity(self.queries * self.keys);
            for query in 0..self.queries {
                flat.extend((0..self.keys).map(|key| if sees(query, key) { 0.0 } else { HIDDEN }));
            }
            Some(Tensor::from_vec(
                flat,
                (1, 1, self.queries, self.keys),
                device,
            )?)
        };
        match (shape, &self.padding) {
            (Some(shape), Some(padding)) => {
                // The sum of two would overflow.
                Ok(Some(shape.broadcast_minimum(padding)?))
            }
            (Some(shape), None) => Ok(Some(shape)),
            (None, padding) => Ok(padding.clone()),
        }
    }
}
