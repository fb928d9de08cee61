//! Synchronisation: the store equals the catalogue afterwards, writes only
//! what differs, and nothing at all the second time.

use crate::world::{catalogue, digest, files, holding, id, named, open, raw};
use arbor_model::Catalogue;
use arbor_store::{Store as _, StoreError, Table, TableCounts};
use arbor_store_sqlite::SqliteStore;

#[tokio::test]
async fn an_empty_store_holds_an_empty_catalogue() {
    let store = SqliteStore::in_memory().await.expect("it opens");
    let stored = store.load_catalogue().await.expect("it loads");
    assert_eq!(stored.catalogue, Catalogue::default());
    assert_eq!(stored.change, 0);
    let report = store.integrity().await.expect("a report");
    assert!(report.is_sound(), "{:?}", report.problems);
}

#[tokio::test]
async fn what_was_synchronised_is_loaded_for_any_catalogue_after_any_other() {
    let store = SqliteStore::in_memory().await.expect("it opens");
    let mut change = 0;
    for seed in 0..60 {
        let catalogue = catalogue(seed, [40, 12, 0, 25][seed as usize % 4]);
        let report = store.sync_catalogue(&catalogue, &digest(seed)).await;
        let report = report.unwrap_or_else(|e| panic!("seed {seed}: {e} {e:?}"));
        assert_eq!(report.change, change + 1, "seed {seed}");
        change = report.change;
        let stored = store.load_catalogue().await.expect("it loads");
        assert_eq!(stored.catalogue, catalogue, "seed {seed}");
        assert_eq!(stored.change, change);
    }
    let report = store.integrity().await.expect("a report");
    assert!(report.is_sound(), "{:?}", report.problems);
}

#[tokio::test]
async fn the_same_digest_writes_nothing_at_all() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("arbor.db");
    let catalogue = catalogue(1, 30);
    let store = open(&path).await;
    store
        .sync_catalogue(&catalogue, &digest(1))
        .await
        .expect("kept");
    store.close().await;

    let before = files(folder.path());
    let store = open(&path).await;
    let report = store
        .sync_catalogue(&catalogue, &digest(1))
        .await
        .expect("kept");
    assert!(report.is_unchanged());
    assert_eq!(report.change, 1);
    let log = std::fs::metadata(path.with_extension("db-wal")).map_or(0, |m| m.len());
    assert_eq!(log, 0, "not even the log was written");
    store.close().await;
    assert!(
        files(folder.path()) == before,
        "no byte of the folder changed"
    );
}

#[tokio::test]
async fn another_digest_of_the_same_catalogue_is_no_change() {
    let catalogue = catalogue(1, 30);
    let store = holding(&catalogue).await;
    let report = store
        .sync_catalogue(&catalogue, &digest(2))
        .await
        .expect("kept");
    assert!(report.is_unchanged());
    assert_eq!(store.change().await.expect("a number"), 1);
}

#[tokio::test]
async fn the_report_counts_rows_by_table() {
    let before = named(&[
        ["gpt", "GPT", "gpt-one", "", "openai", ""],
        ["gpt-2", "GPT-2", "", "", "openai", "gpt"],
        ["gpt-3", "GPT-3", "", "", "openai", "gpt-2"],
    ]);
    let after = named(&[
        ["gpt", "GPT-1", "", "", "openai", ""],
        ["gpt-2", "GPT-2", "", "", "openai", "gpt"],
        ["gpt-4", "GPT-4", "", "", "openai", "gpt"],
    ]);
    let store = holding(&before).await;
    let report = store
        .sync_catalogue(&after, &digest(2))
        .await
        .expect("kept");
    let counts = |inserted, updated, deleted| TableCounts {
        inserted,
        updated,
        deleted,
    };
    for (table, expected) in [
        (Table::Model, counts(1, 1, 1)),
        (Table::Alias, counts(0, 0, 1)),
        (Table::Edge, counts(1, 0, 1)),
        (Table::ModelOrganisation, counts(1, 0, 1)),
        (Table::Organisation, counts(0, 0, 0)),
    ] {
        assert_eq!(report.of(table), expected, "{table} of {report}");
    }
    assert_eq!(report.change, 2);
}

#[tokio::test]
async fn a_refused_catalogue_leaves_the_old_one() {
    let before = catalogue(1, 30);
    let store = holding(&before).await;
    let mut dangling = named(&[["a", "A", "", "", "", ""], ["b", "B", "", "", "", "a"]]);
    dangling.models.remove(&id("a"));
    let error = store.sync_catalogue(&dangling, &digest(2)).await;
    assert!(
        matches!(error, Err(StoreError::Refused { .. })),
        "{error:?}"
    );
    let mut unsourced = before.clone();
    unsourced.sources.clear();
    let error = store.sync_catalogue(&unsourced, &digest(3)).await;
    assert!(
        matches!(error, Err(StoreError::Refused { .. })),
        "{error:?}"
    );
    let stored = store.load_catalogue().await.expect("it loads");
    assert_eq!((stored.catalogue, stored.change), (before, 1));
}

#[tokio::test]
async fn a_row_that_breaks_the_rules_is_named() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("arbor.db");
    let store = open(&path).await;
    let models = named(&[["gpt", "GPT", "", "", "", ""]]);
    store
        .sync_catalogue(&models, &digest(1))
        .await
        .expect("kept");
    let mut conn = raw(&path).await;
    let spoil = "UPDATE model SET branch = 'sideways' WHERE id = 'gpt'";
    sqlx::query(spoil).execute(&mut conn).await.expect("spoilt");
    let error = store.load_catalogue().await.expect_err("unreadable");
    let text = error.to_string();
    assert!(
        text.contains("model `gpt`") && text.contains("`sideways`"),
        "{text}"
    );
}

#[tokio::test]
async fn foreign_keys_hold_for_the_curated_tables() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("arbor.db");
    let store = open(&path).await;
    store
        .sync_catalogue(&catalogue(1, 30), &digest(1))
        .await
        .expect("kept");
    let mut conn = raw(&path).await;
    for refused in [
        "INSERT INTO edge (child, place, parent, relation, source, confidence)
            VALUES (1, 90, 99999, 'scales-up', 'source-0', 'read')",
        "INSERT INTO edge (child, place, parent, relation, source, confidence)
            VALUES (1, 90, 1, 'scales-up', 'source-0', 'read')",
        "INSERT INTO alias (model, place, alias) VALUES ('nobody', 0, 'x')",
        "DELETE FROM family",
        "DELETE FROM source",
        "INSERT INTO family (id, name) VALUES (x'00', 'a blob')",
    ] {
        assert!(
            sqlx::query(refused).execute(&mut conn).await.is_err(),
            "{refused}"
        );
    }
}
