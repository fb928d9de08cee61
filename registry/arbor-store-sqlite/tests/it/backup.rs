//! A copy of the whole database, made while it is in use.

use crate::world::{catalogue, digest, open};
use arbor_store::{Store as _, StoreError};

#[tokio::test]
async fn a_backup_is_a_store_of_the_same_state() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = open(&folder.path().join("arbor.db")).await;
    store
        .sync_catalogue(&catalogue(1, 40), &digest(1))
        .await
        .expect("kept");
    let copy = folder.path().join("it's a copy.db");
    store.backup_to(&copy).await.expect("copied");
    store
        .sync_catalogue(&catalogue(2, 40), &digest(2))
        .await
        .expect("kept");

    let restored = open(&copy).await;
    let stored = restored.load_catalogue().await.expect("it loads");
    assert_eq!((stored.catalogue, stored.change), (catalogue(1, 40), 1));
    assert!(restored.integrity().await.expect("a report").is_sound());

    let error = store.backup_to(&copy).await;
    assert!(matches!(error, Err(StoreError::Exists { .. })), "{error:?}");
    let nowhere = folder.path().join("no/folder/copy.db");
    let error = store.backup_to(&nowhere).await;
    assert!(
        matches!(error, Err(StoreError::CannotOpen { .. })),
        "{error:?}"
    );
}
