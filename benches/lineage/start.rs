//! A start from the database, in a process that does nothing else.
//!
//! The benchmark runs itself again for this, so that the memory read is that
//! of the store and one snapshot.

use crate::measure::{memory, on_processor};
use anyhow::{Context as _, Result};
use arbor_catalog::lineage::{LineageNotes, LineageSnapshot};
use arbor_store::Store as _;
use arbor_store_sqlite::{OpenOptions, SqliteStore};
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

/// The argument that makes the benchmark a child.
pub(crate) const ARGUMENT: &str = "--start-from";

/// What a start cost; times in seconds, memory in bytes.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Start {
    pub(crate) open: f64,
    pub(crate) rows: f64,
    pub(crate) build: f64,
    /// Of the build, the time that the machine spent on it.
    pub(crate) build_on_processor: f64,
    pub(crate) resident: u64,
    /// Of that, memory that is no mapped file.
    pub(crate) anonymous: u64,
    pub(crate) peak: u64,
    /// The snapshot's own count.
    pub(crate) snapshot: u64,
}

impl Start {
    pub(crate) fn total(&self) -> Duration {
        Duration::from_secs_f64(self.open + self.rows + self.build)
    }
}

/// What the child does.
pub(crate) fn child(path: &Path) -> Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()?;
    let begin = Instant::now();
    let store = runtime.block_on(SqliteStore::open(path, &OpenOptions::read_only()))?;
    let open = begin.elapsed().as_secs_f64();
    let begin = Instant::now();
    let rows = runtime.block_on(store.lineage_rows())?;
    let read = begin.elapsed().as_secs_f64();
    let (begin, before) = (Instant::now(), on_processor());
    let lineage = LineageSnapshot::from_rows(rows, &LineageNotes::default())?;
    let build = begin.elapsed().as_secs_f64();
    let spent = on_processor().zip(before).map(|(now, before)| now - before);
    let spent = spent.unwrap_or_default().as_secs_f64();
    // What the process would keep, the open store among it.
    let figures = [
        memory("VmRSS").unwrap_or(0),
        memory("RssAnon").unwrap_or(0),
        memory("VmHWM").unwrap_or(0),
        lineage.bytes() as u64,
    ];
    print!("{open} {read} {build} {spent}");
    for figure in figures {
        print!(" {figure}");
    }
    println!();
    runtime.block_on(store.close());
    Ok(())
}

/// Starts `runs` children, one after another, and gives the median by time.
pub(crate) fn measure(path: &Path, runs: usize) -> Result<Start> {
    let mut starts = Vec::new();
    for _ in 0..runs.max(1) {
        starts.push(one(path)?);
    }
    starts.sort_by_key(Start::total);
    Ok(starts.swap_remove(starts.len() / 2))
}

fn one(path: &Path) -> Result<Start> {
    let itself = std::env::current_exe()?;
    let output = Command::new(itself).arg(ARGUMENT).arg(path).output()?;
    let told = String::from_utf8(output.stdout)?;
    let errors = String::from_utf8_lossy(&output.stderr);
    anyhow::ensure!(output.status.success(), "the child failed: {errors}");
    let mut words = told.split_whitespace();
    let mut next = || words.next().context("the child said too little");
    Ok(Start {
        open: next()?.parse()?,
        rows: next()?.parse()?,
        build: next()?.parse()?,
        build_on_processor: next()?.parse()?,
        resident: next()?.parse()?,
        anonymous: next()?.parse()?,
        peak: next()?.parse()?,
        snapshot: next()?.parse()?,
    })
}
