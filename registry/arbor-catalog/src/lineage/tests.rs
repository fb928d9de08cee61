//! Cases by hand; random lineages are in `tests/properties.rs`, petgraph's
//! algorithms on the snapshot in `tests/petgraph.rs`.

#![allow(clippy::unwrap_used, reason = "here it is a failed test")]

mod catalogue;
mod hostile;
mod petgraph;
mod properties;

use super::swap::Published;
use super::*;
use arbor_model::{EdgeRow, LineageRows, Relation};

const FINE: Relation = Relation::FineTunedFrom;
const MERGE: Relation = Relation::MergedFrom;
const IDEA: Relation = Relation::ArchitectureFrom;
const DISTIL: Relation = Relation::DistilledFrom;

/// Rows from ids; the names are those of the edges, sorted.
pub(super) fn rows(edges: &[(&str, Relation, &str)]) -> LineageRows {
    let ends = edges
        .iter()
        .flat_map(|(child, _, parent)| [*child, *parent]);
    let ids: std::collections::BTreeSet<&str> = ends.collect();
    let number = |id: &str| ids.iter().position(|other| *other == id).unwrap() as u32;
    LineageRows {
        change: 1,
        names: ids.iter().copied().collect(),
        edges: edges
            .iter()
            .map(|(child, relation, parent)| EdgeRow {
                child: number(child),
                parent: number(parent),
                relation: *relation,
            })
            .collect(),
    }
}

fn snapshot(edges: &[(&str, Relation, &str)]) -> LineageSnapshot {
    LineageSnapshot::from_rows(rows(edges), &LineageNotes::default()).unwrap()
}

/// A base, two tunes, a merge of them, a student, and a design that follows.
fn family() -> LineageSnapshot {
    snapshot(&[
        ("tune-a", FINE, "base"),
        ("tune-b", FINE, "base"),
        ("merge", MERGE, "tune-a"),
        ("merge", MERGE, "tune-b"),
        ("student", DISTIL, "merge"),
        ("student", IDEA, "merge"),
        ("design", IDEA, "base"),
        ("design-tune", FINE, "design"),
    ])
}

fn names(lineage: &LineageSnapshot, nodes: impl IntoIterator<Item = NodeId>) -> Vec<&str> {
    nodes.into_iter().map(|node| lineage.name(node)).collect()
}

fn told(lineage: &LineageSnapshot, links: &[Link]) -> Vec<String> {
    let told = links.iter().map(|link| {
        let (child, parent) = (lineage.name(link.child), lineage.name(link.parent));
        format!("{child} {} {parent}", link.relation.phrase())
    });
    told.collect()
}

#[test]
fn ancestors_and_descendants_are_nearest_first() {
    let lineage = family();
    let node = |id| lineage.find(id).unwrap();
    let above: Vec<_> = lineage
        .ancestors(node("student"), Walk::default())
        .map(|step| (lineage.name(step.node), step.depth))
        .collect();
    assert_eq!(
        above,
        [("merge", 1), ("tune-a", 2), ("tune-b", 2), ("base", 3)]
    );
    let below: Vec<_> = lineage
        .descendants(node("base"), Walk::default().depth(1).unwrap())
        .map(|step| lineage.name(step.node))
        .collect();
    assert_eq!(below, ["design", "tune-a", "tune-b"]);
    assert_eq!(lineage.descendant_count(node("base")), 6);
    assert!(lineage.is_ancestor(node("base"), node("student")));
    assert!(!lineage.is_ancestor(node("design"), node("student")));
    assert!(!lineage.is_ancestor(node("base"), node("base")));
}

#[test]
fn a_flaw_spreads_along_weights_only() {
    let lineage = family();
    let hit = lineage
        .impact(lineage.find("base").unwrap())
        .map(|step| step.node);
    assert_eq!(names(&lineage, hit), ["tune-a", "tune-b", "merge"]);
}

#[test]
fn paths_name_their_relations() {
    let lineage = family();
    let node = |id| lineage.find(id).unwrap();
    let line = lineage
        .line(node("student"), node("base"), Walk::default())
        .unwrap()
        .unwrap();
    assert_eq!(
        told(&lineage, &line),
        [
            "student takes its architecture from merge",
            "merge is merged from tune-a",
            "tune-a is fine-tuned from base"
        ]
    );
    let none = lineage.line(node("student"), node("base"), Walk::weights());
    assert_eq!(none, Ok(None));
    let all = lineage.paths(node("student"), node("base"), Walk::default(), 10);
    assert_eq!((all.paths.len(), all.extent), (4, Extent::Whole));
    let some = lineage.paths(node("student"), node("base"), Walk::default(), 3);
    assert_eq!((some.paths.len(), some.extent), (3, Extent::LimitReached));

    let kin = lineage.kinship(node("tune-b"), node("design-tune"), Walk::default());
    let kin = kin.unwrap().unwrap();
    assert_eq!(lineage.name(kin.common), "base");
    assert_eq!(told(&lineage, &kin.up), ["tune-b is fine-tuned from base"]);
    assert_eq!(
        told(&lineage, &kin.down),
        [
            "design takes its architecture from base",
            "design-tune is fine-tuned from design"
        ]
    );
}

#[test]
fn two_merges_of_the_same_two_have_two_nearest_common_ancestors() {
    let lineage = snapshot(&[
        ("a", FINE, "root"),
        ("b", FINE, "root"),
        ("x", MERGE, "a"),
        ("x", MERGE, "b"),
        ("y", MERGE, "a"),
        ("y", MERGE, "b"),
    ]);
    let node = |id| lineage.find(id).unwrap();
    let common = lineage.nearest_common_ancestors(node("x"), node("y"), Walk::default());
    let common = common.unwrap().into_iter().map(|shared| shared.node);
    assert_eq!(names(&lineage, common), ["a", "b"]);
}

#[test]
fn roots_generations_and_dominance() {
    let lineage = family();
    let node = |id| lineage.find(id).unwrap();
    assert_eq!(names(&lineage, lineage.roots()), ["base"]);
    let roots = lineage.roots_of(node("student"), Walk::along(RelationSet::from(DISTIL)));
    assert_eq!(names(&lineage, roots.unwrap()), ["merge"]);
    assert_eq!(lineage.generation(node("student"), RelationSet::ALL), Ok(3));
    let largest = lineage.dominance().largest(3, |_| true);
    let largest: Vec<_> = largest
        .iter()
        .map(|(node, size)| (lineage.name(*node), *size))
        .collect();
    assert_eq!(largest, [("base", 6), ("design", 1), ("merge", 1)]);
    assert_eq!(
        lineage.dominance().immediate(node("merge")),
        Some(node("base"))
    );
    assert_eq!(lineage.dominance().immediate(node("base")), None);
}

#[test]
fn pages_continue_where_the_last_one_ended() {
    let lineage = family();
    let base = lineage.find("base").unwrap();
    let all: Vec<_> = lineage.offspring(base).collect();
    let mut paged = Vec::new();
    let mut last = base;
    loop {
        let page = Page::of(lineage.offspring(base).after(last), 0, 4);
        last = page.items.last().copied().unwrap_or(last);
        paged.extend(page.items);
        if !page.more {
            break;
        }
    }
    assert_eq!(paged, all);
    assert_eq!(all.len(), 6);
    let walked = lineage.descendants(base, Walk::default());
    let page = Page::of(
        walked.filter(|step| lineage.name(step.node) != "merge"),
        2,
        2,
    );
    assert_eq!((page.items.len(), page.more), (2, true));
    assert_eq!(
        Page::of(0..5_000, 0, usize::MAX).items.len(),
        Page::<u32>::LIMIT
    );
}

#[test]
fn walks_say_where_they_stopped() {
    let lineage = family();
    let base = lineage.find("base").unwrap();
    let extent = |walk| {
        let mut steps = lineage.descendants(base, walk);
        let count = steps.by_ref().count();
        assert!(steps.next().is_none());
        (count, steps.extent())
    };
    let walk = Walk::default();
    assert_eq!(extent(walk), (6, Extent::Whole));
    assert_eq!(extent(walk.visits(2)), (2, Extent::VisitsSpent));
    assert_eq!(extent(walk.visits(6)), (6, Extent::Whole));
    assert_eq!(extent(walk.depth(2).unwrap()), (5, Extent::DepthReached));
    assert_eq!(extent(walk.depth(0).unwrap()).0, 0);
    assert!(matches!(walk.depth(65), Err(QueryError::TooDeep { .. })));
    let student = lineage.find("student").unwrap();
    let wide = lineage.kinship(student, base, walk.visits(2));
    assert_eq!(wide, Err(QueryError::TooWide { visits: 2 }));
}

#[test]
fn faults_are_all_told_and_the_first_is_the_error() {
    let mut bad = rows(&[
        ("a", FINE, "b"),
        ("b", FINE, "c"),
        ("c", FINE, "a"),
        ("d", FINE, "e"),
        ("e", FINE, "d"),
        ("f", FINE, "a"),
        ("f", FINE, "a"),
        ("g", IDEA, "g"),
    ]);
    let told = |rows: &LineageRows| -> Vec<String> {
        LineageGraph::faults(rows)
            .iter()
            .map(ToString::to_string)
            .collect()
    };
    assert_eq!(
        told(&bad),
        [
            "`g` stands as its own parent (`architecture-from`): remove that edge",
            "the edge `f` `fine-tuned-from` `a` stands twice: remove one",
            "`a` would be its own ancestor: a -> b -> c -> a; remove one of these edges",
            "`d` would be its own ancestor: d -> e -> d; remove one of these edges",
        ]
    );
    bad.edges.push(EdgeRow {
        child: u32::MAX,
        parent: 0,
        relation: FINE,
    });
    while let Some(fault) = LineageGraph::faults(&bad).into_iter().next() {
        let refused = LineageSnapshot::from_rows(bad.clone(), &LineageNotes::default());
        assert_eq!(refused, Err(fault.clone()));
        assert_eq!(LineageGraph::from_rows(&bad).err(), Some(fault));
        bad.edges.pop();
    }
    assert_eq!(bad.edges.len(), 2);
}

#[test]
fn names_out_of_order_are_refused() {
    for names in [["b", "a"], ["a", "a"]] {
        let rows = LineageRows {
            names: names.into_iter().collect(),
            ..LineageRows::default()
        };
        let refused = LineageSnapshot::from_rows(rows, &LineageNotes::default());
        assert!(matches!(
            refused,
            Err(LineageError::NamesUnsorted { at: 1, .. })
        ));
    }
}

#[test]
fn a_long_cycle_is_cut_when_told_and_whole_as_a_value() {
    let ids: Vec<String> = (0..100).map(|n| format!("m{n:03}")).collect();
    let edges: Vec<_> = (0..100)
        .map(|n| (ids[n].as_str(), FINE, ids[(n + 1) % 100].as_str()))
        .collect();
    let fault = LineageGraph::faults(&rows(&edges)).remove(0);
    assert!(fault.to_string().contains("m030 -> … (69 more) -> m000"));
    assert!(matches!(fault, LineageError::Cycle { path } if path.len() == 101));
}

#[test]
fn ghosts_tombstones_and_aliases() {
    let notes = LineageNotes {
        ghosts: vec!["base".to_owned()],
        tombstones: vec![("old".to_owned(), Some("new".to_owned()))],
        aliases: vec![("former".to_owned(), "new".to_owned())],
    };
    let edges = [("old", FINE, "base"), ("new", FINE, "base")];
    let lineage = LineageSnapshot::from_rows(rows(&edges), &notes).unwrap();
    let new = lineage.find("new").unwrap();
    assert_eq!(lineage.node("former"), Some(new));
    assert_eq!(lineage.standing(new), Standing::Catalogued);
    assert_eq!(
        lineage.standing(lineage.find("base").unwrap()),
        Standing::Ghost
    );
    let successor = Some(new);
    assert_eq!(
        lineage.standing(lineage.find("old").unwrap()),
        Standing::Tombstone { successor }
    );
    let unknown = lineage.find("gone\u{7}");
    assert_eq!(
        unknown.unwrap_err().to_string(),
        "no model is called `gone\\u{7}`"
    );

    let taken = LineageNotes {
        aliases: vec![("old".to_owned(), "new".to_owned())],
        ..LineageNotes::default()
    };
    let refused = LineageSnapshot::from_rows(rows(&edges), &taken);
    assert!(matches!(refused, Err(LineageError::AliasTaken { .. })));
    let dangling = LineageNotes {
        ghosts: vec!["nobody".to_owned()],
        ..LineageNotes::default()
    };
    let refused = LineageSnapshot::from_rows(rows(&edges), &dangling);
    assert!(matches!(refused, Err(LineageError::NotAmongNames { .. })));
}

#[test]
fn nodes_of_another_snapshot_are_harmless() {
    let small = snapshot(&[("a", FINE, "b")]);
    let lineage = family();
    for stranger in lineage.nodes().skip(2) {
        assert_eq!(small.name(stranger), "");
        assert_eq!(small.descendant_count(stranger), 0);
        assert_eq!(small.ancestors(stranger, Walk::default()).count(), 0);
        assert_eq!(small.offspring(stranger).count(), 0);
        let root = small.roots().next().unwrap();
        assert!(!small.is_ancestor(root, stranger));
        assert_eq!(small.kinship(root, stranger, Walk::default()), Ok(None));
        assert_eq!(small.dominance().size(stranger), 0);
    }
    let empty = LineageSnapshot::from_rows(LineageRows::default(), &LineageNotes::default());
    let empty = empty.unwrap();
    assert!(empty.is_empty());
    assert_eq!(empty.roots().count(), 0);
}

#[test]
fn the_cell_never_goes_back_in_time() {
    let at = |change| {
        let rows = LineageRows {
            change,
            ..LineageRows::default()
        };
        LineageSnapshot::from_rows(rows, &LineageNotes::default()).unwrap()
    };
    let cell = LineageCell::new(at(3));
    let held = cell.load();
    assert_eq!(cell.publish(at(5)), Published::Shown);
    assert_eq!(cell.publish(at(4)), Published::Outdated);
    assert_eq!((held.change(), cell.load().change()), (3, 5));
    fn shared<T: Send + Sync>() {}
    shared::<LineageCell>();
    shared::<LineageSnapshot>();
}

#[test]
fn nested_walks_do_not_disturb_each_other() {
    let lineage = family();
    let base = lineage.find("base").unwrap();
    let pairs = lineage.descendants(base, Walk::default()).map(|below| {
        let above = lineage.ancestors(below.node, Walk::default());
        above.filter(|step| step.node == base).count()
    });
    assert_eq!(pairs.sum::<usize>(), 6);
}
