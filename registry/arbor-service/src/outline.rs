//! The tree as nested lists. A model stands once, under its primary parent;
//! upside down (ancestors), a model met again is marked and not opened again.

use crate::filter::Filter;
use crate::{ServiceError, View, wire};
use arbor_catalog::lineage::{NodeId, RelationSet, Walk};
use arbor_model::{Edge, Model};
use std::collections::{BTreeMap, HashSet};

/// What part of the tree is wanted.
#[derive(Clone, Debug, Default)]
pub struct OutlineQuery {
    /// Which models.
    pub filter: Filter,
    /// At most so many levels below a top.
    pub depth: Option<u32>,
    /// At most so many models: as many whole levels as that allows.
    pub most: Option<usize>,
}

/// The deepest level drawn: deeper ones are counted, so that nobody's data
/// can exhaust the stack.
const DEEPEST: u32 = 64;

impl View {
    /// The primary parent: weights before outputs before ideas, within the
    /// branch before across, the better source, the latest, the first id.
    #[must_use]
    pub fn primary_parent<'v>(&'v self, model: &'v Model) -> Option<(&'v Model, &'v Edge)> {
        let known = model.parents.iter().filter_map(|edge| {
            self.catalogue()
                .models
                .get(&edge.parent)
                .map(|parent| (parent, edge))
        });
        known.min_by_key(|(parent, edge)| closeness(model, parent, edge))
    }

    /// The tree of all models that pass a filter. A model whose primary
    /// parent does not pass stands under the nearest ancestor that does.
    ///
    /// # Errors
    /// [`ServiceError::BadParameter`] for a depth beyond the limit.
    pub fn outline(&self, query: &OutlineQuery) -> Result<wire::Outline, ServiceError> {
        let deepest = depth(query.depth)?;
        let models = query.filter.models(self);
        let passing: HashSet<&str> = models.iter().map(|m| m.id.as_str()).collect();
        let mut below: BTreeMap<&str, Vec<&Model>> = BTreeMap::new();
        let mut tops = Vec::new();
        for model in &models {
            let is_root = query.filter.root() == Some(&model.id);
            match self.passing_ancestor(model, &passing).filter(|_| !is_root) {
                Some(parent) => below.entry(parent.id.as_str()).or_default().push(model),
                None => tops.push(*model),
            }
        }
        let order = |m: &&Model| (m.branch, m.released().is_none(), m.released(), m.id.clone());
        tops.sort_by_cached_key(order);
        for children in below.values_mut() {
            children.sort_by_cached_key(order);
        }
        let deepest = match query.most {
            Some(most) => deepest.min(levels(&tops, &below, most)),
            None => deepest,
        };
        tops.truncate(query.most.unwrap_or(usize::MAX));
        let mut shown = 0;
        let roots = tops
            .iter()
            .map(|top| self.grow(top, &below, deepest, &mut shown))
            .collect();
        Ok(wire::Outline {
            schema_version: wire::SCHEMA_VERSION,
            shown,
            matched: models.len(),
            roots,
        })
    }

    /// The nearest model up the primary line that passes.
    fn passing_ancestor<'v>(
        &'v self,
        model: &'v Model,
        passing: &HashSet<&str>,
    ) -> Option<&'v Model> {
        let mut at = model;
        while let Some((parent, _)) = self.primary_parent(at) {
            if passing.contains(parent.id.as_str()) {
                return Some(parent);
            }
            at = parent;
        }
        None
    }

    fn grow(
        &self,
        model: &Model,
        below: &BTreeMap<&str, Vec<&Model>>,
        left: u32,
        shown: &mut usize,
    ) -> wire::OutlineNode {
        *shown += 1;
        let children = below.get(model.id.as_str()).map_or(&[][..], Vec::as_slice);
        let (children, hidden) = if left == 0 {
            (Vec::new(), count_below(model, below))
        } else {
            (
                children
                    .iter()
                    .map(|c| self.grow(c, below, left - 1, shown))
                    .collect(),
                0,
            )
        };
        let primary = self.primary_parent(model);
        let others = model
            .parents
            .iter()
            .filter(|e| primary.is_none_or(|(_, p)| !std::ptr::eq(p, *e)));
        wire::OutlineNode {
            model: self.summary(model),
            relation: primary.map(|(_, edge)| edge.relation.as_str()),
            carries: primary.map(|(_, edge)| edge.relation.carries().as_str()),
            parent: primary.map(|(parent, _)| parent.id.to_string()),
            other_parents: others
                .map(|e| (e.parent.to_string(), e.relation.as_str()))
                .collect(),
            children,
            hidden,
            repeated: false,
        }
    }

    /// The ancestors of a model as a tree that grows downwards from it.
    ///
    /// # Errors
    /// [`ServiceError::BadParameter`] for a depth beyond the limit.
    pub fn inverted(
        &self,
        model: &Model,
        relations: RelationSet,
        wanted: Option<u32>,
    ) -> Result<wire::Outline, ServiceError> {
        let node = self.node(&model.id)?;
        let mut seen = HashSet::new();
        let root = self.climb(model, None, relations, depth(wanted)?, &mut seen);
        let matched = self
            .lineage()
            .ancestors(node, Walk::along(relations))
            .count();
        Ok(wire::Outline {
            schema_version: wire::SCHEMA_VERSION,
            shown: seen.len(),
            matched: matched + 1,
            roots: vec![root],
        })
    }

    fn climb(
        &self,
        model: &Model,
        via: Option<&Edge>,
        relations: RelationSet,
        left: u32,
        seen: &mut HashSet<NodeId>,
    ) -> wire::OutlineNode {
        let node = self.node(&model.id).ok();
        let repeated = node.is_some_and(|node| !seen.insert(node));
        let parents = model
            .parents
            .iter()
            .filter(|edge| relations.contains(edge.relation));
        let known = parents.filter_map(|edge| {
            self.catalogue()
                .models
                .get(&edge.parent)
                .map(|parent| (parent, edge))
        });
        let known: Vec<_> = known.collect();
        let opened = !repeated && left > 0;
        let children = if opened {
            known
                .iter()
                .map(|(p, e)| self.climb(p, Some(e), relations, left - 1, seen))
                .collect()
        } else {
            Vec::new()
        };
        wire::OutlineNode {
            model: self.summary(model),
            relation: via.map(|edge| edge.relation.as_str()),
            carries: via.map(|edge| edge.relation.carries().as_str()),
            parent: None,
            other_parents: Vec::new(),
            children,
            hidden: if opened || repeated {
                0
            } else {
                known.len() as u64
            },
            repeated,
        }
    }
}

/// What makes one parent the primary one: the least is.
pub(crate) fn closeness<'m>(child: &Model, parent: &'m Model, edge: &Edge) -> impl Ord + use<'m> {
    (
        edge.relation.carries(),
        parent.branch != child.branch,
        edge.citation.confidence,
        std::cmp::Reverse(parent.released()),
        &parent.id,
        edge.relation,
    )
}

/// How many levels below the tops make no more than so many models.
fn levels<'m>(tops: &[&'m Model], below: &BTreeMap<&str, Vec<&'m Model>>, most: usize) -> u32 {
    let mut level = tops.to_vec();
    let mut count = level.len();
    for depth in 0..DEEPEST {
        let children = level.iter().filter_map(|m| below.get(m.id.as_str()));
        level = children.flatten().copied().collect();
        count += level.len();
        if count > most {
            return depth;
        }
    }
    DEEPEST
}

fn count_below(model: &Model, below: &BTreeMap<&str, Vec<&Model>>) -> u64 {
    let mut count = 0;
    let mut open = vec![model];
    while let Some(model) = open.pop() {
        let children = below.get(model.id.as_str()).map_or(&[][..], Vec::as_slice);
        count += children.len() as u64;
        open.extend(children);
    }
    count
}

pub(crate) fn depth(wanted: Option<u32>) -> Result<u32, ServiceError> {
    match wanted {
        None => Ok(DEEPEST),
        Some(depth) if depth <= DEEPEST => Ok(depth),
        Some(depth) => {
            let expected = format!("0 to {DEEPEST}");
            Err(ServiceError::bad_parameter(
                "depth",
                &depth.to_string(),
                expected,
            ))
        }
    }
}
