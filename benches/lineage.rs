//! How quick the lineage is, beside petgraph and SQLite in the same run:
//! `cargo bench --bench lineage` (with `-- --quick` for a smoke run).
//!
//! Synthetic lineages are written to a temporary database; a start from it is
//! measured in a child process, questions in this one; a million answers are
//! compared with petgraph's. It fails if one differs. A missed target is
//! printed and no failure, since a busy machine can miss one.

#[path = "lineage/generate.rs"]
mod generate;
#[path = "lineage/measure.rs"]
mod measure;
#[path = "lineage/plain.rs"]
mod plain;
#[path = "lineage/questions.rs"]
mod questions;
#[path = "lineage/random.rs"]
mod random;
#[path = "lineage/report.rs"]
mod report;
#[path = "lineage/sample.rs"]
mod sample;
#[path = "lineage/sql.rs"]
mod sql;
#[path = "lineage/start.rs"]
mod start;
#[path = "lineage/verify.rs"]
mod verify;

use anyhow::{Context as _, Result};
use arbor_catalog::lineage::{LineageNotes, LineageSnapshot};
use arbor_store_sqlite::{OpenOptions, SqliteStore};
use generate::Profile;
use plain::Plain;
use sample::Sample;
use std::path::Path;
use std::process::ExitCode;
use std::time::Instant;
use verify::Both;

/// How much is measured.
#[derive(Clone, Copy)]
struct Size {
    models: usize,
    questions: usize,
    sql_questions: usize,
    compared: usize,
    starts: usize,
}

const FULL: Size = Size {
    models: 2_000_000,
    questions: 10_000,
    sql_questions: 300,
    compared: 1_000_000,
    starts: 5,
};

const QUICK: Size = Size {
    models: 50_000,
    questions: 1_000,
    sql_questions: 50,
    compared: 20_000,
    starts: 1,
};

const SEED: u64 = 42;

fn main() -> Result<ExitCode> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if let [first, path] = arguments.as_slice()
        && first == start::ARGUMENT
    {
        start::child(Path::new(path))?;
        return Ok(ExitCode::SUCCESS);
    }
    let quick = arguments.iter().any(|argument| argument == "--quick");
    let size = if quick { QUICK } else { FULL };
    let mut same = true;
    for profile in [generate::HUB, generate::DENSE] {
        same &= run(profile, size)?;
    }
    Ok(if same {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

/// Measures one profile; whether all answers were the same.
fn run(profile: Profile, size: Size) -> Result<bool> {
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("lineage.sqlite");
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()?;
    let rows = generate::rows(profile, size.models, SEED);
    runtime
        .block_on(async {
            let store = SqliteStore::open(&path, &OpenOptions::default()).await?;
            let written = store.load_synthetic(&rows).await;
            arbor_store::Store::close(&store).await;
            written
        })
        .context("the synthetic lineage was not written")?;

    let started = start::measure(&path, size.starts)?;
    let begin = Instant::now();
    let plain = Plain::new(&rows);
    let plain_build = begin.elapsed();
    let lineage = LineageSnapshot::from_rows(rows, &LineageNotes::default())?;
    let mut names = vec![0; lineage.len()];
    for (name, node) in (0..).zip(lineage.nodes_from("")) {
        names[node.number() as usize] = name;
    }
    let mut random = random::Random::new(SEED);
    let sample = Sample::of(&lineage, size.questions, &mut random);
    report::shape(profile.name, &lineage, &sample);

    let both = Both {
        lineage: &lineage,
        plain: &plain,
        names: &names,
    };
    let sql = sql::measure(&runtime, &path, &lineage, &sample, size.sql_questions)?;
    let lines = questions::ask(&both, &sample, &sql);
    report::table(&lines);
    println!(
        "\npetgraph's own build from rows: {:.3} s.",
        plain_build.as_secs_f64()
    );
    report::start(&started);
    let begin = Instant::now();
    lineage.dominance();
    println!(
        "Dominance of all models, once: {:.3} s.",
        begin.elapsed().as_secs_f64()
    );
    let verified = both.compare(&sample, size.compared, &mut random);
    report::equality(&verified, &sql);
    report::targets(&questions::goals(&lines, &started), started.resident);
    Ok(verified.differ + sql.differ == 0)
}
