//! A model's nearest kin: the small tree of it, drawn as the large one is, who
//! says so of each of its edges, what changed along them, and the licences
//! along the way of the weights.

use crate::diff::changes;
use crate::picture::{Legend, Links, Mode, Picture, PictureQuery, Setting};
use crate::{ServiceError, View, wire};
use arbor_catalog::lineage::{NodeId, RelationSet, Step, Walk};
use arbor_model::{Carries, Model};
use std::collections::BTreeMap;

/// How far up and down a model's nearest kin goes.
const GENERATIONS: u32 = 2;

/// The most pills of a small tree.
const MOST: usize = 32;

/// The most licences on a way.
const LICENCES: usize = 24;

/// A model's nearest kin.
pub struct Kin<'v> {
    /// The model, what stands two generations above it, and what below; in
    /// order of id.
    pub models: Vec<&'v Model>,
    /// How many of those below there were no room for.
    pub left_out: usize,
}

impl View {
    /// A model with what stands two generations above and below it: all that
    /// is above, and of what is below the nearer, then those with the most
    /// descendants.
    ///
    /// # Errors
    /// [`ServiceError::Query`] if the model is no part of this view.
    pub fn kin(&self, model: &Model) -> Result<Kin<'_>, ServiceError> {
        let start = self.node(&model.id)?;
        let walk = Walk::along(RelationSet::ALL).depth(GENERATIONS)?;
        let above = self.lineage().ancestors(start, walk).map(|step| step.node);
        let mut nodes: Vec<NodeId> = above.chain([start]).collect();
        let mut below: Vec<Step> = self.lineage().descendants(start, walk).collect();
        let weight = |node| std::cmp::Reverse(self.lineage().descendant_count(node));
        below.sort_by_cached_key(|step| {
            let name = self.lineage().name(step.node);
            (step.depth, weight(step.node), name)
        });
        let room = MOST.saturating_sub(nodes.len());
        let left_out = below.len().saturating_sub(room);
        nodes.extend(below.iter().take(room).map(|step| step.node));
        let models = nodes.iter().filter_map(|node| self.model_at(*node));
        let mut models: Vec<&Model> = models.collect();
        models.sort_by(|a, b| a.id.cmp(&b.id));
        Ok(Kin { models, left_out })
    }

    /// Draws a model's nearest kin, the model with a second outline.
    ///
    /// # Errors
    /// [`ServiceError::Drawing`] where it cannot be laid out.
    pub fn kin_picture(
        &self,
        model: &Model,
        kin: &Kin<'_>,
        title: Option<String>,
        mode: Mode,
    ) -> Result<Picture, ServiceError> {
        self.small(&kin.models, vec![model.id.as_str()], title, mode)
    }

    /// The edges between a model's nearest kin, the later models first, with
    /// who says so.
    #[must_use]
    pub fn kin_edges(&self, kin: &Kin<'_>) -> Vec<wire::CitedEdge> {
        let here = |id| kin.models.binary_search_by(|m| m.id.cmp(id)).is_ok();
        let mut models = kin.models.clone();
        models.sort_by_key(|m| (std::cmp::Reverse(m.released()), &m.id));
        let edges = models.into_iter().flat_map(|child| {
            let parents = child.parents.iter().filter(|edge| here(&edge.parent));
            parents.map(|edge| wire::CitedEdge {
                edge: wire::LineageEdge {
                    child: child.id.to_string(),
                    parent: edge.parent.to_string(),
                    relation: edge.relation.as_str(),
                    carries: edge.relation.carries().as_str(),
                },
                cited: self.cited(&edge.citation),
            })
        });
        edges.collect()
    }

    /// What changed from a parent to a model, in words: only what both claim.
    #[must_use]
    pub fn changed_from(&self, parent: &str, child: &Model) -> Vec<String> {
        let parent = self.catalogue().models.get(parent);
        parent.map_or_else(Vec::new, |parent| changes(parent, child))
    }

    /// The licences along the way of the weights: the model's, then those of
    /// the models whose weights it carries, the nearer first.
    #[must_use]
    pub fn licences(&self, model: &Model) -> Vec<wire::LicenceStep> {
        let licence = |m: &Model| m.licence().map(ToString::to_string);
        let mut steps = vec![wire::LicenceStep {
            id: model.id.to_string(),
            depth: 0,
            licence: licence(model),
            differs: false,
        }];
        let mut at = 0;
        // A checked catalogue has no circle.
        while let Some(step) = steps.get(at).filter(|_| steps.len() < LICENCES) {
            let (depth, before) = (step.depth + 1, step.licence.clone());
            let child = self.catalogue().models.get(step.id.as_str());
            let edges = child.into_iter().flat_map(|child| &child.parents);
            let carried = edges.filter(|edge| edge.relation.carries() == Carries::Weights);
            let parents = carried.filter_map(|edge| self.catalogue().models.get(&edge.parent));
            let next: Vec<_> = parents
                .map(|parent| wire::LicenceStep {
                    id: parent.id.to_string(),
                    depth,
                    licence: licence(parent),
                    differs: before
                        .as_ref()
                        .zip(licence(parent).as_ref())
                        .is_some_and(|(a, b)| a != b),
                })
                .filter(|next| steps.iter().all(|known| known.id != next.id))
                .collect();
            steps.extend(next);
            at += 1;
        }
        steps.truncate(LICENCES);
        steps
    }

    /// Draws just these models, which stand in order of id, some of them with
    /// a second outline.
    pub(crate) fn small(
        &self,
        models: &[&Model],
        ringed: Vec<&str>,
        title: Option<String>,
        mode: Mode,
    ) -> Result<Picture, ServiceError> {
        let query = PictureQuery {
            most: models.len().max(1),
            links: Links::All,
            legend: Legend::Hidden,
            title,
            mode,
            ..PictureQuery::default()
        };
        let setting = Setting {
            leads: self.tops(models),
            bars: false,
            ringed,
        };
        self.draw(models, &query, &setting)
    }

    /// The earliest model of each branch whose parent on it is not there.
    fn tops(&self, models: &[&Model]) -> Vec<String> {
        let here = |id| models.binary_search_by(|m| m.id.cmp(id)).is_ok();
        let mut tops: BTreeMap<_, &Model> = BTreeMap::new();
        for model in models {
            let parent = self.primary_parent(model);
            if parent.is_some_and(|(p, _)| p.branch == model.branch && here(&p.id)) {
                continue;
            }
            let age = |m: &Model| (m.released().is_none(), m.released());
            let top = tops.entry(model.branch).or_insert(model);
            if age(model) < age(top) {
                *top = model;
            }
        }
        tops.into_values()
            .map(|model| model.id.to_string())
            .collect()
    }

    /// The model of a node with the nodes that it came from.
    pub(crate) fn with_ancestors(&self, node: NodeId) -> Vec<NodeId> {
        let above = self
            .lineage()
            .ancestors(node, Walk::along(RelationSet::ALL));
        std::iter::once(node)
            .chain(above.map(|step| step.node))
            .collect()
    }
}
