//! The lineage in bulk and by recursive query.

use crate::world::{Dice, catalogue, digest, holding, id, named, open, raw};
use arbor_model::{Catalogue, EdgeRow, LineageRows, ModelId, PackedNames, Relation};
use arbor_store::{Store as _, StoreError};
use arbor_store_sqlite::SqliteStore;
use std::collections::BTreeSet;

/// What the rows of a catalogue must be.
fn expected(catalogue: &Catalogue) -> (Vec<String>, BTreeSet<EdgeRow>) {
    let ids: Vec<&ModelId> = catalogue.models.keys().collect();
    let place = |id: &ModelId| ids.binary_search(&id).expect("a model") as u32;
    let edges = catalogue.models.values().flat_map(|child| {
        child.parents.iter().map(|edge| EdgeRow {
            child: place(&child.id),
            parent: place(&edge.parent),
            relation: edge.relation,
        })
    });
    (
        ids.iter().map(ToString::to_string).collect(),
        edges.collect(),
    )
}

fn got(rows: &LineageRows) -> (Vec<String>, BTreeSet<EdgeRow>) {
    let names = rows.names.iter().map(str::to_owned).collect();
    (names, rows.edges.iter().copied().collect())
}

#[tokio::test]
async fn the_rows_are_those_of_the_catalogue() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = open(&folder.path().join("arbor.db")).await;
    let memory = SqliteStore::in_memory().await.expect("it opens");
    for store in [&file, &memory] {
        let rows = store.lineage_rows().await.expect("rows");
        assert_eq!(rows, LineageRows::default());
        for seed in 0..20 {
            let catalogue = catalogue(seed, 60);
            let report = store
                .sync_catalogue(&catalogue, &digest(seed))
                .await
                .expect("kept");
            let rows = store.lineage_rows().await.expect("rows");
            assert_eq!(got(&rows), expected(&catalogue), "seed {seed}");
            assert_eq!(rows.change, report.change);
        }
    }
}

#[tokio::test]
async fn many_blocks_are_read_whole() {
    let mut dice = Dice(3);
    let models = 70_000;
    let mut names: Vec<String> = (0..models)
        .map(|n| format!("m{}-{n}", dice.roll(1 << 30)))
        .collect();
    names.sort();
    let edges: Vec<EdgeRow> = (1..models as u32)
        .map(|child| EdgeRow {
            child,
            parent: dice.roll(child as usize) as u32,
            relation: Relation::ALL[dice.roll(3)],
        })
        .collect();
    let mut rows = LineageRows {
        change: 1,
        names: names.iter().map(String::as_str).collect::<PackedNames>(),
        edges,
    };
    let folder = tempfile::tempdir().expect("a folder");
    let store = open(&folder.path().join("arbor.db")).await;
    assert_eq!(store.load_synthetic(&rows).await.expect("written"), 1);
    let mut read = store.lineage_rows().await.expect("rows");
    read.edges.sort_unstable();
    rows.edges.sort_unstable();
    assert!(read == rows, "the rows differ");

    // The next synchronisation takes the made-up models away again.
    let catalogue = catalogue(1, 10);
    store
        .sync_catalogue(&catalogue, &digest(1))
        .await
        .expect("kept");
    let stored = store.load_catalogue().await.expect("it loads");
    assert_eq!(stored.catalogue, catalogue);
}

#[tokio::test]
async fn numbers_with_wide_gaps_are_no_matter() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("arbor.db");
    let store = open(&path).await;
    let catalogue = catalogue(5, 60);
    store
        .sync_catalogue(&catalogue, &digest(5))
        .await
        .expect("kept");
    let mut conn = raw(&path).await;
    for statement in [
        "PRAGMA foreign_keys = OFF",
        "UPDATE model SET no = no * 1000003",
        "UPDATE edge SET child = child * 1000003, parent = parent * 1000003",
    ] {
        sqlx::query(statement)
            .execute(&mut conn)
            .await
            .expect("stretched");
    }
    let rows = store.lineage_rows().await.expect("rows");
    assert_eq!(got(&rows), expected(&catalogue));
    let stretch = "UPDATE model SET no = no * 1000000";
    sqlx::query(stretch)
        .execute(&mut conn)
        .await
        .expect("stretched");
    let error = store.lineage_rows().await;
    assert!(matches!(error, Err(StoreError::Unreadable(_))), "{error:?}");
}

#[tokio::test]
async fn ancestors_and_descendants_are_found_by_sql() {
    let store = holding(&named(&[
        ["a", "A", "", "", "", ""],
        ["b", "B", "", "", "", "a"],
        ["c", "C", "", "", "", "a"],
        ["d", "D", "", "", "", "b"],
        ["d", "D", "", "", "", "c"],
        ["e", "E", "", "", "", "d"],
        ["z", "Z", "", "", "", ""],
    ]))
    .await;
    for (model, ancestors, descendants) in [
        ("a", "", "b c d e"),
        ("b", "a", "d e"),
        ("d", "a b c", "e"),
        ("e", "a b c d", ""),
        ("z", "", ""),
        ("nobody", "", ""),
    ] {
        let joined = |ids: Vec<ModelId>| {
            let ids: Vec<_> = ids.iter().map(ToString::to_string).collect();
            ids.join(" ")
        };
        let up = store.ancestors_by_sql(&id(model)).await.expect("ancestors");
        let down = store
            .descendants_by_sql(&id(model))
            .await
            .expect("descendants");
        assert_eq!(joined(up), ancestors, "above {model}");
        assert_eq!(joined(down), descendants, "below {model}");
    }
}
