//! All descendants in the order of their numbers, without a walk.
//!
//! The labels are the answer: a few ranges, read out in sequence. A page
//! continues behind the last node of the one before, at the same cost
//! wherever it stands.

use super::node::NodeId;
use super::reach::{Reach, Span};
use super::snapshot::LineageSnapshot;
use super::walk::Walk;
use std::{slice, vec};

enum Rest<'a> {
    Lent(slice::Iter<'a, Span>),
    Own(vec::IntoIter<Span>),
}

impl Rest<'_> {
    fn next(&mut self) -> Option<Span> {
        match self {
            Self::Lent(spans) => spans.next().copied(),
            Self::Own(spans) => spans.next(),
        }
    }
}

/// The descendants of a model by number: families stand together.
pub struct Offspring<'a> {
    of: u32,
    now: Span,
    rest: Rest<'a>,
}

impl LineageSnapshot {
    /// Every descendant, by any relation, in the order of numbers.
    #[must_use]
    pub fn offspring(&self, node: NodeId) -> Offspring<'_> {
        let of = node.number();
        let (now, rest) = match self.labels.of(of) {
            Reach::Tree(span) => (span, Rest::Lent([].iter())),
            Reach::Spans(spans, _) => ((0, 0), Rest::Lent(spans.iter())),
            Reach::Unlabelled => {
                let below = self.descendants(node, Walk::unbounded());
                let mut spans: Vec<Span> = below
                    .map(|step| (step.node.number(), step.node.number() + 1))
                    .collect();
                spans.sort_unstable();
                ((0, 0), Rest::Own(spans.into_iter()))
            }
        };
        Offspring { of, now, rest }
    }
}

impl Offspring<'_> {
    /// Only those behind this node, which need not be one of them.
    #[must_use]
    pub fn after(mut self, last: NodeId) -> Self {
        let from = last.number().saturating_add(1);
        while self.now.1 <= from {
            let Some(span) = self.rest.next() else {
                self.now = (0, 0);
                return self;
            };
            self.now = span;
        }
        self.now.0 = self.now.0.max(from);
        self
    }
}

impl Iterator for Offspring<'_> {
    type Item = NodeId;

    fn next(&mut self) -> Option<NodeId> {
        loop {
            let (next, end) = self.now;
            if next >= end {
                self.now = self.rest.next()?;
                continue;
            }
            self.now.0 += 1;
            if next != self.of {
                return Some(NodeId::new(next));
            }
        }
    }
}
