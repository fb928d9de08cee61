//! Several models side by side: facts, the differing ones first, and the ways
//! to the nearest ancestor that all share.

use crate::diff::{FIXED, changes, delta, is_figure};
use crate::picture::{Mode, Picture};
use crate::show::answer;
use crate::{ServiceError, View, wire};
use arbor_catalog::lineage::{Link, NodeId};
use arbor_model::{Field, Model};
use std::collections::{BTreeSet, HashMap, HashSet, VecDeque};

/// The most models that are compared at once.
pub const MOST_COMPARED: usize = 6;

impl View {
    /// Compares models with the first of them.
    ///
    /// # Errors
    /// [`ServiceError::BadParameter`] for fewer than two different models, or
    /// more than [`MOST_COMPARED`].
    pub fn compare(&self, models: &[&Model]) -> Result<wire::Comparison, ServiceError> {
        let ids: BTreeSet<&str> = models.iter().map(|model| model.id.as_str()).collect();
        if ids.len() < 2 || ids.len() < models.len() || models.len() > MOST_COMPARED {
            let given: Vec<&str> = models.iter().map(|model| model.id.as_str()).collect();
            let expected = format!("2 to {MOST_COMPARED} different models");
            return Err(ServiceError::bad_parameter("m", &given.join(","), expected));
        }
        let fixed = FIXED
            .iter()
            .map(|(name, get)| row_of_words(name, models, get));
        let mut rows: Vec<wire::ComparedRow> = fixed.collect();
        rows.push(row_of_words("organisations", models, &|m| self.makers(m)));
        rows.extend(Field::ALL.iter().filter_map(|field| row_of(*field, models)));
        rows.sort_by_key(|row| row.change);
        let nearest = self.nearest_of(models)?;
        let from = nearest.first().copied();
        let ways = models.iter().map(|model| {
            let steps = from.map_or(Ok(Vec::new()), |from| self.steps(model, from));
            Ok(wire::Way {
                model: model.id.to_string(),
                steps: steps?,
            })
        });
        Ok(wire::Comparison {
            schema_version: wire::SCHEMA_VERSION,
            models: models.iter().map(|model| model.id.to_string()).collect(),
            rows,
            ways: ways.collect::<Result<_, ServiceError>>()?,
            ancestors: nearest
                .iter()
                .map(|node| self.lineage_node(*node, 0))
                .collect(),
            change: self.change(),
        })
    }

    /// Draws what a comparison's ways lead over, the models themselves with a
    /// second outline; nothing where no ancestor is shared.
    ///
    /// # Errors
    /// [`ServiceError::Drawing`] where it cannot be laid out.
    pub fn compared_picture(
        &self,
        comparison: &wire::Comparison,
        mode: Mode,
    ) -> Result<Option<Picture>, ServiceError> {
        if comparison.ancestors.is_empty() {
            return Ok(None);
        }
        let edges = comparison.ways.iter().flat_map(|way| &way.steps);
        let ends = edges.flat_map(|step| [&step.edge.child, &step.edge.parent]);
        let ids: BTreeSet<&str> = ends.chain(&comparison.models).map(String::as_str).collect();
        let known = ids.iter().filter_map(|id| self.catalogue().models.get(*id));
        let models: Vec<&Model> = known.collect();
        let ringed = comparison.models.iter().map(String::as_str).collect();
        self.small(&models, ringed, None, mode).map(Some)
    }

    /// The ancestors that all share and of which no other shared one
    /// descends; the one with the shortest ways first. A model is its own.
    fn nearest_of(&self, models: &[&Model]) -> Result<Vec<NodeId>, ServiceError> {
        let nodes = models.iter().map(|model| self.node(&model.id));
        let nodes: Vec<NodeId> = nodes.collect::<Result<_, _>>()?;
        let mut shared: Option<HashSet<NodeId>> = None;
        for node in &nodes {
            let own: HashSet<NodeId> = self.with_ancestors(*node).into_iter().collect();
            shared = Some(match shared {
                Some(shared) => shared.intersection(&own).copied().collect(),
                None => own,
            });
        }
        let shared = shared.unwrap_or_default();
        let above: HashSet<NodeId> = shared
            .iter()
            .flat_map(|node| self.with_ancestors(*node).into_iter().skip(1))
            .collect();
        let mut nearest: Vec<NodeId> = shared.difference(&above).copied().collect();
        let length = |from: &NodeId| -> usize {
            let ways = nodes.iter().map(|node| self.way(*node, *from).len());
            ways.sum()
        };
        nearest.sort_by_cached_key(|node| (length(node), self.lineage().name(*node)));
        Ok(nearest)
    }

    /// A shortest way from a model up to an ancestor.
    fn way(&self, model: NodeId, ancestor: NodeId) -> Vec<Link> {
        let mut came: HashMap<NodeId, Link> = HashMap::new();
        let mut queue = VecDeque::from([model]);
        while let Some(node) = queue.pop_front() {
            if node == ancestor {
                break;
            }
            for link in self.lineage().parents(node) {
                if link.parent != model && !came.contains_key(&link.parent) {
                    came.insert(link.parent, link);
                    queue.push_back(link.parent);
                }
            }
        }
        let mut way = Vec::new();
        let mut at = ancestor;
        while let Some(link) = came.get(&at) {
            way.push(*link);
            at = link.child;
        }
        way.reverse();
        way
    }

    fn steps(&self, model: &Model, from: NodeId) -> Result<Vec<wire::Step>, ServiceError> {
        let way = self.way(self.node(&model.id)?, from).into_iter();
        let steps = way.filter_map(|link| {
            let (child, parent) = (self.model_at(link.child)?, self.model_at(link.parent)?);
            Some(wire::Step {
                edge: self.edge(link),
                changes: changes(parent, child),
            })
        });
        Ok(steps.collect())
    }
}

fn row_of_words(
    name: &str,
    models: &[&Model],
    get: &dyn Fn(&Model) -> String,
) -> wire::ComparedRow {
    let cells = models.iter().map(|model| {
        let text = get(model);
        Some(wire::ComparedCell {
            value: wire::Answer::Text(text.clone()),
            display: text,
            delta: None,
        })
    });
    row(name, cells.collect())
}

/// A field's row; none where nobody claims anything.
fn row_of(field: Field, models: &[&Model]) -> Option<wire::ComparedRow> {
    // Twice the year is nothing.
    let first = models.first().filter(|_| !is_figure(field));
    let first = first.and_then(|model| model.shown(field));
    let cells: Vec<_> = models
        .iter()
        .map(|model| {
            let claim = model.shown(field)?;
            let delta = first.and_then(|first| delta(first.fact.value(), claim.fact.value()));
            Some(wire::ComparedCell {
                value: answer(&claim.fact),
                display: claim.fact.to_string(),
                delta,
            })
        })
        .collect();
    let is_known = cells.iter().any(Option::is_some);
    is_known.then(|| row(field.as_str(), cells))
}

fn row(field: &str, cells: Vec<Option<wire::ComparedCell>>) -> wire::ComparedRow {
    let mut known = cells.iter().flatten();
    let first = known.next();
    let agree = known.all(|cell| first.is_some_and(|first| first.value == cell.value));
    wire::ComparedRow {
        field: field.to_owned(),
        change: match (agree, cells.iter().all(Option::is_some)) {
            (false, _) => wire::Change::Differs,
            (true, false) => wire::Change::OneSided,
            (true, true) => wire::Change::Same,
        },
        cells,
    }
}
