//! Opens the file: looks before it touches, then settings and pools.

use crate::error::At;
use crate::migrate::{self, KNOWN, Stage};
use crate::{Access, OpenOptions};
use arbor_store::StoreError;
use sqlx::sqlite::{SqliteConnectOptions, SqlitePool, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{ConnectOptions as _, Connection as _};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// The connections of an open store.
pub(crate) struct Pools {
    /// The absolute path; `None` in memory.
    pub(crate) path: Option<PathBuf>,
    /// One connection, so that writers queue here and not in the file's lock.
    pub(crate) writer: SqlitePool,
    /// Connections that cannot write; in memory the writer's own.
    pub(crate) readers: SqlitePool,
}

/// Opens or makes the file.
pub(crate) async fn open(path: &Path, options: &OpenOptions) -> Result<Pools, StoreError> {
    // A relative path that begins with `file:` would be read as a URI.
    let path = std::path::absolute(path).at(path)?;
    if path.is_dir() {
        // SQLite would speak of the disk.
        return Err(io::Error::from(io::ErrorKind::IsADirectory)).at(&path);
    }
    if options.access == Access::ReadWrite {
        make(&path)?;
    }
    let stage = examine(&path, options).await?;
    let writer = match options.access {
        Access::ReadOnly => {
            let found = match stage {
                Stage::Empty => 0,
                Stage::At(found) => found,
            };
            if found < KNOWN {
                return Err(StoreError::OlderSchema {
                    found,
                    known: KNOWN,
                    path,
                });
            }
            pool(settings(&path, options).read_only(true), 1, options)
        }
        Access::ReadWrite => {
            log_ahead(&path, options).await?;
            let writer = pool(settings(&path, options), 1, options);
            if stage != Stage::At(KNOWN) {
                let mut conn = writer.acquire().await.at(&path)?;
                migrate::migrate(&mut conn, &path).await?;
            }
            writer
        }
    };
    // Fails now, not at the first request, if the settings are refused.
    drop(writer.acquire().await.at(&path)?);
    let reading = settings(&path, options)
        .read_only(options.access == Access::ReadOnly)
        .pragma("query_only", "ON");
    Ok(Pools {
        readers: pool(reading, options.readers.max(2), options),
        writer,
        path: Some(path),
    })
}

/// A database that lives as long as its one connection.
pub(crate) async fn in_memory() -> Result<Pools, StoreError> {
    let path = Path::new(":memory:");
    let options = OpenOptions::default();
    let settings = settings(path, &options).in_memory(true);
    let writer = pool(settings, 1, &options);
    let mut conn = writer.acquire().await.at(path)?;
    migrate::migrate(&mut conn, path).await?;
    drop(conn);
    Ok(Pools {
        path: None,
        readers: writer.clone(),
        writer,
    })
}

/// Makes the folder and an empty file, where there is none: the system's
/// error says more than SQLite's.
fn make(path: &Path) -> Result<(), StoreError> {
    if path.exists() {
        return Ok(());
    }
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).at(path)?;
    }
    let mut file = fs::OpenOptions::new();
    file.write(true)
        .create(true)
        .truncate(false)
        .open(path)
        .at(path)?;
    Ok(())
}

/// Looks at the file with a connection that changes nothing, so that one of
/// another program, or of a newer arbor, stays as it is.
async fn examine(path: &Path, options: &OpenOptions) -> Result<Stage, StoreError> {
    let settings = SqliteConnectOptions::new()
        .filename(path)
        .read_only(true)
        .busy_timeout(options.busy_timeout)
        .pragma("trusted_schema", "OFF");
    let mut conn = settings.connect().await.at(path)?;
    let stage = migrate::stage(&mut conn, path).await;
    conn.close().await.at(path)?;
    stage
}

/// Has the file kept with a write-ahead log: readers and a writer side by
/// side. The file remembers it.
///
/// Changing the mode takes a lock that SQLite does not wait for, so two
/// processes that start on a new file could fail; here they try again.
async fn log_ahead(path: &Path, options: &OpenOptions) -> Result<(), StoreError> {
    let settings = SqliteConnectOptions::new()
        .filename(path)
        .busy_timeout(options.busy_timeout);
    let until = Instant::now() + options.busy_timeout;
    let mut conn = settings.connect().await.at(path)?;
    let changed = loop {
        let change = sqlx::query("PRAGMA journal_mode = WAL");
        match change.execute(&mut conn).await.at(path) {
            Err(StoreError::Busy { .. }) if Instant::now() < until => {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
            Err(StoreError::ReadOnly { .. }) | Ok(_) => break Ok(()),
            Err(error) => break Err(error),
        }
    };
    conn.close().await.at(path)?;
    changed
}

fn settings(path: &Path, options: &OpenOptions) -> SqliteConnectOptions {
    let settings = SqliteConnectOptions::new()
        .filename(path)
        .foreign_keys(true)
        .busy_timeout(options.busy_timeout)
        .synchronous(SqliteSynchronous::Full)
        .pragma("trusted_schema", "OFF")
        .pragma("cell_size_check", "ON")
        .pragma("temp_store", "MEMORY")
        .pragma("cache_size", "-4096")
        .pragma("mmap_size", MAPPED)
        .pragma("analysis_limit", "400")
        .disable_statement_logging();
    match options.max_pages {
        Some(pages) => settings.pragma("max_page_count", pages.to_string()),
        None => settings,
    }
}

/// Bytes of the file that each connection maps into memory: all of a curated
/// database, and little of one with millions of models, whose process should
/// stay small.
const MAPPED: &str = "8388608";

fn pool(settings: SqliteConnectOptions, size: u32, options: &OpenOptions) -> SqlitePool {
    SqlitePoolOptions::new()
        .max_connections(size)
        .acquire_timeout(options.busy_timeout)
        // A connection does not age, and in memory it is the database.
        .idle_timeout(None)
        .max_lifetime(None)
        .test_before_acquire(false)
        .connect_lazy_with(settings)
}
