//! Makes the curated tables equal to a catalogue, in the caller's
//! transaction.

use super::curated::read;
use super::tables::Curated;
use super::{Conn, Fault, bump, meta};
use arbor_model::Catalogue;
use arbor_store::{CatalogueDigest, Changes, Rows, SyncReport, Table, TableCounts, diff, queries};

/// Writes only the rows that differ; see `Store::sync_catalogue`.
pub(crate) async fn sync(
    conn: &mut Conn,
    catalogue: &Catalogue,
    digest: &CatalogueDigest,
) -> Result<SyncReport, Fault> {
    let before = meta(conn).await?;
    let digest = digest.to_string();
    if before.digest.as_ref() == Some(&digest) {
        return Ok(SyncReport {
            change: before.change,
            tables: Vec::new(),
        });
    }
    let tables = write(conn, Rows::of(catalogue)).await?;
    let change = if tables.is_empty() {
        before.change
    } else {
        bump(conn).await?
    };
    let set = sqlx::query(queries::DIGEST_SET).bind(digest);
    set.execute(conn).await?;
    Ok(SyncReport { change, tables })
}

async fn write(conn: &mut Conn, new: Rows) -> Result<Vec<(Table, TableCounts)>, Fault> {
    let aliases = changes(conn, new.aliases).await?;
    let claims = changes(conn, new.claims).await?;
    let families = changes(conn, new.families).await?;
    let makers = changes(conn, new.makers).await?;
    let models = changes(conn, new.models).await?;
    let organisations = changes(conn, new.organisations).await?;
    let parents = changes(conn, new.parents).await?;
    let sources = changes(conn, new.sources).await?;
    let terms = changes(conn, new.terms).await?;
    let tombstones = changes(conn, new.tombstones).await?;

    // What refers goes first and comes last, so that no foreign key is ever
    // broken on the way.
    delete(conn, &terms.deleted).await?;
    delete(conn, &parents.deleted).await?;
    delete(conn, &claims.deleted).await?;
    delete(conn, &aliases.deleted).await?;
    delete(conn, &makers.deleted).await?;

    put(conn, &sources).await?;
    put(conn, &organisations).await?;
    put(conn, &families).await?;
    put(conn, &models).await?;
    put(conn, &makers).await?;
    put(conn, &aliases).await?;
    put(conn, &claims).await?;
    put(conn, &parents).await?;
    put(conn, &terms).await?;
    put(conn, &tombstones).await?;

    delete(conn, &models.deleted).await?;
    delete(conn, &families.deleted).await?;
    delete(conn, &organisations.deleted).await?;
    delete(conn, &sources.deleted).await?;
    delete(conn, &tombstones.deleted).await?;

    let mut tables = vec![
        counts(&aliases),
        counts(&claims),
        counts(&families),
        counts(&makers),
        counts(&models),
        counts(&organisations),
        counts(&parents),
        counts(&sources),
        counts(&terms),
        counts(&tombstones),
    ];
    tables.retain(|(_, counts)| counts.total() > 0);
    tables.sort_by_key(|(table, _)| *table);
    Ok(tables)
}

async fn changes<R: Curated>(conn: &mut Conn, new: Vec<R>) -> Result<Changes<R>, Fault> {
    Ok(diff(read(conn).await?, new))
}

async fn put<R: Curated>(conn: &mut Conn, changes: &Changes<R>) -> Result<(), Fault> {
    for row in changes.inserted.iter().chain(&changes.updated) {
        row.put(sqlx::query(R::PUT)).execute(&mut *conn).await?;
    }
    Ok(())
}

async fn delete<R: Curated>(conn: &mut Conn, rows: &[R]) -> Result<(), Fault> {
    for row in rows {
        row.delete(sqlx::query(R::DELETE))
            .execute(&mut *conn)
            .await?;
    }
    Ok(())
}

fn counts<R: Curated>(changes: &Changes<R>) -> (Table, TableCounts) {
    let counts = TableCounts {
        inserted: changes.inserted.len() as u64,
        updated: changes.updated.len() as u64,
        deleted: changes.deleted.len() as u64,
    };
    (R::TABLE, counts)
}
