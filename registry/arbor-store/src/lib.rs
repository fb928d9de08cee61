//! What the database keeps and how it is asked.
//!
//! [`Store`] is the whole face of it: it takes and returns the types of
//! `arbor-model`, is object safe and is passed around as `Arc<dyn Store>`.
//! This crate names no database driver and opens no file. An engine crate
//! (`arbor-store-sqlite`) does, and takes two things from here: the SQL in
//! [`queries`], written once for every engine, and the functions under
//! `src/shared/` that run it, which it includes by path.
//!
//! Curated tables follow the catalogue: [`Store::sync_catalogue`] makes them
//! equal to it. Observed tables (runs, receipts, imports) only grow; an
//! attempt gives way to its run. The two never share a row.
//!
//! Where to look next: [`Store`]; [`Rows`] for how a catalogue becomes rows;
//! `migrations/` for the tables.

mod diff;
mod digest;
mod error;
mod fold;
pub mod queries;
mod report;
mod rows;
mod search;
mod store;

pub use diff::{Changes, Keyed, diff};
pub use digest::{CatalogueDigest, DigestError};
pub use error::{StoreError, Unreadable};
pub use fold::fold;
pub use report::{
    AttemptEntry, Beneath, Heard, ImportCounts, ImportPlace, IntegrityReport, Page, RunEntry,
    Stored, SyncReport, Table, TableCounts, Taken,
};
pub use rows::{AliasRow, ClaimRow, MakerRow, ModelRow, ParentRow, Rows, TermRow};
pub use search::{MatchRank, SearchHit, SearchQuery, SearchQueryError, TermKind};
pub use store::Store;

#[cfg(test)]
mod tests;
