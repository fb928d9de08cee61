//! Nearest common ancestors: where two lines of descent meet.

use super::csr::Half;
use super::error::QueryError;
use super::node::NodeId;
use super::snapshot::LineageSnapshot;
use super::walk::Walk;
use std::collections::HashSet;

/// An ancestor of two models from which no other shared ancestor descends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CommonAncestor {
    /// The ancestor. It may be one of the two models.
    pub node: NodeId,
    /// The fewest edges between the first model and it.
    pub from_first: u32,
    /// The fewest edges between the second model and it.
    pub from_second: u32,
}

impl LineageSnapshot {
    /// The nearest common ancestors of two models, a model counting as its
    /// own; those with the shortest way first. There can be several, since a
    /// merge has several parents.
    ///
    /// # Errors
    /// [`QueryError::TooWide`] if the walk's visits do not suffice.
    pub fn nearest_common_ancestors(
        &self,
        first: NodeId,
        second: NodeId,
        walk: Walk,
    ) -> Result<Vec<CommonAncestor>, QueryError> {
        let ours = self.climb(first, walk, |_| true, |_| false)?;
        let theirs = self.climb(second, walk, |_| true, |_| false)?;
        let mut common = Vec::new();
        // Whatever is above a shared ancestor is shared too, but not nearest.
        let mut outdone = HashSet::new();
        for met in &theirs.met {
            let Some(place) = ours.place(met.node()) else {
                continue;
            };
            common.push(CommonAncestor {
                node: NodeId::new(met.node()),
                from_first: ours.met[place].depth,
                from_second: met.depth,
            });
            let above = self.parents_along(met.node(), walk.relations);
            outdone.extend(above.map(Half::node));
        }
        common.retain(|ancestor| !outdone.contains(&ancestor.node.number()));
        common.sort_unstable_by_key(|a| (a.from_first + a.from_second, a.node));
        Ok(common)
    }

    /// The roots a model comes from: its ancestors without parents along the
    /// walk's relations, or itself; nearest first.
    ///
    /// # Errors
    /// [`QueryError::TooWide`] if the walk's visits do not suffice.
    pub fn roots_of(&self, model: NodeId, walk: Walk) -> Result<Vec<NodeId>, QueryError> {
        let climb = self.climb(model, walk, |_| true, |_| false)?;
        let nodes = climb.met.iter().map(super::climb::Met::node);
        let roots = nodes.filter(|node| self.parents_along(*node, walk.relations).next().is_none());
        Ok(roots.map(NodeId::new).collect())
    }
}
