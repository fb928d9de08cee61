//! Readers beside a writer, writers beside writers, processes beside
//! processes: every read shows one committed state.

use crate::crash::again;
use crate::world::{catalogue, digest, open};
use arbor_model::Catalogue;
use arbor_store::{SearchQuery, Store};
use std::path::Path;
use std::sync::Arc;

fn two() -> [Catalogue; 2] {
    [catalogue(1, 60), catalogue(2, 45)]
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn readers_see_one_state_or_the_other_while_it_changes() {
    let folder = tempfile::tempdir().expect("a folder");
    let store: Arc<dyn Store> = Arc::new(open(&folder.path().join("arbor.db")).await);
    store
        .sync_catalogue(&two()[0], &digest(0))
        .await
        .expect("kept");
    let writer = tokio::spawn({
        let store = Arc::clone(&store);
        async move {
            for n in 1..=20_usize {
                let catalogue = &two()[n % 2];
                store
                    .sync_catalogue(catalogue, &digest(n as u64))
                    .await
                    .expect("kept");
            }
        }
    });
    let readers = (0..4).map(|_| {
        let store = Arc::clone(&store);
        tokio::spawn(async move {
            let both = two();
            let mut last = 0;
            while last < 21 {
                let stored = store.load_catalogue().await.expect("it loads");
                assert!(stored.change >= last, "the number grows");
                last = stored.change;
                // Change 1 is the first catalogue, 2 the second, and so on.
                let expected = &both[(last as usize + 1) % 2];
                assert!(stored.catalogue == *expected, "torn at {last}");
                let rows = store.lineage_rows().await.expect("rows");
                let expected = &both[(rows.change as usize + 1) % 2];
                assert_eq!(rows.names.len(), expected.models.len());
                let query = SearchQuery::new("model 1").expect("a query");
                assert!(!store.search(&query, 5).await.expect("hits").is_empty());
            }
        })
    });
    let readers: Vec<_> = readers.collect();
    writer.await.expect("the writer ends well");
    for reader in readers {
        reader.await.expect("a reader ends well");
    }
    assert!(store.integrity().await.expect("a report").is_sound());
}

/// Run by the test below in processes of their own.
#[tokio::test]
async fn child_that_synchronises() {
    let Some(path) = std::env::var_os("ARBOR_TEST_SYNC") else {
        return;
    };
    let store = open(Path::new(&path)).await;
    let first = std::process::id() as usize;
    for n in 0..10 {
        let which = (first + n) % 2;
        let catalogue = &two()[which];
        store
            .sync_catalogue(catalogue, &digest(which as u64))
            .await
            .expect("kept");
    }
    store.close().await;
}

#[tokio::test]
async fn processes_that_start_at_once_neither_fail_nor_mix() {
    let folder = tempfile::tempdir().expect("a folder");
    for round in 0..3 {
        let path = folder.path().join(format!("{round}.db"));
        let test = "concurrency::child_that_synchronises";
        let children: Vec<_> = (0..3)
            .map(|_| again(test, "ARBOR_TEST_SYNC", &path))
            .collect();
        for mut child in children {
            assert!(child.wait().expect("it ends").success(), "round {round}");
        }
        let store = open(&path).await;
        let stored = store.load_catalogue().await.expect("it loads");
        assert!(
            two().contains(&stored.catalogue),
            "neither the one nor the other"
        );
        let report = store.integrity().await.expect("a report");
        assert!(report.is_sound(), "{:?}", report.problems);
    }
}
