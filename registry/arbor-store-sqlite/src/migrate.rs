//! Migrations: which there are, how far a file has come, and the way there.

use crate::error::At;
use crate::shared::Conn;
use arbor_store::StoreError;
use sqlx::Connection as _;
use sqlx::migrate::{Migration, MigrationType, Migrator};
use std::path::Path;

/// One migration and its way back.
pub(crate) struct Script {
    version: i64,
    title: &'static str,
    up: &'static str,
    down: &'static str,
}

/// Every migration, from the first on; made by `build.rs`.
const SCRIPTS: &[Script] = include!(concat!(env!("OUT_DIR"), "/migrations.rs"));

/// The newest schema this program knows.
pub(crate) const KNOWN: u64 = SCRIPTS.len() as u64;

/// sqlx's form of them.
pub(crate) fn migrator() -> Migrator {
    let mut migrations = Vec::new();
    for script in SCRIPTS {
        for (kind, sql) in [
            (MigrationType::ReversibleUp, script.up),
            (MigrationType::ReversibleDown, script.down),
        ] {
            migrations.push(Migration::new(
                script.version,
                script.title.into(),
                kind,
                sqlx::SqlStr::from_static(sql),
                false,
            ));
        }
    }
    Migrator::with_migrations(migrations)
}

/// What a file is, seen from its list of tables.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stage {
    /// It holds nothing yet.
    Empty,
    /// It has this schema, which is known.
    At(u64),
}

/// Looks at a file without changing it.
///
/// # Errors
/// [`StoreError::NewerSchema`] and [`StoreError::Foreign`] besides the
/// engine's own.
pub(crate) async fn stage(conn: &mut Conn, path: &Path) -> Result<Stage, StoreError> {
    const TABLES: &str = "
        SELECT COUNT(*), COALESCE(SUM(name = '_sqlx_migrations'), 0) FROM sqlite_schema";
    const VERSION: &str = "SELECT COALESCE(MAX(version), 0) FROM _sqlx_migrations";
    const OURS: &str = "SELECT COUNT(*) FROM sqlite_schema WHERE name = 'meta'";

    let (tables, known): (i64, i64) = sqlx::query_as(TABLES)
        .fetch_one(&mut *conn)
        .await
        .at(path)?;
    if known == 0 {
        let foreign = StoreError::Foreign {
            path: path.to_owned(),
        };
        return if tables == 0 {
            Ok(Stage::Empty)
        } else {
            Err(foreign)
        };
    }
    let version: i64 = sqlx::query_scalar(VERSION)
        .fetch_one(&mut *conn)
        .await
        .at(path)?;
    let ours: i64 = sqlx::query_scalar(OURS)
        .fetch_one(&mut *conn)
        .await
        .at(path)?;
    let found = version.unsigned_abs();
    if found > 0 && ours == 0 {
        // Other programs use sqlx too.
        return Err(StoreError::Foreign {
            path: path.to_owned(),
        });
    }
    if found > KNOWN {
        return Err(StoreError::NewerSchema {
            found,
            known: KNOWN,
            path: path.to_owned(),
        });
    }
    Ok(Stage::At(found))
}

/// Applies what is missing, all of it or nothing.
///
/// The lock is taken first, so that of two processes that start together one
/// migrates and the other finds it done.
pub(crate) async fn migrate(conn: &mut Conn, path: &Path) -> Result<(), StoreError> {
    let mut tx = conn.begin_with("BEGIN IMMEDIATE").await.at(path)?;
    stage(&mut tx, path).await?;
    migrator().run(&mut *tx).await.at(path)?;
    tx.commit().await.at(path)
}
