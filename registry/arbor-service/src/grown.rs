//! What descends from one model, as a tree that shows every edge: a model
//! with several parents stands under each, opened under the one it is closest
//! to and marked as repeated under the others.
//!
//! `outline.rs` has the tree of all models, where each stands once.

use crate::outline::{OutlineQuery, closeness, depth};
use crate::{ServiceError, View, wire};
use arbor_model::{Edge, Model};
use std::collections::{BTreeMap, HashMap, HashSet};

/// A child, and the edge it is reached by: models that do not pass a filter
/// are stepped over, so the edge's parent need not be the one above.
#[derive(Clone, Copy)]
struct Twig<'v> {
    child: &'v Model,
    parent: &'v Model,
    edge: &'v Edge,
}

/// The tree to be grown.
struct Plan<'v> {
    /// Children by id of the model they stand under, in order.
    below: BTreeMap<&'v str, Vec<Twig<'v>>>,
    /// Under which model each is opened.
    home: HashMap<&'v str, &'v str>,
}

impl View {
    /// The tree of what descends from a model; the filter's relations are
    /// followed, and models that do not pass it are stepped over.
    ///
    /// # Errors
    /// [`ServiceError::BadParameter`] for a depth beyond the limit.
    pub fn grown(&self, root: &Model, query: &OutlineQuery) -> Result<wire::Outline, ServiceError> {
        let deepest = depth(query.depth)?;
        let mut filter = query.filter.clone();
        filter.root = Some(root.id.clone());
        let models = filter.models(self);
        let mut passing: HashSet<&str> = models.iter().map(|m| m.id.as_str()).collect();
        passing.insert(root.id.as_str());
        let plan = self.plan(root, &models, &passing, query);
        let mut shown = 0;
        let root = self.sprout(root, None, &plan, deepest, &mut shown);
        Ok(wire::Outline {
            schema_version: wire::SCHEMA_VERSION,
            shown,
            matched: passing.len(),
            roots: vec![root],
        })
    }

    fn plan<'v>(
        &'v self,
        root: &'v Model,
        models: &[&'v Model],
        passing: &HashSet<&str>,
        query: &OutlineQuery,
    ) -> Plan<'v> {
        let mut below = BTreeMap::new();
        let mut closest = HashMap::new();
        let above = models.iter().copied().filter(|m| m.id != root.id);
        for model in above.chain([root]) {
            let twigs = self.twigs(model, passing, query);
            for twig in &twigs {
                let direct = twig.parent.id == model.id;
                let rank = (!direct, closeness(twig.child, twig.parent, twig.edge));
                let id = twig.child.id.as_str();
                match closest.get(id) {
                    Some((best, _)) if *best <= rank => {}
                    Some(_) | None => {
                        closest.insert(id, (rank, model.id.as_str()));
                    }
                }
            }
            below.insert(model.id.as_str(), twigs);
        }
        let home = closest.into_iter().map(|(id, (_, at))| (id, at)).collect();
        Plan { below, home }
    }

    /// The passing models below one, each by its closest edge, in order of
    /// branch, date and id.
    fn twigs<'v>(
        &'v self,
        model: &'v Model,
        passing: &HashSet<&str>,
        query: &OutlineQuery,
    ) -> Vec<Twig<'v>> {
        let relations = query.filter.relation_set();
        let mut found: BTreeMap<&str, Twig<'v>> = BTreeMap::new();
        let mut stepped_over = HashSet::new();
        let mut open = vec![model];
        while let Some(parent) = open.pop() {
            for (child, edge) in self.children_of(parent) {
                if !relations.contains(edge.relation) {
                    continue;
                }
                if !passing.contains(child.id.as_str()) {
                    if stepped_over.insert(child.id.as_str()) {
                        open.push(child);
                    }
                    continue;
                }
                let twig = Twig {
                    child,
                    parent,
                    edge,
                };
                let rank = |t: &Twig<'v>| {
                    (
                        t.parent.id != model.id,
                        closeness(t.child, t.parent, t.edge),
                    )
                };
                let best = found.entry(child.id.as_str()).or_insert(twig);
                if rank(&twig) < rank(best) {
                    *best = twig;
                }
            }
        }
        let mut twigs: Vec<_> = found.into_values().collect();
        twigs.sort_by_cached_key(|twig| {
            let (child, date) = (twig.child, twig.child.released());
            (child.branch, date.is_none(), date, child.id.clone())
        });
        twigs
    }

    fn children_of<'v>(&'v self, parent: &'v Model) -> Vec<(&'v Model, &'v Edge)> {
        let Ok(node) = self.node(&parent.id) else {
            return Vec::new();
        };
        let links = self.lineage().children(node);
        links
            .filter_map(|link| {
                let child = self.model_at(link.child)?;
                let mut edges = child.parents.iter();
                let edge = edges.find(|e| e.parent == parent.id && e.relation == link.relation)?;
                Some((child, edge))
            })
            .collect()
    }

    fn sprout(
        &self,
        model: &Model,
        via: Option<Twig<'_>>,
        plan: &Plan<'_>,
        left: u32,
        shown: &mut usize,
    ) -> wire::OutlineNode {
        *shown += 1;
        let twigs = plan.at(model);
        let children = if left == 0 { &[][..] } else { twigs };
        let children = children.iter().map(|twig| {
            if plan.is_home(twig.child, model) {
                self.sprout(twig.child, Some(*twig), plan, left - 1, shown)
            } else {
                self.leaf(twig.child, Some(*twig))
            }
        });
        let children = children.collect();
        wire::OutlineNode {
            children,
            hidden: if left == 0 { plan.count(model) } else { 0 },
            repeated: false,
            ..self.leaf(model, via)
        }
    }

    /// A model that is not opened here.
    fn leaf(&self, model: &Model, via: Option<Twig<'_>>) -> wire::OutlineNode {
        let others = model
            .parents
            .iter()
            .filter(|edge| via.is_none_or(|twig| !std::ptr::eq(twig.edge, *edge)));
        wire::OutlineNode {
            model: self.summary(model),
            relation: via.map(|twig| twig.edge.relation.as_str()),
            carries: via.map(|twig| twig.edge.relation.carries().as_str()),
            parent: via.map(|twig| twig.parent.id.to_string()),
            other_parents: others
                .map(|edge| (edge.parent.to_string(), edge.relation.as_str()))
                .collect(),
            children: Vec::new(),
            hidden: 0,
            repeated: true,
        }
    }
}

impl<'v> Plan<'v> {
    fn at(&self, model: &Model) -> &[Twig<'v>] {
        self.below.get(model.id.as_str()).map_or(&[], Vec::as_slice)
    }

    fn is_home(&self, child: &Model, parent: &Model) -> bool {
        self.home.get(child.id.as_str()) == Some(&parent.id.as_str())
    }

    /// How many models stand opened below one.
    fn count(&self, model: &Model) -> u64 {
        let mut count = 0;
        let mut open = vec![model];
        while let Some(model) = open.pop() {
            for twig in self.at(model) {
                if self.is_home(twig.child, model) {
                    count += 1;
                    open.push(twig.child);
                }
            }
        }
        count
    }
}
