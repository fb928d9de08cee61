//! What is said of one model, family, organisation or source, with citations.

use crate::{ServiceError, View, wire};
use arbor_catalog::nearest_many;
use arbor_model::{
    Citation, Claim, CountKind, Edge, Fact, Field, Model, ModelId, Source, Value, human_count,
};
use arbor_store::SearchHit;
use std::collections::BTreeMap;

impl View {
    /// What lists say of a model.
    #[must_use]
    pub fn summary(&self, model: &Model) -> wire::ModelSummary {
        let parameters = model.parameters();
        let descendants = self
            .node(&model.id)
            .map_or(0, |n| self.lineage().descendant_count(n));
        wire::ModelSummary {
            id: model.id.to_string(),
            name: model.name.to_string(),
            family: model.family.to_string(),
            organisations: model
                .organisations
                .iter()
                .map(ToString::to_string)
                .collect(),
            branch: model.branch.as_str(),
            mask: model.mask.as_str(),
            objective: model.objective.as_str(),
            released: model.released().map(|date| date.to_string()),
            parameters: parameters.map(|count| count.value),
            parameters_kind: parameters.map(|count| count.kind.as_str()),
            size: size(model),
            active_parameters: model.active_parameters().map(|count| count.value),
            density: model.density().map(arbor_model::Density::as_str),
            openness: model.openness().map(arbor_model::Openness::as_str),
            licence: model.licence().map(ToString::to_string),
            hub: model.hub.as_ref().map(ToString::to_string),
            descendants: descendants.into(),
            validation: self.latest(&model.id).map(|latest| wire::Validation {
                run: latest.run.0,
                verdict: latest.verdict.as_str(),
            }),
        }
    }

    /// All that is known of a model; the runs come from the store.
    ///
    /// # Errors
    /// [`ServiceError::Query`] if the model is no part of this view.
    pub fn show(&self, model: &Model, runs: Vec<wire::Run>) -> Result<wire::Model, ServiceError> {
        let node = self.node(&model.id)?;
        let impact = self.lineage().impact(node).count();
        let family = self.catalogue().families.get(&model.family);
        let parents = model.parents.iter().filter_map(|edge| {
            self.catalogue()
                .models
                .get(&edge.parent)
                .map(|parent| self.relative(parent, edge))
        });
        Ok(wire::Model {
            schema_version: wire::SCHEMA_VERSION,
            summary: self.summary(model),
            makers: model
                .organisations
                .iter()
                .map(|o| self.organisation_name(o).into())
                .collect(),
            family_name: family.map_or(model.family.to_string(), |f| f.name.to_string()),
            aliases: model.aliases.iter().map(ToString::to_string).collect(),
            formula: model.objective.formula(),
            factorisation: model.objective.factorisation().as_str(),
            claims: self.claims(model),
            parents: parents.collect(),
            children: self.children(model),
            weight_descendants: impact as u64,
            published: model.hub.as_ref().and_then(wire::PublishedValues::of),
            runs,
        })
    }

    /// The direct children, in order of date and id.
    fn children(&self, model: &Model) -> Vec<wire::Relative> {
        let Ok(node) = self.node(&model.id) else {
            return Vec::new();
        };
        let links = self.lineage().children(node);
        let mut children: Vec<_> = links
            .filter_map(|link| {
                let child = self.model_at(link.child)?;
                let edge = child
                    .parents
                    .iter()
                    .find(|e| e.parent == model.id && e.relation == link.relation)?;
                Some((child.released(), self.relative(child, edge)))
            })
            .collect();
        children.sort_by(|a, b| (a.0.is_none(), a.0, &a.1.id).cmp(&(b.0.is_none(), b.0, &b.1.id)));
        children.into_iter().map(|(_, child)| child).collect()
    }

    fn relative(&self, other: &Model, edge: &Edge) -> wire::Relative {
        wire::Relative {
            id: other.id.to_string(),
            name: other.name.to_string(),
            branch: other.branch.as_str(),
            released: other.released().map(|date| date.to_string()),
            relation: edge.relation.as_str(),
            carries: edge.relation.carries().as_str(),
            revision: edge.revision.as_ref().map(ToString::to_string),
            cited: self.cited(&edge.citation),
        }
    }

    /// Every claim by field, the shown one first.
    fn claims(&self, model: &Model) -> BTreeMap<&'static str, Vec<wire::Claim>> {
        let fields = Field::ALL
            .iter()
            .map(|field| (field.as_str(), self.claims_on(model, *field)));
        fields.filter(|(_, claims)| !claims.is_empty()).collect()
    }

    /// The claims on a field, the shown one first.
    pub(crate) fn claims_on(&self, model: &Model, field: Field) -> Vec<wire::Claim> {
        let claims = model.claims_on(field);
        let shown = model.shown(field);
        let rivals = claims.iter().filter(|c| !is_active(&c.fact)).count();
        let why = (rivals > 1).then(|| reason(&claims));
        claims
            .iter()
            .map(|claim| {
                let is_shown = shown.is_some_and(|s| std::ptr::eq(s, *claim));
                wire::Claim {
                    value: answer(&claim.fact),
                    kind: claim.fact.kind(),
                    display: claim.fact.to_string(),
                    shown: is_shown,
                    why: why.filter(|_| is_shown),
                    cited: self.cited(&claim.citation),
                }
            })
            .collect()
    }

    pub(crate) fn cited(&self, citation: &Citation) -> wire::Cited {
        let source = self.catalogue().sources.get(&citation.source);
        let text = |t: &Option<arbor_model::Text>| t.as_ref().map(ToString::to_string);
        wire::Cited {
            source: citation.source.to_string(),
            source_title: source.map_or(citation.source.to_string(), |s| s.title.to_string()),
            url: source.and_then(|source| text(&source.url)),
            at: text(&citation.at),
            confidence: citation.confidence.as_str(),
            note: text(&citation.note),
        }
    }

    /// A family and its models, the oldest first.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] with suggestions.
    pub fn show_family(&self, id: &str) -> Result<wire::Family, ServiceError> {
        let families = &self.catalogue().families;
        let family = families.get(id).ok_or_else(|| {
            let ids = families.keys().map(arbor_model::FamilyId::as_str);
            let near = nearest_many(id, ids, 3).into_iter().map(str::to_owned);
            ServiceError::not_found("family", id, near.collect())
        })?;
        Ok(wire::Family {
            schema_version: wire::SCHEMA_VERSION,
            id: family.id.to_string(),
            name: family.name.to_string(),
            about: family.about.as_ref().map(ToString::to_string),
            models: self.by_date(self.family(id)),
        })
    }

    /// Every family, by id.
    #[must_use]
    pub fn families(&self) -> Vec<wire::FamilySummary> {
        let families = self.catalogue().families.values();
        families
            .map(|family| wire::FamilySummary {
                id: family.id.to_string(),
                name: family.name.to_string(),
                models: self.family(family.id.as_str()).len(),
            })
            .collect()
    }

    /// An organisation and its models, the oldest first.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] with suggestions.
    pub fn show_organisation(&self, id: &str) -> Result<wire::Organisation, ServiceError> {
        let organisations = &self.catalogue().organisations;
        let organisation = organisations.get(id).ok_or_else(|| {
            let ids = organisations
                .keys()
                .map(arbor_model::OrganisationId::as_str);
            let near = nearest_many(id, ids, 3).into_iter().map(str::to_owned);
            ServiceError::not_found("organisation", id, near.collect())
        })?;
        Ok(wire::Organisation {
            schema_version: wire::SCHEMA_VERSION,
            id: organisation.id.to_string(),
            name: organisation.name.to_string(),
            models: self.by_date(self.organisation(id)),
        })
    }

    fn by_date(&self, ids: &[ModelId]) -> Vec<wire::ModelSummary> {
        let mut models: Vec<_> = ids
            .iter()
            .filter_map(|id| self.catalogue().models.get(id))
            .collect();
        models.sort_by_key(|model| (model.released().is_none(), model.released()));
        models
            .into_iter()
            .map(|model| self.summary(model))
            .collect()
    }

    /// Every source, by key.
    #[must_use]
    pub fn sources(&self) -> Vec<wire::SourceSummary> {
        let mut counts: BTreeMap<&str, u64> = BTreeMap::new();
        for model in self.catalogue().models.values() {
            for citation in citations(model) {
                *counts.entry(citation.source.as_str()).or_default() += 1;
            }
        }
        let sources = self.catalogue().sources.values();
        sources
            .map(|s| source_summary(s, counts.get(s.key.as_str()).copied().unwrap_or_default()))
            .collect()
    }

    /// A source and the models it is cited for.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] with suggestions.
    pub fn show_source(&self, key: &str) -> Result<wire::Source, ServiceError> {
        let sources = &self.catalogue().sources;
        let source = sources.get(key).ok_or_else(|| {
            let keys = sources.keys().map(arbor_model::SourceKey::as_str);
            let near = nearest_many(key, keys, 3).into_iter().map(str::to_owned);
            ServiceError::not_found("source", key, near.collect())
        })?;
        let models: Vec<_> = self
            .catalogue()
            .models
            .values()
            .filter_map(|model| {
                let cited = citations(model).filter(|c| c.source == source.key).count() as u64;
                (cited > 0).then(|| (self.summary(model), cited))
            })
            .collect();
        let cited = models.iter().map(|(_, cited)| cited).sum();
        let summary = source_summary(source, cited);
        Ok(wire::Source {
            schema_version: wire::SCHEMA_VERSION,
            summary,
            models,
        })
    }

    /// What a search found, as it leaves the program.
    pub(crate) fn search_results(&self, query: &str, hits: &[SearchHit]) -> wire::Search {
        let hits: Vec<_> = hits
            .iter()
            .filter_map(|hit| {
                Some(wire::SearchHit {
                    rank: hit.rank.as_str(),
                    matched: hit.matched.clone(),
                    model: self.summary(self.catalogue().models.get(&hit.id)?),
                })
            })
            .collect();
        let suggestions = if hits.is_empty() {
            self.suggest(query)
        } else {
            Vec::new()
        };
        wire::Search {
            schema_version: wire::SCHEMA_VERSION,
            query: query.to_owned(),
            hits,
            suggestions,
        }
    }
}

fn citations(model: &Model) -> impl Iterator<Item = &Citation> {
    let claims = model.claims.iter().map(|claim| &claim.citation);
    claims.chain(model.parents.iter().map(|edge| &edge.citation))
}

fn source_summary(source: &Source, cited: u64) -> wire::SourceSummary {
    wire::SourceSummary {
        key: source.key.to_string(),
        title: source.title.to_string(),
        kind: source.kind.as_str(),
        url: source.url.as_ref().map(ToString::to_string),
        pinned: source.pinned.as_ref().map(ToString::to_string),
        note: source.note.as_ref().map(ToString::to_string),
        cited,
    }
}

fn is_active(fact: &Fact) -> bool {
    fact.kind() == Some(CountKind::Active.as_str())
}

/// A model's size for people.
pub(crate) fn size(model: &Model) -> String {
    match (model.parameters(), model.shown(Field::Parameters)) {
        (Some(count), _) => human_count(count.value),
        (None, Some(_)) => "not disclosed".to_owned(),
        (None, None) => "not recorded".to_owned(),
    }
}

pub(crate) fn answer(fact: &Fact) -> wire::Answer {
    match fact.value() {
        Value::Number(number) => wire::Answer::Number(*number),
        Value::Parameters(count) => wire::Answer::Number(count.value),
        Value::NotDisclosed
        | Value::Released(_)
        | Value::Text(_)
        | Value::Openness(_)
        | Value::Licence(_)
        | Value::Density(_)
        | Value::Attention(_)
        | Value::FeedForward(_)
        | Value::Norm(_)
        | Value::Position(_)
        | Value::Branch(_)
        | Value::Marker(_) => wire::Answer::Text(fact.text()),
    }
}

/// By which part of the rule the first of several claims came first.
fn reason(claims: &[&Claim]) -> &'static str {
    let [first, second, ..] = claims else {
        return "it is the only claim";
    };
    if matches!(first.fact.value(), Value::NotDisclosed)
        && first.citation.confidence < second.citation.confidence
    {
        "it is withheld, and the figures given elsewhere are less trusted"
    } else if first.fact.kind() != second.fact.kind() && first.fact.field() == Field::Parameters {
        "its kind of count comes first"
    } else if first.citation.confidence == second.citation.confidence {
        "of equally trusted claims it is listed first"
    } else {
        "it is the most trusted"
    }
}
