//! What is added to scores by distance: slopes and learned buckets.

use super::{Sight, Source, size};
use crate::LoadError;
use arbor_genome::gene::{ScoreBias, Sides, Slopes};
use candle_core::{DType, Device, Result, Tensor};

#[derive(Clone, Debug)]
pub(super) enum Bias {
    None,
    /// A slope for each head; where products are rounded, what they are
    /// multiplied with.
    Slopes {
        slopes: Vec<f32>,
        rounded: Option<f32>,
    },
    /// `[buckets, h]`.
    Buckets {
        table: Tensor,
        max_distance: u64,
        sides: Sides,
    },
}

impl Bias {
    pub(super) fn new(
        gene: &ScoreBias,
        heads: u64,
        source: &Source<'_>,
    ) -> std::result::Result<Self, LoadError> {
        Ok(match gene {
            // What needs queries and keys is `relative`'s.
            ScoreBias::None
            | ScoreBias::Disentangled(_)
            | ScoreBias::Distances(_)
            | ScoreBias::Xl(_) => Self::None,
            ScoreBias::Alibi(slopes) => Self::Slopes {
                slopes: slopes_of(*slopes, size(heads)),
                rounded: match slopes {
                    Slopes::Standard | Slopes::Mpt { .. } => None,
                    Slopes::StandardBf16 { scale } => Some(*scale as f32),
                },
            },
            ScoreBias::Buckets {
                table,
                max_distance,
                sides,
            } => Self::Buckets {
                table: source.get(table)?.to_dtype(DType::F32)?,
                max_distance: *max_distance,
                sides: *sides,
            },
        })
    }

    /// `[1, h, queries, keys]`, where there is a bias.
    pub(super) fn scores(&self, sight: &Sight, device: &Device) -> Result<Option<Tensor>> {
        match self {
            Self::None => Ok(None),
            Self::Slopes { slopes, rounded } => {
                // By the key's position: within a row of scores only
                // differences count, and this is how the originals add it.
                let product = |slope: f32, key: usize| match rounded {
                    None => slope * key as f32,
                    Some(scale) => half(slope * half(key as f32)) * scale,
                };
                let keys = 0..sight.keys;
                let flat: Vec<f32> = slopes
                    .iter()
                    .flat_map(|slope| keys.clone().map(|key| product(*slope, key)))
                    .collect();
                let shape = (1, slopes.len(), 1, sight.keys);
                Ok(Some(Tensor::from_vec(flat, shape, device)?))
            }
            Self::Buckets {
                table,
                max_distance,
                sides,
            } => {
                let (buckets, heads) = table.dims2()?;
                let mut numbers = Vec::with_capacity(sight.queries * sight.keys);
                for query in 0..sight.queries {
                    for key in 0..sight.keys {
                        let distance = key as i64 - (sight.past + query) as i64;
                        numbers.push(bucket(
                            distance,
                            *sides,
                            buckets as i64,
                            *max_distance as i64,
                        ));
                    }
                }
                let numbers = Tensor::from_vec(numbers, sight.queries * sight.keys, device)?;
                let found = table.index_select(&numbers, 0)?;
                let found = found.reshape((sight.queries, sight.keys, heads))?;
                Ok(Some(found.permute((2, 0, 1))?.unsqueeze(0)?.contiguous()?))
            }
        }
    }
}

/// The bucket of a distance (key minus query), as T5's
/// `_relative_position_bucket` computes it, in single precision.
pub(super) fn bucket(distance: i64, sides: Sides, buckets: i64, max_distance: i64) -> u32 {
    let (start, buckets, distance) = match sides {
        Sides::Both => {
            let half = buckets / 2;
            (if distance > 0 { half } else { 0 }, half, distance.abs())
        }
        Sides::Past => (0, buckets, (-distance).max(0)),
    };
    let exact = buckets / 2;
    let within = if distance < exact || exact == 0 {
        distance.min(buckets - 1)
    } else {
        let log = (distance as f32 / exact as f32).ln();
        let scale = (max_distance as f64 / exact as f64).ln() as f32;
        let far = exact.saturating_add((log / scale * (buckets - exact) as f32) as i64);
        far.min(buckets - 1)
    };
    u32::try_from(start + within).unwrap_or(0)
}

fn slopes_of(kind: Slopes, heads: usize) -> Vec<f32> {
    let geometric = |count: usize, max: f64| -> Vec<f64> {
        (1..=count)
            .map(|i| 2_f64.powf(-max * i as f64 / count as f64))
            .collect()
    };
    let slopes = match kind {
        Slopes::Standard | Slopes::StandardBf16 { .. } => {
            let whole = 1 << heads.ilog2();
            let mut slopes = geometric(whole, 8.0);
            slopes.extend(
                geometric(2 * whole, 8.0)
                    .into_iter()
                    .step_by(2)
                    .take(heads - whole),
            );
            slopes
        }
        Slopes::Mpt { max } => {
            let whole = heads.next_power_of_two();
            let all = geometric(whole, max);
            if whole == heads {
                all
            } else {
                let odd = all.iter().skip(1).step_by(2);
                odd.chain(all.iter().step_by(2))
                    .copied()
                    .take(heads)
                    .collect()
            }
        }
    };
    let rounded = |slope: f64| match kind {
        Slopes::StandardBf16 { .. } => half(slope as f32),
        Slopes::Standard | Slopes::Mpt { .. } => slope as f32,
    };
    slopes.into_iter().map(rounded).collect()
}

/// Rounds to bfloat16, to even.
fn half(x: f32) -> f32 {
    let bits = x.to_bits();
    let rounded = bits.wrapping_add(0x7fff + ((bits >> 16) & 1)) & 0xffff_0000;
    f32::from_bits(rounded)
}
