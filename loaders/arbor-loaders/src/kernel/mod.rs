//! The same formulas as `net/`, each in one pass over memory, for models that
//! run on the processor. A module of `net/` asks here first and falls back on
//! the tensor library's operations, on other devices and for whatever a
//! kernel does not cover; the two must agree within the acceptance rule.
//!
//! It knows rows of numbers and no genes. `vector.rs` has what all share;
//! each other file is one kernel.

mod activation;
mod attention;
#[cfg(feature = "bf16")]
mod half;
mod linear;
mod norm;
mod number;
mod panel;
mod rotary;
mod sum;
#[cfg(test)]
mod tests;
mod vector;

pub(crate) use activation::{Function, activated, gated};
pub(crate) use attention::{Attention, attend};
pub(crate) use linear::product;
pub(crate) use norm::{Norm, normed};
pub(crate) use number::Number;
pub(crate) use rotary::{Pairs, rotated};
pub(crate) use sum::sum;

use candle_core::{DType, Device, Result, Tensor};
use std::cell::Cell;

thread_local! {
    static PLAIN: Cell<bool> = const { Cell::new(false) };
}

/// What is run inside asks models by the tensor library's operations alone, as
/// on a device without kernels of ours: the two must agree.
pub fn plainly<T>(run: impl FnOnce() -> T) -> T {
    let before = PLAIN.replace(true);
    let done = run();
    PLAIN.set(before);
    done
}

/// Whether kernels may run on these numbers.
pub(crate) fn serves(x: &Tensor) -> bool {
    matches!(x.device(), Device::Cpu)
        && matches!(x.dtype(), DType::F32 | DType::BF16 | DType::F16)
        && able()
        && !PLAIN.get()
}

/// The same numbers with the last dimension in one piece: copied only where
/// it is not.
fn in_rows(x: &Tensor) -> Result<Tensor> {
    match x.stride().last() {
        Some(1) => Ok(x.clone()),
        Some(_) | None => x.contiguous(),
    }
}

/// Fused multiplication and addition must be one instruction.
#[cfg(target_arch = "x86_64")]
fn able() -> bool {
    is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma")
}

/// Fused multiplication and addition must be one instruction.
#[cfg(not(target_arch = "x86_64"))]
fn able() -> bool {
    cfg!(target_arch = "aarch64")
}
