//! The number formats that kernels read and write; all are computed in single
//! precision.

use candle_core::{CpuStorage, Layout, Result, WithDType};
use half::{bf16, f16};

pub(crate) trait Number: WithDType {
    /// In single precision.
    fn single(self) -> f32;
    /// The nearest one.
    fn from_single(x: f32) -> Self;
}

impl Number for f32 {
    #[inline(always)]
    fn single(self) -> f32 {
        self
    }
    #[inline(always)]
    fn from_single(x: f32) -> Self {
        x
    }
}

impl Number for bf16 {
    #[inline(always)]
    fn single(self) -> f32 {
        f32::from_bits(u32::from(self.to_bits()) << 16)
    }
    /// Rounds to even without a branch, so that loops of it become vectors.
    #[inline(always)]
    fn from_single(x: f32) -> Self {
        let bits = x.to_bits();
        let even = bits.wrapping_add(0x7fff + ((bits >> 16) & 1)) >> 16;
        // Not to an infinity.
        let nan = (bits >> 16) | 0x40;
        Self::from_bits(if x.is_nan() { nan } else { even } as u16)
    }
}

impl Number for f16 {
    #[inline(always)]
    fn single(self) -> f32 {
        self.to_f32()
    }
    #[inline(always)]
    fn from_single(x: f32) -> Self {
        Self::from_f32(x)
    }
}

/// The numbers of a layout in one piece.
pub(super) fn whole<'s, T: Number>(storage: &'s CpuStorage, layout: &Layout) -> Result<&'s [T]> {
    let all = storage.as_slice::<T>()?;
    match layout.contiguous_offsets() {
        Some((from, to)) => Ok(&all[from..to]),
        None => candle_core::bail!("a kernel was given numbers that do not lie in one piece"),
    }
}

/// Calls a function with the type of a storage's numbers.
macro_rules! with_numbers {
    ($storage:expr, $name:expr, $call:ident ( $($argument:expr),* )) => {{
        match $storage {
            candle_core::CpuStorage::F32(_) => $call::<f32>($($argument),*),
            candle_core::CpuStorage::BF16(_) => $call::<half::bf16>($($argument),*),
            candle_core::CpuStorage::F16(_) => $call::<half::f16>($($argument),*),
            _ => candle_core::bail!("{} knows no such numbers", $name),
        }
    }};
}
pub(super) use with_numbers;
