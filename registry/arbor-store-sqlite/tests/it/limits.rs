//! What the system refuses: a folder that cannot be written, a full disk,
//! another writer. A typed error each; reads go on, and nothing is lost.

use crate::open::{filled, refused};
use crate::world::{catalogue, digest, files, raw};
use arbor_store::{Store as _, StoreError};
use arbor_store_sqlite::{Access, OpenOptions, SqliteStore};
use std::fs;
use std::path::Path;
use std::time::Duration;

#[tokio::test]
async fn a_place_that_cannot_be_written_is_named() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("file");
    fs::write(&file, "").expect("written");
    let error = refused(&file.join("arbor.db"), &OpenOptions::default()).await;
    assert!(matches!(error, StoreError::CannotOpen { .. }), "{error:?}");
    let error = refused(folder.path(), &OpenOptions::default()).await;
    assert!(matches!(error, StoreError::CannotOpen { .. }), "{error:?}");
    let error = refused(&folder.path().join("none.db"), &OpenOptions::read_only()).await;
    assert!(matches!(error, StoreError::CannotOpen { .. }), "{error:?}");
    assert_eq!(files(folder.path()).len(), 1);

    // Root may write anywhere but here.
    let nobodys = Path::new("/sys/kernel");
    if nobodys.is_dir() {
        let error = refused(&nobodys.join("arbor.db"), &OpenOptions::default()).await;
        assert!(matches!(error, StoreError::ReadOnly { .. }), "{error:?}");
    } else {
        println!(
            "skipped the read-only folder: there is no {}",
            nobodys.display()
        );
    }
}

#[tokio::test]
async fn reading_only_reads_and_never_writes() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("arbor.db");
    filled(&path).await;
    let before = fs::read(&path).expect("a file");
    let store = SqliteStore::open(&path, &OpenOptions::read_only())
        .await
        .expect("it opens");
    let stored = store.load_catalogue().await.expect("it loads");
    assert_eq!(stored.catalogue, catalogue(1, 40));
    assert!(store.integrity().await.expect("a report").is_sound());
    let error = store.sync_catalogue(&catalogue(2, 40), &digest(2)).await;
    assert!(
        matches!(error, Err(StoreError::ReadOnly { .. })),
        "{error:?}"
    );
    store.close().await;
    assert!(matches!(store.change().await, Err(StoreError::Closed)));
    assert!(fs::read(&path).expect("a file") == before);

    let empty = folder.path().join("empty.db");
    fs::write(&empty, "").expect("written");
    let error = refused(&empty, &OpenOptions::read_only()).await;
    assert!(
        matches!(error, StoreError::OlderSchema { found: 0, .. }),
        "{error:?}"
    );
}

#[tokio::test]
async fn a_full_disk_loses_nothing_and_needs_no_restart() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("arbor.db");
    filled(&path).await;
    let pages = fs::metadata(&path).expect("a file").len() / 4_096;
    let options = OpenOptions {
        max_pages: Some(u32::try_from(pages).expect("a small file") + 4),
        ..OpenOptions::default()
    };
    let store = SqliteStore::open(&path, &options).await.expect("it opens");
    for _ in 0..3 {
        let error = store.sync_catalogue(&catalogue(2, 900), &digest(2)).await;
        let Err(error @ StoreError::Full { .. }) = error else {
            panic!("{error:?}");
        };
        assert!(error.is_transient());
        let stored = store.load_catalogue().await.expect("reads go on");
        assert_eq!((stored.catalogue, stored.change), (catalogue(1, 40), 1));
    }
    let small = catalogue(3, 10);
    store
        .sync_catalogue(&small, &digest(3))
        .await
        .expect("what fits is kept");
    assert_eq!(
        store.load_catalogue().await.expect("it loads").catalogue,
        small
    );
    assert!(store.integrity().await.expect("a report").is_sound());
}

#[tokio::test]
async fn another_writer_is_waited_for_and_then_named() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("arbor.db");
    filled(&path).await;
    let options = OpenOptions {
        access: Access::ReadWrite,
        busy_timeout: Duration::from_millis(200),
        ..OpenOptions::default()
    };
    let store = SqliteStore::open(&path, &options).await.expect("it opens");
    let mut other = raw(&path).await;
    sqlx::query("BEGIN IMMEDIATE")
        .execute(&mut other)
        .await
        .expect("locked");
    let error = store.sync_catalogue(&catalogue(2, 10), &digest(2)).await;
    let Err(error @ StoreError::Busy { .. }) = error else {
        panic!("{error:?}");
    };
    assert!(error.is_transient());
    assert_eq!(store.change().await.expect("reads go on"), 1);
    sqlx::query("ROLLBACK")
        .execute(&mut other)
        .await
        .expect("free");
    store
        .sync_catalogue(&catalogue(2, 10), &digest(2))
        .await
        .expect("kept");
}
