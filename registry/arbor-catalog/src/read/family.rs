//! Reading a family's file: the family, its models, its tombstones.

use super::claim::{claim, parent};
use super::reader::{Document, Notes, Table};
use super::{Draft, ModelDraft, Placed};
use crate::problem::{Fault, Place};
use arbor_model::{Family, FamilyId, Model, ModelId, OrganisationId, Tombstone};

const MODEL_KEYS: &[&str] = &[
    "aliases",
    "branch",
    "claims",
    "hub",
    "id",
    "mask",
    "name",
    "objective",
    "organisations",
    "parents",
];

/// Reads one family's file; `base` is the file's name without its folder.
pub(super) fn family(document: Document<'_, '_>, base: &str, draft: &mut Draft) {
    let Document {
        mut root,
        mut notes,
    } = document;
    let id = head(&mut root, base, &mut notes, draft);
    for node in root.array("model", &mut notes) {
        let Some(table) = Table::of(node, &mut notes) else {
            continue;
        };
        match model(table, id.as_ref(), &mut notes) {
            (_, Some(model)) => draft.models.push(model),
            (Some(id), None) => draft.unread.push(id),
            (None, None) => {}
        }
    }
    for node in root.array("tombstone", &mut notes) {
        let Some(mut table) = Table::of(node, &mut notes) else {
            continue;
        };
        let id = table.required("id", &mut notes);
        let reason = table.required("reason", &mut notes);
        let successor = table.optional("successor", &mut notes);
        let place = notes.place(table.at);
        table.finish(&["id", "reason", "successor"], &mut notes);
        if let (Some(id), Some(reason)) = (id, reason) {
            draft.tombstones.push(Placed {
                value: Tombstone {
                    id,
                    reason,
                    successor,
                },
                place,
            });
        }
    }
    root.finish(&["family", "model", "tombstone"], &mut notes);
}

fn head(
    root: &mut Table<'_>,
    base: &str,
    notes: &mut Notes<'_>,
    draft: &mut Draft,
) -> Option<FamilyId> {
    let Some(node) = root.take("family") else {
        notes.report(0, Fault::MissingKey, "the file has no `[family]` table");
        return None;
    };
    let mut table = Table::of(node, notes)?;
    let id: Option<FamilyId> = table.required("id", notes);
    let name = table.required("name", notes);
    let about = table.optional("about", notes);
    let at = table.at;
    table.finish(&["about", "id", "name"], notes);
    let id = id?;
    if base.strip_suffix(".toml") != Some(id.as_str()) {
        let message = format!("the file of `{id}` is called `{id}.toml`, not `{base}`");
        notes.report(at, Fault::FileName, message);
    }
    let place = notes.place(at);
    draft.families.push(Placed {
        value: Family {
            id: id.clone(),
            name: name?,
            about,
        },
        place,
    });
    Some(id)
}

/// Reads a model. Its id comes back apart, for the case that the rest is not
/// whole.
fn model(
    mut table: Table<'_>,
    family: Option<&FamilyId>,
    notes: &mut Notes<'_>,
) -> (Option<ModelId>, Option<ModelDraft>) {
    let place = notes.place(table.at);
    let id: Option<ModelId> = table.required("id", notes);
    let name = table.required("name", notes);
    let organisations = split(table.list::<OrganisationId>("organisations", notes), notes);
    let branch = table.required("branch", notes);
    let mask = table.required("mask", notes);
    let objective = table.required("objective", notes);
    let hub_text = table.text("hub", notes);
    let hub = hub_text
        .as_ref()
        .and_then(|(at, text)| super::reader::parse(*at, text, notes));
    let hub_place = hub_text.map(|(at, _)| notes.place(at));
    let aliases = split(table.list("aliases", notes), notes);
    let claims = inline(&mut table, "claims", notes, claim);
    let parents = inline(&mut table, "parents", notes, parent);
    table.finish(MODEL_KEYS, notes);

    let whole = || {
        let model = Model {
            id: id.clone()?,
            name: name?,
            family: family?.clone(),
            organisations: organisations.0,
            branch: branch?,
            mask: mask?,
            objective: objective?,
            hub,
            aliases: aliases.0,
            claims: claims.0,
            parents: parents.0,
        };
        Some(ModelDraft {
            model,
            place,
            hub: hub_place,
            aliases: aliases.1,
            organisations: organisations.1,
            claims: claims.1,
            parents: parents.1,
        })
    };
    let draft = whole();
    (id, draft)
}

fn split<T>(items: Vec<(usize, T)>, notes: &Notes<'_>) -> (Vec<T>, Vec<Place>) {
    items
        .into_iter()
        .map(|(at, value)| (value, notes.place(at)))
        .unzip()
}

fn inline<'i, T>(
    table: &mut Table<'i>,
    key: &str,
    notes: &mut Notes<'_>,
    read: impl Fn(super::reader::Node<'i>, &mut Notes<'_>) -> Option<(T, Place)>,
) -> (Vec<T>, Vec<Place>) {
    let nodes = table.array(key, notes);
    nodes
        .into_iter()
        .filter_map(|node| read(node, notes))
        .unzip()
}
