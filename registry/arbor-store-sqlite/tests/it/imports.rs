//! Imported models: kept once, never older, apart from what is curated.

use crate::world::{catalogue, digest, open, raw, text};
use arbor_model::{Base, Import, ImportKind, Imported, ImportedEdge, Relation};
use arbor_store::{ImportCounts, ImportPlace, Store, StoreError, Taken};

fn import() -> Import {
    Import {
        kind: ImportKind::Parquet,
        source: text("models.parquet"),
        began_us: 7,
    }
}

fn model(id: &str, modified: Option<i64>) -> Imported {
    Imported {
        id: id.parse().expect("a name"),
        key: "621ffdc036468d709f17434d".parse().ok(),
        created_us: Some(1),
        modified_us: modified,
        parameters: Some(7 << 30),
        licence: Some(text("mit")),
        task: None,
        library: Some(text("transformers")),
        downloads: Some(3),
        downloads_all: None,
        likes: Some(0),
        bases: ["a/base", "a/other"]
            .map(|name| Base {
                repo: name.parse().expect("a name"),
                relation: Relation::MergedFrom,
            })
            .to_vec(),
    }
}

fn edge(child: &str, parent: &str) -> ImportedEdge {
    ImportedEdge {
        child: child.parse().expect("a name"),
        parent: parent.parse().expect("a name"),
        relation: Relation::MergedFrom,
    }
}

async fn put(store: &dyn Store, models: &[Imported]) -> Taken {
    let import = store.begin_import(&import()).await.expect("begun");
    store.put_imported(import, models).await.expect("kept")
}

#[tokio::test]
async fn models_are_read_as_they_were_put_and_putting_them_again_changes_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = open(&folder.path().join("arbor.db")).await;
    let models: Vec<_> = (0..5_001)
        .map(|n| model(&format!("Org/Name-{n}"), Some(n)))
        .collect();
    let first = put(&store, &models).await;
    assert_eq!((first.added, first.updated), (5_001, 0));
    assert_eq!(put(&store, &models).await, Taken::default());
    let name = "org/name-70".parse().expect("a name");
    assert_eq!(
        store.imported(&name).await.expect("read"),
        Some(models[70].clone())
    );
    let absent = "org/absent".parse().expect("a name");
    assert_eq!(store.imported(&absent).await.expect("read"), None);
    let declared = store.declared().await.expect("read");
    assert_eq!(declared.len(), 5_001);
    assert!(
        declared
            .iter()
            .all(|one| one.bases == models[0].bases && one.key == models[0].key)
    );
    let counts = ImportCounts {
        imports: 2,
        models: 5_001,
        edges: 0,
    };
    assert_eq!(store.import_counts().await.expect("read"), counts);
}

#[tokio::test]
async fn a_model_never_becomes_older() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("arbor.db");
    let store = open(&path).await;
    let name = "org/name".parse().expect("a name");
    // Modified, likes, whether it is taken.
    let cases = [
        (None, 1, true),
        (Some(5), 2, true),
        (Some(4), 3, false),
        (None, 4, false),
        (Some(5), 5, true),
        (Some(6), 6, true),
    ];
    for (modified, likes, taken) in cases {
        let mut next = model("org/name", modified);
        next.likes = Some(likes);
        let took = put(&store, std::slice::from_ref(&next)).await;
        assert_eq!(took.added + took.updated, u64::from(taken), "{likes}");
        let found = store.imported(&name).await.expect("read");
        assert_eq!(found == Some(next), taken, "{likes}");
    }
    // Twice in one part: the later one.
    let mut twice = vec![model("a/b", Some(1)), model("A/B", Some(2))];
    put(&store, &twice).await;
    let found = store.imported(&"a/b".parse().expect("a name")).await;
    assert_eq!(found.expect("read"), twice.pop());

    let mut conn = raw(&path).await;
    for refused in [
        "UPDATE imported_model SET modified_us = 1",
        "DELETE FROM imported_model",
        "UPDATE import SET source = 'x'",
        "DELETE FROM import",
    ] {
        let done = sqlx::query(refused).execute(&mut conn).await;
        assert!(done.is_err(), "{refused}");
    }
    let mut huge = model("a/huge", None);
    huge.likes = Some(u64::MAX);
    let import = store.begin_import(&import()).await.expect("begun");
    let error = store
        .put_imported(import, &[model("a/small", None), huge])
        .await;
    assert!(matches!(error, Err(StoreError::Unstorable(_))), "{error:?}");
    let small = store.imported(&"a/small".parse().expect("a name")).await;
    assert_eq!(small.expect("read"), None);
}

#[tokio::test]
async fn edges_are_replaced_as_a_whole() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = open(&folder.path().join("arbor.db")).await;
    let mut edges: Vec<_> = (0..4_001)
        .map(|n| edge(&format!("a/m{n}"), "a/base"))
        .collect();
    edges.push(edge("a/m5", "a/m4"));
    edges.sort();
    assert!(store.settle_imported(&edges).await.expect("kept"));
    assert!(!store.settle_imported(&edges).await.expect("kept"));
    let name = |text: &str| text.parse().expect("a name");
    let up = store
        .imported_parents(&name("a/m5"), 9)
        .await
        .expect("read");
    assert_eq!(up, [edge("a/m5", "a/base"), edge("a/m5", "a/m4")]);
    let down = store
        .imported_children(&name("a/base"), 2)
        .await
        .expect("read");
    assert_eq!(down, [edge("a/m0", "a/base"), edge("a/m1", "a/base")]);
    edges.pop();
    edges.push(edge("b/z", "a/base"));
    assert!(store.settle_imported(&edges).await.expect("kept"));
    assert_eq!(store.import_counts().await.expect("read").edges, 4_002);
}

#[tokio::test]
async fn pages_go_by_name_and_author() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = open(&folder.path().join("arbor.db")).await;
    let models = ["b/two", "B/one", "b-side/x", "a/z", "gpt2"].map(|id| model(id, None));
    put(&store, &models).await;
    let names = |page: Vec<Imported>| -> Vec<String> {
        page.iter().map(|one| one.id.to_string()).collect()
    };
    let page = store.imported_page(Some("b"), None, 9).await.expect("read");
    assert_eq!(names(page), ["B/one", "b/two"]);
    let page = store
        .imported_page(None, Some(&"A/Z".parse().expect("a name")), 3)
        .await;
    assert_eq!(names(page.expect("read")), ["b-side/x", "B/one", "b/two"]);
}

#[tokio::test]
async fn what_is_curated_and_what_is_imported_leave_each_other_alone() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = open(&folder.path().join("arbor.db")).await;
    store
        .sync_catalogue(&catalogue(1, 40), &digest(1))
        .await
        .expect("kept");
    let before = store.load_catalogue().await.expect("read");
    put(&store, &[model("a/b", None)]).await;
    store
        .settle_imported(&[edge("a/b", "a/base")])
        .await
        .expect("kept");
    let after = store.load_catalogue().await.expect("read");
    assert_eq!(after.catalogue, before.catalogue);
    // A page can show what was imported.
    assert_eq!(after.change, before.change + 1);
    store
        .sync_catalogue(&catalogue(2, 30), &digest(2))
        .await
        .expect("kept");
    let counts = ImportCounts {
        imports: 1,
        models: 1,
        edges: 1,
    };
    assert_eq!(store.import_counts().await.expect("read"), counts);
    let report = store.integrity().await.expect("a report");
    assert!(report.is_sound(), "{:?}", report.problems);
    assert_eq!(report.imports, counts);
}

#[tokio::test]
async fn how_far_a_question_got_is_kept() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = open(&folder.path().join("arbor.db")).await;
    let source = text("author acme at https://hub.test");
    assert_eq!(store.import_place(&source).await.expect("read"), None);
    for next in [Some("https://hub.test/api/models?cursor=x"), None] {
        let place = ImportPlace {
            next: next.map(str::to_owned),
            complete_us: Some(4),
            newest_us: None,
        };
        store.set_import_place(&source, &place).await.expect("kept");
        assert_eq!(
            store.import_place(&source).await.expect("read"),
            Some(place)
        );
    }
}

#[tokio::test]
async fn what_hangs_beneath_a_model_is_counted_and_the_most_downloaded_named() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = open(&folder.path().join("arbor.db")).await;
    let of = |id: &str, licence: Option<&str>, downloads: Option<u64>| Imported {
        licence: licence.map(text),
        downloads,
        ..model(id, None)
    };
    let models = [
        of("a/base", Some("mit"), None),
        of("A/One", Some("mit"), Some(5)),
        of("a/two", Some("other"), Some(70)),
        of("a/three", None, None),
        of("a/far", Some("mit"), Some(9_000)),
    ];
    put(&store, &models).await;
    let merged = edge("a/two", "a/base");
    let tuned = |child: &str| ImportedEdge {
        relation: Relation::FineTunedFrom,
        ..edge(child, "a/base")
    };
    // Two edges of one model count as one of it; its row's name is spelled in
    // another case.
    let mut edges = vec![
        tuned("a/one"),
        tuned("a/two"),
        tuned("a/three"),
        merged,
        edge("a/far", "a/two"),
    ];
    edges.sort();
    store.settle_imported(&edges).await.expect("kept");
    let base = "a/base".parse().expect("a name");
    let found = store.imported_beneath(&base, 2).await.expect("read");
    let relations = [(Relation::FineTunedFrom, 3), (Relation::MergedFrom, 1)];
    assert_eq!(found.relations, relations);
    let licences = [(None, 1), (Some(text("mit")), 1), (Some(text("other")), 1)];
    assert_eq!(found.licences, licences);
    let top: Vec<_> = found
        .top
        .iter()
        .map(|(model, _)| model.id.as_str())
        .collect();
    assert_eq!(top, ["a/two", "A/One"]);
    let nothing = "a/far".parse().expect("a name");
    let nothing = store.imported_beneath(&nothing, 2).await.expect("read");
    assert_eq!(nothing, arbor_store::Beneath::default());
}
