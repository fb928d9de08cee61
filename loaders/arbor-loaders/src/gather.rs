//! Weights from a mapped file to memory: each number is read once, checked to
//! be one, converted and put where the model wants it, by all processors; the
//! file's pages are given back behind, so that no weight is held twice.
//!
//! It knows bytes and strides. Which steps lead to them is `steps.rs`'s.

use crate::kernel::Number;
use crate::scan::{INFINITY, NAN};
use candle_core::{DType, Device, Tensor};
use half::{bf16, f16};
use multiversion::multiversion;
use rayon::prelude::*;
use std::ops::Range;
use std::sync::atomic::{AtomicU32, Ordering};

/// Numbers that one thread takes at once.
const STRETCH: usize = 1 << 18;
/// Rows and columns that are turned at once.
const TILE: usize = 16;

/// Where the numbers of a tensor lie among the stored ones.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct View {
    pub(crate) dims: Vec<usize>,
    pub(crate) strides: Vec<usize>,
    pub(crate) offset: usize,
}

/// How a view lies, where it is a simple way.
enum Lie {
    /// Rows of so many numbers, each so far from the one before.
    Rows { width: usize, apart: usize },
    /// `[rows, columns]`, columns so far apart and rows side by side.
    Turned { columns: usize, apart: usize },
}

impl View {
    /// Numbers in the order of their dimensions.
    pub(crate) fn whole(dims: &[usize]) -> Self {
        let mut strides = vec![1; dims.len()];
        for at in (1..dims.len()).rev() {
            strides[at - 1] = strides[at] * dims[at].max(1);
        }
        Self {
            dims: dims.to_vec(),
            strides,
            offset: 0,
        }
    }

    /// Whether this is the order of its dimensions.
    pub(crate) fn is_whole(&self) -> bool {
        self.strides == Self::whole(&self.dims).strides
    }

    fn lie(&self) -> Option<Lie> {
        let count: usize = self.dims.iter().product();
        match (&*self.dims, &*self.strides) {
            _ if self.is_whole() => Some(Lie::Rows {
                width: count.clamp(1, STRETCH),
                apart: count.clamp(1, STRETCH),
            }),
            ([_, columns], [apart, 1]) => Some(Lie::Rows {
                width: *columns,
                apart: *apart,
            }),
            ([_, columns], [1, apart]) => Some(Lie::Turned {
                columns: *columns,
                apart: *apart,
            }),
            _ => None,
        }
    }
}

/// Makes the tensor of a view on stored bytes; none where the tensor library
/// has to. `release` is told which bytes are read. The error says what a
/// number is that is not finite.
pub(crate) fn gather(
    data: &[u8],
    view: &View,
    (from, to): (DType, DType),
    release: &(impl Fn(Range<usize>) + Sync),
) -> Option<Result<candle_core::Result<Tensor>, &'static str>> {
    let lie = view.lie()?;
    let job = Job {
        data,
        view,
        lie: &lie,
        release,
    };
    Some(match (from, to) {
        (DType::F32, DType::F32) => job.run::<f32, f32>(),
        (DType::F32, DType::BF16) => job.run::<f32, bf16>(),
        (DType::BF16, DType::F32) => job.run::<bf16, f32>(),
        (DType::BF16, DType::BF16) => job.run::<bf16, bf16>(),
        (DType::F16, DType::F32) => job.run::<f16, f32>(),
        _ => return None,
    })
}

/// A format as files hold it.
trait Stored: Send + Sync {
    type Bytes: Copy + Send + Sync;
    const SIZE: usize = size_of::<Self::Bytes>();
    fn cells(data: &[u8]) -> &[Self::Bytes];
    fn single(bytes: Self::Bytes) -> f32;
}

macro_rules! stored {
    ($($type:ty: $size:literal),*) => {$(
        impl Stored for $type {
            type Bytes = [u8; $size];
            #[inline(always)]
            fn cells(data: &[u8]) -> &[[u8; $size]] {
                data.as_chunks().0
            }
            #[inline(always)]
            fn single(bytes: [u8; $size]) -> f32 {
                Number::single(<$type>::from_le_bytes(bytes))
            }
        }
    )*};
}
stored!(f32: 4, bf16: 2, f16: 2);

struct Job<'j, R> {
    data: &'j [u8],
    view: &'j View,
    lie: &'j Lie,
    release: &'j R,
}

impl<R: Fn(Range<usize>) + Sync> Job<'_, R> {
    fn run<S: Stored, T: Number>(&self) -> Result<candle_core::Result<Tensor>, &'static str> {
        let count: usize = self.view.dims.iter().product();
        let cells = S::cells(self.data);
        let mut numbers = vec![T::zero(); count];
        let worst = AtomicU32::new(0);
        let offset = self.view.offset;
        match *self.lie {
            Lie::Rows { width, apart } => {
                let rows = (STRETCH / width.max(1)).max(1);
                let each = |(at, numbers): (usize, &mut [T])| {
                    let start = offset + at * rows * apart;
                    let rows = numbers.chunks_mut(width.max(1));
                    for (row, numbers) in rows.enumerate() {
                        let start = start + row * apart;
                        let found = copy::<S, T>(&cells[start..start + numbers.len()], numbers);
                        worst.fetch_max(found, Ordering::Relaxed);
                    }
                    let end = start + numbers.len().div_ceil(width.max(1)) * apart;
                    (self.release)(start * S::SIZE..(end * S::SIZE).min(self.data.len()));
                };
                let chunks = numbers.par_chunks_mut(rows * width.max(1));
                chunks.enumerate().for_each(each);
            }
            Lie::Turned { columns, apart } => {
                let rows = (STRETCH / columns.max(1) / 4)
                    .max(TILE)
                    .next_multiple_of(TILE);
                let chunks = numbers.par_chunks_mut(rows * columns.max(1));
                chunks.enumerate().for_each(|(at, numbers)| {
                    let cells = &cells[offset + at * rows..];
                    let found = turn::<S, T>(cells, apart, numbers, columns.max(1));
                    worst.fetch_max(found, Ordering::Relaxed);
                });
                (self.release)(0..self.data.len());
            }
        }
        match worst.into_inner() {
            0..0x7f80_0000 => Ok(Tensor::from_vec(numbers, &*self.view.dims, &Device::Cpu)),
            0x7f80_0000 => Err(INFINITY),
            _ => Err(NAN),
        }
    }
}

/// The largest magnitude among the numbers, as its bits: these are ordered as
/// the numbers are, and what is not finite stands last.
#[multiversion(targets("x86_64+avx2+fma"))]
fn copy<S: Stored, T: Number>(cells: &[S::Bytes], numbers: &mut [T]) -> u32 {
    let mut worst = 0;
    for (number, cell) in numbers.iter_mut().zip(cells) {
        let single = S::single(*cell);
        worst = worst.max(single.to_bits() & 0x7fff_ffff);
        *number = T::from_single(single);
    }
    worst
}

/// Rows of `columns` numbers from columns that lie `apart`.
#[multiversion(targets("x86_64+avx2+fma"))]
fn turn<S: Stored, T: Number>(
    cells: &[S::Bytes],
    apart: usize,
    numbers: &mut [T],
    columns: usize,
) -> u32 {
    let rows = numbers.len() / columns;
    let mut worst = 0;
    for row in (0..rows).step_by(TILE) {
        let some = TILE.min(rows - row);
        for column in (0..columns).step_by(TILE) {
            for column in column..(column + TILE).min(columns) {
                let cells = &cells[column * apart + row..][..some];
                for (at, cell) in cells.iter().enumerate() {
                    let single = S::single(*cell);
                    worst = worst.max(single.to_bits() & 0x7fff_ffff);
                    numbers[(row + at) * columns + column] = T::from_single(single);
                }
            }
        }
    }
    worst
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::sync::Mutex;

    fn stored(count: usize) -> Vec<f32> {
        (0..count).map(|at| at as f32 * 0.25 - 3.0).collect()
    }

    fn bytes(numbers: &[f32], dtype: DType) -> Vec<u8> {
        let halves = |n: &f32| bf16::from_f32(*n).to_le_bytes();
        if dtype == DType::BF16 {
            numbers.iter().flat_map(halves).collect()
        } else {
            numbers.iter().flat_map(|n| n.to_le_bytes()).collect()
        }
    }

    proptest! {
        #[test]
        fn a_view_is_what_the_library_makes_of_it(
            rows in 1_usize..600, columns in 1_usize..600, turned: bool, from in 0_usize..4,
            half: bool,
        ) {
            let (from, dtype) = (from.min(rows - 1), if half { DType::BF16 } else { DType::F32 });
            let data = bytes(&stored(rows * columns), dtype);
            let wanted = Tensor::from_raw_buffer(&data, dtype, &[rows, columns], &Device::Cpu)
                .and_then(|t| t.narrow(0, from, rows - from))
                .and_then(|t| if turned { t.t() } else { Ok(t) })
                .and_then(|t| t.to_dtype(DType::F32))
                .and_then(|t| t.flatten_all()?.to_vec1::<f32>())
                .expect("numbers");
            let (mut dims, mut strides) = (vec![rows - from, columns], vec![columns, 1]);
            if turned {
                dims.reverse();
                strides.reverse();
            }
            let view = View { dims, strides, offset: from * columns };
            let read = Mutex::new(Vec::new());
            let release = |range: Range<usize>| read.lock().expect("a list").push(range);
            let got = gather(&data, &view, (dtype, DType::F32), &release).expect("a simple way");
            let got = got.expect("finite").and_then(|t| t.flatten_all()?.to_vec1::<f32>());
            prop_assert_eq!(got.expect("numbers"), wanted);
            let read = read.into_inner().expect("a list");
            prop_assert!(read.iter().all(|range| range.end <= data.len()));
        }
    }

    #[test]
    fn what_is_no_number_is_found_in_any_order() {
        for (bad, found) in [(f32::NAN, NAN), (f32::NEG_INFINITY, INFINITY)] {
            for at in [0, 7, 999] {
                let mut numbers = stored(1_000);
                numbers[at] = bad;
                let data = bytes(&numbers, DType::F32);
                for strides in [vec![40, 1], vec![1, 25]] {
                    let view = View {
                        dims: vec![25, 40],
                        strides,
                        offset: 0,
                    };
                    let got = gather(&data, &view, (DType::F32, DType::F32), &|_| {});
                    assert_eq!(
                        got.expect("a simple way").err(),
                        Some(found),
                        "{bad} at {at}"
                    );
                }
            }
        }
    }
}
