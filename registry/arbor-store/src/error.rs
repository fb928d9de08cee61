//! What can go wrong with a database, by what the user can do about it.
//!
//! The text of an error names the file and ends in the way out; the engine's
//! own words are the error's source, for logs.

use std::error::Error;
use std::path::PathBuf;

type Cause = Box<dyn Error + Send + Sync>;

/// A row that breaks the rules of `arbor-model`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unreadable {
    /// The table it stands in.
    pub table: &'static str,
    /// Its key.
    pub row: String,
    /// What is wrong with it.
    pub problem: String,
}

/// Why the database did not do what was asked. Nothing was written then.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// A newer program wrote it.
    #[error(
        "the database `{}` has schema version {found}, this program knows {known}: use a newer \
         arbor, or another file", .path.display()
    )]
    NewerSchema {
        /// The file's version.
        found: u64,
        /// The newest version this program knows.
        known: u64,
        /// The file.
        path: PathBuf,
    },
    /// An older program wrote it, and it was opened for reading only.
    #[error(
        "the database `{}` has schema version {found}, this program needs {known}: open it for \
         writing once", .path.display()
    )]
    OlderSchema {
        /// The file's version; 0 for an empty file.
        found: u64,
        /// The version this program needs.
        known: u64,
        /// The file.
        path: PathBuf,
    },
    /// A migration that was applied is not the one this program has.
    #[error(
        "the database `{}` was set up by another build: its migration {version} differs from \
         this program's; use the arbor that made it, or another file", .path.display()
    )]
    OtherSchema {
        /// The migration.
        version: u64,
        /// The file.
        path: PathBuf,
    },
    /// Another program's database.
    #[error(
        "`{}` is another program's database: name another file; this one was left as it is",
        .path.display()
    )]
    Foreign {
        /// The file.
        path: PathBuf,
    },
    /// The file is damaged.
    #[error(
        "the database `{}` is damaged: move it away (it was left as it is) and start anew, or \
         restore a backup", .path.display()
    )]
    Corrupt {
        /// The file.
        path: PathBuf,
        /// The engine's words.
        #[source]
        cause: Cause,
    },
    /// The file is something else.
    #[error(
        "`{}` is no database: name another file; this one was left as it is", .path.display()
    )]
    NotADatabase {
        /// The file.
        path: PathBuf,
        /// The engine's words.
        #[source]
        cause: Cause,
    },
    /// The file or its folder cannot be written.
    #[error(
        "the database `{}` cannot be written: check the permissions of the file and its folder",
        .path.display()
    )]
    ReadOnly {
        /// The file.
        path: PathBuf,
        /// The engine's words.
        #[source]
        cause: Cause,
    },
    /// No room.
    #[error(
        "there is no room left for the database `{}`: free some space; nothing was lost, and no \
         restart is needed", .path.display()
    )]
    Full {
        /// The file.
        path: PathBuf,
        /// The engine's words.
        #[source]
        cause: Cause,
    },
    /// Another process, or another task, writes for too long.
    #[error(
        "the database `{}` is locked by another writer: try again shortly, or stop the other \
         process", .path.display()
    )]
    Busy {
        /// The file.
        path: PathBuf,
        /// The engine's words.
        #[source]
        cause: Cause,
    },
    /// The file cannot be reached or made.
    #[error("the database `{}` cannot be opened: check the path and the folder's permissions", .path.display())]
    CannotOpen {
        /// The file.
        path: PathBuf,
        /// The system's or engine's words.
        #[source]
        cause: Cause,
    },
    /// Reading or writing the disk failed.
    #[error("reading or writing the database `{}` failed: check the disk", .path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// The engine's words.
        #[source]
        cause: Cause,
    },
    /// The target of a backup is taken.
    #[error("`{}` exists already: name a file that does not", .path.display())]
    Exists {
        /// The file.
        path: PathBuf,
    },
    /// A row breaks the rules: something else wrote it.
    #[error(
        "the {} `{}` in the database cannot be read ({}): run `arbor doctor`",
        .0.table, .0.row, .0.problem
    )]
    Unreadable(Unreadable),
    /// A value the database cannot hold.
    #[error("{0} cannot be stored: it is out of range")]
    Unstorable(&'static str),
    /// A rule of the tables refused the write, for example an edge to a model
    /// that is not stored.
    #[error("the database refused the write: {rule}")]
    Refused {
        /// The engine's words.
        rule: String,
    },
    /// The store was closed.
    #[error("the store is closed")]
    Closed,
    /// Anything else the engine says: a defect of this program.
    #[error("the database engine failed; please report this")]
    Engine {
        /// The engine's words.
        #[source]
        cause: Cause,
    },
}

impl StoreError {
    /// Whether the same call may succeed in a moment.
    #[must_use]
    pub const fn is_transient(&self) -> bool {
        matches!(self, Self::Busy { .. } | Self::Full { .. })
    }
}

impl From<Unreadable> for StoreError {
    fn from(unreadable: Unreadable) -> Self {
        Self::Unreadable(unreadable)
    }
}
