//! A model's architecture, read once from its `config.json` into a typed
//! [`Genome`], and what follows from that without any weights: the tensors a
//! checkpoint must hold, the exact number of parameters, memory.
//!
//! The crate is pure: it knows no tensor library, no files and no catalogue.
//! `arbor-loaders` builds a model from a [`Blueprint`].
//!
//! Where to look next: `gene/` for what architectures are made of, `arch/`
//! for one file each, `config/` for how strictly configurations are read.

#![allow(
    clippy::large_enum_variant,
    reason = "genes are built once and never moved about"
)]

pub mod arch;
mod changes;
pub mod config;
pub mod gene;
mod genome;
pub mod gguf;
mod inventory;
mod memory;
mod parameter;
pub mod stored;

pub use arch::{Architecture, Blueprint, Ignored, Task};
pub use genome::{Genome, Stacks};
pub use inventory::{Inventory, InventoryError, TensorSpec};
pub use memory::{Ask, CacheShape, Dtype, Kept, Memory, MemoryError, Needs, Policy, bytes_of};
pub use parameter::{Absent, Factor, Parameter, Shape, ShapeError, Step};

#[cfg(test)]
mod tests;
