//! Weights to a model: one transformer, built from a genome's genes, that
//! answers the same way whatever its family.
//!
//! The crate knows tensors (candle) and nothing of databases or HTTP. What an
//! architecture is made of it learns from `arbor-genome`; there is no code
//! for any single family here.
//!
//! Where to look next: `model.rs` for the face, `weights.rs` for the
//! accounting of tensors, `net/` for one module a gene, `law/` for what must
//! hold of every model, `device/` for where it runs; `elmo/` and `word2vec/`
//! stand apart.

mod compare;
pub mod device;
pub mod elmo;
mod error;
mod examine;
mod folder;
mod gather;
mod generate;
pub mod header;
mod index;
mod kernel;
pub mod law;
mod marks;
mod mmap;
mod model;
mod net;
mod pickle;
pub mod published;
pub mod reference;
mod scan;
mod score;
mod speed;
mod steps;
pub mod text;
mod tolerance;
mod weights;
pub mod word2vec;

pub use candle_core::{DType, Device, Tensor};
pub use device::{DeviceChoice, DeviceError, DtypeChoice, Placement, Purpose, Seat};
pub use error::LoadError;
pub use examine::{Asked, Examination, Heard, examine};
pub use generate::{Choice, Chosen, Filled, Prompt, fill, generate};
pub use kernel::plainly;
pub use marks::Marks;
pub use model::{Input, Memory, Model};
pub use pickle::Pickles;
pub use score::{Rule, Scored, score};
pub use tolerance::Tolerance;
pub use weights::{Unused, Weights};
