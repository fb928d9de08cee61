//! Generations: the longest line from a root down to a model.

use super::error::QueryError;
use super::node::NodeId;
use super::order;
use super::relations::RelationSet;
use super::snapshot::LineageSnapshot;
use super::walk::Walk;

impl LineageSnapshot {
    /// Every node's generation along these relations, by number: 0 for a
    /// root, else one more than the latest of its parents'. Takes time in
    /// proportion to the lineage.
    #[must_use]
    pub fn generations(&self, relations: RelationSet) -> Vec<u32> {
        let follows = |half| relations.admits(half);
        order::topological(&self.up, &self.down, follows).generations
    }

    /// One model's generation; takes time in proportion to its ancestors.
    ///
    /// # Errors
    /// [`QueryError::TooWide`] if it has more than [`Walk::VISITS`] ancestors.
    pub fn generation(&self, model: NodeId, relations: RelationSet) -> Result<u32, QueryError> {
        let climb = self.climb(model, Walk::along(relations), |_| true, |_| false)?;
        let places = |place: usize| {
            let node = climb.met[place].node();
            let above = self.parents_along(node, relations);
            above.filter_map(|half| climb.place(half.node()))
        };
        let mut pending = vec![0_u32; climb.met.len()];
        for above in (0..pending.len()).flat_map(places) {
            pending[above] += 1;
        }
        // From the model upwards, each ancestor after all that lead to it.
        let mut longest = vec![0_u32; pending.len()];
        let mut ready = vec![0];
        while let Some(place) = ready.pop() {
            for above in places(place) {
                longest[above] = longest[above].max(longest[place] + 1);
                pending[above] -= 1;
                if pending[above] == 0 {
                    ready.push(above);
                }
            }
        }
        Ok(longest.into_iter().max().unwrap_or(0))
    }
}
