//! The use cases of Arboretum: everything the command line, the pages and the
//! API can ask, and the wire types they answer with.
//!
//! [`Registry`] holds a store and the newest [`View`]; a view is immutable
//! and answers from memory. The crate knows no HTTP, no terminal, no SQL and
//! no tensor.
//!
//! Where to look next: `view.rs`, then one module per question; `wire/` for
//! the shapes that other programs rely on.

mod diff;
mod error;
mod export;
mod files;
mod filter;
mod grown;
mod lineage;
mod list;
mod memory;
mod names;
mod outline;
mod params;
pub mod picture;
mod registry;
mod show;
mod sizes;
mod text;
mod validate;
mod view;
pub mod wire;

pub use arbor_hub::{Event as PullEvent, How as PullHow, Progress};
pub use error::{ErrorCode, ServiceError};
pub use export::ExportFormat;
pub use files::{Files, Planned, PullQuery, repository};
pub use filter::{Access, CountRange, DateRange, Filter, FilterKey, Sort, SortKey, relations};
pub use lineage::{Direction, LineageQuery};
pub use list::{LARGEST_PAGE, Paging};
pub use memory::{MemoryQuery, folder_memory};
pub use outline::OutlineQuery;
pub use picture::{Picture, PictureQuery};
pub use registry::{Registry, catalogue_digest};
pub use sizes::Sizes;
pub use text::{RunQuery, TextQuery, Typed, run, score};
pub use validate::{Logits, examine, folder_params, logits};
pub use view::View;

#[cfg(test)]
mod tests;
