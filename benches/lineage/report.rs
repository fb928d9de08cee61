//! The tables that are printed: the lineage's shape, the times side by side,
//! and the targets, met or missed.

use crate::measure::{Times, told};
use crate::sample::Sample;
use crate::sql::Sql;
use crate::start::Start;
use crate::verify::Verified;
use arbor_catalog::lineage::{LineageSnapshot, RelationSet};
use std::time::Duration;

/// One question, and how long each engine took.
pub(crate) struct Line<'a> {
    pub(crate) question: &'static str,
    pub(crate) snapshot: Times,
    pub(crate) petgraph: Times,
    pub(crate) sqlite: Option<&'a Times>,
}

pub(crate) fn shape(name: &str, lineage: &LineageSnapshot, sample: &Sample) {
    let nodes = || lineage.nodes();
    let internal = nodes()
        .filter(|node| lineage.children(*node).len() > 0)
        .count();
    let several = nodes()
        .filter(|node| lineage.parents(*node).len() > 1)
        .count();
    let isolated = nodes()
        .filter(|node| lineage.children(*node).len() + lineage.parents(*node).len() == 0)
        .count();
    let deepest = lineage.generations(RelationSet::ALL).into_iter().max();
    let mut degrees: Vec<usize> = nodes().map(|node| lineage.children(node).len()).collect();
    degrees.sort_unstable_by(|a, b| b.cmp(a));
    let top = sample.hubs.iter().take(3);
    let top: Vec<String> = top
        .map(|hub| lineage.descendant_count(*hub).to_string())
        .collect();
    println!(
        "\n## {name}: {} models, {} edges\n",
        lineage.len(),
        lineage.edge_count()
    );
    println!(
        "internal {internal}, several parents {several}, isolated {isolated}, deepest {}, \
         most children {:?}, most descendants {}, without label {}\n",
        deepest.unwrap_or(0),
        &degrees[..degrees.len().min(3)],
        top.join(" / "),
        lineage.unlabelled(),
    );
}

pub(crate) fn table(lines: &[Line<'_>]) {
    println!("Of 20 calls the p99 is the slowest. A clock reading is about 40 ns of each time.\n");
    println!("| p50 / p99 | snapshot | petgraph DiGraph | SQLite recursive query |");
    println!("|---|---|---|---|");
    for line in lines {
        let both = |times: &Times| format!("{} / {}", told(times.p50()), told(times.p99()));
        println!(
            "| {} | {} | {} | {} |",
            line.question,
            both(&line.snapshot),
            both(&line.petgraph),
            line.sqlite.map_or("—".to_owned(), both),
        );
    }
}

pub(crate) fn start(start: &Start) {
    let megabytes = |bytes: u64| bytes as f64 / 1e6;
    println!(
        "\nStart in a process of its own: open {:.3} s, rows {:.3} s, build {:.3} s ({:.3} s on the processor); resident \
         {:.1} MB (of that no file: {:.1} MB; peak {:.1} MB), snapshot {:.1} MB.",
        start.open,
        start.rows,
        start.build,
        start.build_on_processor,
        megabytes(start.resident),
        megabytes(start.anonymous),
        megabytes(start.peak),
        megabytes(start.snapshot),
    );
}

pub(crate) fn equality(verified: &Verified, sql: &Sql) {
    println!(
        "\nAnswers compared with petgraph's: {}, different: {}; with SQLite's: {}, different: {}.",
        verified.compared, verified.differ, sql.compared, sql.differ
    );
    if let Some(first) = &verified.first {
        println!("First difference: {first}");
    }
}

/// A figure and the most it may be.
pub(crate) struct Target {
    pub(crate) what: &'static str,
    pub(crate) found: Option<Duration>,
    pub(crate) at_most: Duration,
}

pub(crate) fn targets(targets: &[Target], resident: u64) {
    const MOST: u64 = 200_000_000;
    let word = |met: bool| if met { "met" } else { "**missed**" };
    println!("\n| target | at most | found | |\n|---|---|---|---|");
    for target in targets {
        let met = target.found.is_some_and(|found| found <= target.at_most);
        let (limit, found) = (told(Some(target.at_most)), told(target.found));
        println!("| {} | {limit} | {found} | {} |", target.what, word(met));
    }
    let found = resident as f64 / 1e6;
    println!(
        "| resident memory | 200 MB | {found:.1} MB | {} |",
        word(resident <= MOST)
    );
}
