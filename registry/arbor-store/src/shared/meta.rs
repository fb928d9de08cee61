//! The change number, the digest of the stored catalogue, the counts.

use super::{Conn, Fault, Reader};
use arbor_store::queries;

/// The one row of `meta`.
pub(crate) struct Meta {
    /// The change number.
    pub(crate) change: u64,
    /// The digest of the last synchronisation, as written.
    pub(crate) digest: Option<String>,
}

/// Reads it.
pub(crate) async fn meta(conn: &mut Conn) -> Result<Meta, Fault> {
    let row = sqlx::query(queries::CHANGE_GET).fetch_one(conn).await?;
    let r = Reader::new("meta", &row);
    Ok(Meta {
        change: r.number(0)?,
        digest: r.maybe_text(1)?.map(str::to_owned),
    })
}

/// Adds one to the change number and gives the new one.
pub(crate) async fn bump(conn: &mut Conn) -> Result<u64, Fault> {
    let row = sqlx::query(queries::CHANGE_BUMP).fetch_one(conn).await?;
    Reader::new("meta", &row).number(0)
}

/// How many models, edges and runs there are.
pub(crate) async fn counts(conn: &mut Conn) -> Result<[u64; 3], Fault> {
    let row = sqlx::query(queries::COUNTS).fetch_one(conn).await?;
    let r = Reader::new("meta", &row);
    Ok([r.number(0)?, r.number(1)?, r.number(2)?])
}
