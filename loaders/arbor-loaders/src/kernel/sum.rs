//! Two tensors of one shape, added. The tensor library's own addition wakes
//! threads of its own, which spin beside ours and wait for the same cores.

use super::number::{Number, whole, with_numbers};
use candle_core::{CpuStorage, CustomOp2, Layout, Result, Shape, Tensor};
use multiversion::multiversion;
use rayon::prelude::*;

/// Numbers that one thread takes at once.
const STRETCH: usize = 1 << 15;

/// `x + y`, both of one shape.
pub(crate) fn sum(x: &Tensor, y: &Tensor) -> Result<Tensor> {
    x.contiguous()?.apply_op2_no_bwd(&y.contiguous()?, &Sum)
}

struct Sum;

impl CustomOp2 for Sum {
    fn name(&self) -> &'static str {
        "sum"
    }

    fn cpu_fwd(
        &self,
        x: &CpuStorage,
        x_layout: &Layout,
        y: &CpuStorage,
        y_layout: &Layout,
    ) -> Result<(CpuStorage, Shape)> {
        with_numbers!(x, "a sum", run(x, x_layout, y, y_layout))
    }
}

fn run<T: Number>(
    x: &CpuStorage,
    x_layout: &Layout,
    y: &CpuStorage,
    y_layout: &Layout,
) -> Result<(CpuStorage, Shape)> {
    if x_layout.shape() != y_layout.shape() {
        candle_core::bail!("what is summed must be of one shape");
    }
    let (x, y) = (whole::<T>(x, x_layout)?, whole::<T>(y, y_layout)?);
    let mut sums = vec![T::zero(); x.len()];
    if x.len() <= STRETCH {
        each(x, y, &mut sums);
    } else {
        let both = x.par_chunks(STRETCH).zip(y.par_chunks(STRETCH));
        let stretches = sums.par_chunks_mut(STRETCH).zip(both);
        stretches.for_each(|(sums, (x, y))| each(x, y, sums));
    }
    Ok((T::to_cpu_storage_owned(sums), x_layout.shape().clone()))
}

#[multiversion(targets("x86_64+avx2+fma"))]
fn each<T: Number>(x: &[T], y: &[T], sums: &mut [T]) {
    for (sum, (x, y)) in sums.iter_mut().zip(x.iter().zip(y)) {
        *sum = T::from_single(x.single() + y.single());
    }
}
