//! The lineage: who came from whom, checked to be acyclic and quick to ask.
//!
//! [`LineageRows`](arbor_model::LineageRows) become a [`LineageSnapshot`],
//! which never changes and answers every question; [`LineageCell`] shows the
//! newest one to many readers. [`LineageGraph`] is the same lineage as a
//! petgraph graph: it explains what is wrong with rows, and tests hold the
//! snapshot's answers against it. Nothing here knows SQL, files or pages, nor
//! what a model is beyond its id.
//!
//! Where to look next: `snapshot.rs` for the form, `build.rs` for how rows
//! become one, `walk.rs` for bounds on questions from outside.
//!
//! ```
//! use arbor_catalog::lineage::{LineageNotes, LineageSnapshot, Walk};
//! use arbor_model::{EdgeRow, LineageRows, Relation};
//!
//! let rows = LineageRows {
//!     change: 7,
//!     names: ["bert-base", "distilbert", "roberta"].into_iter().collect(),
//!     edges: vec![EdgeRow { child: 1, parent: 0, relation: Relation::DistilledFrom }],
//! };
//! let lineage = LineageSnapshot::from_rows(rows, &LineageNotes::default())?;
//! let bert = lineage.find("bert-base")?;
//! assert_eq!(lineage.descendant_count(bert), 1);
//! let below: Vec<_> = lineage
//!     .descendants(bert, Walk::default())
//!     .map(|step| (lineage.name(step.node), step.depth))
//!     .collect();
//! assert_eq!(below, [("distilbert", 1)]);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod build;
mod catalogue;
mod climb;
mod common;
mod csr;
mod directory;
mod dominance;
mod error;
mod generation;
mod graph;
mod node;
mod offspring;
mod oracle;
mod order;
mod page;
mod path;
mod reach;
mod relations;
mod scratch;
mod snapshot;
pub mod swap;
mod visit;
mod walk;

pub use catalogue::rows_of;
pub use common::CommonAncestor;
pub use directory::{LineageNotes, Standing};
pub use dominance::Dominance;
pub use error::{LineageError, QueryError};
pub use graph::LineageGraph;
pub use node::{Link, NodeId, Step};
pub use offspring::Offspring;
pub use order::knots;
pub use page::Page;
pub use path::{Kinship, Paths};
pub use relations::RelationSet;
pub use snapshot::LineageSnapshot;
pub use swap::LineageCell;
pub use visit::{LinkRef, Seen};
pub use walk::{Extent, Steps, Walk};

#[cfg(test)]
mod tests;
