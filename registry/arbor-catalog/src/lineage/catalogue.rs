//! A catalogue's lineage as rows and notes.

use super::directory::LineageNotes;
use arbor_model::{Catalogue, EdgeRow, LineageRows, ModelId};
use std::collections::{BTreeMap, BTreeSet};

/// The catalogue's models, tombstones and ghosts as names, its edges by
/// number, and what else is known of the names. A parent given by an alias
/// becomes the model it stands for.
///
/// The rows may still have faults, which
/// [`LineageGraph::faults`](super::LineageGraph::faults) tells.
#[must_use]
pub fn rows_of(catalogue: &Catalogue, change: u64) -> (LineageRows, LineageNotes) {
    let models = &catalogue.models;
    let listed = |id: &ModelId| models.contains_key(id) || catalogue.tombstones.contains_key(id);
    let mut aliases: BTreeMap<&ModelId, &ModelId> = BTreeMap::new();
    for model in models.values() {
        let others = model.aliases.iter().filter(|alias| !listed(alias));
        aliases.extend(others.map(|alias| (alias, &model.id)));
    }
    let meant = |id| {
        let alias = aliases.get(id);
        alias.copied().unwrap_or(id)
    };

    let parents = models.values().flat_map(|model| &model.parents);
    let parents = parents.map(|edge| meant(&edge.parent));
    let successors = catalogue
        .tombstones
        .values()
        .filter_map(|gone| gone.successor.as_ref());
    let named = parents.chain(successors.map(meant));
    let ghosts: BTreeSet<&ModelId> = named.filter(|id| !listed(id)).collect();
    let ids: BTreeSet<&ModelId> = models
        .keys()
        .chain(catalogue.tombstones.keys())
        .chain(ghosts.iter().copied())
        .collect();
    let numbers: BTreeMap<&ModelId, u32> = ids.iter().copied().zip(0..).collect();

    let mut edges = Vec::new();
    for model in models.values() {
        for edge in &model.parents {
            let ends = (numbers.get(&model.id), numbers.get(meant(&edge.parent)));
            if let (Some(child), Some(parent)) = ends {
                edges.push(EdgeRow {
                    child: *child,
                    parent: *parent,
                    relation: edge.relation,
                });
            }
        }
    }
    let text = |id: &ModelId| id.as_str().to_owned();
    let gone = catalogue.tombstones.values();
    let notes = LineageNotes {
        ghosts: ghosts.into_iter().map(text).collect(),
        tombstones: gone
            .map(|gone| {
                (
                    text(&gone.id),
                    gone.successor.as_ref().map(|id| text(meant(id))),
                )
            })
            .collect(),
        aliases: aliases
            .iter()
            .map(|(alias, id)| (text(alias), text(id)))
            .collect(),
    };
    let names = ids.into_iter().map(ModelId::as_str).collect();
    let rows = LineageRows {
        change,
        names,
        edges,
    };
    (rows, notes)
}
