//! `y = x Wᵀ + b`. One row, or a few, read the weights as they are stored, at
//! the speed of memory; many rows are the matrix library's, in blocks of
//! single precision where the weights are half as wide.

use super::number::{Number, whole, with_numbers};
use super::vector::dot;
use candle_core::{CpuStorage, CustomOp2, DType, InplaceOp2, Layout, Result, Shape, Tensor};
use multiversion::multiversion;
use rayon::prelude::*;

/// So many rows are cheaper one by one than packed.
const FEW: usize = 3;
/// Weights that one thread takes at once: enough to be worth the hand-over.
const STRETCH: usize = 1 << 17;

/// `[rows, in]` and a weight `[out, in]`, both in one piece, → `[rows, out]`.
pub(crate) fn product(x: &Tensor, weight: &Tensor, bias: Option<&Tensor>) -> Result<Tensor> {
    let (rows, _) = x.dims2()?;
    let y = if rows <= FEW {
        x.contiguous()?.apply_op2_no_bwd(weight, &Few)?
    } else if x.dtype() == DType::F32 {
        x.matmul(&weight.t()?)?
    } else if let Some(y) = in_half(x, weight)? {
        y
    } else {
        in_blocks(x, weight)?
    };
    if let Some(bias) = bias {
        y.inplace_op2(bias, &Added)?;
    }
    Ok(y)
}

/// By the processor's own instructions, where it has them.
#[cfg(feature = "bf16")]
fn in_half(x: &Tensor, weight: &Tensor) -> Result<Option<Tensor>> {
    if x.dtype() != DType::BF16 || !super::half::able() {
        return Ok(None);
    }
    let x = x.contiguous()?;
    x.apply_op2_no_bwd(weight, &super::half::Product).map(Some)
}

#[cfg(not(feature = "bf16"))]
fn in_half(_x: &Tensor, _weight: &Tensor) -> Result<Option<Tensor>> {
    Ok(None)
}

/// Blocks of the weight are widened one after the other, while the last is
/// still near.
fn in_blocks(x: &Tensor, weight: &Tensor) -> Result<Tensor> {
    let (out, inner) = weight.dims2()?;
    let wide = x.to_dtype(DType::F32)?;
    let block = ((1 << 20) / inner.max(1)).clamp(64, 1024);
    let starts = (0..out).step_by(block);
    let parts = starts.map(|start| {
        let some = weight.narrow(0, start, block.min(out - start))?;
        let some = some.to_dtype(DType::F32)?;
        wide.matmul(&some.t()?)?.to_dtype(x.dtype())
    });
    Tensor::cat(&parts.collect::<Result<Vec<_>>>()?, 1)
}

struct Few;

impl CustomOp2 for Few {
    fn name(&self) -> &'static str {
        "product of few rows"
    }

    fn cpu_fwd(
        &self,
        x: &CpuStorage,
        x_layout: &Layout,
        weight: &CpuStorage,
        weight_layout: &Layout,
    ) -> Result<(CpuStorage, Shape)> {
        with_numbers!(x, "a product", few(x, x_layout, weight, weight_layout))
    }
}

fn few<T: Number>(
    x: &CpuStorage,
    x_layout: &Layout,
    weight: &CpuStorage,
    weight_layout: &Layout,
) -> Result<(CpuStorage, Shape)> {
    let ((rows, inner), (out, wanted)) =
        (x_layout.shape().dims2()?, weight_layout.shape().dims2()?);
    if inner != wanted {
        candle_core::bail!("a row has {inner} numbers and the weight wants {wanted}");
    }
    let x: Vec<f32> = whole::<T>(x, x_layout)?
        .iter()
        .map(|n| n.single())
        .collect();
    let weight = whole::<T>(weight, weight_layout)?;
    let mut y = vec![T::zero(); rows * out];
    if inner > 0 && out > 0 {
        let stretch = (STRETCH / inner).max(1);
        for (x, y) in x.chunks_exact(inner).zip(y.chunks_exact_mut(out)) {
            if out <= stretch {
                one(x, weight, y);
            } else {
                y.par_chunks_mut(stretch)
                    .zip(weight.par_chunks(stretch * inner))
                    .for_each(|(y, weight)| one(x, weight, y));
            }
        }
    }
    Ok((T::to_cpu_storage_owned(y), Shape::from((rows, out))))
}

#[multiversion(targets("x86_64+avx2+fma"))]
fn one<T: Number>(x: &[f32], weight: &[T], y: &mut [T]) {
    for (y, row) in y.iter_mut().zip(weight.chunks_exact(x.len())) {
        *y = T::from_single(dot(row, x));
    }
}

/// Adds a row to every row, in place.
struct Added;

impl InplaceOp2 for Added {
    fn name(&self) -> &'static str {
        "bias"
    }

    fn cpu_fwd(
        &self,
        y: &mut CpuStorage,
        layout: &Layout,
        bias: &CpuStorage,
        bias_layout: &Layout,
    ) -> Result<()> {
        match y {
            CpuStorage::F32(y) => add(y, layout, whole(bias, bias_layout)?),
            CpuStorage::BF16(y) => add(y, layout, whole(bias, bias_layout)?),
            CpuStorage::F16(y) => add(y, layout, whole(bias, bias_layout)?),
            CpuStorage::U8(_)
            | CpuStorage::U32(_)
            | CpuStorage::I16(_)
            | CpuStorage::I32(_)
            | CpuStorage::I64(_)
            | CpuStorage::F64(_)
            | CpuStorage::F8E4M3(_)
            | CpuStorage::F6E2M3(_)
            | CpuStorage::F6E3M2(_)
            | CpuStorage::F4(_)
            | CpuStorage::F8E8M0(_) => candle_core::bail!("a bias knows no such numbers"),
        }
    }
}

fn add<T: Number>(y: &mut [T], layout: &Layout, bias: &[T]) -> Result<()> {
    let Some((from, to)) = layout.contiguous_offsets() else {
        candle_core::bail!("a bias wants rows in one piece");
    };
    if bias.is_empty() || (to - from) % bias.len() != 0 {
        candle_core::bail!("a bias does not fit its rows");
    }
    let rows = ((1 << 14) / bias.len()).max(1);
    let y = &mut y[from..to];
    if y.len() <= rows * bias.len() {
        added(y, bias);
    } else {
        let stretches = y.par_chunks_mut(rows * bias.len());
        stretches.for_each(|rows| added(rows, bias));
    }
    Ok(())
}

#[multiversion(targets("x86_64+avx2+fma"))]
fn added<T: Number>(rows: &mut [T], bias: &[T]) {
    for row in rows.chunks_exact_mut(bias.len()) {
        for (y, bias) in row.iter_mut().zip(bias) {
            *y = T::from_single(y.single() + bias.single());
        }
    }
}
