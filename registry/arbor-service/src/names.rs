//! Names, totals and heirs, for whoever lists things: ids in, words out.

use crate::{Direction, LineageQuery, ServiceError, View, relations, wire};
use std::collections::BTreeSet;

impl View {
    /// How much there is of everything.
    #[must_use]
    pub fn totals(&self) -> wire::Totals {
        let catalogue = self.catalogue();
        wire::Totals {
            models: catalogue.models.len(),
            families: catalogue.families.len(),
            organisations: catalogue.organisations.len(),
            sources: catalogue.sources.len(),
        }
    }

    /// A family's name; its id where there is no such family.
    #[must_use]
    pub fn family_name<'v>(&'v self, id: &'v str) -> &'v str {
        let families = &self.catalogue().families;
        families.get(id).map_or(id, |family| family.name.as_str())
    }

    /// A maker's name; its id where there is no such organisation.
    #[must_use]
    pub fn maker_name<'v>(&'v self, id: &'v str) -> &'v str {
        let makers = &self.catalogue().organisations;
        makers.get(id).map_or(id, |maker| maker.name.as_str())
    }

    /// A model's name; its id where there is no such model.
    #[must_use]
    pub fn model_name<'v>(&'v self, id: &'v str) -> &'v str {
        let models = &self.catalogue().models;
        models.get(id).map_or(id, |model| model.name.as_str())
    }

    /// Every organisation, by id.
    #[must_use]
    pub fn organisations(&self) -> Vec<wire::OrganisationSummary> {
        let organisations = self.catalogue().organisations.values();
        organisations
            .map(|organisation| wire::OrganisationSummary {
                id: organisation.id.to_string(),
                name: organisation.name.to_string(),
                models: self.organisation(organisation.id.as_str()).len(),
            })
            .collect()
    }

    /// Models of other families that carry weights of this one's, the oldest
    /// first.
    ///
    /// # Errors
    /// [`ServiceError::Query`] if a walk exceeds its bounds.
    pub fn heirs(&self, family: &str) -> Result<Vec<wire::ModelSummary>, ServiceError> {
        let query = LineageQuery {
            relations: relations("rel", "weights")?.into_iter().collect(),
            ..LineageQuery::default()
        };
        let mut heirs = BTreeSet::new();
        for id in self.family(family) {
            let Some(model) = self.catalogue().models.get(id) else {
                continue;
            };
            let below = self.lineage_of(model, Direction::Descendants, query)?;
            heirs.extend(below.nodes.into_iter().map(|node| node.id));
        }
        let mut heirs: Vec<_> = heirs
            .iter()
            .filter_map(|id| self.catalogue().models.get(id.as_str()))
            .filter(|model| model.family.as_str() != family)
            .collect();
        heirs.sort_by_key(|model| (model.released().is_none(), model.released(), &model.id));
        Ok(heirs.into_iter().map(|model| self.summary(model)).collect())
    }
}
