//! The other sizes in which a model's release came. `scales-up` joins them and
//! carries no weights, so what descends from one size with weights is not all
//! that descends from the release; whoever asks for the one is told of the
//! other.
//!
//! It knows direct edges within a family only: a later generation is no size.

use crate::View;
use arbor_catalog::lineage::RelationSet;
use arbor_model::{Model, Relation};
use std::collections::HashSet;

/// What is left out where a release's other sizes are not followed.
#[derive(Clone, Copy, Debug)]
pub struct Sizes<'v> {
    /// The size that the others scale up: from it all are reached.
    pub first: &'v Model,
    /// How many descend from that one if `scales-up` is followed too.
    pub descendants: usize,
}

impl View {
    /// What these relations leave out of a model's descendants since they
    /// leave out `scales-up`: nothing if they do not, if the model came in one
    /// size, or if nothing descends from the others.
    #[must_use]
    pub fn sizes_left_out<'v>(
        &'v self,
        model: &'v Model,
        relations: RelationSet,
    ) -> Option<Sizes<'v>> {
        if relations.contains(Relation::ScalesUp) {
            return None;
        }
        let mut parents = model.parents.iter();
        let first = parents
            .find_map(|edge| {
                let parent = self.catalogue().models.get(&edge.parent)?;
                let is_size = edge.relation == Relation::ScalesUp && parent.family == model.family;
                is_size.then_some(parent)
            })
            .unwrap_or(model);
        let links = self.lineage().children(self.node(&first.id).ok()?);
        let sizes: HashSet<&str> = links
            .filter(|link| link.relation == Relation::ScalesUp)
            .filter_map(|link| self.model_at(link.child))
            .filter(|size| size.family == model.family)
            .chain([first])
            .map(|size| size.id.as_str())
            .collect();
        let own = self.descendant_ids(model.id.as_str(), relations);
        let all = self.descendant_ids(first.id.as_str(), relations.with(Relation::ScalesUp));
        let is_others = |id: &&str| !own.contains(id) && !sizes.contains(id);
        all.iter().any(is_others).then_some(Sizes {
            first,
            descendants: all.len(),
        })
    }
}
