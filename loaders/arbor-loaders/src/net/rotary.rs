//! Rotary positions. Frequencies follow transformers'
//! `modeling_rope_utils.py`; angles are computed in double precision.

use super::size;
use crate::kernel;
use arbor_genome::gene::{self, RotaryPairs, RotaryScaling};
use candle_core::{D, DType, Result, Tensor};
use std::f64::consts::PI;
use std::sync::{Arc, Mutex, PoisonError};

#[derive(Clone, Debug)]
pub(super) struct Rotary {
    pub(super) gene: gene::Rotary,
    /// The turns asked for last: all layers ask for the same in one pass.
    last: Arc<Mutex<Arc<Turns>>>,
}

/// Cosines and sines for some positions, `[s, width / 2]` each.
#[derive(Debug, Default)]
pub(super) struct Turns {
    positions: [usize; 2],
    half: usize,
    cos: Vec<f32>,
    sin: Vec<f32>,
}

impl Rotary {
    pub(super) fn new(gene: &gene::Rotary) -> Self {
        Self {
            gene: gene.clone(),
            last: Arc::default(),
        }
    }

    /// What it was made from.
    pub(super) const fn gene(&self) -> &gene::Rotary {
        &self.gene
    }

    /// Frequencies for sequences of this length, and what sines and cosines
    /// are multiplied with.
    fn frequencies(&self, length: usize) -> (Vec<f64>, f64) {
        let width = self.gene.width as f64;
        let count = size(self.gene.width) / 2;
        let plain = |base: f64| -> Vec<f64> {
            (0..count)
                .map(|i| base.powf(-2.0 * i as f64 / width))
                .collect()
        };
        let base = self.gene.base;
        match &self.gene.scaling {
            RotaryScaling::None => (plain(base), 1.0),
            RotaryScaling::Linear { factor } => {
                (plain(base).into_iter().map(|f| f / factor).collect(), 1.0)
            }
            RotaryScaling::Dynamic { factor, original } => {
                let grown = (length as f64).max(*original as f64);
                let stretch = factor * grown / *original as f64 - (factor - 1.0);
                (plain(base * stretch.powf(width / (width - 2.0))), 1.0)
            }
            RotaryScaling::Ntk { alpha } => (plain(base * alpha.powf(width / (width - 2.0))), 1.0),
            RotaryScaling::Steps {
                original, stepped, ..
            } => {
                let doubled = (length.max(1) as f64 / *original as f64).log2() + 1.0;
                let alpha = (doubled.ceil().exp2() - 1.0).max(1.0);
                let alpha = if *stepped { alpha } else { 1.0 };
                (plain(base * alpha.powf(width / (width - 2.0))), 1.0)
            }
            RotaryScaling::Llama3 {
                factor,
                low,
                high,
                original,
            } => {
                let original = *original as f64;
                let scaled = plain(base).into_iter().map(|f| {
                    let turns = original * f / (2.0 * PI);
                    if turns < *low {
                        f / factor
                    } else if turns > *high {
                        f
                    } else {
                        let smooth = (turns - low) / (high - low);
                        (1.0 - smooth) * f / factor + smooth * f
                    }
                });
                (scaled.collect(), 1.0)
            }
            RotaryScaling::Yarn {
                factor,
                original,
                beta_fast,
                beta_slow,
                truncate,
                attention_factor,
            } => {
                let bound = |turns: f64| {
                    width * (*original as f64 / (turns * 2.0 * PI)).ln() / (2.0 * base.ln())
                };
                let (mut low, mut high) = (bound(*beta_fast), bound(*beta_slow));
                if *truncate {
                    (low, high) = (low.floor(), high.ceil());
                }
                let (low, mut high) = (low.max(0.0), high.min(width - 1.0));
                if low == high {
                    high += 0.001;
                }
                let scaled = plain(base).into_iter().enumerate().map(|(i, f)| {
                    let ramp = ((i as f64 - low) / (high - low)).clamp(0.0, 1.0);
                    f / factor * ramp + f * (1.0 - ramp)
                });
                (scaled.collect(), *attention_factor)
            }
            RotaryScaling::LongRope {
                short,
                long,
                original,
                attention_factors: [near, far],
            } => {
                let (factors, attention_factor) = if length as u64 > *original {
                    (long, far)
                } else {
                    (short, near)
                };
                let scaled = plain(base)
                    .into_iter()
                    .zip(&**factors)
                    .map(|(f, by)| f / by);
                (scaled.collect(), *attention_factor)
            }
        }
    }

    /// Cosines and sines for `count` positions from `start` on.
    pub(super) fn turns(&self, start: usize, count: usize) -> Arc<Turns> {
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        if last.positions != [start, count] {
            *last = Arc::new(self.make_turns(start, count));
        }
        Arc::clone(&last)
    }

    fn make_turns(&self, start: usize, count: usize) -> Turns {
        let (frequencies, factor) = self.frequencies(start + count);
        let mut cos = Vec::with_capacity(count * frequencies.len());
        let mut sin = Vec::with_capacity(count * frequencies.len());
        for position in start..start + count {
            for frequency in &frequencies {
                // The reference rounds frequency and angle to single precision.
                let angle = f64::from(position as f32 * *frequency as f32);
                cos.push((angle.cos() * factor) as f32);
                sin.push((angle.sin() * factor) as f32);
            }
        }
        let back = self.gene.pairs == RotaryPairs::HalvesBack;
        if back {
            sin.iter_mut().for_each(|sin| *sin = -*sin);
        }
        Turns {
            positions: [start, count],
            half: frequencies.len(),
            cos,
            sin,
        }
    }

    /// Rotates `[b, h, s, d]`; numbers beyond the rotated width pass.
    pub(super) fn apply(&self, x: &Tensor, turns: &Turns) -> Result<Tensor> {
        let (b, h, s, d) = x.dims4()?;
        let width = size(self.gene.width).min(d);
        let half = width / 2;
        if kernel::serves(x) && half == turns.half {
            let pairs = match self.gene.pairs {
                RotaryPairs::Halves | RotaryPairs::HalvesBack => kernel::Pairs::Halves,
                RotaryPairs::Neighbours => kernel::Pairs::Neighbours,
            };
            return kernel::rotated(x, pairs, &turns.cos, &turns.sin, half);
        }
        let dtype = x.dtype();
        let rotated = x.narrow(D::Minus1, 0, width)?.to_dtype(DType::F32)?;
        let (first, second) = match self.gene.pairs {
            RotaryPairs::Halves | RotaryPairs::HalvesBack => (
                rotated.narrow(D::Minus1, 0, half)?,
                rotated.narrow(D::Minus1, half, half)?,
            ),
            RotaryPairs::Neighbours => {
                let pairs = rotated.contiguous()?.reshape((b, h, s, half, 2))?;
                (
                    pairs.narrow(4, 0, 1)?.squeeze(4)?,
                    pairs.narrow(4, 1, 1)?.squeeze(4)?,
                )
            }
        };
        let table = |numbers: &[f32]| Tensor::from_slice(numbers, (s, turns.half), x.device());
        let (cos, sin) = (table(&turns.cos)?, table(&turns.sin)?);
        let turned_first = (first.broadcast_mul(&cos)? - second.broadcast_mul(&sin)?)?;
        let turned_second = (second.broadcast_mul(&cos)? + first.broadcast_mul(&sin)?)?;
        let turned = match self.gene.pairs {
            RotaryPairs::Halves | RotaryPairs::HalvesBack => {
                Tensor::cat(&[&turned_first, &turned_second], D::Minus1)?
            }
            RotaryPairs::Neighbours => {
                Tensor::stack(&[&turned_first, &turned_second], 4)?.reshape((b, h, s, width))?
            }
        };
        let turned = turned.to_dtype(dtype)?;
        if width == d {
            return Ok(turned);
        }
        Tensor::cat(
            &[&turned, &x.narrow(D::Minus1, width, d - width)?],
            D::Minus1,
        )
    }
}
