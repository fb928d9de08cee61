//! The examination behind `arbor doctor`.

use crate::SqliteStore;
use crate::error::At;
use crate::imports;
use crate::migrate::{self, KNOWN, Stage};
use crate::shared::{self, Conn};
use arbor_store::{IntegrityReport, StoreError};
use sqlx::Row as _;
use std::fs;
use std::path::{Path, PathBuf};

/// More problems than this help nobody.
const LISTED: usize = 100;

/// Rows whose foreign key leads nowhere.
const ORPHANS: &str = "
    SELECT 'row ' || COALESCE(rowid, '?') || ' of ' || \"table\" || ' refers to no ' || parent
    FROM pragma_foreign_key_check LIMIT 100";

/// Models of a synchronised catalogue that search does not know.
const UNFINDABLE: &str = "
    SELECT 'the model ' || model.id || ' cannot be found by search' FROM model, meta
    WHERE meta.digest IS NOT NULL AND NOT EXISTS
        (SELECT 1 FROM search_term WHERE search_term.model = model.id)
    LIMIT 100";

/// Compares the index with the terms; SQLite words it as a write.
const INDEX: &str = "INSERT INTO search_fts (search_fts, rank) VALUES ('integrity-check', 1)";

/// Examines the file; damage is listed, not raised.
pub(crate) async fn examine(store: &SqliteStore) -> Result<IntegrityReport, StoreError> {
    let path = store.path();
    let mut tx = store.read().await?;
    let stage = migrate::stage(&mut tx, path).await?;
    let meta = shared::meta(&mut tx).await.at(path)?;
    let [models, edges, runs] = shared::counts(&mut tx).await.at(path)?;
    let imports = imports::counts(&mut tx).await.at(path)?;
    let version = text(&mut tx, "SELECT sqlite_version()", path).await?;
    let journal_mode = text(&mut tx, "PRAGMA journal_mode", path).await?;

    let mut problems = listed(&mut tx, "PRAGMA integrity_check(100)", path).await;
    problems.retain(|line| line != "ok");
    problems.extend(listed(&mut tx, ORPHANS, path).await);
    problems.extend(listed(&mut tx, UNFINDABLE, path).await);
    drop(tx);
    problems.extend(search_index(store).await?);
    problems.truncate(LISTED);

    let file = store.pools().path.clone();
    Ok(IntegrityReport {
        engine: format!("SQLite {version}"),
        bytes: file.as_deref().map_or(0, size),
        path: file,
        journal_mode,
        schema: match stage {
            Stage::Empty => 0,
            Stage::At(version) => version,
        },
        schema_known: KNOWN,
        change: meta.change,
        models,
        edges,
        runs,
        imports,
        digest: meta.digest,
        problems,
    })
}

/// What is wrong with the search index; a file that is only read is taken at
/// its word.
async fn search_index(store: &SqliteStore) -> Result<Option<String>, StoreError> {
    let mut tx = store.write().await?;
    let checked = sqlx::query(INDEX).execute(&mut *tx).await.at(store.path());
    tx.rollback().await.at(store.path())?;
    match checked {
        Ok(_) | Err(StoreError::ReadOnly { .. }) => Ok(None),
        Err(_) => Ok(Some("the search index does not fit its terms".to_owned())),
    }
}

/// Of the file and its log, in bytes.
fn size(path: &Path) -> u64 {
    let mut log = path.as_os_str().to_owned();
    log.push("-wal");
    [path.to_owned(), PathBuf::from(log)]
        .iter()
        .filter_map(|file| fs::metadata(file).ok())
        .map(|metadata| metadata.len())
        .sum()
}

async fn text(conn: &mut Conn, sql: &'static str, path: &Path) -> Result<String, StoreError> {
    sqlx::query_scalar(sql).fetch_one(conn).await.at(path)
}

/// The lines of an examination; one that damage breaks off is itself a line.
async fn listed(conn: &mut Conn, sql: &'static str, path: &Path) -> Vec<String> {
    match sqlx::query(sql).fetch_all(conn).await.at(path) {
        Ok(rows) => rows
            .iter()
            .map(|row| row.try_get(0).unwrap_or_else(|e| e.to_string()))
            .collect(),
        Err(error) => vec![error.to_string()],
    }
}
