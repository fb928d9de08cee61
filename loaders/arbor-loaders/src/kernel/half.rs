//! Products of many rows in half precision, on processors that multiply
//! bfloat16 themselves. The library that knows those instructions is
//! `numkong`; it wants one side packed, and here that is the rows, which are
//! few: the weights are read once, as they are stored.

use super::number::{Number as _, whole};
use candle_core::{CpuStorage, CustomOp2, Layout, Result, Shape, WithDType as _};
use half::bf16;
use multiversion::multiversion;
use numkong::{PackedMatrix, Tensor};
use rayon::prelude::*;

/// Rows that are packed together: they stay near.
const ROWS: usize = 128;
/// Outputs that one thread makes at once.
const OUTPUTS: usize = 128;

/// Whether the processor has the instructions.
pub(super) fn able() -> bool {
    #[cfg(target_arch = "x86_64")]
    return is_x86_feature_detected!("avx512bf16");
    #[cfg(not(target_arch = "x86_64"))]
    false
}

/// `[rows, in]` and `[out, in]` → `[rows, out]`.
pub(super) struct Product;

impl CustomOp2 for Product {
    fn name(&self) -> &'static str {
        "product in half precision"
    }

    fn cpu_fwd(
        &self,
        x: &CpuStorage,
        x_layout: &Layout,
        weight: &CpuStorage,
        weight_layout: &Layout,
    ) -> Result<(CpuStorage, Shape)> {
        let (rows, inner) = x_layout.shape().dims2()?;
        let (out, wanted) = weight_layout.shape().dims2()?;
        if inner != wanted || inner == 0 {
            candle_core::bail!("a row has {inner} numbers and the weight wants {wanted}");
        }
        let (x, weight) = (whole(x, x_layout)?, whole(weight, weight_layout)?);
        let y = product(x, weight, inner)?;
        Ok((bf16::to_cpu_storage_owned(y), Shape::from((rows, out))))
    }
}

/// The library's own matrices, kept from one stretch of weights to the next.
struct Desk {
    weight: Tensor<numkong::bf16>,
    turned: Tensor<f32>,
}

impl Desk {
    fn new() -> Result<Self> {
        Ok(Self {
            weight: Tensor::try_zeros(&[1, 1]).map_err(failed)?,
            turned: Tensor::try_zeros(&[1, 1]).map_err(failed)?,
        })
    }

    /// The weights' products with packed rows: `[outputs, rows]`.
    fn products(&mut self, packed: &Packed, rows: usize) -> Result<&[f32]> {
        let shape = [self.weight.shape()[0], rows];
        if self.turned.shape() != shape {
            self.turned = Tensor::try_zeros(&shape).map_err(failed)?;
        }
        let products = self.weight.try_dots_packed_into(packed, &mut self.turned);
        products.map_err(failed)?;
        Ok(self.turned.as_slice())
    }
}

type Packed = PackedMatrix<numkong::bf16>;

/// Puts numbers into the library's own matrix.
fn fill(matrix: &mut Tensor<numkong::bf16>, numbers: &[bf16], inner: usize) -> Result<()> {
    let shape = [numbers.len() / inner, inner];
    if matrix.shape() != shape {
        *matrix = Tensor::try_zeros(&shape).map_err(failed)?;
    }
    for (own, n) in matrix.as_mut_slice().iter_mut().zip(numbers) {
        *own = numkong::bf16(n.to_bits());
    }
    Ok(())
}

fn failed(error: impl std::fmt::Debug) -> candle_core::Error {
    candle_core::Error::Msg(format!("a product in half precision: {error:?}"))
}

fn product(x: &[bf16], weight: &[bf16], inner: usize) -> Result<Vec<bf16>> {
    let (rows, out) = (x.len() / inner, weight.len() / inner);
    let blocks = x.par_chunks(ROWS * inner).map(|x| {
        let mut desk = Desk::new()?;
        fill(&mut desk.weight, x, inner)?;
        let packed = Packed::try_pack(&desk.weight).map_err(failed)?;
        Ok((packed, x.len() / inner))
    });
    let blocks = blocks.collect::<Result<Vec<_>>>()?;
    // `[rows, outputs]` for each stretch of outputs.
    let part = |desk: &mut Result<Desk>, weight: &[bf16]| -> Result<Vec<bf16>> {
        let desk = desk.as_mut().map_err(failed)?;
        let outputs = weight.len() / inner;
        fill(&mut desk.weight, weight, inner)?;
        let mut part = vec![bf16::ZERO; rows * outputs];
        for (part, (packed, rows)) in part.chunks_mut(ROWS * outputs).zip(&blocks) {
            turn(desk.products(packed, *rows)?, part, outputs, *rows);
        }
        Ok(part)
    };
    let parts = weight.par_chunks(OUTPUTS * inner).map_init(Desk::new, part);
    let parts = parts.collect::<Result<Vec<_>>>()?;
    let mut y = vec![bf16::ZERO; rows * out];
    y.par_chunks_mut(out).enumerate().for_each(|(row, y)| {
        for (y, part) in y.chunks_mut(OUTPUTS).zip(&parts) {
            y.copy_from_slice(&part[row * y.len()..(row + 1) * y.len()]);
        }
    });
    Ok(y)
}

/// `[outputs, rows]` to `[rows, outputs]`, rounded. First rounded in the order
/// of memory, which is work for vectors; what is left to turn is moves.
#[multiversion(targets("x86_64+avx2+fma"))]
fn turn(from: &[f32], to: &mut [bf16], outputs: usize, rows: usize) {
    const TILE: usize = 16;
    let mut tile = [[bf16::ZERO; TILE]; TILE];
    for first in (0..outputs).step_by(TILE) {
        let some = TILE.min(outputs - first);
        let from = &from[first * rows..(first + some) * rows];
        for row in (0..rows).step_by(TILE) {
            let high = TILE.min(rows - row);
            for (tile, from) in tile.iter_mut().zip(from.chunks_exact(rows)) {
                for (to, n) in tile.iter_mut().zip(&from[row..row + high]) {
                    *to = bf16::from_single(*n);
                }
            }
            for at in 0..high {
                let start = (row + at) * outputs + first;
                for (to, tile) in to[start..start + some].iter_mut().zip(&tile) {
                    *to = tile[at];
                }
            }
        }
    }
}
