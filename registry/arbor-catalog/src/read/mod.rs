//! From files to drafts: every value parsed into its type, every fault within
//! one file noted with its place.
//!
//! A draft keeps places beside values, so that the checks across files
//! (`crate::check`) can point to a line too. Nothing here looks at two files
//! at once.

mod claim;
mod family;
mod reader;
mod reference;

use crate::files::CatalogueFiles;
use crate::problem::{Place, Problem};
use arbor_model::{Family, Model, ModelId, Organisation, Source, Tombstone};
use reader::Document;

/// A value and where it stands.
#[derive(Clone, Debug)]
pub(crate) struct Placed<T> {
    pub(crate) value: T,
    pub(crate) place: Place,
}

/// A model with the places of its parts, each list parallel to the model's.
#[derive(Clone, Debug)]
pub(crate) struct ModelDraft {
    pub(crate) model: Model,
    pub(crate) place: Place,
    pub(crate) hub: Option<Place>,
    pub(crate) aliases: Vec<Place>,
    pub(crate) organisations: Vec<Place>,
    pub(crate) claims: Vec<Place>,
    pub(crate) parents: Vec<Place>,
}

/// Everything that was read, in the files' order.
#[derive(Debug, Default)]
pub(crate) struct Draft {
    pub(crate) sources: Vec<Placed<Source>>,
    pub(crate) organisations: Vec<Placed<Organisation>>,
    pub(crate) families: Vec<Placed<Family>>,
    pub(crate) models: Vec<ModelDraft>,
    pub(crate) tombstones: Vec<Placed<Tombstone>>,
    /// Ids of models that were written but could not be read whole: they
    /// count as known, so that one fault is reported once.
    pub(crate) unread: Vec<ModelId>,
}

/// Reads every file; what could not be read is in the problems instead.
pub(crate) fn read(files: &CatalogueFiles) -> (Draft, Vec<Problem>) {
    let mut draft = Draft::default();
    let mut problems = Vec::new();
    for (name, text) in files.iter() {
        let document = Document::new(name, text, &mut problems);
        let base = name.rsplit(['/', '\\']).next().unwrap_or(name);
        match base {
            "sources.toml" => reference::sources(document, &mut draft),
            "organisations.toml" => reference::organisations(document, &mut draft),
            _ => family::family(document, base, &mut draft),
        }
    }
    (draft, problems)
}
