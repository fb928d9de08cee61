//! Parameters counted from a checkpoint's headers: names, number formats and
//! shapes, without a byte of the weights.
//!
//! Packed weights count as what they stand for, buffers and second copies are
//! named and left out, and what no rule knows is never counted in silence.
//! Where the genome is known the file is held against it tensor by tensor. It
//! reads no files: a caller hands it what headers say.
//!
//! Where to look next: `packing/` for the layouts, `buffers.rs` and `ties.rs`
//! for what is left out, `count.rs` for the order of the questions.

mod buffers;
mod count;
mod counted;
mod dtype;
mod hints;
mod named;
mod packing;
mod ties;
mod towers;

pub use count::count;
pub use counted::{Compared, Counted, Layout, LeftOut, Remark, Tally, Unknown, Why};
pub use dtype::StoredDtype;
pub use packing::Packing;
pub use towers::Tower;

use crate::{Shape, ShapeError};
use std::collections::BTreeMap;

/// The most tensors that are counted: seven times the most that any released
/// model has.
pub const LIMIT_TENSORS: usize = 1 << 20;

/// A tensor as a header describes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its name.
    name: String,
    /// Its number format.
    dtype: StoredDtype,
    /// Its dimensions, outermost first.
    shape: Vec<u64>,
}

impl Entry {
    /// A tensor of this name, format and shape, outermost dimension first.
    ///
    /// # Errors
    /// [`ShapeError::TooLarge`] for more elements than any model has.
    pub fn new(
        name: impl Into<String>,
        dtype: StoredDtype,
        shape: &[u64],
    ) -> Result<Self, ShapeError> {
        Shape::new(shape)?;
        Ok(Self {
            name: name.into(),
            dtype,
            shape: shape.to_vec(),
        })
    }

    /// Its name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its number format.
    #[must_use]
    pub const fn dtype(&self) -> StoredDtype {
        self.dtype
    }

    /// Its dimensions, outermost first.
    #[must_use]
    pub fn shape(&self) -> &[u64] {
        &self.shape
    }

    /// How many elements it has.
    #[must_use]
    pub fn elements(&self) -> u64 {
        self.shape.iter().product()
    }
}

/// What is counted: the tensors of all files of one checkpoint, and what lies
/// beside them.
#[derive(Clone, Copy, Debug)]
pub struct Headers<'h> {
    /// The tensors, in any order.
    pub entries: &'h [Entry],
    /// The text of `config.json`, where there is one.
    pub config: Option<&'h str>,
    /// What the files or their index say of themselves.
    pub metadata: &'h BTreeMap<String, String>,
}

/// Why headers cannot be counted.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StoredError {
    /// More tensors than any checkpoint has.
    #[error("the headers name {0} tensors, at most {LIMIT_TENSORS} are counted")]
    TooMany(usize),
    /// A sum that cannot be.
    #[error("the tensors have more elements than can be counted")]
    TooLarge,
    /// One name for two tensors.
    #[error("the headers name the tensor `{0}` twice")]
    Twice(String),
}
