//! Small trees: a model with its nearest kin, and models with the ways to an
//! ancestor that they share. They are drawn as the large tree is.

use crate::picture::{Legend, Links, Mode, Picture, PictureQuery, Setting};
use crate::{ServiceError, View};
use arbor_catalog::lineage::{NodeId, RelationSet, Walk};
use arbor_model::Model;
use std::collections::BTreeMap;

/// How far up and down a model's nearest kin goes.
const GENERATIONS: u32 = 2;

/// The most pills of a small tree; what is beyond is folded.
const MOST: usize = 36;

/// More kin is not looked at.
const VISITS: usize = 5_000;

impl View {
    /// Draws a model with what stands two generations above and below it.
    ///
    /// # Errors
    /// [`ServiceError::Drawing`] where it cannot be laid out.
    pub fn kin_picture(&self, model: &Model, mode: Mode) -> Result<Picture, ServiceError> {
        let start = self.node(&model.id)?;
        let walk = Walk::along(RelationSet::ALL).depth(GENERATIONS)?;
        let of = |step: arbor_catalog::lineage::Step| self.model_at(step.node);
        let above: Vec<&Model> = self
            .lineage()
            .ancestors(start, walk)
            .filter_map(of)
            .collect();
        let below = self.lineage().descendants(start, walk).take(VISITS);
        let mut models: Vec<&Model> = below.filter_map(of).collect();
        models.extend(above.iter().copied());
        models.push(model);
        let mut wanted: Vec<&str> = above.iter().map(|m| m.id.as_str()).collect();
        wanted.push(model.id.as_str());
        self.small(models, wanted, vec![model.id.as_str()], mode)
    }

    /// Draws just these models, some of them with a second outline.
    pub(crate) fn small<'m>(
        &self,
        mut models: Vec<&'m Model>,
        wanted: Vec<&'m str>,
        ringed: Vec<&'m str>,
        mode: Mode,
    ) -> Result<Picture, ServiceError> {
        models.sort_by(|a, b| a.id.cmp(&b.id));
        models.dedup_by(|a, b| a.id == b.id);
        let query = PictureQuery {
            most: MOST.max(wanted.len()),
            links: Links::All,
            legend: Legend::Hidden,
            mode,
            ..PictureQuery::default()
        };
        let setting = Setting {
            leads: self.tops(&models),
            bars: false,
            wanted,
            ringed,
        };
        self.draw(&models, &query, &setting)
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
