//! Walks to ancestors and descendants, nearest first, within bounds.
//!
//! A walk is an iterator: it does no work for steps nobody takes, so a page
//! of a huge family costs as much as the page. What to keep of it (a branch,
//! a family) the caller says with `filter`; a [`Page`](super::Page) cuts it.

use super::csr::{Csr, Half};
use super::error::QueryError;
use super::node::{NodeId, Step};
use super::relations::RelationSet;
use super::scratch::Scratch;
use super::snapshot::LineageSnapshot;
use arbor_model::Carries;
use std::slice;

/// Which edges a question follows, and how far.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Walk {
    pub(super) relations: RelationSet,
    pub(super) depth: u32,
    pub(super) visits: u32,
}

/// Every relation, any depth, at most [`Walk::VISITS`] models.
impl Default for Walk {
    fn default() -> Self {
        Self {
            relations: RelationSet::ALL,
            depth: u32::MAX,
            visits: Self::VISITS,
        }
    }
}

impl Walk {
    /// The most depth a caller can ask for by number.
    pub const DEPTH_LIMIT: u32 = 64;
    /// How many models a walk visits unless told otherwise: all of the
    /// largest families there are, in a few milliseconds.
    pub const VISITS: u32 = 1_000_000;

    /// Along these relations only.
    #[must_use]
    pub fn along(relations: impl Into<RelationSet>) -> Self {
        Self {
            relations: relations.into(),
            ..Self::default()
        }
    }

    /// Along the relations that carry weights.
    #[must_use]
    pub fn weights() -> Self {
        Self::along(RelationSet::carrying(Carries::Weights))
    }

    /// Without a limit; for questions that do not come from outside.
    #[must_use]
    pub fn unbounded() -> Self {
        Self::default().visits(u32::MAX)
    }

    /// At most so many edges from the start.
    ///
    /// # Errors
    /// [`QueryError::TooDeep`] beyond [`Self::DEPTH_LIMIT`].
    pub const fn depth(self, depth: u32) -> Result<Self, QueryError> {
        if depth > Self::DEPTH_LIMIT {
            return Err(QueryError::TooDeep {
                given: depth,
                limit: Self::DEPTH_LIMIT,
            });
        }
        Ok(Self { depth, ..self })
    }

    /// At most so many models visited.
    #[must_use]
    pub const fn visits(self, visits: u32) -> Self {
        Self { visits, ..self }
    }
}

/// How much of what it could reach a walk has seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Extent {
    /// Everything, once the walk has ended.
    Whole,
    /// There may be more beyond the depth.
    DepthReached,
    /// There is more than may be visited.
    VisitsSpent,
    /// There is more than was asked for.
    LimitReached,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    Up,
    Down,
}

/// The models met on a walk, nearest first, each once; deterministic.
pub struct Steps<'a> {
    rows: &'a Csr,
    against: &'a Csr,
    way: Way,
    walk: Walk,
    extent: Extent,
    scratch: Option<Scratch>,
    head: usize,
    /// What is left of the row of `at`, whose nodes lie `depth` from the start.
    row: slice::Iter<'a, Half>,
    at: u32,
    depth: u32,
}

impl LineageSnapshot {
    /// The ancestors of a model, parents first.
    #[must_use]
    pub fn ancestors(&self, node: NodeId, walk: Walk) -> Steps<'_> {
        Steps::new((&self.up, &self.down), Way::Up, node, walk)
    }

    /// The descendants of a model, children first.
    #[must_use]
    pub fn descendants(&self, node: NodeId, walk: Walk) -> Steps<'_> {
        Steps::new((&self.down, &self.up), Way::Down, node, walk)
    }

    /// The descendants that carry weights of the model: what a flaw in it
    /// may have reached.
    #[must_use]
    pub fn impact(&self, node: NodeId) -> Steps<'_> {
        self.descendants(node, Walk::weights())
    }
}

impl<'a> Steps<'a> {
    fn new((rows, against): (&'a Csr, &'a Csr), way: Way, start: NodeId, walk: Walk) -> Self {
        let row = if walk.depth == 0 {
            &[]
        } else {
            rows.row(start.number())
        };
        Self {
            rows,
            against,
            way,
            walk,
            extent: Extent::Whole,
            scratch: Some(Scratch::take()),
            head: 0,
            row: row.iter(),
            at: start.number(),
            depth: 1,
        }
    }

    /// How much has been seen so far.
    #[must_use]
    pub fn extent(&self) -> Extent {
        self.extent
    }

    /// Whether it is met for the first time.
    fn is_new(&mut self, node: u32) -> bool {
        // Most models have one parent and so one way down to them. Upwards
        // the test would cost a cache miss and hardly ever hold.
        if self.way == Way::Down && self.against.row(node).len() == 1 {
            return true;
        }
        let scratch = self.scratch.as_mut();
        scratch.is_some_and(|scratch| scratch.marks.insert(node, 0))
    }

    fn go_on_from(&mut self, node: u32) {
        if !self.rows.has_row(node) {
            return;
        }
        if self.depth >= self.walk.depth {
            self.extent = Extent::DepthReached;
        } else if let Some(scratch) = &mut self.scratch {
            scratch.queue.push((node, self.depth));
        }
    }
}

impl Iterator for Steps<'_> {
    type Item = Step;

    fn next(&mut self) -> Option<Step> {
        loop {
            while let Some(half) = self.row.next().copied() {
                let node = half.node();
                if !self.walk.relations.admits(half) || !self.is_new(node) {
                    continue;
                }
                if self.walk.visits == 0 {
                    self.extent = Extent::VisitsSpent;
                    self.row = [].iter();
                    self.head = usize::MAX;
                    return None;
                }
                self.walk.visits -= 1;
                self.go_on_from(node);
                return Some(Step {
                    node: NodeId::new(node),
                    depth: self.depth,
                    via: NodeId::new(self.at),
                    relation: half.relation(),
                });
            }
            let (node, depth) = *self.scratch.as_ref()?.queue.get(self.head)?;
            self.head += 1;
            (self.at, self.depth) = (node, depth + 1);
            self.row = self.rows.row(node).iter();
        }
    }
}

impl Drop for Steps<'_> {
    fn drop(&mut self) {
        if let Some(scratch) = self.scratch.take() {
            scratch.give_back();
        }
    }
}
