//! Models of the hub in bulk: one record after another becomes a checked
//! [`Imported`](arbor_model::Imported), and what all of them declare becomes
//! a lineage without loops and loose ends.
//!
//! Three steps, the first of which reads: a [`Table`] gives a Parquet file's rows
//! as JSON, [`read`] turns a row of it or of the hub's API into a record,
//! [`settle`] makes edges of declared bases. What cannot be used ends in a
//! [`Repair`](arbor_model::Repair). It knows no network and no database;
//! `arbor-service` joins the steps with both.

mod bases;
mod column;
mod nesting;
mod record;
mod rows;
pub mod sample;
mod settle;
mod value;

pub use column::Column;
pub use record::{MOST_TAGS, modified, read};
pub use rows::{RowsError, Table};
pub use settle::{Settled, settle};

#[cfg(test)]
mod tests;
