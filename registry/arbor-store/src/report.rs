//! What the store hands back beside the catalogue's own types: reports of a
//! synchronisation and of an examination, pages of runs.

use arbor_model::{Attempt, Catalogue, CheckRecord, Imported, Relation, Run, RunId, Text, words};
use std::fmt;
use std::path::PathBuf;

/// A catalogue as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stored {
    /// The catalogue.
    pub catalogue: Catalogue,
    /// The change number of the state it was read from.
    pub change: u64,
}

words! {
    /// A curated table.
    Table: "table" {
        /// Other ids of models.
        Alias = "alias",
        /// What is said of models.
        Claim = "claim",
        /// Parents of models.
        Edge = "edge",
        /// Families.
        Family = "family",
        /// Models.
        Model = "model",
        /// Who made which model.
        ModelOrganisation = "model_organisation",
        /// Makers.
        Organisation = "organisation",
        /// What search looks through; follows from the others.
        SearchTerm = "search_term",
        /// What can be cited.
        Source = "source",
        /// Withdrawn models.
        Tombstone = "tombstone",
    }
}

/// How many rows of a table a synchronisation wrote.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TableCounts {
    /// Rows that were new.
    pub inserted: u64,
    /// Rows that differed.
    pub updated: u64,
    /// Rows that were gone from the catalogue.
    pub deleted: u64,
}

impl TableCounts {
    /// All three together.
    #[must_use]
    pub const fn total(self) -> u64 {
        self.inserted + self.updated + self.deleted
    }
}

/// What a synchronisation did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SyncReport {
    /// The change number afterwards.
    pub change: u64,
    /// The tables that were written to, in [`Table`]'s order; empty if the
    /// database already held this catalogue.
    pub tables: Vec<(Table, TableCounts)>,
}

impl SyncReport {
    /// Whether the database already held this catalogue.
    #[must_use]
    pub fn is_unchanged(&self) -> bool {
        self.tables.is_empty()
    }

    /// What was done to one table.
    #[must_use]
    pub fn of(&self, table: Table) -> TableCounts {
        let mut tables = self.tables.iter();
        tables
            .find(|(t, _)| *t == table)
            .map_or_else(TableCounts::default, |(_, counts)| *counts)
    }
}

/// `catalogue unchanged` or `model +12 ~3 -1, edge +9`.
impl fmt::Display for SyncReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_unchanged() {
            return f.write_str("catalogue unchanged");
        }
        for (i, (table, counts)) in self.tables.iter().enumerate() {
            write!(f, "{}{table}", if i == 0 { "" } else { ", " })?;
            let signed = [
                ('+', counts.inserted),
                ('~', counts.updated),
                ('-', counts.deleted),
            ];
            for (sign, count) in signed.into_iter().filter(|(_, count)| *count > 0) {
                write!(f, " {sign}{count}")?;
            }
        }
        Ok(())
    }
}

/// Which part of a list of runs is wanted: the newest come first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Page {
    /// Only runs older than this one; `None` begins with the newest.
    pub before: Option<RunId>,
    /// At most so many; the store gives no more than 1,000.
    pub limit: u32,
}

impl Page {
    /// The newest `limit` runs.
    #[must_use]
    pub const fn first(limit: u32) -> Self {
        Self {
            before: None,
            limit,
        }
    }
}

/// An examination that is under way, or that ended without a word.
#[derive(Clone, Debug, PartialEq)]
pub struct AttemptEntry {
    /// The number that its run will have.
    pub id: RunId,
    /// What began.
    pub attempt: Attempt,
    /// When its process last gave a sign of life, in microseconds since
    /// 1970-01-01 UTC.
    pub seen_us: i64,
    /// The checks made so far, in the order heard; empty in lists.
    pub heard: Vec<Heard>,
}

/// A check of an examination that is under way.
#[derive(Clone, Debug, PartialEq)]
pub struct Heard {
    /// Its place among all that was heard, from 1; it only grows.
    pub place: u64,
    /// The check.
    pub check: CheckRecord,
}

/// A run and its number.
#[derive(Clone, Debug, PartialEq)]
pub struct RunEntry {
    /// The number.
    pub id: RunId,
    /// What was recorded.
    pub run: Run,
}

/// How many models a part of an import added and changed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Taken {
    /// Models that were new.
    pub added: u64,
    /// Models that had changed.
    pub updated: u64,
}

/// How much is imported.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ImportCounts {
    /// Imports that were begun.
    pub imports: u64,
    /// Models.
    pub models: u64,
    /// Edges between them, or to the catalogue's.
    pub edges: u64,
}

/// What hangs beneath a repository among what is imported.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Beneath {
    /// How many by each relation, the commonest first.
    pub relations: Vec<(Relation, u64)>,
    /// How many by each licence, the commonest first; none where the hub
    /// knows none.
    pub licences: Vec<(Option<Text>, u64)>,
    /// The most downloaded, with what they are to it.
    pub top: Vec<(Imported, Relation)>,
}

/// How far the import of a question to the hub got.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ImportPlace {
    /// The next page, while an import is not at its end.
    pub next: Option<String>,
    /// Every change up to this time has been imported.
    pub complete_us: Option<i64>,
    /// The latest change that was seen.
    pub newest_us: Option<i64>,
}

/// What an examination of the database found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IntegrityReport {
    /// The engine and its version, for example `SQLite 3.53.1`.
    pub engine: String,
    /// The file, if there is one.
    pub path: Option<PathBuf>,
    /// The file's size in bytes, its log included.
    pub bytes: u64,
    /// How commits are kept, for example `wal`.
    pub journal_mode: String,
    /// The schema's version: the last migration's number.
    pub schema: u64,
    /// The newest version this program knows.
    pub schema_known: u64,
    /// The change number.
    pub change: u64,
    /// How many models are stored.
    pub models: u64,
    /// How many edges are stored.
    pub edges: u64,
    /// How many runs are stored.
    pub runs: u64,
    /// How much is imported.
    pub imports: ImportCounts,
    /// The digest of the last synchronised catalogue.
    pub digest: Option<String>,
    /// What is wrong, in the engine's words; empty if nothing is. At most
    /// 100 are listed.
    pub problems: Vec<String>,
}

impl IntegrityReport {
    /// Whether nothing is wrong.
    #[must_use]
    pub fn is_sound(&self) -> bool {
        self.problems.is_empty()
    }
}
