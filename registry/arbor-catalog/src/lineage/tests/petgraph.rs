//! petgraph's algorithms run on the snapshot through its visitor traits.

use super::{family, names};
use crate::lineage::LineageSnapshot;
use petgraph::algo::{dominators, has_path_connecting, is_cyclic_directed, kosaraju_scc, toposort};
use petgraph::visit::{
    Bfs, Dfs, EdgeFiltered, EdgeRef, IntoEdgeReferences, IntoNodeReferences, NodeIndexable,
    Reversed, Topo, VisitMap, Visitable,
};

#[test]
fn orders() {
    let lineage = family();
    let order = toposort(&lineage, None).expect("acyclic");
    let place = |node| order.iter().position(|other| *other == node);
    for edge in lineage.edge_references() {
        assert!(place(edge.source()) < place(edge.target()));
    }
    assert!(!is_cyclic_directed(&lineage));
    assert_eq!(kosaraju_scc(&lineage).len(), lineage.len());
    let mut topo = Topo::new(&lineage);
    assert_eq!(topo.next(&lineage), lineage.node("base"));
}

#[test]
fn walks() {
    let lineage = family();
    let node = |id| lineage.find(id).expect("known");
    let mut met = Vec::new();
    let mut bfs = Bfs::new(&lineage, node("tune-a"));
    while let Some(next) = bfs.next(&lineage) {
        met.push(next);
    }
    assert_eq!(names(&lineage, met), ["tune-a", "merge", "student"]);
    let up = Reversed(&lineage);
    let mut dfs = Dfs::new(up, node("student"));
    let mut count = 0;
    while dfs.next(up).is_some() {
        count += 1;
    }
    assert_eq!(count, 5);
    assert!(has_path_connecting(
        &lineage,
        node("base"),
        node("student"),
        None
    ));
    let weights = EdgeFiltered::from_fn(&lineage, |edge: crate::lineage::LinkRef| {
        edge.weight().carries() == arbor_model::Carries::Weights
    });
    assert!(!has_path_connecting(
        &weights,
        node("base"),
        node("student"),
        None
    ));
}

#[test]
fn dominators_from_a_root() {
    let lineage = family();
    let node = |id| lineage.find(id).expect("known");
    let found = dominators::simple_fast(&lineage, node("base"));
    assert_eq!(found.immediate_dominator(node("merge")), Some(node("base")));
    for at in lineage.nodes().filter(|at| *at != node("base")) {
        assert_eq!(
            found.immediate_dominator(at),
            lineage.dominance().immediate(at)
        );
    }
}

#[test]
fn indices_and_maps() {
    let lineage = family();
    for (at, (node, ())) in lineage.node_references().enumerate() {
        assert_eq!(LineageSnapshot::to_index(&lineage, node), at);
        assert_eq!(LineageSnapshot::from_index(&lineage, at), node);
    }
    let mut map = lineage.visit_map();
    let root = lineage.roots().next().expect("a root");
    assert!(map.visit(root) && !map.visit(root));
    assert!(map.is_visited(&root) && map.unvisit(root) && !map.unvisit(root));
    map.visit(root);
    lineage.reset_map(&mut map);
    assert!(!map.is_visited(&root));
    let stranger = LineageSnapshot::from_index(&lineage, 1_000);
    assert!(!map.visit(stranger) && !map.is_visited(&stranger));
}
