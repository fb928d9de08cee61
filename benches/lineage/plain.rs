//! The same questions asked of a plain petgraph `DiGraph`: what the snapshot
//! is compared with, for its time and for its answers.

use arbor_model::{LineageRows, Relation};
use petgraph::Direction;
use petgraph::graph::{DiGraph, NodeIndex};
use petgraph::visit::{Dfs, Reversed, Walker};
use std::collections::HashMap;

/// Node `n` is name `n`; an edge points from parent to child.
pub(crate) struct Plain(DiGraph<(), Relation, u32>);

impl Plain {
    pub(crate) fn new(rows: &LineageRows) -> Self {
        let mut graph = DiGraph::with_capacity(rows.names.len(), rows.edges.len());
        for _ in 0..rows.names.len() {
            graph.add_node(());
        }
        for edge in &rows.edges {
            let ends = (NodeIndex::from(edge.parent), NodeIndex::from(edge.child));
            graph.add_edge(ends.0, ends.1, edge.relation);
        }
        Self(graph)
    }

    /// petgraph's own walk, which clears a bit for each node of the graph.
    pub(crate) fn ancestor_count(&self, node: u32) -> usize {
        let up = Reversed(&self.0);
        Dfs::new(up, NodeIndex::from(node)).iter(up).count() - 1
    }

    pub(crate) fn descendant_count(&self, node: u32) -> usize {
        Dfs::new(&self.0, NodeIndex::from(node))
            .iter(&self.0)
            .count()
            - 1
    }

    /// A node and everything above (or below) it, with the fewest edges to
    /// each: a breadth-first walk with a hash map.
    pub(crate) fn distances(&self, node: u32, direction: Direction) -> HashMap<u32, u32> {
        let mut found = HashMap::from([(node, 0)]);
        let mut queue = vec![node];
        let mut head = 0;
        while let Some(at) = queue.get(head).copied() {
            head += 1;
            let depth = found[&at] + 1;
            for next in self.0.neighbors_directed(NodeIndex::from(at), direction) {
                let next = next.index() as u32;
                if let std::collections::hash_map::Entry::Vacant(free) = found.entry(next) {
                    free.insert(depth);
                    queue.push(next);
                }
            }
        }
        found
    }

    /// The length of the shortest way through a shared ancestor.
    pub(crate) fn kinship(&self, first: u32, second: u32) -> Option<u32> {
        let ours = self.distances(first, Direction::Incoming);
        let theirs = self.distances(second, Direction::Incoming);
        let ways = theirs
            .iter()
            .filter_map(|(node, down)| Some(ours.get(node)? + down));
        ways.min()
    }

    /// Shared ancestors without a shared child, sorted.
    pub(crate) fn nearest_common(&self, first: u32, second: u32) -> Vec<u32> {
        let ours = self.distances(first, Direction::Incoming);
        let theirs = self.distances(second, Direction::Incoming);
        let shared = |node: &u32| ours.contains_key(node) && theirs.contains_key(node);
        let mut outdone = std::collections::HashSet::new();
        let common: Vec<u32> = ours.keys().copied().filter(shared).collect();
        for node in &common {
            let above = self
                .0
                .neighbors_directed(NodeIndex::from(*node), Direction::Incoming);
            outdone.extend(above.map(|parent| parent.index() as u32));
        }
        let mut nearest: Vec<u32> = common
            .into_iter()
            .filter(|node| !outdone.contains(node))
            .collect();
        nearest.sort_unstable();
        nearest
    }
}
