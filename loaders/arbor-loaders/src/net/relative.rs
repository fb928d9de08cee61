//! Scores of queries and keys against relative positions: DeBERTa's
//! disentangled attention and Transformer-XL's as XLNet has it. They need the
//! queries and keys themselves, unlike `bias.rs`, and are scaled with the
//! products of content.

use super::linear::Linear;
use super::norm::Norm;
use super::{Sight, Source, size};
use crate::LoadError;
use arbor_genome::gene::{self, Disentangled, ScoreBias, XlRelative};
use candle_core::{D, DType, Device, Result, Tensor};

#[derive(Clone, Debug)]
pub(super) enum Relative {
    None,
    Disentangled {
        /// `[1, h, 2 · span, d]`, where content asks for positions.
        keys: Option<Tensor>,
        /// The same, where positions ask for content.
        queries: Option<Tensor>,
        distances: Distances,
    },
    Xl {
        key: Linear,
        width: usize,
        /// `[1, h, 1, d]` each.
        content: Tensor,
        position: Tensor,
        segment: Tensor,
        /// `[1, h, 2, d]`.
        segments: Tensor,
        clamp: Option<usize>,
    },
}

/// Which row of DeBERTa's table a distance has.
#[derive(Clone, Copy, Debug)]
pub(super) struct Distances {
    span: i64,
    buckets: Option<i64>,
    max: i64,
}

impl Relative {
    pub(super) fn new(
        gene: &gene::Attention,
        source: &Source<'_>,
    ) -> std::result::Result<Self, LoadError> {
        let (heads, width) = (size(gene.heads), size(gene.head_size));
        match &gene.bias {
            ScoreBias::None | ScoreBias::Alibi(_) | ScoreBias::Buckets { .. } => Ok(Self::None),
            ScoreBias::Disentangled(gene) => Self::disentangled(gene, heads, width, source),
            ScoreBias::Xl(gene) => Self::xl(gene, heads, width, source),
        }
    }

    /// Positions pass their maps once, here.
    fn disentangled(
        gene: &Disentangled,
        heads: usize,
        width: usize,
        source: &Source<'_>,
    ) -> std::result::Result<Self, LoadError> {
        let table = source.get(&gene.table)?;
        let table = match &gene.norm {
            Some(norm) => Norm::new(norm, source)?.forward(&table)?,
            None => table,
        };
        let mapped = |map: &Option<gene::Linear>| {
            let map = map.as_ref().map(|map| {
                let rows = Linear::new(map, source)?.forward(&table)?;
                Ok::<_, LoadError>(heads_of(&rows, heads, width)?)
            });
            map.transpose()
        };
        let whole = |n: u64| i64::try_from(n).unwrap_or(i64::MAX);
        Ok(Self::Disentangled {
            keys: mapped(&gene.content_to_position)?,
            queries: mapped(&gene.position_to_content)?,
            distances: Distances {
                span: whole(gene.span),
                buckets: gene.buckets.map(whole),
                max: whole(gene.max_distance),
            },
        })
    }

    fn xl(
        gene: &XlRelative,
        heads: usize,
        width: usize,
        source: &Source<'_>,
    ) -> std::result::Result<Self, LoadError> {
        let bias = |parameter| {
            let tensor = source.get(parameter)?;
            Ok::<_, LoadError>(tensor.reshape((1, heads, 1, width))?)
        };
        Ok(Self::Xl {
            key: Linear::new(&gene.key, source)?,
            width: size(gene.key.inputs()),
            content: bias(&gene.content_bias)?,
            position: bias(&gene.position_bias)?,
            segment: bias(&gene.segment_bias)?,
            segments: source
                .get(&gene.segments)?
                .transpose(0, 1)?
                .unsqueeze(0)?
                .contiguous()?,
            clamp: gene.clamp.map(size),
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
            Self::Disentangled {
                keys,
                queries,
                distances,
            } => {
                let mut sum: Option<Tensor> = None;
                if let Some(keys) = keys {
                    let rows = distances.table(sight, query.device())?;
                    sum = Some(pick(&product(query, keys)?, &rows)?);
                }
                if let Some(queries) = queries {
                    let rows = distances.table(sight, query.device())?.t()?;
                    let scores = pick(&product(key, queries)?, &rows)?.transpose(2, 3)?;
                    sum = Some(match sum {
                        Some(sum) => (sum + scores)?,
                        None => scores.contiguous()?,
                    });
                }
                Ok(sum)
            }
            Self::Xl {
                key: map,
                width,
                content,
                position,
                segment,
                segments,
                clamp,
            } => {
                let (_, heads, _, d) = query.dims4()?;
                let by_content = product(key, content)?.transpose(2, 3)?;
                // From the farthest key behind a query to the farthest ahead.
                let first = 1 - sight.queries as i64;
                let count = sight.queries + sight.keys - 1;
                let signs = sines(first, count, *width, *clamp, query.device())?;
                let signs = signs.to_dtype(query.dtype())?;
                let positions = heads_of(&map.forward(&signs)?, heads, d)?;
                let all = product(&query.broadcast_add(position)?, &positions)?;
                let rows = table(sight, query.device(), |distance| distance - first)?;
                let mut sum = pick(&all, &rows)?.broadcast_add(&by_content)?;
                if let Some(other) = &sight.segments {
                    let both = product(&query.broadcast_add(segment)?, segments)?;
                    let same = both.narrow(D::Minus1, 0, 1)?;
                    let gap = (both.narrow(D::Minus1, 1, 1)? - &same)?;
                    sum = sum.broadcast_add(&same)?;
                    sum = (sum + gap.broadcast_mul(other)?)?;
                }
                Ok(Some(sum))
            }
        }
    }
}

impl Distances {
    fn table(&self, sight: &Sight, device: &Device) -> Result<Tensor> {
        table(sight, device, |distance| {
            (self.bucket(distance) + self.span).clamp(0, 2 * self.span - 1)
        })
    }

    /// Near distances each have a bucket, far ones share log-spaced ones, as
    /// the original computes them, in single precision.
    fn bucket(&self, distance: i64) -> i64 {
        let Some(buckets) = self.buckets else {
            return distance;
        };
        let middle = buckets / 2;
        let far = distance.abs();
        if far <= middle || middle == 0 {
            return distance;
        }
        let log = (far as f32 / middle as f32).ln();
        let whole = (((self.max - 1) as f64 / middle as f64) as f32).ln();
        let beyond = (log / whole * (middle - 1) as f32).ceil() as i64;
        (beyond + middle) * distance.signum()
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

/// `[b, h, n, d]` and `[1, h, m, d]` → `[b, h, n, m]` in single precision.
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

/// All sines, then all cosines of `count` distances from `first` on.
fn sines(
    first: i64,
    count: usize,
    width: usize,
    clamp: Option<usize>,
    device: &Device,
) -> Result<Tensor> {
    let step = |i: usize| 1.0 / 10_000_f32.powf(2.0 * i as f32 / width as f32);
    let steps: Vec<f32> = (0..width / 2).map(step).collect();
    let mut flat = Vec::with_capacity(count * width);
    for distance in (first..).take(count) {
        let distance = match clamp {
            Some(limit) => distance.clamp(-(limit as i64), limit as i64),
            None => distance,
        };
        let angles = steps.iter().map(|step| f64::from(distance as f32 * step));
        flat.extend(angles.clone().map(|angle| angle.sin() as f32));
        flat.extend(angles.map(|angle| angle.cos() as f32));
    }
    Tensor::from_vec(flat, (count, width / 2 * 2), device)
}
