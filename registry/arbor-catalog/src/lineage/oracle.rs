//! What petgraph answers: slow, plain and independent of the snapshot.
//!
//! Answers are ids, so that they can be compared with the snapshot's, with a
//! database's, or with a person's. Unknown ids have no kin.

use super::graph::LineageGraph;
use super::relations::RelationSet;
use arbor_model::Relation;
use petgraph::algo::{dijkstra, dominators, toposort};
use petgraph::graph::{DiGraph, NodeIndex};
use petgraph::visit::{EdgeRef, Reversed};
use std::collections::BTreeMap;

type Node = NodeIndex<u32>;

impl LineageGraph {
    /// Ancestors along these relations, each with the fewest edges to it.
    #[must_use]
    pub fn ancestors(&self, id: &str, relations: RelationSet) -> BTreeMap<&str, u32> {
        let graph = self.along(relations);
        let start = self.index(id);
        self.named(
            start,
            start.map(|start| dijkstra(Reversed(&graph), start, None, |_| 1)),
        )
    }

    /// Descendants along these relations, each with the fewest edges to it.
    #[must_use]
    pub fn descendants(&self, id: &str, relations: RelationSet) -> BTreeMap<&str, u32> {
        let graph = self.along(relations);
        let start = self.index(id);
        self.named(
            start,
            start.map(|start| dijkstra(&graph, start, None, |_| 1)),
        )
    }

    /// Nearest common ancestors, each with the fewest edges from either; a
    /// model counts as its own ancestor.
    #[must_use]
    pub fn nearest_common_ancestors(
        &self,
        first: &str,
        second: &str,
        relations: RelationSet,
    ) -> BTreeMap<&str, (u32, u32)> {
        let above = |id: &str| {
            let mut above = self.ancestors(id, relations);
            above.extend(self.index(id).map(|node| (self.name(node), 0)));
            above
        };
        let (ours, theirs) = (above(first), above(second));
        let shared: Vec<&str> = ours
            .keys()
            .copied()
            .filter(|id| theirs.contains_key(id))
            .collect();
        let outdone = |id: &str| {
            shared
                .iter()
                .any(|other| self.ancestors(other, relations).contains_key(id))
        };
        let nearest = shared.iter().filter(|id| !outdone(id));
        nearest.map(|id| (*id, (ours[id], theirs[id]))).collect()
    }

    /// The longest line from a root down to each model.
    #[must_use]
    pub fn generations(&self, relations: RelationSet) -> BTreeMap<&str, u32> {
        let graph = self.along(relations);
        let order = toposort(&graph, None).unwrap_or_default();
        let mut generations = vec![0; order.len()];
        for node in order {
            for edge in graph.edges(node) {
                let next = generations[node.index()] + 1;
                let child: &mut u32 = &mut generations[edge.target().index()];
                *child = next.max(*child);
            }
        }
        let named = self.graph.node_indices();
        named
            .map(|node| (self.name(node), generations[node.index()]))
            .collect()
    }

    /// How many models each one dominates, by `simple_fast` under a root that
    /// is put above all that have no parents.
    #[must_use]
    pub fn dominated(&self, relations: RelationSet) -> BTreeMap<&str, u32> {
        let mut graph = self.along(relations);
        let roots: Vec<Node> = graph.externals(petgraph::Direction::Incoming).collect();
        let top = graph.add_node(());
        for root in roots {
            graph.add_edge(top, root, Relation::Succeeds);
        }
        let dominators = dominators::simple_fast(&graph, top);
        let nodes = self.graph.node_indices();
        let mut sizes: BTreeMap<&str, u32> =
            nodes.clone().map(|node| (self.name(node), 0)).collect();
        for node in nodes {
            let above = dominators.strict_dominators(node);
            for dominator in above.into_iter().flatten().filter(|above| *above != top) {
                *sizes.entry(self.name(dominator)).or_default() += 1;
            }
        }
        sizes
    }

    /// How many ways lead from a model up to an ancestor.
    #[must_use]
    pub fn path_count(&self, id: &str, ancestor: &str, relations: RelationSet) -> u64 {
        let (Some(from), Some(to)) = (self.index(ancestor), self.index(id)) else {
            return 0;
        };
        let graph = self.along(relations);
        let mut ways = vec![0_u64; self.graph.node_count()];
        ways[from.index()] = 1;
        for node in toposort(&graph, None).unwrap_or_default() {
            for edge in graph.edges(node) {
                let so_far = ways[node.index()];
                let below = &mut ways[edge.target().index()];
                *below = below.saturating_add(so_far);
            }
        }
        ways[to.index()]
    }

    /// The same nodes, and the edges of these relations.
    fn along(&self, relations: RelationSet) -> DiGraph<(), Relation, u32> {
        self.graph.filter_map(
            |_, ()| Some(()),
            |_, relation| relations.contains(*relation).then_some(*relation),
        )
    }

    fn named(
        &self,
        start: Option<Node>,
        found: Option<impl IntoIterator<Item = (Node, u32)>>,
    ) -> BTreeMap<&str, u32> {
        let others = found
            .into_iter()
            .flatten()
            .filter(|(node, _)| Some(*node) != start);
        others
            .map(|(node, depth)| (self.name(node), depth))
            .collect()
    }
}
