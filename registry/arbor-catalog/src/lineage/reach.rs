//! Interval labels: everything that descends from a node, as a few ranges of
//! numbers.
//!
//! In a tree's preorder a node's descendants are one range. Where a model has
//! several parents, the ranges of the others are kept as a sorted set, built
//! from the children upwards (Agrawal, Borgida, Jagadish 1989: "tree cover").
//! The answers are exact on the whole graph. A hostile lineage can make the
//! sets quadratic; past a budget a node goes without, and is walked instead.

use super::csr::Csr;
use std::collections::HashMap;
use std::ops::Range;

/// A range of numbers: first, and one past the last.
pub(super) type Span = (u32, u32);

/// What is known of a node's descendants, itself included.
#[derive(Clone, Copy, Debug)]
pub(super) enum Reach<'a> {
    /// They are this range.
    Tree(Span),
    /// They are these ranges, so many numbers in all.
    Spans(&'a [Span], u32),
    /// They have to be walked.
    Unlabelled,
}

/// The labels of all nodes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Labels {
    /// One past the last number below each node in the tree; [`Self::MORE`]
    /// is set where that is not all.
    ends: Vec<u32>,
    /// The nodes with a set, sorted.
    nodes: Vec<u32>,
    /// Where each one's set starts, and the end of the last.
    starts: Vec<u32>,
    spans: Vec<Span>,
    /// How many numbers each set holds.
    counts: Vec<u32>,
}

impl Labels {
    /// Nodes have 28 bits, so a mark fits beside an end.
    const MORE: u32 = 1 << 31;

    pub(super) fn of(&self, node: u32) -> Reach<'_> {
        let Some(end) = self.ends.get(node as usize) else {
            return Reach::Tree((node, node));
        };
        if end & Self::MORE == 0 {
            return Reach::Tree((node, *end));
        }
        let Ok(at) = self.nodes.binary_search(&node) else {
            return Reach::Unlabelled;
        };
        let range = self.starts[at] as usize..self.starts[at + 1] as usize;
        Reach::Spans(&self.spans[range], self.counts[at])
    }

    /// One past the last number below the node in the tree.
    pub(super) fn tree_end(&self, node: u32) -> u32 {
        let end = self.ends.get(node as usize);
        end.map_or(node.saturating_add(1), |end| end & !Self::MORE)
    }

    /// Whether `node` is `top` or descends from it; `None` if that has to be
    /// walked.
    pub(super) fn covers(&self, top: u32, node: u32) -> Option<bool> {
        match self.of(top) {
            Reach::Tree((start, end)) => Some((start..end).contains(&node)),
            Reach::Spans(spans, _) => {
                let at = spans.partition_point(|span| span.1 <= node);
                Some(spans.get(at).is_some_and(|span| span.0 <= node))
            }
            Reach::Unlabelled if (top..self.tree_end(top)).contains(&node) => Some(true),
            Reach::Unlabelled => None,
        }
    }

    /// Bytes on the heap.
    pub(super) fn bytes(&self) -> usize {
        let words = self.ends.capacity()
            + self.nodes.capacity()
            + self.starts.capacity()
            + self.counts.capacity();
        words * size_of::<u32>() + self.spans.capacity() * size_of::<Span>()
    }
}

/// How much the sets may cost, in spans.
#[derive(Clone, Copy, Debug)]
pub(super) struct Budget {
    /// Kept in the end.
    pub(super) kept: usize,
    /// Looked at on the way.
    pub(super) merged: usize,
}

impl Budget {
    /// What real lineages need a tenth of: a span for each node and edge.
    pub(super) fn of(nodes: u32, edges: usize) -> Self {
        let size = (nodes as usize).saturating_add(edges).saturating_add(1024);
        Self {
            // Places in the sets have 32 bits.
            kept: size.min(u32::MAX as usize),
            merged: size.saturating_mul(16),
        }
    }
}

/// Labels every node; `order` has all nodes with children, children before
/// their parents, and `ends` are those of the tree.
pub(super) fn label(
    children: &Csr,
    mut ends: Vec<u32>,
    order: impl Iterator<Item = u32>,
    mut budget: Budget,
) -> Labels {
    let mut sets: HashMap<u32, Range<u32>> = HashMap::new();
    let mut spans: Vec<Span> = Vec::new();
    let mut beside: Vec<Span> = Vec::new();
    for node in order {
        let own = (node, ends[node as usize]);
        beside.clear();
        let gathered = gather(children, &ends, &sets, &spans, own, &mut beside);
        budget.merged = budget.merged.saturating_sub(beside.len());
        if gathered == Gathered::All && beside.is_empty() {
            continue;
        }
        ends[node as usize] |= Labels::MORE;
        beside.push(own);
        merge(&mut beside);
        if gathered == Gathered::All
            && budget.merged > 0
            && spans.len() + beside.len() <= budget.kept
        {
            let start = spans.len() as u32;
            spans.extend_from_slice(&beside);
            sets.insert(node, start..spans.len() as u32);
        }
    }
    pack(ends, sets, &spans)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Gathered {
    All,
    /// A child has no set of its own.
    NotAll,
}

/// Collects what the children reach outside the node's own range.
fn gather(
    children: &Csr,
    ends: &[u32],
    sets: &HashMap<u32, Range<u32>>,
    spans: &[Span],
    own: Span,
    beside: &mut Vec<Span>,
) -> Gathered {
    let inside = |span: &Span| own.0 <= span.0 && span.1 <= own.1;
    for half in children.row(own.0) {
        let child = half.node();
        let end = ends[child as usize];
        if end & Labels::MORE == 0 {
            let span = (child, end);
            if !inside(&span) {
                beside.push(span);
            }
        } else if let Some(set) = sets.get(&child) {
            let set = spans[set.start as usize..set.end as usize].iter().copied();
            beside.extend(set.filter(|span| !inside(span)));
        } else {
            return Gathered::NotAll;
        }
    }
    Gathered::All
}

/// Sorts ranges and joins those that touch.
fn merge(spans: &mut Vec<Span>) {
    spans.sort_unstable();
    spans.dedup_by(|next, kept| {
        let touches = next.0 <= kept.1;
        if touches {
            kept.1 = kept.1.max(next.1);
        }
        touches
    });
}

fn pack(ends: Vec<u32>, sets: HashMap<u32, Range<u32>>, found: &[Span]) -> Labels {
    let mut sets: Vec<(u32, Range<u32>)> = sets.into_iter().collect();
    sets.sort_unstable_by_key(|(node, _)| *node);
    let mut spans = Vec::with_capacity(found.len());
    let mut starts = Vec::with_capacity(sets.len() + 1);
    starts.push(0);
    let mut counts = Vec::with_capacity(sets.len());
    for (_, range) in &sets {
        let set = &found[range.start as usize..range.end as usize];
        counts.push(set.iter().map(|span| span.1 - span.0).sum());
        spans.extend_from_slice(set);
        starts.push(spans.len() as u32);
    }
    Labels {
        ends,
        nodes: sets.into_iter().map(|(node, _)| node).collect(),
        starts,
        spans,
        counts,
    }
}
