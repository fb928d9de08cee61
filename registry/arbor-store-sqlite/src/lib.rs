//! The SQLite engine of the store.
//!
//! It owns what SQLite does in its own way: the file and its settings
//! (`options`, `connect`), migrations (`migrate`), search (`search`), the
//! bulk read of the lineage (`bulk`) and error codes (`error`). The tables'
//! statements and the functions that run them are `arbor-store`'s, compiled
//! here for SQLite.
//!
//! It knows no HTTP, no files of the catalogue and no graph. Where to look
//! next: [`SqliteStore`], then `arbor_store::Store`.

mod bulk;
mod connect;
mod error;
mod imports;
mod integrity;
mod migrate;
mod options;
mod search;
#[path = "../../arbor-store/src/shared/mod.rs"]
mod shared;
mod store;
mod synthetic;

pub use options::{Access, OpenOptions};
pub use store::SqliteStore;

/// The engine that `shared` is compiled for.
pub(crate) type Db = sqlx::Sqlite;

#[cfg(test)]
mod tests;
