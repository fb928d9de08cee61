//! Real `kill -9` while a catalogue is written: whatever the moment, the
//! database afterwards holds exactly one of the two catalogues.

use crate::world::{Dice, catalogue, digest, open};
use arbor_model::Catalogue;
use arbor_store::{SearchQuery, Store as _};
use arbor_store_sqlite::SqliteStore;
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

const KILLS: usize = 200;

/// The catalogues share most ids, so that a mixture would be easy to get.
fn two() -> [Catalogue; 2] {
    [catalogue(11, 80), catalogue(12, 64)]
}

/// Starts this test binary again, for one test, told the path.
pub(crate) fn again(test: &str, variable: &str, path: &Path) -> Child {
    let program = std::env::current_exe().expect("this program");
    Command::new(program)
        .args(["--exact", test, "--nocapture", "--test-threads=1"])
        .env(variable, path)
        .stdout(Stdio::piped())
        .spawn()
        .expect("it starts")
}

/// Run by the test below in a process of its own, until it is killed.
#[tokio::test]
async fn child_that_is_killed() {
    let Some(path) = std::env::var_os("ARBOR_TEST_CRASH") else {
        return;
    };
    let two = two();
    let store = open(Path::new(&path)).await;
    println!("ready");
    for n in 0_usize.. {
        // A digest of its own each time, so that none is taken for known.
        let digest = digest(n as u64 ^ u64::from(std::process::id()) << 32);
        store
            .sync_catalogue(&two[n % 2], &digest)
            .await
            .expect("kept");
    }
}

#[tokio::test]
async fn a_killed_process_leaves_one_catalogue_or_the_other() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("arbor.db");
    let two = two();
    let store = open(&path).await;
    store
        .sync_catalogue(&two[0], &digest(0))
        .await
        .expect("kept");
    store.close().await;

    let start = Instant::now();
    let mut dice = Dice(20_261_124);
    let mut change = 1;
    let mut found = [0, 0];
    for kill in 0..KILLS {
        let mut child = again("crash::child_that_is_killed", "ARBOR_TEST_CRASH", &path);
        let out = child.stdout.take().expect("its output");
        let ready = BufReader::new(out).lines().map_while(Result::ok);
        // The harness prints the test's name on the same line.
        assert!(
            ready.into_iter().any(|line| line.ends_with("ready")),
            "kill {kill}"
        );
        // Most of the time passes within a synchronisation, not between two.
        std::thread::sleep(Duration::from_micros(dice.roll(150_000) as u64));
        child.kill().expect("it is killed");
        child.wait().expect("it ends");

        let store = open(&path).await;
        let stored = store.load_catalogue().await.expect("it loads");
        let which = two.iter().position(|c| *c == stored.catalogue);
        let which = which.unwrap_or_else(|| panic!("kill {kill}: neither one nor the other"));
        found[which] += 1;
        assert!(stored.change >= change, "kill {kill}: the number grows");
        change = stored.change;
        let report = store.integrity().await.expect("a report");
        assert!(report.is_sound(), "kill {kill}: {:?}", report.problems);
        assert_found(&store, &two[which], &two[1 - which], kill).await;
        store.close().await;
    }
    println!(
        "{KILLS} kills in {:.1?}: {} and {} times the one and the other, {change} changes",
        start.elapsed(),
        found[0],
        found[1],
    );
    assert!(found.iter().all(|n| *n > 0), "both were met");
}

/// Search finds what is there and nothing else.
async fn assert_found(store: &SqliteStore, here: &Catalogue, gone: &Catalogue, kill: usize) {
    let only_gone = gone.models.keys().find(|id| !here.models.contains_key(*id));
    let some = here.models.keys().nth(kill % here.models.len());
    for (id, count) in [(some, 1), (only_gone, 0)] {
        let Some(id) = id else { continue };
        let query = SearchQuery::new(id.as_str()).expect("a query");
        let hits = store.search(&query, 100).await.expect("hits");
        let exact = hits.iter().filter(|hit| hit.id == *id).count();
        assert_eq!(exact, count, "kill {kill}: {id}");
    }
}
