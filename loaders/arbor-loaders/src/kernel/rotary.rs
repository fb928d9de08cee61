//! Rotation by positions: pairs of numbers turned while they are copied from
//! the rows of a map to heads.

use super::in_rows;
use super::number::{Number, with_numbers};
use candle_core::{CpuStorage, CustomOp1, Layout, Result, Shape, Tensor};
use multiversion::multiversion;
use rayon::prelude::*;

/// Which numbers of a head turn together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Pairs {
    /// The first half with the second.
    Halves,
    /// Each with its neighbour.
    Neighbours,
}

struct Turn<'t> {
    pairs: Pairs,
    /// `[s, half]` each.
    cos: &'t [f32],
    sin: &'t [f32],
    half: usize,
}

/// Rotates `[b, h, s, d]` by cosines and sines `[s, half]`; numbers beyond
/// 2 · half pass.
pub(crate) fn rotated(
    x: &Tensor,
    pairs: Pairs,
    cos: &[f32],
    sin: &[f32],
    half: usize,
) -> Result<Tensor> {
    in_rows(x)?.apply_op1_no_bwd(&Turn {
        pairs,
        cos,
        sin,
        half,
    })
}

impl CustomOp1 for Turn<'_> {
    fn name(&self) -> &'static str {
        "rotation"
    }

    fn cpu_fwd(&self, storage: &CpuStorage, layout: &Layout) -> Result<(CpuStorage, Shape)> {
        with_numbers!(storage, "a rotation", run(self, storage, layout))
    }
}

fn run<T: Number>(
    turn: &Turn<'_>,
    storage: &CpuStorage,
    layout: &Layout,
) -> Result<(CpuStorage, Shape)> {
    let x = storage.as_slice::<T>()?;
    let (_, h, s, d) = layout.shape().dims4()?;
    let (stride, offset) = (layout.stride(), layout.start_offset());
    if stride[3] != 1 || turn.half * 2 > d || turn.cos.len() < s * turn.half {
        candle_core::bail!("a rotation does not fit its heads");
    }
    let mut y = vec![T::zero(); layout.shape().elem_count()];
    let work = |(head, y): (usize, &mut [T])| {
        let start = offset + head / h * stride[0] + head % h * stride[1];
        for (at, y) in y.chunks_exact_mut(d).enumerate() {
            let row = at * turn.half..(at + 1) * turn.half;
            let x = &x[start + at * stride[2]..][..d];
            one(turn.pairs, x, &turn.cos[row.clone()], &turn.sin[row], y);
        }
    };
    // A head of many positions is worth another thread.
    if s < 16 {
        y.chunks_mut(s * d).enumerate().for_each(work);
    } else {
        y.par_chunks_mut(s * d).enumerate().for_each(work);
    }
    Ok((T::to_cpu_storage_owned(y), layout.shape().clone()))
}

#[multiversion(targets("x86_64+avx2+fma"))]
fn one<T: Number>(pairs: Pairs, x: &[T], cos: &[f32], sin: &[f32], y: &mut [T]) {
    let half = cos.len();
    let turns = cos.iter().zip(sin);
    match pairs {
        Pairs::Halves => {
            let (first, rest) = x.split_at(half);
            let (out_first, out_rest) = y.split_at_mut(half);
            let both = first.iter().zip(rest);
            let out = out_first.iter_mut().zip(out_rest);
            for (((a, b), (cos, sin)), (p, q)) in both.zip(turns).zip(out) {
                let (a, b) = (a.single(), b.single());
                *p = T::from_single(a * cos - b * sin);
                *q = T::from_single(b * cos + a * sin);
            }
        }
        Pairs::Neighbours => {
            let (x, y) = (x.as_chunks::<2>().0, y.as_chunks_mut::<2>().0);
            for (([a, b], (cos, sin)), out) in x.iter().zip(turns).zip(y) {
                let (a, b) = (a.single(), b.single());
                *out = [
                    T::from_single(a * cos - b * sin),
                    T::from_single(b * cos + a * sin),
                ];
            }
        }
    }
    y[2 * half..].copy_from_slice(&x[2 * half..]);
}
