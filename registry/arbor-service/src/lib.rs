//! The use cases of Arboretum: everything the command line, the pages and the
//! API can ask, and the wire types they answer with.
//!
//! [`Registry`] holds a store and the newest [`View`]; a view is immutable
//! and answers from memory. The crate knows no HTTP, no terminal, no SQL and
//! no tensor.
//!
//! Where to look next: `view.rs`, then one module per question; `wire/` for
//! the shapes that other programs rely on.

mod attempt;
mod beneath;
mod bundle;
mod colours;
mod compare;
mod devices;
mod diff;
mod elmo;
mod error;
mod export;
mod figures;
mod files;
mod filter;
mod gene;
mod grown;
mod headers;
mod hub_import;
mod imported;
mod imports;
mod kin;
mod lineage;
mod list;
mod manifest;
mod memory;
mod mirror;
mod names;
mod outline;
mod params;
pub mod picture;
mod record;
mod registry;
mod show;
mod sizes;
mod text;
mod validate;
mod vectors;
mod view;
pub mod wire;

pub use arbor_hub::{Event as PullEvent, How as PullHow, Progress};
pub use arbor_loaders::published::rows_of;
pub use arbor_loaders::{Asked, DeviceChoice, DtypeChoice, Heard, Pickles, Placement};
pub use bundle::Packing;
pub use compare::MOST_COMPARED;
pub use devices::{devices, rooms, spaces};
pub use elmo::{elmo_logits, elmo_params};
pub use error::{ErrorCode, ServiceError};
pub use export::ExportFormat;
pub use figures::{Drawn, FigureKind};
pub use files::{Cached, Files, Planned, PullQuery, repository};
pub use filter::{
    Access, CountRange, DateRange, Filter, FilterKey, Ran, Room, Sort, SortKey, relations,
};
pub use gene::{Carriers, GeneValue};
pub use headers::Reading;
pub use hub_import::Question;
pub use kin::Kin;
pub use lineage::{Direction, LineageQuery};
pub use list::{LARGEST_PAGE, Paging};
pub use manifest::Manifest;
pub use memory::{MemoryQuery, folder_memory};
pub use mirror::{
    Lacking, Mirror, Mirrored, Opened, Shelf, Shelves, StockedFile, content_id, is_sample, samples,
};
pub use outline::OutlineQuery;
pub use picture::{Picture, PictureQuery};
pub use record::{Span, Subject, run_of, settle_files};
pub use registry::{Registry, catalogue_digest};
pub use sizes::Sizes;
pub use text::{RunQuery, TextQuery, Typed, run, score};
pub use validate::{Logits, examine, folder_params, logits};
pub use vectors::{nearest, vectors_params};
pub use view::View;

#[cfg(test)]
mod tests;
