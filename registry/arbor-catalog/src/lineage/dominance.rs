//! Dominance: which models would lose every line to a root if one base went.
//!
//! A base dominates a model if every line from a root to the model passes
//! through the base. Immediate dominators form a tree, found here in one pass
//! over the topological order; the meeting point of two lines in that tree
//! takes logarithmic time by jump pointers (Myers 1983), so that no hostile
//! shape makes it slow. petgraph's `simple_fast` is the oracle in the tests.

use super::csr::Half;
use super::node::NodeId;
use super::order::{self, NONE};
use super::relations::RelationSet;
use super::snapshot::LineageSnapshot;
use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// Dominators of every node along some relations.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dominance {
    immediate: Vec<u32>,
    sizes: Vec<u32>,
}

impl Dominance {
    /// Works it out, in time in proportion to the lineage.
    #[must_use]
    pub fn of(snapshot: &LineageSnapshot, relations: RelationSet) -> Self {
        let follows = |half| relations.admits(half);
        let order = order::topological(&snapshot.up, &snapshot.down, follows).nodes;
        let nodes = snapshot.len();
        let mut tree = JumpTree::new(nodes);
        for node in &order {
            let mut parents = snapshot.parents_along(*node, relations).map(Half::node);
            let first = parents.next().unwrap_or(tree.root());
            let immediate = parents.fold(first, |a, b| tree.meet(a, b));
            tree.hang(*node, immediate);
        }
        let root = tree.root();
        let mut sizes = vec![0_u32; nodes];
        for node in order.iter().rev() {
            let above = tree.parent[*node as usize];
            if above != root {
                sizes[above as usize] += sizes[*node as usize] + 1;
            }
        }
        let mut immediate = tree.parent;
        immediate.truncate(nodes);
        for above in immediate.iter_mut().filter(|above| **above == root) {
            *above = NONE;
        }
        Self { immediate, sizes }
    }

    /// The nearest model that all lines to this one pass through.
    #[must_use]
    pub fn immediate(&self, node: NodeId) -> Option<NodeId> {
        let above = self.immediate.get(node.number() as usize).copied();
        above.filter(|above| *above != NONE).map(NodeId::new)
    }

    /// How many models would go with this one.
    #[must_use]
    pub fn size(&self, node: NodeId) -> u32 {
        let size = self.sizes.get(node.number() as usize);
        size.copied().unwrap_or(0)
    }

    /// The `most` models that would take the most with them, the largest
    /// first, of those that `keep` admits; models that would take none are
    /// left out.
    #[must_use]
    pub fn largest(&self, most: usize, keep: impl Fn(NodeId) -> bool) -> Vec<(NodeId, u32)> {
        let mut heap = BinaryHeap::new();
        for (number, size) in self.sizes.iter().enumerate() {
            let node = NodeId::new(number as u32);
            let entry = Reverse((*size, Reverse(node)));
            let wanted = heap.len() < most || heap.peek().is_some_and(|least| entry < *least);
            if *size > 0 && wanted && keep(node) {
                heap.push(entry);
                if heap.len() > most {
                    heap.pop();
                }
            }
        }
        let sorted = heap.into_sorted_vec().into_iter();
        sorted
            .map(|Reverse((size, Reverse(node)))| (node, size))
            .collect()
    }
}

/// A growing tree that finds where two branches meet.
struct JumpTree {
    parent: Vec<u32>,
    jump: Vec<u32>,
    depth: Vec<u32>,
}

impl JumpTree {
    fn new(nodes: usize) -> Self {
        let root = nodes as u32;
        Self {
            parent: vec![root; nodes + 1],
            jump: vec![root; nodes + 1],
            depth: vec![0; nodes + 1],
        }
    }

    /// Behind all nodes: above everything without parents.
    fn root(&self) -> u32 {
        (self.parent.len() - 1) as u32
    }

    fn depth(&self, node: u32) -> u32 {
        self.depth[node as usize]
    }

    fn jump(&self, node: u32) -> u32 {
        self.jump[node as usize]
    }

    fn hang(&mut self, node: u32, parent: u32) {
        let far = self.jump(parent);
        let even =
            self.depth(parent) - self.depth(far) == self.depth(far) - self.depth(self.jump(far));
        let at = node as usize;
        self.parent[at] = parent;
        self.depth[at] = self.depth(parent) + 1;
        self.jump[at] = if even { self.jump(far) } else { parent };
    }

    fn lift(&self, mut node: u32, depth: u32) -> u32 {
        while self.depth(node) > depth {
            let far = self.jump(node);
            let near = self.parent[node as usize];
            node = if self.depth(far) >= depth { far } else { near };
        }
        node
    }

    fn meet(&self, a: u32, b: u32) -> u32 {
        let depth = self.depth(a).min(self.depth(b));
        let (mut a, mut b) = (self.lift(a, depth), self.lift(b, depth));
        while a != b {
            let (far_a, far_b) = (self.jump(a), self.jump(b));
            (a, b) = if far_a == far_b {
                (self.parent[a as usize], self.parent[b as usize])
            } else {
                (far_a, far_b)
            };
        }
        a
    }
}
