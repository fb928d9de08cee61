//! A norm of the last dimension: two passes over each row while it is near.

use super::number::{Number, whole, with_numbers};
use super::vector::{LANES, sum};
use candle_core::{CpuStorage, CustomOp1, Layout, Result, Shape, Tensor};
use multiversion::multiversion;
use rayon::prelude::*;

/// Rows of fewer numbers in all are not worth another thread.
const ALONE: usize = 1 << 14;

pub(crate) struct Norm<'n> {
    /// Whether the mean is taken off.
    pub(crate) centred: bool,
    pub(crate) epsilon: f64,
    /// Its length divides every row's; rows begin anew where it ends.
    pub(crate) gain: Option<&'n [f32]>,
    pub(crate) bias: Option<&'n [f32]>,
    /// Numbers that are normed together.
    pub(crate) width: usize,
}

/// `[…, w]` → `[…, w]`.
pub(crate) fn normed(x: &Tensor, norm: &Norm<'_>) -> Result<Tensor> {
    x.contiguous()?.apply_op1_no_bwd(norm)
}

impl CustomOp1 for Norm<'_> {
    fn name(&self) -> &'static str {
        "norm"
    }

    fn cpu_fwd(&self, storage: &CpuStorage, layout: &Layout) -> Result<(CpuStorage, Shape)> {
        with_numbers!(storage, "norm", run(self, storage, layout))
    }
}

fn run<T: Number>(
    norm: &Norm<'_>,
    storage: &CpuStorage,
    layout: &Layout,
) -> Result<(CpuStorage, Shape)> {
    let x = whole::<T>(storage, layout)?;
    let mut y = vec![T::zero(); x.len()];
    let width = norm.width.max(1);
    let period = norm.gain.or(norm.bias).map_or(width, <[f32]>::len);
    let stretch = period.max(width) * (ALONE / 4 / period.max(width)).max(1);
    let work = |(y, x): (&mut [T], &[T])| rows(x, y, width, norm);
    if x.len() < ALONE {
        work((&mut y, x));
    } else {
        y.par_chunks_mut(stretch)
            .zip(x.par_chunks(stretch))
            .for_each(work);
    }
    Ok((T::to_cpu_storage_owned(y), layout.shape().clone()))
}

#[multiversion(targets("x86_64+avx2+fma"))]
fn rows<T: Number>(x: &[T], y: &mut [T], width: usize, norm: &Norm<'_>) {
    let mut row = vec![0.0_f32; width];
    let mut at = 0;
    for (x, y) in x.chunks_exact(width).zip(y.chunks_exact_mut(width)) {
        for (row, x) in row.iter_mut().zip(x) {
            *row = x.single();
        }
        if norm.centred {
            let mean = added(&row, |n| n) / width as f32;
            for row in &mut row {
                *row -= mean;
            }
        }
        let variance = added(&row, |n| n * n) / width as f32;
        let scale = 1.0 / (f64::from(variance) + norm.epsilon).sqrt();
        let scale = scale as f32;
        for row in &mut row {
            *row *= scale;
        }
        if let Some(gain) = norm.gain {
            for (row, gain) in row.iter_mut().zip(&gain[at % gain.len()..]) {
                *row *= gain;
            }
        }
        if let Some(bias) = norm.bias {
            for (row, bias) in row.iter_mut().zip(&bias[at % bias.len()..]) {
                *row += bias;
            }
        }
        for (y, row) in y.iter_mut().zip(&row) {
            *y = T::from_single(*row);
        }
        at += width;
    }
}

#[inline(always)]
fn added(row: &[f32], of: impl Fn(f32) -> f32) -> f32 {
    let (blocks, rest) = row.as_chunks::<LANES>();
    let mut lanes = [0.0; LANES];
    for block in blocks {
        for (lane, n) in lanes.iter_mut().zip(block) {
            *lane += of(*n);
        }
    }
    sum(lanes) + rest.iter().map(|n| of(*n)).sum::<f32>()
}
