//! Ancestors and descendants by recursive query: the oracle that the graph
//! is compared with.

use super::{Conn, Fault, Reader};
use arbor_model::ModelId;
use arbor_store::queries;

/// Every ancestor, sorted by id.
pub(crate) async fn ancestors(conn: &mut Conn, model: &ModelId) -> Result<Vec<ModelId>, Fault> {
    ids(conn, queries::ANCESTORS, model).await
}

/// Every descendant, sorted by id.
pub(crate) async fn descendants(conn: &mut Conn, model: &ModelId) -> Result<Vec<ModelId>, Fault> {
    ids(conn, queries::DESCENDANTS, model).await
}

async fn ids(
    conn: &mut Conn,
    statement: &'static str,
    model: &ModelId,
) -> Result<Vec<ModelId>, Fault> {
    let query = sqlx::query(statement).bind(model.as_str());
    let rows = query.fetch_all(conn).await?;
    let ids = rows.iter().map(|row| Reader::new("model", row).parse(0));
    let mut ids: Vec<ModelId> = ids.collect::<Result<_, _>>()?;
    ids.sort();
    Ok(ids)
}
