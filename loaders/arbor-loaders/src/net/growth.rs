//! Queries that grow with their number beyond the positions of pre-training,
//! so that attention stays as sharp among more keys (Su 2021,
//! <https://kexue.fm/archives/8823>; Qwen's first generation). Turning is
//! `rotary`'s.

use super::rotary::Rotary;
use arbor_genome::gene::RotaryScaling;
use candle_core::{Result, Tensor};

impl Rotary {
    /// `[b, h, s, d]` from position `start` on, each multiplied with the
    /// logarithm of its number where that is beyond.
    pub(super) fn grow(&self, query: Tensor, start: usize) -> Result<Tensor> {
        let RotaryScaling::Steps {
            original,
            grown: true,
            ..
        } = self.gene.scaling
        else {
            return Ok(query);
        };
        let count = query.dim(2)?;
        let original = original as f64;
        if (start + count) as f64 <= original {
            return Ok(query);
        }
        let factor = |number: usize| ((number as f64).ln() / original.ln()).max(1.0) as f32;
        let factors: Vec<f32> = (start + 1..=start + count).map(factor).collect();
        let factors = Tensor::from_vec(factors, (count, 1), query.device())?;
        query.broadcast_mul(&factors.to_dtype(query.dtype())?)
    }
}
