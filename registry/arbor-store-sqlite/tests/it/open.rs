//! Opening what is missing, damaged, foreign or newer: a typed error each,
//! and the file stays as it is. `limits` has what the system refuses.

use crate::world::{catalogue, digest, files, open, raw};
use arbor_store::{Store as _, StoreError};
use arbor_store_sqlite::{OpenOptions, SqliteStore};
use std::fs;
use std::path::Path;

/// The error with which opening ends.
pub(crate) async fn refused(path: &Path, options: &OpenOptions) -> StoreError {
    match SqliteStore::open(path, options).await {
        Ok(_) => panic!("{} was opened", path.display()),
        Err(error) => error,
    }
}

/// A file with a catalogue, closed.
pub(crate) async fn filled(path: &Path) {
    let store = open(path).await;
    store
        .sync_catalogue(&catalogue(1, 40), &digest(1))
        .await
        .expect("kept");
    store.close().await;
}

#[tokio::test]
async fn missing_folders_are_made() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("a/b c/ä?mode=ro#x%20/arbor.db");
    filled(&path).await;
    assert!(path.is_file());
    let report = open(&path).await.integrity().await.expect("a report");
    assert!(report.is_sound(), "{:?}", report.problems);
    assert_eq!(report.journal_mode, "wal");
    assert_eq!(report.schema, report.schema_known);
    assert_eq!(report.path.as_deref(), Some(path.as_path()));
    assert!(report.bytes > 4_096 && report.models > 20);
}

#[tokio::test]
async fn a_file_that_is_no_database_is_left_alone() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("notes.txt");
    fs::write(&path, "Dear diary, ".repeat(1_000)).expect("written");
    let before = files(folder.path());
    let error = refused(&path, &OpenOptions::default()).await;
    assert!(
        matches!(error, StoreError::NotADatabase { .. }),
        "{error:?}"
    );
    assert!(files(folder.path()) == before);
}

#[tokio::test]
async fn a_damaged_file_is_left_alone() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("arbor.db");
    filled(&path).await;
    let whole = fs::read(&path).expect("a file");
    // The list of tables overwritten, and the file cut short.
    let mut scratched = whole.clone();
    scratched[100..4_096].fill(0xA5);
    for damaged in [scratched, whole[..4_096 * 3].to_vec()] {
        fs::write(&path, &damaged).expect("written");
        let error = match SqliteStore::open(&path, &OpenOptions::default()).await {
            Err(error) => error,
            Ok(store) => store.load_catalogue().await.expect_err("damaged"),
        };
        assert!(matches!(error, StoreError::Corrupt { .. }), "{error:?}");
        assert!(error.to_string().contains("arbor.db"));
        assert!(
            fs::read(&path).expect("a file") == damaged,
            "no byte changed"
        );
    }
}

#[tokio::test]
async fn damage_deep_in_the_file_is_reported_by_the_examination() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("arbor.db");
    filled(&path).await;
    let mut bytes = fs::read(&path).expect("a file");
    let last = bytes.len() - 4_096;
    for page in (4_096 * 30..last).step_by(4_096 * 3) {
        bytes[page..page + 64].fill(0xFF);
    }
    fs::write(&path, &bytes).expect("written");
    let store = open(&path).await;
    match store.integrity().await {
        Ok(report) => assert!(!report.is_sound()),
        Err(error) => assert!(matches!(error, StoreError::Corrupt { .. }), "{error:?}"),
    }
}

#[tokio::test]
async fn another_programs_database_is_left_alone() {
    let folder = tempfile::tempdir().expect("a folder");
    for (name, statements) in [
        ("plain.db", &["CREATE TABLE bookmarks (url TEXT)"][..]),
        (
            "sqlx.db",
            &[
                "CREATE TABLE todos (what TEXT)",
                "CREATE TABLE _sqlx_migrations (version BIGINT PRIMARY KEY, checksum BLOB)",
                "INSERT INTO _sqlx_migrations VALUES (1, x'00')",
            ],
        ),
    ] {
        let path = folder.path().join(name);
        fs::write(&path, "").expect("written");
        let mut conn = raw(&path).await;
        for statement in statements {
            sqlx::query(*statement)
                .execute(&mut conn)
                .await
                .expect("made");
        }
        sqlx::Connection::close(conn).await.expect("closed");
        let before = files(folder.path());
        let error = refused(&path, &OpenOptions::default()).await;
        assert!(
            matches!(error, StoreError::Foreign { .. }),
            "{name}: {error:?}"
        );
        assert!(files(folder.path()) == before, "{name}");
    }
}

#[tokio::test]
async fn a_newer_schema_is_left_alone() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("arbor.db");
    filled(&path).await;
    let mut conn = raw(&path).await;
    let newer = "INSERT INTO _sqlx_migrations
        (version, description, success, checksum, execution_time) VALUES (99, 'x', 1, x'00', 0)";
    sqlx::query(newer)
        .execute(&mut conn)
        .await
        .expect("written");
    sqlx::Connection::close(conn).await.expect("closed");
    let before = files(folder.path());
    for options in [OpenOptions::default(), OpenOptions::read_only()] {
        let error = refused(&path, &options).await;
        let StoreError::NewerSchema { found, known, .. } = &error else {
            panic!("{error:?}");
        };
        assert_eq!((*found, *known), (99, migrations()));
        assert!(error.to_string().contains("99"));
    }
    // Looking at a file in WAL mode may leave an empty log beside it.
    assert!(files(folder.path())["arbor.db"] == before["arbor.db"]);
}

/// How many there are, by their files.
fn migrations() -> u64 {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../migrations/sqlite");
    let files = std::fs::read_dir(folder).expect("a folder").flatten();
    let up = files.filter(|file| file.file_name().to_string_lossy().ends_with(".up.sql"));
    up.count().try_into().expect("few")
}

#[tokio::test]
async fn an_edited_migration_is_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("arbor.db");
    filled(&path).await;
    let mut conn = raw(&path).await;
    for statement in [
        "DELETE FROM _sqlx_migrations WHERE version >= 3",
        "UPDATE _sqlx_migrations SET checksum = x'00' WHERE version = 1",
    ] {
        sqlx::query(statement)
            .execute(&mut conn)
            .await
            .expect("written");
    }
    let error = refused(&path, &OpenOptions::default()).await;
    assert!(
        matches!(error, StoreError::OtherSchema { version: 1, .. }),
        "{error:?}"
    );
}
