//! Where tensors lie: each begins where it may, ends within the file, and no
//! two share a byte. It knows no names and no metadata.

use super::GgufError;
use super::formats::Format;
use crate::stored::Entry;
use std::ops::Range;

/// A tensor of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tensor {
    entry: Entry,
    offset: u64,
    bytes: u64,
}

impl Tensor {
    /// A tensor of these dimensions, the innermost first as files have them,
    /// so many bytes behind the beginning of the data.
    pub(super) fn new(
        name: &str,
        dims: &[u64],
        format: u32,
        offset: u64,
    ) -> Result<Self, GgufError> {
        let wrong = |reason: String| GgufError::tensor(name, reason);
        let format = Format::of(format).map_err(wrong)?;
        let shape: Vec<u64> = dims.iter().rev().copied().collect();
        let entry = Entry::new(name, format.dtype, &shape)
            .map_err(|_| wrong(format!("has a shape beyond any model's: {shape:?}")))?;
        let row = dims.first().copied().unwrap_or(1);
        let bytes = format.bytes_of(entry.elements());
        let bytes = bytes
            .filter(|_| row.is_multiple_of(format.block))
            .ok_or_else(|| {
                let (dtype, block) = (format.dtype, format.block);
                wrong(format!(
                    "has rows of {row}, which {dtype} stores in blocks of {block}"
                ))
            })?;
        Ok(Self {
            entry,
            offset,
            bytes,
        })
    }

    /// Its name, format and shape.
    #[must_use]
    pub const fn entry(&self) -> &Entry {
        &self.entry
    }

    /// How many bytes it has.
    #[must_use]
    pub const fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Where it lies, counted from the beginning of the data.
    #[must_use]
    pub const fn place(&self) -> Range<u64> {
        self.offset..self.offset + self.bytes
    }
}

/// Shows that tensors lie within so many bytes of data, apart from each other.
pub(super) fn check(tensors: &[Tensor], alignment: u64, data: u64) -> Result<(), GgufError> {
    for tensor in tensors {
        let wrong = |reason| Err(GgufError::tensor(tensor.entry.name(), reason));
        if !tensor.offset.is_multiple_of(alignment) {
            let offset = tensor.offset;
            return wrong(format!("begins at {offset}, no multiple of {alignment}"));
        }
        let end = tensor.offset.checked_add(tensor.bytes);
        if end.is_none_or(|end| end > data) {
            let (offset, bytes) = (tensor.offset, tensor.bytes);
            return wrong(format!(
                "begins at {offset} and has {bytes} bytes, the data end at {data}: the file is \
                 cut off or damaged"
            ));
        }
    }
    let mut order: Vec<&Tensor> = tensors.iter().filter(|tensor| tensor.bytes > 0).collect();
    order.sort_by_key(|tensor| tensor.offset);
    match order.windows(2).find(|w| w[0].place().end > w[1].offset) {
        Some(pair) => Err(GgufError::tensor(
            pair[1].entry.name(),
            format!("overlaps {}", super::error::shown(pair[0].entry.name())),
        )),
        None => Ok(()),
    }
}
