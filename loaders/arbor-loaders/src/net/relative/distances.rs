//! A vector for each distance, which keys and values are summed with: BERT's
//! relative keys, NEZHA's sines.

use super::{pick, product, table};
use crate::LoadError;
use crate::net::{Sight, Source, size};
use arbor_genome::gene::{self, DistanceTable};
use candle_core::{D, Device, Result, Tensor};

#[derive(Clone, Debug)]
pub(in crate::net) struct Distances {
    /// `[1, 1, distances, d]`.
    vectors: Tensor,
    rows: Rows,
    keys_too: bool,
    values: bool,
}

/// Which row of the vectors a distance has.
#[derive(Clone, Copy, Debug)]
enum Rows {
    /// The one of distance 0 is `middle`; distances beyond the table are
    /// refused.
    Learned { middle: i64 },
    /// The one of distance 0 is `clip`, keys ahead come later.
    Clipped { clip: i64 },
}

impl Distances {
    pub(super) fn new(
        gene: &gene::Distances,
        width: usize,
        source: &Source<'_>,
    ) -> std::result::Result<Self, LoadError> {
        let (vectors, rows) = match &gene.table {
            DistanceTable::Learned(table) => {
                let vectors = source.get(table)?;
                let middle = (vectors.dim(0)? / 2) as i64;
                (vectors, Rows::Learned { middle })
            }
            DistanceTable::Sines { clip } => {
                let count = size(clip.saturating_mul(2).saturating_add(1));
                let vectors = turns(count, width, &source.device)?.to_dtype(source.dtype)?;
                let clip = i64::try_from(*clip).unwrap_or(i64::MAX);
                (vectors, Rows::Clipped { clip })
            }
        };
        Ok(Self {
            vectors: vectors.unsqueeze(0)?.unsqueeze(0)?,
            rows,
            keys_too: gene.keys_too,
            values: gene.values,
        })
    }

    pub(super) fn scores(&self, query: &Tensor, key: &Tensor, sight: &Sight) -> Result<Tensor> {
        let rows = self.rows.table(sight, query.device())?;
        let sum = pick(&product(query, &self.vectors)?, &rows)?;
        if !self.keys_too {
            return Ok(sum);
        }
        sum + pick(&product(key, &self.vectors)?, &rows.t()?)?.transpose(2, 3)?
    }

    /// The vectors weighted as the values are.
    pub(super) fn values(&self, weights: &Tensor, sight: &Sight) -> Result<Option<Tensor>> {
        if !self.values {
            return Ok(None);
        }
        let (b, h, q, k) = weights.dims4()?;
        let rows = self.rows.table(sight, weights.device())?;
        let rows = rows.broadcast_as((b, h, q, k))?.contiguous()?;
        let shape = (b, h, q, self.vectors.dim(2)?);
        let none = Tensor::zeros(shape, weights.dtype(), weights.device())?;
        let by_distance = none.scatter_add(&rows, &weights.contiguous()?, D::Minus1)?;
        by_distance.broadcast_matmul(&self.vectors).map(Some)
    }
}

impl Rows {
    fn table(self, sight: &Sight, device: &Device) -> Result<Tensor> {
        match self {
            Self::Learned { middle } => {
                if sight.keys as i64 > middle + 1 {
                    candle_core::bail!("{} positions are more than {}", sight.keys, middle + 1);
                }
                table(sight, device, |distance| distance + middle)
            }
            Self::Clipped { clip } => {
                table(sight, device, |distance| clip - distance.clamp(-clip, clip))
            }
        }
    }
}

/// `[count, width]`: sine and cosine in turn of 0, 1, 2, ….
fn turns(count: usize, width: usize, device: &Device) -> Result<Tensor> {
    let step = |i: usize| (2.0 * i as f32 * (-(10_000_f64.ln()) / width as f64) as f32).exp();
    let steps: Vec<f32> = (0..width.div_ceil(2)).map(step).collect();
    let mut flat = Vec::with_capacity(count * width);
    for row in 0..count {
        let angles = steps.iter().map(|step| f64::from(row as f32 * step));
        let both = angles.flat_map(|angle| [angle.sin() as f32, angle.cos() as f32]);
        flat.extend(both.take(width));
    }
    Tensor::from_vec(flat, (count, width), device)
}
