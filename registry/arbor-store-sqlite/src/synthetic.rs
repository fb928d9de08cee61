//! Fills an empty store with a made-up lineage, for measurements at sizes no
//! curated catalogue has. It writes no search terms.

use crate::SqliteStore;
use crate::error::At;
use crate::shared::{self, Conn, Fault};
use arbor_model::LineageRows;
use arbor_store::StoreError;
use sqlx::AssertSqlSafe;

/// Rows in one statement: three values each, and SQLite takes 32,766.
const ROWS: usize = 5_000;

impl SqliteStore {
    /// Writes the rows as models and edges of one family and one source, all
    /// called `synthetic`, in one transaction; gives the new change number.
    ///
    /// For benchmarks and tests: the store must hold no models, and the next
    /// synchronisation takes these away again. Two million models with as
    /// many edges take well under a minute.
    ///
    /// # Errors
    /// [`StoreError::Refused`] if the store holds one of the models, a model
    /// is its own parent or an edge names a place without a model, or any
    /// error of the engine.
    pub async fn load_synthetic(&self, rows: &LineageRows) -> Result<u64, StoreError> {
        let path = self.path();
        let mut tx = self.write().await?;
        // The indexes are filled in no order: they should stay in memory.
        sqlx::query("PRAGMA cache_size = -524288")
            .execute(&mut *tx)
            .await
            .at(path)?;
        for statement in [
            "UPDATE meta SET digest = NULL",
            "INSERT INTO source (id, title, kind) VALUES ('synthetic', 'Synthetic', 'dataset')",
            "INSERT INTO family (id, name) VALUES ('synthetic', 'Synthetic')",
        ] {
            sqlx::query(statement).execute(&mut *tx).await.at(path)?;
        }
        models(&mut tx, rows).await.at(path)?;
        edges(&mut tx, rows).await.at(path)?;
        let change = shared::bump(&mut tx).await.at(path)?;
        sqlx::query("PRAGMA cache_size = -4096")
            .execute(&mut *tx)
            .await
            .at(path)?;
        tx.commit().await.at(path)?;
        let mut conn = self.pools().writer.acquire().await.at(path)?;
        // Readers would otherwise look through a log as large as the file.
        for statement in ["PRAGMA wal_checkpoint(TRUNCATE)", "ANALYZE"] {
            sqlx::query(statement).execute(&mut *conn).await.at(path)?;
        }
        Ok(change)
    }
}

/// The statement for `count` rows of `width` values each.
fn statement(head: &str, width: usize, count: usize) -> AssertSqlSafe<String> {
    let row = format!("({})", vec!["?"; width].join(", "));
    AssertSqlSafe(format!(
        "{head} FROM (VALUES {})",
        vec![row; count].join(", ")
    ))
}

async fn models(conn: &mut Conn, rows: &LineageRows) -> Result<(), Fault> {
    const HEAD: &str = "
        INSERT INTO model (no, id, name, family, branch, mask, objective)
        SELECT column1, column2, column2, 'synthetic', 'decoder-only', 'causal', 'ar-forward'";
    let numbers: Vec<u32> = (0..rows.names.len() as u32).collect();
    for block in numbers.chunks(ROWS) {
        let mut query = sqlx::query(statement(HEAD, 2, block.len()));
        for number in block {
            let name = rows.names.get(*number).unwrap_or_default();
            query = query.bind(i64::from(*number) + 1).bind(name);
        }
        query.execute(&mut *conn).await?;
    }
    Ok(())
}

async fn edges(conn: &mut Conn, rows: &LineageRows) -> Result<(), Fault> {
    const HEAD: &str = "
        INSERT INTO edge (child, place, parent, relation, source, confidence)
        SELECT column1 >> 32, column2, column1 & 4294967295, column3, 'synthetic', 'read'";
    let mut sorted = rows.edges.clone();
    sorted.sort_unstable_by_key(|edge| edge.child);
    let mut place = 0_i64;
    let mut before = None;
    for block in sorted.chunks(ROWS) {
        let mut query = sqlx::query(statement(HEAD, 3, block.len()));
        for edge in block {
            place = if before == Some(edge.child) {
                place + 1
            } else {
                0
            };
            before = Some(edge.child);
            let ends = (i64::from(edge.child) + 1) << 32 | (i64::from(edge.parent) + 1);
            query = query.bind(ends).bind(place).bind(edge.relation.as_str());
        }
        query.execute(&mut *conn).await?;
    }
    Ok(())
}
