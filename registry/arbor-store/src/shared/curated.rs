//! Reads the curated tables. The caller's transaction makes it one state.

use super::tables::Curated;
use super::{Conn, Fault, Reader};
use arbor_model::Catalogue;
use arbor_store::Rows;

/// Every row of one table.
pub(super) async fn read<R: Curated>(conn: &mut Conn) -> Result<Vec<R>, Fault> {
    let rows = sqlx::query(R::ALL).fetch_all(conn).await?;
    rows.iter()
        .map(|row| R::read(&Reader::new(R::TABLE.as_str(), row)))
        .collect()
}

/// The catalogue that the tables hold.
pub(crate) async fn load(conn: &mut Conn) -> Result<Catalogue, Fault> {
    let rows = Rows {
        aliases: read(conn).await?,
        claims: read(conn).await?,
        families: read(conn).await?,
        makers: read(conn).await?,
        models: read(conn).await?,
        organisations: read(conn).await?,
        parents: read(conn).await?,
        sources: read(conn).await?,
        // They follow from the others.
        terms: Vec::new(),
        tombstones: read(conn).await?,
    };
    Ok(rows.into_catalogue()?)
}
