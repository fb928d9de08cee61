//! Transformer-XL's relative attention with XLNet's segments.

use super::{heads_of, pick, product, table};
use crate::LoadError;
use crate::net::linear::Linear;
use crate::net::{Sight, Source, size};
use arbor_genome::gene;
use candle_core::{D, Device, Result, Tensor};

#[derive(Clone, Debug)]
pub(in crate::net) struct Xl {
    key: Linear,
    width: usize,
    /// `[1, h, 1, d]` each.
    content: Tensor,
    position: Tensor,
    segment: Tensor,
    /// `[1, h, 2, d]`.
    segments: Tensor,
    clamp: Option<i64>,
}

impl Xl {
    pub(super) fn new(
        gene: &gene::XlRelative,
        heads: usize,
        width: usize,
        source: &Source<'_>,
    ) -> std::result::Result<Self, LoadError> {
        let bias = |parameter| {
            let tensor = source.get(parameter)?;
            Ok::<_, LoadError>(tensor.reshape((1, heads, 1, width))?)
        };
        let segments = source.get(&gene.segments)?;
        Ok(Self {
            key: Linear::new(&gene.key, source)?,
            width: size(gene.key.inputs()),
            content: bias(&gene.content_bias)?,
            position: bias(&gene.position_bias)?,
            segment: bias(&gene.segment_bias)?,
            segments: segments.transpose(0, 1)?.unsqueeze(0)?.contiguous()?,
            clamp: gene.clamp.and_then(|n| i64::try_from(n).ok()),
        })
    }

    pub(super) fn scores(&self, query: &Tensor, key: &Tensor, sight: &Sight) -> Result<Tensor> {
        let (_, heads, _, d) = query.dims4()?;
        let by_content = product(key, &self.content)?.transpose(2, 3)?;
        // From the farthest key ahead of a query to the farthest behind it.
        let first = 1 - sight.queries as i64;
        let count = sight.queries + sight.keys - 1;
        let signs = self.sines(first, count, query.device())?;
        let positions = self.key.forward(&signs.to_dtype(query.dtype())?)?;
        let positions = heads_of(&positions, heads, d)?;
        let all = product(&query.broadcast_add(&self.position)?, &positions)?;
        let rows = table(sight, query.device(), |distance| distance - first)?;
        let sum = pick(&all, &rows)?.broadcast_add(&by_content)?;
        let Some(other) = &sight.segments else {
            return Ok(sum);
        };
        let both = product(&query.broadcast_add(&self.segment)?, &self.segments)?;
        let same = both.narrow(D::Minus1, 0, 1)?;
        let gap = (both.narrow(D::Minus1, 1, 1)? - &same)?;
        sum.broadcast_add(&same)? + gap.broadcast_mul(other)?
    }

    /// All sines, then all cosines of `count` distances from `first` on.
    fn sines(&self, first: i64, count: usize, device: &Device) -> Result<Tensor> {
        let step = |i: usize| 1.0 / 10_000_f32.powf(2.0 * i as f32 / self.width as f32);
        let steps: Vec<f32> = (0..self.width / 2).map(step).collect();
        let mut flat = Vec::with_capacity(count * self.width);
        for distance in (first..).take(count) {
            let distance = match self.clamp {
                Some(limit) => distance.clamp(-limit, limit),
                None => distance,
            };
            let angles = steps.iter().map(|step| f64::from(distance as f32 * step));
            flat.extend(angles.clone().map(|angle| angle.sin() as f32));
            flat.extend(angles.map(|angle| angle.cos() as f32));
        }
        Tensor::from_vec(flat, (count, self.width / 2 * 2), device)
    }
}
