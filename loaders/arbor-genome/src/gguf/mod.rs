//! The header of a GGUF file: its metadata, and which tensors it holds, of
//! which format, and where. It is hostile input: what it says is believed
//! only as far as the file has bytes for it, and only what is asked for later
//! is kept of it. The format: `docs/gguf.md` of github.com/ggml-org/ggml.
//!
//! It reads no files. [`Reader`] says which byte it wants next and is handed
//! bytes from there, so that the same code serves a file, a stream and ranges
//! of a file that lies elsewhere; long arrays of numbers are jumped over.
//!
//! Where to look next: `reader.rs` for the order of a header, `formats.rs` for
//! the table of number formats, `layout.rs` for what must hold of tensors,
//! `facts.rs` for what the metadata says of a model.

mod error;
mod facts;
mod formats;
mod layout;
pub(crate) mod parts;
mod reader;
mod sets;
mod value;

pub use error::GgufError;
pub use facts::{Cache, Facts, Unsized};
pub use formats::{FORMATS, Format};
pub use layout::Tensor;
pub use reader::Reader;
pub use sets::{FileSet, Role, sets};
pub use value::{Value, ValueKind};

use crate::stored::Entry;
use std::collections::BTreeMap;

/// Where tensors begin, unless the metadata says otherwise.
const ALIGNMENT: u64 = 32;
/// The most keys: a hundred times those of any model.
pub const LIMIT_KEYS: u64 = 10_000;
/// The most tensors: fifty times those of any model.
pub const LIMIT_TENSORS: u64 = 100_000;
/// The longest header, with what is jumped over; a vocabulary of 262,144
/// words takes 16 MB.
pub const LIMIT_BYTES: u64 = 256 << 20;

/// What a header says, checked against the file's size.
#[derive(Clone, Debug, PartialEq)]
pub struct Header {
    version: u32,
    metadata: BTreeMap<String, Value>,
    tensors: Vec<Tensor>,
    data: u64,
}

impl Header {
    /// The format's version.
    #[must_use]
    pub const fn version(&self) -> u32 {
        self.version
    }

    /// The metadata; long texts and arrays by their lengths alone.
    #[must_use]
    pub const fn metadata(&self) -> &BTreeMap<String, Value> {
        &self.metadata
    }

    /// The tensors, in the file's order.
    #[must_use]
    pub fn tensors(&self) -> &[Tensor] {
        &self.tensors
    }

    /// Where their bytes begin in the file.
    #[must_use]
    pub const fn data(&self) -> u64 {
        self.data
    }

    /// The tensors as the count takes them.
    pub fn entries(&self) -> impl Iterator<Item = &Entry> {
        self.tensors.iter().map(Tensor::entry)
    }

    /// The metadata that is one word or number, as text.
    #[must_use]
    pub fn words(&self) -> BTreeMap<String, String> {
        let words = self.metadata.iter();
        words
            .filter_map(|(key, value)| Some((key.clone(), value.word()?)))
            .collect()
    }
}
