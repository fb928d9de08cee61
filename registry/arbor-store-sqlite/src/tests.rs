//! Migrations up and down, on an empty and on a filled database, and the
//! shared statements against the tables they make.

use crate::migrate::{KNOWN, Stage, migrator, stage};
use crate::{OpenOptions, SqliteStore};
use arbor_model::{Catalogue, Family, Run, RunId, Text, Verdict};
use arbor_store::{CatalogueDigest, Store as _, queries};
use sqlx::sqlite::SqliteConnection;
use sqlx::{AssertSqlSafe, Connection as _, Executor as _, Row as _, SqlStr};
use std::path::Path;

const MEMORY: &str = ":memory:";

async fn tables(conn: &mut SqliteConnection) -> Vec<String> {
    let names = "SELECT name FROM sqlite_schema WHERE name NOT LIKE '_sqlx%'
        AND name NOT LIKE 'sqlite_%' ORDER BY name";
    let names = sqlx::query_scalar(names).fetch_all(conn).await;
    names.expect("a list")
}

#[tokio::test]
async fn every_migration_goes_up_and_down_on_an_empty_database() {
    let mut conn = SqliteConnection::connect(MEMORY)
        .await
        .expect("it connects");
    let last = i64::try_from(KNOWN).expect("few");
    migrator().run(&mut conn).await.expect("all the way up");
    let full = tables(&mut conn).await;
    for version in (0..last).rev() {
        migrator().undo(&mut conn, version).await.expect("one down");
        let below = tables(&mut conn).await;
        migrator()
            .run_to(version + 1, &mut conn)
            .await
            .expect("one up");
        migrator()
            .undo(&mut conn, version)
            .await
            .expect("down again");
        assert_eq!(tables(&mut conn).await, below, "{version} is what it was");
        let at = stage(&mut conn, Path::new(MEMORY)).await.expect("known");
        assert_eq!(at, Stage::At(version.unsigned_abs()));
    }
    assert_eq!(tables(&mut conn).await, Vec::<String>::new());
    migrator().run(&mut conn).await.expect("all the way up");
    assert_eq!(tables(&mut conn).await, full);
}

#[tokio::test]
async fn every_shared_statement_fits_the_tables() {
    let mut conn = SqliteConnection::connect(MEMORY)
        .await
        .expect("it connects");
    migrator().run(&mut conn).await.expect("all the way up");
    for (name, sql) in queries::ALL {
        let prepared = conn.prepare(SqlStr::from_static(sql)).await;
        assert!(prepared.is_ok(), "{name}: {:?}", prepared.err());
    }
}

#[tokio::test]
async fn what_is_asked_often_reads_no_whole_table() {
    let mut conn = SqliteConnection::connect(MEMORY)
        .await
        .expect("it connects");
    migrator().run(&mut conn).await.expect("all the way up");
    for sql in [
        queries::ANCESTORS,
        queries::DESCENDANTS,
        queries::ATTEMPT_CHECK_OF,
        queries::ATTEMPT_GET,
        queries::RUN_GET,
        queries::RUN_OF_MODEL,
        queries::RUN_PAGE,
        queries::RUN_CHECK_BETWEEN,
        queries::RUN_CHECK_OF_MODEL,
        queries::EDGE_DELETE,
        queries::TERM_DELETE,
    ] {
        let explained = AssertSqlSafe(format!("EXPLAIN QUERY PLAN {sql}"));
        let plan = sqlx::query(explained)
            .fetch_all(&mut conn)
            .await
            .expect("a plan");
        for step in plan {
            let step: String = step.try_get("detail").expect("a text");
            // The rows found so far stand in a table of their own.
            let scanned = step
                .strip_prefix("SCAN ")
                .is_some_and(|t| t != "up" && t != "down");
            assert!(!scanned, "{step} in {sql}");
        }
    }
}

fn run() -> Run {
    let text = |text| Text::new(text).expect("a text");
    Run {
        subject: text("gpt-2"),
        model_type: None,
        files: Vec::new(),
        model: "gpt-2".parse().ok(),
        hub: None,
        revision: None,
        verdict: Verdict::Sound,
        checks: Vec::new(),
        device: text("cpu"),
        dtype: text("f32"),
        loader: text("0.1.0"),
        threads: 2,
        began_us: 1,
        took_us: 2,
    }
}

#[tokio::test]
async fn observations_survive_every_way_down_that_is_allowed() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("arbor.db");
    let mut catalogue = Catalogue::default();
    let family = Family {
        id: "gpt".parse().expect("an id"),
        name: Text::new("GPT").expect("a text"),
        about: None,
    };
    catalogue.families.insert(family.id.clone(), family);
    let digest = CatalogueDigest::new([7; 32]);
    let store = SqliteStore::open(&path, &OpenOptions::default())
        .await
        .expect("it opens");
    store
        .sync_catalogue(&catalogue, &digest)
        .await
        .expect("kept");
    let id = store.record_run(&run()).await.expect("kept");
    store.close().await;

    for target in (1..KNOWN).rev() {
        let url = path.to_str().expect("a path");
        let mut conn = SqliteConnection::connect(url).await.expect("it connects");
        let target = i64::try_from(target).expect("few");
        migrator().undo(&mut conn, target).await.expect("down");
        conn.close().await.expect("closed");

        // Opening goes up again; the digest is gone, so the catalogue is
        // filled in anew.
        let store = SqliteStore::open(&path, &OpenOptions::default())
            .await
            .expect("it opens");
        assert_eq!(store.run(id).await.expect("read"), Some(run()));
        let before = store.change().await.expect("a number");
        assert!(before >= 2, "the number never shrinks");
        store
            .sync_catalogue(&catalogue, &digest)
            .await
            .expect("kept");
        let stored = store.load_catalogue().await.expect("it loads");
        assert_eq!(stored.catalogue, catalogue);
        assert!(store.integrity().await.expect("a report").is_sound());
        store.close().await;
    }

    let url = path.to_str().expect("a path");
    let mut conn = SqliteConnection::connect(url).await.expect("it connects");
    migrator()
        .undo(&mut conn, 1)
        .await
        .expect("down to the runs");
    assert!(
        migrator().undo(&mut conn, 0).await.is_err(),
        "runs would be lost"
    );
    conn.close().await.expect("closed");
    let store = SqliteStore::open(&path, &OpenOptions::default())
        .await
        .expect("it opens");
    assert_eq!(store.run(RunId(id.0)).await.expect("read"), Some(run()));
}

#[tokio::test]
async fn imported_models_are_not_lost_on_the_way_down() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("arbor.db");
    let store = SqliteStore::open(&path, &OpenOptions::default())
        .await
        .expect("it opens");
    let import = arbor_model::Import {
        kind: arbor_model::ImportKind::Hub,
        source: Text::new("author acme").expect("a text"),
        began_us: 1,
    };
    let import = store.begin_import(&import).await.expect("begun");
    let model = arbor_model::Imported {
        id: "acme/tiny".parse().expect("a name"),
        key: None,
        created_us: None,
        modified_us: None,
        parameters: None,
        licence: None,
        task: None,
        library: None,
        downloads: None,
        downloads_all: None,
        likes: None,
        bases: Vec::new(),
    };
    let models = [model];
    store.put_imported(import, &models).await.expect("kept");
    store.close().await;
    let url = path.to_str().expect("a path");
    let mut conn = SqliteConnection::connect(url).await.expect("it connects");
    assert!(migrator().undo(&mut conn, 5).await.is_err());
    conn.close().await.expect("closed");
    let store = SqliteStore::open(&path, &OpenOptions::default())
        .await
        .expect("it opens");
    let found = store.imported(&models[0].id).await.expect("read");
    assert_eq!(found.as_ref(), models.first());
}
