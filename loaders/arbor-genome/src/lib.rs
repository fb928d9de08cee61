//! What follows from an architecture's numbers, without weights: how many
//! bytes its parameters and its key-value cache need.
//!
//! The crate is arithmetic: it knows no tensors, files or catalogue. The
//! genome itself (reading `config.json` into genes, the tensor inventory) will
//! live here; `arbor-service` calls it with numbers from claims.

mod memory;

pub use memory::{CacheShape, Dtype, Memory, MemoryError, bytes_of};

#[cfg(test)]
mod tests;
