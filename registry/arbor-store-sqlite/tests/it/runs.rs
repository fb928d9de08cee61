//! Runs: kept as recorded, paged, never changed, independent of the
//! catalogue.

use crate::world::{catalogue, digest, holding, id, open, raw, text};
use arbor_model::{
    Attempt, Check, CheckRecord, ContentDigest, FileRecord, Latest, Outcome, Run, RunId, Verdict,
};
use arbor_store::{Page, Store as _, StoreError};

fn run(n: u32) -> Run {
    let records = Check::ALL
        .iter()
        .take(n as usize % 14)
        .map(|check| CheckRecord {
            check: *check,
            outcome: Outcome::ALL[n as usize % 3],
            figure: n.is_multiple_of(2).then_some(f64::from(n) / 3.0),
            detail: n
                .is_multiple_of(3)
                .then(|| text("NMSE against the reference")),
        });
    let files = (0..n % 3).map(|file| FileRecord {
        name: text(&format!("model-{file}.safetensors")),
        bytes: u64::from(n) << 30,
        digest: ContentDigest::Sha256([u8::try_from(file).expect("small"); 32]),
    });
    Run {
        subject: text("./a folder"),
        model_type: n.is_multiple_of(2).then(|| text("gpt2")),
        files: files.collect(),
        model: (!n.is_multiple_of(4)).then(|| {
            id(if n.is_multiple_of(2) {
                "model-1"
            } else {
                "model-2"
            })
        }),
        hub: n
            .is_multiple_of(4)
            .then(|| "Org/Name".parse().expect("a hub id")),
        revision: n
            .is_multiple_of(5)
            .then(|| "main".parse().expect("a revision")),
        verdict: Verdict::ALL[n as usize % Verdict::ALL.len()],
        checks: records.collect(),
        device: text("cpu"),
        dtype: text("f32"),
        loader: text("0.1.0"),
        threads: n,
        began_us: -1 + i64::from(n),
        took_us: u64::from(n) << 20,
    }
}

/// A run as lists have it.
fn listed(n: u32) -> Run {
    Run {
        files: Vec::new(),
        ..run(n)
    }
}

#[tokio::test]
async fn the_newest_run_of_each_model_is_known() {
    let store = holding(&catalogue(1, 10)).await;
    assert_eq!(store.latest_runs().await.expect("none"), []);
    for n in 0..25 {
        store.record_run(&run(n)).await.expect("kept");
    }
    let latest = store.latest_runs().await.expect("two");
    let newest = |model, n: u32| Latest {
        model: id(model),
        run: RunId(u64::from(n) + 1),
        verdict: run(n).verdict,
    };
    assert_eq!(latest, [newest("model-1", 22), newest("model-2", 23)]);
}

#[tokio::test]
async fn a_run_is_read_as_it_was_recorded() {
    let store = holding(&catalogue(1, 10)).await;
    for n in 0..20 {
        let number = store.record_run(&run(n)).await.expect("kept");
        assert_eq!(store.run(number).await.expect("read"), Some(run(n)));
        assert_eq!(store.change().await.expect("a number"), u64::from(n) + 2);
    }
    for nobody in [0, 21, u64::MAX] {
        assert_eq!(store.run(RunId(nobody)).await.expect("read"), None);
    }
}

#[tokio::test]
async fn the_newest_run_of_a_hub_commit_is_known() {
    let store = holding(&catalogue(1, 10)).await;
    let hub = "Org/Name".parse().expect("a hub id");
    let revision = "main".parse().expect("a revision");
    let found = store.run_of_hub(&hub, &revision).await;
    assert_eq!(found.expect("read"), None);
    // Those whose number four and five divide name both.
    for n in 0..50 {
        store.record_run(&run(n)).await.expect("kept");
    }
    let found = store.run_of_hub(&hub, &revision).await;
    assert_eq!(found.expect("read"), Some(run(40)));
    let other = "v1".parse().expect("a revision");
    assert_eq!(store.run_of_hub(&hub, &other).await.expect("read"), None);
}

#[tokio::test]
async fn runs_are_paged_from_the_newest() {
    let store = holding(&catalogue(1, 10)).await;
    for n in 0..25 {
        store.record_run(&run(n)).await.expect("kept");
    }
    let mut page = Page::first(10);
    let mut all = Vec::new();
    loop {
        let entries = store.runs(None, page).await.expect("a page");
        let Some(last) = entries.last() else { break };
        page.before = Some(last.id);
        all.extend(entries);
    }
    let expected: Vec<Run> = (0..25).rev().map(listed).collect();
    assert_eq!(all.into_iter().map(|e| e.run).collect::<Vec<_>>(), expected);

    let model = id("model-2");
    let entries = store
        .runs(Some(&model), Page::first(5))
        .await
        .expect("a page");
    let runs: Vec<Run> = entries.into_iter().map(|e| e.run).collect();
    let expected = [23, 21, 19, 17, 15].map(listed);
    assert_eq!(runs, expected);
    assert_eq!(store.runs(None, Page::first(0)).await.expect("a page"), []);
}

#[tokio::test]
async fn a_run_outlives_its_model() {
    let store = holding(&catalogue(1, 10)).await;
    let number = store.record_run(&run(1)).await.expect("kept");
    let empty = catalogue(2, 0);
    store
        .sync_catalogue(&empty, &digest(2))
        .await
        .expect("kept");
    assert_eq!(store.run(number).await.expect("read"), Some(run(1)));
}

#[tokio::test]
async fn what_the_database_cannot_hold_is_refused() {
    let store = holding(&catalogue(1, 10)).await;
    let mut long = run(1);
    long.took_us = u64::MAX;
    let mut nan = run(4);
    nan.checks[0].figure = Some(f64::NAN);
    for refused in [long, nan] {
        let error = store.record_run(&refused).await;
        assert!(matches!(error, Err(StoreError::Unstorable(_))), "{error:?}");
    }
    assert_eq!(store.change().await.expect("a number"), 1);
}

#[tokio::test]
async fn runs_are_append_only_even_behind_the_stores_back() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("arbor.db");
    let store = open(&path).await;
    let number = store.record_run(&run(7)).await.expect("kept");
    let mut conn = raw(&path).await;
    for refused in [
        "UPDATE run SET verdict = 'verified'",
        "DELETE FROM run",
        "INSERT OR REPLACE INTO run (id, verdict, device, dtype, loader, threads, began_us, took_us)
            VALUES (1, 'verified', 'cpu', 'f32', '1', 1, 1, 1)",
        "UPDATE run_check SET outcome = 'pass'",
        "DELETE FROM run_check",
        "INSERT OR REPLACE INTO run_check (run, place, name, outcome)
            VALUES (1, 0, 'files', 'pass')",
        "INSERT INTO run_check (run, place, name, outcome) VALUES (99, 0, 'files', 'pass')",
        "UPDATE run_file SET bytes = 0",
        "DELETE FROM run_file",
        "INSERT OR REPLACE INTO run_file (run, place, name, bytes, digest)
            VALUES (1, 0, 'model.safetensors', 0, '00')",
        "UPDATE meta SET change = 0",
        "DELETE FROM meta",
    ] {
        assert!(sqlx::query(refused).execute(&mut conn).await.is_err(), "{refused}");
    }
    assert_eq!(store.run(number).await.expect("read"), Some(run(7)));
}

fn attempt(n: i64) -> Attempt {
    Attempt {
        subject: text("./a folder"),
        model: Some(id("model-1")),
        began_us: n,
    }
}

fn passed(check: Check, figure: f64) -> CheckRecord {
    CheckRecord {
        check,
        outcome: Outcome::Pass,
        figure: Some(figure),
        detail: None,
    }
}

#[tokio::test]
async fn a_run_has_its_attempts_number() {
    let store = holding(&catalogue(1, 10)).await;
    let first = store.begin_attempt(&attempt(5)).await.expect("begun");
    let second = store.begin_attempt(&attempt(6)).await.expect("begun");
    // What nobody followed comes behind both.
    let third = store.record_run(&run(1)).await.expect("kept");
    assert_eq!((first, second, third), (RunId(1), RunId(2), RunId(3)));
    assert_eq!(store.run(first).await.expect("read"), None);
    let open = store.attempts().await.expect("read");
    let ids: Vec<_> = open.iter().map(|entry| entry.id).collect();
    assert_eq!(ids, [second, first]);

    let ended = store.end_attempt(first, &run(7)).await.expect("kept");
    assert_eq!(ended, first);
    assert_eq!(store.run(first).await.expect("read"), Some(run(7)));
    assert_eq!(store.attempt(first).await.expect("read"), None);
    let error = store.end_attempt(first, &run(8)).await;
    assert!(error.is_err(), "a run is never replaced");
    assert_eq!(store.run(first).await.expect("read"), Some(run(7)));
    let next = store.begin_attempt(&attempt(9)).await.expect("begun");
    assert_eq!(next, RunId(4));
}

#[tokio::test]
async fn what_was_heard_of_an_attempt_is_in_order() {
    let store = holding(&catalogue(1, 10)).await;
    let number = store.begin_attempt(&attempt(5)).await.expect("begun");
    let change = store.change().await.expect("read");
    let checks = [
        passed(Check::Load, 1.0),
        passed(Check::Reference, 2.0),
        passed(Check::Speed, 3.0),
        passed(Check::Reference, 4.0),
    ];
    for (check, now) in checks.iter().zip(10..) {
        let heard = store.attempt_heard(number, check, now).await;
        heard.expect("noted");
    }
    store.attempt_alive(number, 99).await.expect("noted");
    let entry = store.attempt(number).await.expect("read");
    let entry = entry.expect("an attempt");
    assert_eq!((entry.attempt, entry.seen_us), (attempt(5), 99));
    let heard: Vec<_> = entry
        .heard
        .iter()
        .map(|heard| (heard.place, heard.check.clone()))
        .collect();
    let [load, _, speed, reference] = checks;
    assert_eq!(heard, [(1, load.clone()), (3, speed), (4, reference)]);
    // No page that is kept shows it.
    assert_eq!(store.change().await.expect("read"), change);
    let nobody = store.attempt_heard(RunId(7), &load, 1).await;
    assert!(nobody.is_err(), "there is no such attempt");
    let nan = passed(Check::Load, f64::NAN);
    let nan = store.attempt_heard(number, &nan, 1).await;
    assert!(matches!(nan, Err(StoreError::Unstorable { .. })), "{nan:?}");
}
