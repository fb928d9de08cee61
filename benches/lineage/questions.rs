//! The questions that are timed, and how long they may take.

use crate::measure::Times;
use crate::report::{Line, Target};
use crate::sample::Sample;
use crate::sql::Sql;
use crate::start::Start;
use crate::verify::Both;
use arbor_catalog::lineage::Walk;
use std::time::Duration;

const COUNT: &str = "descendant count, 20 largest hubs";
const RANDOM: &str = "ancestors, random";
const DEEP: &str = "ancestors, deep";
const PATH: &str = "relation path, related pairs";
const DEEP_PATH: &str = "relation path, deep related pairs";

/// Asks the snapshot and petgraph; SQLite was asked before.
pub(crate) fn ask<'a>(both: &Both<'_>, sample: &Sample, sql: &'a Sql) -> Vec<Line<'a>> {
    let (lineage, plain) = (both.lineage, both.plain);
    let walk = Walk::default();
    // Each hub often enough for a quantile; a walk of one takes milliseconds.
    let hubs: Vec<_> = sample
        .hubs
        .iter()
        .copied()
        .cycle()
        .take(sample.random.len())
        .collect();
    let few = &sample.hubs;
    let (pairs, deep) = (&sample.related, &sample.deeply_related);
    let up = |nodes: &[_]| Times::of(nodes, |node| lineage.ancestors(*node, walk).count());
    let plain_up =
        |nodes: &[_]| Times::of(nodes, |node| plain.ancestor_count(both.plain_of(*node)));
    let plain_down =
        |nodes: &[_]| Times::of(nodes, |node| plain.descendant_count(both.plain_of(*node)));
    let line = |question, snapshot, petgraph, sqlite| Line {
        question,
        snapshot,
        petgraph,
        sqlite,
    };
    let count = |nodes: &[_]| Times::of(nodes, |node| lineage.descendant_count(*node));
    vec![
        line(COUNT, count(&hubs), plain_down(few), None),
        line(
            "descendant count, internal models",
            count(&sample.internal),
            plain_down(&sample.internal),
            Some(&sql.internal),
        ),
        line(
            "descendants listed by number, 20 largest hubs",
            Times::of(few, |node| {
                lineage
                    .offspring(*node)
                    .map(|n| u64::from(n.number()))
                    .sum::<u64>()
            }),
            plain_down(few),
            Some(&sql.hubs),
        ),
        line(
            "descendants walked with depths, 20 largest hubs",
            Times::of(few, |node| {
                lineage
                    .descendants(*node, walk)
                    .map(|s| u64::from(s.depth))
                    .sum::<u64>()
            }),
            Times::of(few, |node| {
                plain.distances(both.plain_of(*node), petgraph::Direction::Outgoing)
            }),
            None,
        ),
        line(
            "impact (weights only), 20 largest hubs",
            Times::of(few, |node| lineage.impact(*node).count()),
            Times::default(),
            None,
        ),
        line(
            "first page of 100 descendants, 20 largest hubs",
            Times::of(&hubs, |node| {
                lineage.descendants(*node, walk).take(100).count()
            }),
            Times::default(),
            None,
        ),
        line(
            RANDOM,
            up(&sample.random),
            plain_up(&sample.random),
            Some(&sql.random),
        ),
        line(
            DEEP,
            up(&sample.deep),
            plain_up(&sample.deep),
            Some(&sql.deep),
        ),
        line(
            "is one the other's ancestor, related pairs",
            Times::of(pairs, |(a, b)| lineage.is_ancestor(*a, *b)),
            Times::default(),
            None,
        ),
        line(
            PATH,
            Times::of(pairs, |(a, b)| lineage.kinship(*a, *b, walk)),
            Times::of(pairs, |(a, b)| {
                plain.kinship(both.plain_of(*a), both.plain_of(*b))
            }),
            None,
        ),
        line(
            DEEP_PATH,
            Times::of(deep, |(a, b)| lineage.kinship(*a, *b, walk)),
            Times::of(deep, |(a, b)| {
                plain.kinship(both.plain_of(*a), both.plain_of(*b))
            }),
            None,
        ),
        line(
            "nearest common ancestors, deep related pairs",
            Times::of(deep, |(a, b)| {
                lineage.nearest_common_ancestors(*a, *b, walk)
            }),
            Times::of(deep, |(a, b)| {
                plain.nearest_common(both.plain_of(*a), both.plain_of(*b))
            }),
            None,
        ),
        line(
            "id to node, random",
            Times::of(&sample.random, |node| lineage.node(lineage.name(*node))),
            Times::default(),
            None,
        ),
    ]
}

/// The targets of the issue this answers.
pub(crate) fn goals(lines: &[Line<'_>], started: &Start) -> Vec<Target> {
    let p99 = |question| {
        let line = lines.iter().find(|line| line.question == question);
        line.and_then(|line| line.snapshot.p99())
    };
    let micros = Duration::from_micros;
    [
        (COUNT, p99(COUNT), micros(10)),
        (RANDOM, p99(RANDOM), micros(20)),
        (DEEP, p99(DEEP), micros(20)),
        (PATH, p99(PATH), micros(50)),
        (DEEP_PATH, p99(DEEP_PATH), micros(50)),
        (
            "start from SQLite",
            Some(started.total()),
            Duration::from_secs(1),
        ),
    ]
    .into_iter()
    .map(|(what, found, at_most)| Target {
        what,
        found,
        at_most,
    })
    .collect()
}
