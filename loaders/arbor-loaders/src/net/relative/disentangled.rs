//! DeBERTa's disentangled attention: content asks for positions, positions
//! ask for content.

use super::{heads_of, pick, product, table};
use crate::LoadError;
use crate::net::linear::Linear;
use crate::net::norm::Norm;
use crate::net::{Sight, Source};
use arbor_genome::gene;
use candle_core::{Result, Tensor};

#[derive(Clone, Debug)]
pub(in crate::net) struct Disentangled {
    /// `[1, h, 2 · span, d]`, where content asks for positions.
    keys: Option<Tensor>,
    /// The same, where positions ask for content.
    queries: Option<Tensor>,
    span: i64,
    buckets: Option<i64>,
    max_distance: i64,
}

impl Disentangled {
    /// Positions pass their maps once, here.
    pub(super) fn new(
        gene: &gene::Disentangled,
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
        Ok(Self {
            keys: mapped(&gene.content_to_position)?,
            queries: mapped(&gene.position_to_content)?,
            span: whole(gene.span),
            buckets: gene.buckets.map(whole),
            max_distance: whole(gene.max_distance),
        })
    }

    pub(super) fn scores(
        &self,
        query: &Tensor,
        key: &Tensor,
        sight: &Sight,
    ) -> Result<Option<Tensor>> {
        let rows = table(sight, query.device(), |distance| {
            let row = bucket(distance, self.buckets, self.max_distance).saturating_add(self.span);
            row.clamp(0, 2 * self.span - 1)
        })?;
        let of_content = self.keys.as_ref();
        let of_content = of_content.map(|keys| pick(&product(query, keys)?, &rows));
        let of_positions = self.queries.as_ref().map(|queries| {
            pick(&product(key, queries)?, &rows.t()?)?
                .transpose(2, 3)?
                .contiguous()
        });
        Ok(match (of_content.transpose()?, of_positions.transpose()?) {
            (Some(a), Some(b)) => Some((a + b)?),
            (one, None) | (None, one) => one,
        })
    }
}

/// Near distances each have a bucket, far ones share log-spaced ones, as the
/// original computes them, in single precision.
fn bucket(distance: i64, buckets: Option<i64>, max_distance: i64) -> i64 {
    let Some(buckets) = buckets else {
        return distance;
    };
    let middle = buckets / 2;
    let far = distance.abs();
    if far <= middle || middle == 0 {
        return distance;
    }
    let log = (far as f32 / middle as f32).ln();
    let whole = (((max_distance - 1) as f64 / middle as f64) as f32).ln();
    let beyond = (log / whole * (middle - 1) as f32).ceil() as i64;
    beyond
        .saturating_add(middle)
        .saturating_mul(distance.signum())
}

#[cfg(test)]
mod tests {
    use super::bucket;

    /// As `make_log_bucket_position` of the reference gives them for 32
    /// buckets and 512 positions.
    #[test]
    fn far_distances_share_buckets() {
        let found = [0, 1, 15, 16, 17, 18, 40, 200, 511, -17, -511]
            .map(|distance| bucket(distance, Some(32), 512));
        assert_eq!(found, WANTED);
        assert_eq!(bucket(-100, None, 512), -100);
        // A hostile configuration divides by zero, and must not overflow.
        bucket(i64::from(u32::MAX), Some(2), 2);
    }

    const WANTED: [i64; 11] = [0, 1, 15, 16, 17, 17, 20, 27, 31, -17, -31];
}
