//! On random lineages, every answer of the snapshot is petgraph's.

use crate::lineage::reach::Budget;
use crate::lineage::*;
use arbor_model::{EdgeRow, LineageRows, Relation};
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

const MOST: usize = 18;

fn relation() -> impl Strategy<Value = Relation> {
    // A few relations only, so that filters leave paths standing.
    prop::sample::select(vec![
        Relation::FineTunedFrom,
        Relation::MergedFrom,
        Relation::DistilledFrom,
        Relation::Succeeds,
    ])
}

fn rows_of(count: usize, edges: Vec<EdgeRow>) -> LineageRows {
    let names: Vec<String> = (0..count).map(|n| format!("m{n:02}")).collect();
    LineageRows {
        change: 9,
        names: names.iter().map(String::as_str).collect(),
        edges,
    }
}

/// A random acyclic lineage: edges point up a random order of the models.
fn lineage() -> impl Strategy<Value = LineageRows> {
    let order = (1..=MOST)
        .prop_flat_map(|count| Just((0..count as u32).collect::<Vec<_>>()).prop_shuffle());
    let pairs = prop::collection::vec(
        (
            any::<prop::sample::Index>(),
            any::<prop::sample::Index>(),
            relation(),
        ),
        0..40,
    );
    (order, pairs).prop_flat_map(|(order, pairs)| {
        let edges: BTreeSet<EdgeRow> = pairs
            .into_iter()
            .map(|(a, b, relation)| (a.index(order.len()), b.index(order.len()), relation))
            .filter(|(a, b, _)| a != b)
            .map(|(a, b, relation)| EdgeRow {
                child: order[a.max(b)],
                parent: order[a.min(b)],
                relation,
            })
            .collect();
        let count = order.len();
        let edges = Just(edges.into_iter().collect::<Vec<_>>()).prop_shuffle();
        edges.prop_map(move |edges| rows_of(count, edges))
    })
}

/// Branches that part and meet again on a long line: deep dominators.
fn braid() -> impl Strategy<Value = LineageRows> {
    let above = prop::sample::subsequence(vec![1_u32, 2, 3], 1..3);
    prop::collection::vec(above, 2..40).prop_map(|models| {
        let edges = (0_u32..).zip(&models).flat_map(|(child, above)| {
            let parents = above
                .iter()
                .filter_map(move |step| child.checked_sub(*step));
            parents.map(move |parent| EdgeRow {
                child,
                parent,
                relation: Relation::MergedFrom,
            })
        });
        rows_of(models.len(), edges.collect())
    })
}

/// Any rows at all, mostly with something wrong.
fn hostile() -> impl Strategy<Value = LineageRows> {
    let edge = (0..8_u32, 0..8_u32, relation());
    let edge = edge.prop_map(|(child, parent, relation)| EdgeRow {
        child,
        parent,
        relation,
    });
    (6..9_usize, prop::collection::vec(edge, 0..10))
        .prop_map(|(count, edges)| rows_of(count, edges))
}

fn relations() -> impl Strategy<Value = RelationSet> {
    prop_oneof![
        Just(RelationSet::ALL),
        Just(RelationSet::NONE),
        prop::collection::vec(relation(), 1..3).prop_map(RelationSet::from_iter),
    ]
}

fn named<'a>(lineage: &'a LineageSnapshot, steps: Steps<'_>) -> BTreeMap<&'a str, u32> {
    let steps: Vec<Step> = steps.collect();
    assert!(
        steps.windows(2).all(|pair| pair[0].depth <= pair[1].depth),
        "nearest first"
    );
    let named: BTreeMap<_, _> = steps
        .iter()
        .map(|step| (lineage.name(step.node), step.depth))
        .collect();
    assert_eq!(named.len(), steps.len(), "each once");
    named
}

/// Whether links lead from one node to another, and exist.
fn is_line(
    lineage: &LineageSnapshot,
    from: NodeId,
    to: NodeId,
    links: &[Link],
    relations: RelationSet,
) -> bool {
    let mut at = from;
    for link in links {
        let known = lineage.parents(at).any(|other| other == *link);
        if !known || !relations.contains(link.relation) {
            return false;
        }
        at = link.parent;
    }
    at == to
}

fn compare_one(
    graph: &LineageGraph,
    lineage: &LineageSnapshot,
    node: NodeId,
    relations: RelationSet,
) {
    let walk = Walk::along(relations);
    let id = lineage.name(node);
    assert_eq!(lineage.node(id), Some(node));
    let above = graph.ancestors(id, relations);
    let below = graph.descendants(id, relations);
    assert_eq!(named(lineage, lineage.ancestors(node, walk)), above);
    assert_eq!(named(lineage, lineage.descendants(node, walk)), below);
    let shallow = walk.depth(2).expect("below the limit");
    let near = below.iter().filter(|(_, depth)| **depth <= 2).count();
    assert_eq!(lineage.descendants(node, shallow).count(), near);

    let everything = graph.descendants(id, RelationSet::ALL);
    assert_eq!(lineage.descendant_count(node) as usize, everything.len());
    let offspring: Vec<NodeId> = lineage.offspring(node).collect();
    assert!(offspring.is_sorted());
    let ids: BTreeSet<&str> = offspring.iter().map(|node| lineage.name(*node)).collect();
    assert_eq!(ids, everything.keys().copied().collect());
    for last in lineage.nodes() {
        let rest: Vec<NodeId> = offspring
            .iter()
            .copied()
            .filter(|node| *node > last)
            .collect();
        assert_eq!(
            lineage.offspring(node).after(last).collect::<Vec<_>>(),
            rest
        );
    }

    let roots = lineage.roots_of(node, walk).expect("small");
    let roots: BTreeSet<&str> = roots.into_iter().map(|root| lineage.name(root)).collect();
    let expected = above.keys().copied().chain([id]);
    let expected = expected.filter(|id| graph.ancestors(id, relations).is_empty());
    assert_eq!(roots, expected.collect());
}

fn compare_two(
    graph: &LineageGraph,
    lineage: &LineageSnapshot,
    a: NodeId,
    b: NodeId,
    relations: RelationSet,
) {
    let walk = Walk::along(relations);
    let (x, y) = (lineage.name(a), lineage.name(b));
    let below = graph.descendants(x, RelationSet::ALL);
    assert_eq!(lineage.is_ancestor(a, b), below.contains_key(y));

    let above = graph.ancestors(x, relations);
    let line = lineage.line(a, b, walk).expect("small");
    if a == b {
        assert_eq!(line, Some(Vec::new()));
    } else {
        assert_eq!(
            line.as_ref().map(|line| line.len() as u32),
            above.get(y).copied()
        );
        assert!(line.is_none_or(|line| is_line(lineage, a, b, &line, relations)));
    }
    let all = lineage.paths(a, b, walk, usize::MAX);
    assert_eq!(all.extent, Extent::Whole);
    assert_eq!(all.paths.len() as u64, graph.path_count(x, y, relations));
    assert!(
        all.paths
            .iter()
            .all(|path| is_line(lineage, a, b, path, relations))
    );
    let distinct: BTreeSet<_> = all.paths.iter().collect();
    assert_eq!(distinct.len(), all.paths.len());

    let expected = graph.nearest_common_ancestors(x, y, relations);
    let common = lineage.nearest_common_ancestors(a, b, walk).expect("small");
    let lengths: Vec<u32> = common
        .iter()
        .map(|c| c.from_first + c.from_second)
        .collect();
    assert!(lengths.is_sorted());
    let common = common
        .iter()
        .map(|c| (lineage.name(c.node), (c.from_first, c.from_second)));
    assert_eq!(common.collect::<BTreeMap<_, _>>(), expected);

    // The shortest way need not pass a nearest common ancestor.
    let theirs = graph.ancestors(y, relations);
    let depth = |above: &BTreeMap<&str, u32>, own: &str, id: &str| {
        if own == id {
            Some(0)
        } else {
            above.get(id).copied()
        }
    };
    let lengths = lineage.nodes().filter_map(|node| {
        let id = lineage.name(node);
        Some(depth(&above, x, id)? + depth(&theirs, y, id)?)
    });
    let kin = lineage.kinship(a, b, walk).expect("small");
    assert_eq!(
        kin.as_ref()
            .map(|kin| (kin.up.len() + kin.down.len()) as u32),
        lengths.min()
    );
    if let Some(kin) = kin {
        assert!(is_line(lineage, a, kin.common, &kin.up, relations));
        let down: Vec<Link> = kin.down.into_iter().rev().collect();
        assert!(is_line(lineage, b, kin.common, &down, relations));
    }
}

fn compare(graph: &LineageGraph, lineage: &LineageSnapshot, relations: RelationSet) {
    for a in lineage.nodes() {
        compare_one(graph, lineage, a, relations);
        for b in lineage.nodes() {
            compare_two(graph, lineage, a, b, relations);
        }
    }
    let dominance = Dominance::of(lineage, relations);
    let sizes = lineage
        .nodes()
        .map(|node| (lineage.name(node), dominance.size(node)));
    let sizes: BTreeMap<_, _> = sizes.collect();
    assert_eq!(sizes, graph.dominated(relations));
    let mut ranked: Vec<_> = lineage
        .nodes()
        .map(|node| (node, dominance.size(node)))
        .collect();
    ranked.retain(|(_, size)| *size > 0);
    ranked.sort_by_key(|(node, size)| (std::cmp::Reverse(*size), *node));
    ranked.truncate(5);
    assert_eq!(dominance.largest(5, |_| true), ranked);

    let all = lineage.generations(relations);
    let generations = lineage
        .nodes()
        .map(|node| (lineage.name(node), all[node.number() as usize]));
    assert_eq!(
        generations.collect::<BTreeMap<_, _>>(),
        graph.generations(relations)
    );
    for node in lineage.nodes() {
        assert_eq!(
            lineage.generation(node, relations),
            Ok(all[node.number() as usize])
        );
    }
    let roots: Vec<NodeId> = lineage
        .nodes()
        .filter(|node| lineage.parents(*node).len() == 0)
        .collect();
    assert_eq!(lineage.roots().collect::<Vec<_>>(), roots);
    let ids: Vec<&str> = lineage
        .nodes_from("")
        .map(|node| lineage.name(node))
        .collect();
    assert_eq!(ids.len(), lineage.len());
    assert!(ids.is_sorted());
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn answers_are_petgraphs(rows in lineage(), relations in relations()) {
        let graph = LineageGraph::from_rows(&rows).expect("acyclic");
        let lineage = LineageSnapshot::from_rows(rows, &LineageNotes::default()).expect("acyclic");
        compare(&graph, &lineage, relations);
        prop_assert_eq!(lineage.unlabelled(), 0);
    }

    #[test]
    fn dominators_of_braids_are_petgraphs(rows in braid()) {
        let graph = LineageGraph::from_rows(&rows).expect("acyclic");
        let lineage = LineageSnapshot::from_rows(rows, &LineageNotes::default()).expect("acyclic");
        let dominance = lineage.dominance();
        let sizes = lineage.nodes().map(|node| (lineage.name(node), dominance.size(node)));
        prop_assert_eq!(sizes.collect::<BTreeMap<_, _>>(), graph.dominated(RelationSet::ALL));
        for node in lineage.nodes() {
            prop_assert!(dominance.immediate(node).is_none_or(|above| lineage.is_ancestor(above, node)));
        }
    }

    #[test]
    fn answers_stay_right_without_labels(rows in lineage(), kept in 0..6_usize, merged in 0..12_usize) {
        let graph = LineageGraph::from_rows(&rows).expect("acyclic");
        let budget = |_, _| Budget { kept, merged };
        let lineage = LineageSnapshot::with_budget(rows, &LineageNotes::default(), budget).expect("acyclic");
        compare(&graph, &lineage, RelationSet::ALL);
    }

    #[test]
    fn the_order_of_rows_does_not_matter(rows in lineage(), seed in any::<u64>()) {
        let mut other = rows.clone();
        let mut state = seed;
        for at in (1..other.edges.len()).rev() {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            other.edges.swap(at, (state >> 33) as usize % (at + 1));
        }
        let graph = LineageGraph::from_rows(&other).expect("acyclic");
        let notes = LineageNotes::default();
        let ours = LineageSnapshot::from_rows(rows.clone(), &notes).expect("acyclic");
        prop_assert_eq!(&ours, &LineageSnapshot::from_rows(other, &notes).expect("acyclic"));
        prop_assert_eq!(&ours, &graph.snapshot(&notes).expect("acyclic"));
        let mut sorted = rows;
        sorted.edges.sort_unstable();
        let mut kept = graph.rows();
        kept.edges.sort_unstable();
        prop_assert_eq!(kept, sorted);
    }

    #[test]
    fn faulty_rows_are_refused_alike_and_cycles_are_true(rows in hostile()) {
        let faults = LineageGraph::faults(&rows);
        let graph = LineageGraph::from_rows(&rows);
        let lineage = LineageSnapshot::from_rows(rows.clone(), &LineageNotes::default());
        prop_assert_eq!(lineage.err(), faults.first().cloned());
        prop_assert_eq!(graph.err(), faults.first().cloned());
        for fault in faults {
            if let LineageError::Cycle { path } = fault {
                let number = |id: &str| rows.names.iter().position(|name| name == id).map(|at| at as u32);
                prop_assert!(path.len() > 2 && path.first() == path.last());
                for pair in path.windows(2) {
                    let ends = (number(&pair[0]), number(&pair[1]));
                    prop_assert!(rows.edges.iter().any(|e| (Some(e.child), Some(e.parent)) == ends));
                }
            }
        }
    }
}
