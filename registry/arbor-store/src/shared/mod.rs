//! What runs the shared statements, for any engine.
//!
//! Not a module of `arbor-store`: each engine crate includes this folder by
//! path and says which engine it means with `pub(crate) type Db = …;` at its
//! root. So the functions are written once and compiled for each engine, and
//! `arbor-store` itself needs no driver. They take a connection and leave
//! transactions, paths and error codes to the engine crate.

mod attempts;
mod curated;
mod lineage;
mod meta;
mod receipts;
mod runs;
mod sync;
mod tables;

pub(crate) use attempts::{
    attempt, attempt_alive, attempt_heard, attempts, begin_attempt, end_attempt,
};
pub(crate) use curated::load;
pub(crate) use lineage::{ancestors, descendants};
pub(crate) use meta::{bump, counts, meta};
pub(crate) use receipts::{
    receipt, receipt_repos, receipts, record_receipt, record_tensors, tensors,
};
pub(crate) use runs::{latest, record, run, run_of_hub, runs};
pub(crate) use sync::sync;

use crate::Db;
use arbor_store::Unreadable;
use sqlx::Row as _;
use std::fmt::Display;
use std::str::FromStr;

/// A connection of the engine.
pub(crate) type Conn = <Db as sqlx::Database>::Connection;
/// A row of the engine.
pub(crate) type Row = <Db as sqlx::Database>::Row;
/// A statement with its arguments.
pub(crate) type Query<'q> = sqlx::query::Query<'q, Db, <Db as sqlx::Database>::Arguments>;

/// What went wrong, before the engine's crate gives it its path and class.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Fault {
    /// The engine's word.
    #[error(transparent)]
    Sql(#[from] sqlx::Error),
    /// A row breaks the rules.
    #[error("a row cannot be read")]
    Unreadable(Unreadable),
    /// A value does not fit the database.
    #[error("{0} does not fit")]
    Unstorable(&'static str),
}

impl From<Unreadable> for Fault {
    fn from(unreadable: Unreadable) -> Self {
        Self::Unreadable(unreadable)
    }
}

/// Reads the columns of one row into domain types.
pub(crate) struct Reader<'r> {
    row: &'r Row,
    table: &'static str,
}

impl<'r> Reader<'r> {
    /// A reader that blames `table`.
    pub(crate) const fn new(table: &'static str, row: &'r Row) -> Self {
        Self { row, table }
    }

    /// A text.
    pub(crate) fn text(&self, column: usize) -> Result<&'r str, Fault> {
        Ok(self.row.try_get(column)?)
    }

    /// A text or nothing.
    pub(crate) fn maybe_text(&self, column: usize) -> Result<Option<&'r str>, Fault> {
        Ok(self.row.try_get(column)?)
    }

    /// A value in its written form.
    pub(crate) fn parse<T: FromStr<Err: Display>>(&self, column: usize) -> Result<T, Fault> {
        self.check(self.text(column)?.parse())
    }

    /// A value in its written form, or nothing.
    pub(crate) fn maybe<T: FromStr<Err: Display>>(
        &self,
        column: usize,
    ) -> Result<Option<T>, Fault> {
        self.maybe_text(column)?
            .map(|text| self.check(text.parse()))
            .transpose()
    }

    /// A whole number that fits `T`.
    pub(crate) fn number<T: TryFrom<i64, Error: Display>>(
        &self,
        column: usize,
    ) -> Result<T, Fault> {
        let number: i64 = self.row.try_get(column)?;
        self.check(number.try_into())
    }

    /// A whole number that fits `T`, or nothing.
    pub(crate) fn maybe_number<T: TryFrom<i64, Error: Display>>(
        &self,
        column: usize,
    ) -> Result<Option<T>, Fault> {
        let number: Option<i64> = self.row.try_get(column)?;
        number
            .map(|number| self.check(number.try_into()))
            .transpose()
    }

    /// A fraction or nothing.
    pub(crate) fn maybe_float(&self, column: usize) -> Result<Option<f64>, Fault> {
        Ok(self.row.try_get(column)?)
    }

    /// Blames the row for a value that breaks the rules.
    pub(crate) fn check<T, E: Display>(&self, value: Result<T, E>) -> Result<T, Fault> {
        value.map_err(|problem| {
            // The key of every table stands first, as text or as a number.
            let text = self.row.try_get::<&str, _>(0).map(str::to_owned);
            let key = text.or_else(|_| self.row.try_get::<i64, _>(0).map(|n| n.to_string()));
            Fault::Unreadable(Unreadable {
                table: self.table,
                row: key.unwrap_or_default(),
                problem: problem.to_string(),
            })
        })
    }
}
