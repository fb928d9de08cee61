//! Lineages made to hurt: long, tangled, and read by many at once.

use super::FINE;
use crate::lineage::*;
use arbor_model::{EdgeRow, LineageRows};

fn numbered(count: u32, edges: impl IntoIterator<Item = (u32, u32)>) -> (Vec<String>, LineageRows) {
    let ids: Vec<String> = (0..count).map(|n| format!("m{n:06}")).collect();
    let edges = edges.into_iter().map(|(child, parent)| EdgeRow {
        child,
        parent,
        relation: FINE,
    });
    let rows = LineageRows {
        change: 1,
        names: ids.iter().map(String::as_str).collect(),
        edges: edges.collect(),
    };
    (ids, rows)
}

#[test]
fn a_chain_of_a_hundred_thousand_is_no_danger() {
    const LENGTH: u32 = 100_000;
    let (ids, mut rows) = numbered(LENGTH, (1..LENGTH).map(|child| (child, child - 1)));
    rows.edges = (1..LENGTH)
        .map(|child| EdgeRow {
            child,
            parent: child - 1,
            relation: FINE,
        })
        .collect();
    let lineage = LineageSnapshot::from_rows(rows.clone(), &LineageNotes::default()).unwrap();
    let (top, end) = (
        lineage.find(&ids[0]).unwrap(),
        lineage.find(&ids[ids.len() - 1]).unwrap(),
    );
    assert_eq!(lineage.descendant_count(top), LENGTH - 1);
    assert_eq!(lineage.generation(end, RelationSet::ALL), Ok(LENGTH - 1));
    assert_eq!(lineage.dominance().size(top), LENGTH - 1);
    rows.edges.push(EdgeRow {
        child: 0,
        parent: LENGTH - 1,
        relation: FINE,
    });
    let cycle = LineageSnapshot::from_rows(rows, &LineageNotes::default());
    assert!(matches!(cycle, Err(LineageError::Cycle { path }) if path.len() as u32 == LENGTH + 1));
}

/// Layers in which each model has 16 parents, spread so that their ranges
/// never join.
fn tangle() -> LineageSnapshot {
    const WIDTH: u32 = 401;
    let edges = (WIDTH..20 * WIDTH).flat_map(|child| {
        let above = child / WIDTH - 1;
        (0..16).map(move |at| {
            let parent = (child * 7_919 + at * 331 + at * at * 17) % WIDTH;
            (child, above * WIDTH + parent)
        })
    });
    let mut edges: Vec<_> = edges.collect();
    edges.sort_unstable();
    edges.dedup();
    let (_, rows) = numbered(20 * WIDTH, edges);
    LineageSnapshot::from_rows(rows, &LineageNotes::default()).unwrap()
}

#[test]
fn a_tangle_stays_within_its_budget_and_right() {
    let lineage = tangle();
    assert!(
        lineage.unlabelled() > 0,
        "the sets would have been quadratic"
    );
    assert!(lineage.bytes() < 8_000_000, "{} bytes", lineage.bytes());
    let counted = |node| {
        let walked = lineage.descendants(node, Walk::unbounded()).count();
        assert_eq!(lineage.descendant_count(node) as usize, walked);
        assert_eq!(lineage.offspring(node).count(), walked);
        walked
    };
    let most = lineage.nodes().step_by(397).map(counted).max();
    assert!(most > Some(4_000), "{most:?} of {}", lineage.len());
    let (top, bottom) = (
        lineage.find("m000000").unwrap(),
        lineage.find("m008019").unwrap(),
    );
    assert!(lineage.is_ancestor(top, bottom));
    let paths = lineage.paths(bottom, top, Walk::default().visits(10_000), 5);
    assert_ne!(paths.extent, Extent::Whole);
    assert!(paths.paths.len() <= 5);
}

#[test]
fn many_readers_get_the_same_answers() {
    let lineage = tangle();
    let answer = || -> Vec<usize> {
        let nodes = lineage.nodes().step_by(97);
        nodes
            .map(|node| lineage.ancestors(node, Walk::default()).count())
            .collect()
    };
    let expected = answer();
    std::thread::scope(|scope| {
        let readers: Vec<_> = (0..4).map(|_| scope.spawn(answer)).collect();
        for reader in readers {
            assert_eq!(reader.join().unwrap(), expected);
        }
    });
}
