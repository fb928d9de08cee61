//! Orders of the nodes: parents before children, and the family tree's
//! preorder; and the way round a cycle where there is no order.
//!
//! All of it is iterative: a hostile chain of a million models must not end
//! the stack.

use super::csr::{Csr, Half};
use petgraph::algo::kosaraju_scc;
use petgraph::graph::{DiGraph, NodeIndex};
use std::cmp::Reverse;
use std::collections::VecDeque;

/// No node.
pub(super) const NONE: u32 = u32::MAX;

/// Nodes with their parents before them.
pub(super) struct Order {
    /// Level by level, roots by number. Shorter than the lineage if there is
    /// a cycle.
    pub(super) nodes: Vec<u32>,
    /// The longest path from a root to each node, in edges.
    pub(super) generations: Vec<u32>,
}

/// Orders the nodes by the edges that `follows` admits (Kahn 1962).
pub(super) fn topological(parents: &Csr, children: &Csr, follows: impl Fn(Half) -> bool) -> Order {
    let count = |node| {
        let row = parents.row(node).iter();
        row.filter(|half| follows(**half)).count() as u32
    };
    let mut pending: Vec<u32> = (0..parents.nodes()).map(count).collect();
    let mut nodes = Vec::with_capacity(pending.len());
    nodes.extend((0..parents.nodes()).filter(|node| pending[*node as usize] == 0));
    let mut head = 0;
    while let Some(node) = nodes.get(head).copied() {
        head += 1;
        for half in children.row(node).iter().filter(|half| follows(**half)) {
            let child = half.node() as usize;
            pending[child] -= 1;
            if pending[child] == 0 {
                // Generations leave the queue in order, so the last parent is
                // one of the latest; the count is not needed any more.
                pending[child] = pending[node as usize] + 1;
                nodes.push(half.node());
            }
        }
    }
    Order {
        nodes,
        generations: pending,
    }
}

/// One parent for each node, or [`NONE`]: the trunk of the family tree.
///
/// The parent whose weights the child carries comes first, since questions
/// about weights then find kin in one piece; the latest generation next,
/// since its own ancestors then need no second interval for the child.
pub(super) fn tree_parents(parents: &Csr, generations: &[u32]) -> Vec<u32> {
    let choose = |node| {
        let best = parents.row(node).iter().min_by_key(|half| {
            let generation = generations[half.node() as usize];
            (half.relation().carries(), Reverse(generation), half.node())
        });
        best.map_or(NONE, |half| half.node())
    };
    (0..parents.nodes()).map(choose).collect()
}

/// How many nodes the tree holds from each node down, itself included.
pub(super) fn tree_sizes(tree: &[u32], order: &[u32]) -> Vec<u32> {
    let mut sizes = vec![1_u32; tree.len()];
    for node in order.iter().rev() {
        let parent = tree[*node as usize];
        if parent != NONE {
            sizes[parent as usize] += sizes[*node as usize];
        }
    }
    sizes
}

/// Each node's place in the tree's preorder, roots and siblings by number.
pub(super) fn preorder(children: &Csr, tree: &[u32], order: &[u32], sizes: &[u32]) -> Vec<u32> {
    let mut places = vec![NONE; tree.len()];
    let mut next_root = 0;
    for node in order {
        let at = *node as usize;
        if tree[at] == NONE {
            places[at] = next_root;
            next_root += sizes[at];
        }
        let mut next = places[at] + 1;
        for half in children.row(*node) {
            let child = half.node() as usize;
            // Two relations to one parent are two edges in the row.
            if tree[child] == *node && places[child] == NONE {
                places[child] = next;
                next += sizes[child];
            }
        }
    }
    places
}

/// Knots: the nodes of each that all descend from each other. Self-parents
/// make none. Numbers are sorted within a knot, and knots among each other.
#[must_use]
pub fn knots(nodes: u32, edges: impl Iterator<Item = (u32, u32)>) -> Vec<Vec<u32>> {
    knots_of(&graph(nodes, edges))
}

fn graph(nodes: u32, edges: impl Iterator<Item = (u32, u32)>) -> DiGraph<(), (), u32> {
    let mut graph = DiGraph::<(), (), u32>::new();
    for _ in 0..nodes {
        graph.add_node(());
    }
    for (child, parent) in edges.filter(|(child, parent)| child != parent) {
        graph.add_edge(NodeIndex::from(child), NodeIndex::from(parent), ());
    }
    graph
}

fn knots_of(graph: &DiGraph<(), (), u32>) -> Vec<Vec<u32>> {
    let knots = kosaraju_scc(graph).into_iter();
    let numbers = |knot: Vec<NodeIndex<u32>>| {
        let mut knot: Vec<u32> = knot.iter().map(|node| node.index() as u32).collect();
        knot.sort_unstable();
        knot
    };
    let mut knots: Vec<_> = knots.filter(|knot| knot.len() > 1).map(numbers).collect();
    knots.sort();
    knots
}

/// Cycles, one for each knot of nodes that descend from each other: a
/// shortest one through the knot's lowest number. Each node is a child of the
/// next, the last of the first.
pub(super) fn cycles(nodes: u32, edges: impl Iterator<Item = (u32, u32)>) -> Vec<Vec<u32>> {
    let graph = graph(nodes, edges);
    let knots = knots_of(&graph).into_iter();
    let mut cycles: Vec<_> = knots.map(|knot| shortest_cycle(&graph, &knot)).collect();
    cycles.sort();
    cycles
}

fn shortest_cycle(graph: &DiGraph<(), (), u32>, knot: &[u32]) -> Vec<u32> {
    let place = |node: u32| knot.binary_search(&node).ok();
    let first = knot[0];
    let mut from = vec![NONE; knot.len()];
    let mut queue = VecDeque::from([first]);
    while let Some(node) = queue.pop_front() {
        let mut parents: Vec<u32> = graph
            .neighbors(NodeIndex::from(node))
            .map(|parent| parent.index() as u32)
            .collect();
        parents.sort_unstable();
        for parent in parents {
            let Some(at) = place(parent) else { continue };
            if from[at] != NONE {
                continue;
            }
            from[at] = node;
            if parent == first {
                return way_round(first, node, |node| place(node).map_or(NONE, |at| from[at]));
            }
            queue.push_back(parent);
        }
    }
    // A knot has a way round from each of its nodes.
    knot.to_vec()
}

fn way_round(first: u32, last: u32, from: impl Fn(u32) -> u32) -> Vec<u32> {
    let mut path = vec![last];
    let mut node = last;
    while node != first {
        node = from(node);
        path.push(node);
    }
    path.reverse();
    path
}
