//! One state of the registry, in memory and immutable: the catalogue, its
//! lineage, and the few tables that make lookups direct. Every question about
//! curated data is answered from a view, without the database.

use crate::ServiceError;
use arbor_catalog::lineage::{LineageSnapshot, NodeId, RelationSet, Walk};
use arbor_catalog::{lineage, nearest_many};
use arbor_model::{Catalogue, FamilyId, Latest, Model, ModelId, OrganisationId, slugify};
use std::collections::{BTreeMap, HashMap, HashSet};

/// An immutable state of the registry.
pub struct View {
    catalogue: Catalogue,
    lineage: LineageSnapshot,
    change: u64,
    /// Alias to id.
    aliases: BTreeMap<ModelId, ModelId>,
    /// Hub id in lower case to id.
    hubs: HashMap<String, ModelId>,
    families: BTreeMap<FamilyId, Vec<ModelId>>,
    organisations: BTreeMap<OrganisationId, Vec<ModelId>>,
    /// What word search looks through, in lower case, by id.
    names: HashMap<ModelId, String>,
    /// How the newest run of each model that ran ended.
    runs: BTreeMap<ModelId, Latest>,
}

impl View {
    /// Builds the view of a catalogue.
    ///
    /// # Errors
    /// [`ServiceError::Lineage`] if the edges are no lineage; a checked
    /// catalogue's always are.
    pub fn new(catalogue: Catalogue, change: u64) -> Result<Self, ServiceError> {
        let (rows, notes) = lineage::rows_of(&catalogue, change);
        let lineage = LineageSnapshot::from_rows(rows, &notes)?;
        let mut aliases = BTreeMap::new();
        let mut hubs = HashMap::new();
        let mut families: BTreeMap<_, Vec<_>> = BTreeMap::new();
        let mut organisations: BTreeMap<_, Vec<_>> = BTreeMap::new();
        let mut names = HashMap::new();
        for (id, model) in &catalogue.models {
            aliases.extend(
                model
                    .aliases
                    .iter()
                    .map(|alias| (alias.clone(), id.clone())),
            );
            hubs.extend(
                model
                    .hub
                    .iter()
                    .map(|hub| (hub.as_str().to_lowercase(), id.clone())),
            );
            families
                .entry(model.family.clone())
                .or_default()
                .push(id.clone());
            for organisation in &model.organisations {
                organisations
                    .entry(organisation.clone())
                    .or_default()
                    .push(id.clone());
            }
            names.insert(id.clone(), search_text(&catalogue, model));
        }
        Ok(Self {
            catalogue,
            lineage,
            change,
            aliases,
            hubs,
            families,
            organisations,
            names,
            runs: BTreeMap::new(),
        })
    }

    /// The same view with how models' newest runs ended.
    #[must_use]
    pub fn with_runs(mut self, latest: Vec<Latest>) -> Self {
        let runs = latest.into_iter().map(|run| (run.model.clone(), run));
        self.runs = runs.collect();
        self
    }

    /// How a model's newest run ended, if it ever ran.
    #[must_use]
    pub fn latest(&self, id: &ModelId) -> Option<&Latest> {
        self.runs.get(id)
    }

    /// Whether anything ever ran here.
    pub(crate) fn has_runs(&self) -> bool {
        !self.runs.is_empty()
    }

    /// The catalogue.
    #[must_use]
    pub const fn catalogue(&self) -> &Catalogue {
        &self.catalogue
    }

    /// The lineage.
    #[must_use]
    pub const fn lineage(&self) -> &LineageSnapshot {
        &self.lineage
    }

    /// The database's change number that this view shows.
    #[must_use]
    pub const fn change(&self) -> u64 {
        self.change
    }

    /// Finds a model by id, alias, hub id or a name that means one of these.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] with suggestions, or
    /// [`ServiceError::Withdrawn`].
    pub fn resolve(&self, typed: &str) -> Result<&Model, ServiceError> {
        let typed = typed.trim();
        if let Some(model) = self.find(typed) {
            return Ok(model);
        }
        if let Some(grave) = self.catalogue.tombstones.get(typed) {
            return Err(ServiceError::Withdrawn {
                id: grave.id.to_string(),
                reason: grave.reason.to_string(),
                successor: grave.successor.as_ref().map(ToString::to_string),
            });
        }
        Err(ServiceError::not_found("model", typed, self.suggest(typed)))
    }

    /// The same for who has no use for suggestions: they take far longer.
    #[must_use]
    pub fn find(&self, typed: &str) -> Option<&Model> {
        let typed = typed.trim();
        let by_id = |id: &str| {
            let id = self.aliases.get(id).map_or(id, ModelId::as_str);
            self.catalogue.models.get(id)
        };
        // A revision behind `@` does not change which model is meant.
        let hub = typed
            .split_once('@')
            .map_or(typed, |(hub, _)| hub)
            .to_lowercase();
        by_id(typed)
            .or_else(|| self.hubs.get(&hub).and_then(|id| by_id(id.as_str())))
            .or_else(|| by_id(&slugify(typed)))
    }

    /// The model of a hub repository, by the repository's name in lower case.
    pub(crate) fn of_hub(&self, lower: &str) -> Option<&Model> {
        let id = self.hubs.get(lower)?;
        self.catalogue.models.get(id.as_str())
    }

    /// Ids that a mistyped name could mean: the likeliest first, three at
    /// most.
    #[must_use]
    pub fn suggest(&self, typed: &str) -> Vec<String> {
        let name = typed.rsplit('/').next().unwrap_or(typed);
        let slug = slugify(name);
        let ids = self
            .catalogue
            .models
            .keys()
            .chain(self.aliases.keys())
            .map(ModelId::as_str);
        let mut suggestions: Vec<String> = Vec::new();
        for near in nearest_many(&slug, ids, 9) {
            let id = self
                .aliases
                .get(near)
                .map_or(near, ModelId::as_str)
                .to_owned();
            if suggestions.len() < 3 && !suggestions.contains(&id) {
                suggestions.push(id);
            }
        }
        suggestions
    }

    /// A family's models, in order of id.
    #[must_use]
    pub fn family(&self, id: &str) -> &[ModelId] {
        self.families.get(id).map_or(&[], Vec::as_slice)
    }

    /// An organisation's models, in order of id.
    #[must_use]
    pub fn organisation(&self, id: &str) -> &[ModelId] {
        self.organisations.get(id).map_or(&[], Vec::as_slice)
    }

    /// The names of a model's makers, joined.
    #[must_use]
    pub fn makers(&self, model: &Model) -> String {
        let names = model
            .organisations
            .iter()
            .map(|id| self.organisation_name(id));
        names.collect::<Vec<_>>().join(", ")
    }

    /// An organisation's name; its id where it has none.
    #[must_use]
    pub fn organisation_name<'v>(&'v self, id: &'v OrganisationId) -> &'v str {
        self.catalogue
            .organisations
            .get(id)
            .map_or(id.as_str(), |o| o.name.as_str())
    }

    /// What a word search looks through: names, ids, family and makers.
    pub(crate) fn names(&self, model: &Model) -> &str {
        self.names.get(&model.id).map_or("", String::as_str)
    }

    /// A model's node. Every model of the catalogue has one.
    pub(crate) fn node(&self, id: &ModelId) -> Result<NodeId, ServiceError> {
        Ok(self.lineage.find(id.as_str())?)
    }

    /// The model of a node; nodes without one are ghosts, which a curated
    /// catalogue has none of.
    pub(crate) fn model_at(&self, node: NodeId) -> Option<&Model> {
        self.catalogue.models.get(self.lineage.name(node))
    }

    /// The ids of all that descends from a model along some relations.
    pub(crate) fn descendant_ids(&self, id: &str, relations: RelationSet) -> HashSet<&str> {
        let Ok(node) = self.lineage.find(id) else {
            return HashSet::new();
        };
        let walk = Walk::along(relations);
        self.lineage
            .descendants(node, walk)
            .map(|step| self.lineage.name(step.node))
            .collect()
    }
}

fn search_text(catalogue: &Catalogue, model: &Model) -> String {
    let family = catalogue
        .families
        .get(&model.family)
        .map(|f| f.name.as_str());
    let makers = model.organisations.iter();
    let makers = makers
        .filter_map(|id| catalogue.organisations.get(id))
        .map(|o| o.name.as_str());
    let own = [
        model.name.as_str(),
        model.id.as_str(),
        model.family.as_str(),
    ];
    let aliases = model.aliases.iter().map(ModelId::as_str);
    let hub = model.hub.as_ref().map(arbor_model::HubId::as_str);
    let parts = own
        .into_iter()
        .chain(family)
        .chain(makers)
        .chain(aliases)
        .chain(hub);
    parts.collect::<Vec<_>>().join("\n").to_lowercase()
}
