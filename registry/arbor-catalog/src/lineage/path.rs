//! Paths: how one model comes from another, and how two are related.

use super::error::QueryError;
use super::node::{Link, NodeId};
use super::snapshot::LineageSnapshot;
use super::walk::{Extent, Walk};

/// How two models are related.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kinship {
    /// The ancestor they share, or the one of them that the other comes from.
    pub common: NodeId,
    /// From the first model up to it.
    pub up: Vec<Link>,
    /// From it down to the second model.
    pub down: Vec<Link>,
}

/// The ways from a model up to an ancestor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Paths {
    /// Each from the model up to the ancestor.
    pub paths: Vec<Vec<Link>>,
    /// Whether these are all.
    pub extent: Extent,
}

impl LineageSnapshot {
    /// A shortest line of descent: the edges from a model up to an ancestor,
    /// none if they are the same model, `None` if it is no ancestor.
    ///
    /// # Errors
    /// [`QueryError::TooWide`] if the walk's visits do not suffice.
    pub fn line(
        &self,
        model: NodeId,
        ancestor: NodeId,
        walk: Walk,
    ) -> Result<Option<Vec<Link>>, QueryError> {
        let target = ancestor.number();
        let between = |node| self.may_cover(ancestor, node);
        let climb = self.climb(model, walk, between, |met| met.node() == target)?;
        Ok(climb.place(target).map(|place| climb.line(place)))
    }

    /// The shortest way from one model to another through an ancestor of
    /// both; `None` if they share none. Among equals the lower number wins.
    ///
    /// # Errors
    /// [`QueryError::TooWide`] if the walk's visits do not suffice.
    pub fn kinship(
        &self,
        first: NodeId,
        second: NodeId,
        walk: Walk,
    ) -> Result<Option<Kinship>, QueryError> {
        let ours = self.climb(first, walk, |_| true, |_| false)?;
        let mut best: Option<(u32, u32)> = None;
        let theirs = self.climb(
            second,
            walk,
            |_| true,
            |met| {
                if let Some(place) = ours.place(met.node()) {
                    let way = (met.depth + ours.met[place].depth, met.node());
                    best = Some(best.map_or(way, |best| best.min(way)));
                }
                best.is_some_and(|(length, _)| met.depth > length)
            },
        )?;
        Ok(best.and_then(|(_, node)| {
            let mut down = theirs.line(theirs.place(node)?);
            down.reverse();
            Some(Kinship {
                common: NodeId::new(node),
                up: ours.line(ours.place(node)?),
                down,
            })
        }))
    }

    /// Every way from a model up to an ancestor, at most `limit` of them and
    /// none longer than the walk's depth or [`Walk::DEPTH_LIMIT`]; the walk's
    /// visits count each edge tried.
    #[must_use]
    pub fn paths(&self, model: NodeId, ancestor: NodeId, walk: Walk, limit: usize) -> Paths {
        let mut search = PathSearch {
            snapshot: self,
            ancestor,
            walk: Walk {
                depth: walk.depth.min(Walk::DEPTH_LIMIT),
                ..walk
            },
            limit,
            found: Paths {
                paths: Vec::new(),
                extent: Extent::Whole,
            },
        };
        if model == ancestor {
            search.found.paths.push(Vec::new());
        } else if self.may_cover(ancestor, model.number()) {
            search.run(model);
        }
        search.found
    }

    /// Whether `node` is `ancestor` or may descend from it.
    fn may_cover(&self, ancestor: NodeId, node: u32) -> bool {
        let covers = self.labels.covers(ancestor.number(), node);
        covers.unwrap_or(true)
    }
}

struct PathSearch<'a> {
    snapshot: &'a LineageSnapshot,
    ancestor: NodeId,
    walk: Walk,
    limit: usize,
    found: Paths,
}

impl PathSearch<'_> {
    /// Depth first, without recursion: one iterator for each edge of the path.
    fn run(&mut self, model: NodeId) {
        let mut path: Vec<Link> = Vec::new();
        let mut open = vec![self.snapshot.parents(model)];
        while let Some(links) = open.last_mut() {
            let Some(link) = links.next() else {
                open.pop();
                path.pop();
                continue;
            };
            if !self.walk.relations.contains(link.relation) {
                continue;
            }
            if self.walk.visits == 0 {
                self.found.extent = Extent::VisitsSpent;
                return;
            }
            self.walk.visits -= 1;
            if !self.snapshot.may_cover(self.ancestor, link.parent.number()) {
                continue;
            }
            let length = open.len() as u32;
            if length > self.walk.depth {
                self.found.extent = Extent::DepthReached;
            } else if link.parent == self.ancestor {
                if self.found.paths.len() == self.limit {
                    self.found.extent = Extent::LimitReached;
                    return;
                }
                self.found
                    .paths
                    .push(path.iter().copied().chain([link]).collect());
            } else {
                path.push(link);
                open.push(self.snapshot.parents(link.parent));
            }
        }
    }
}
