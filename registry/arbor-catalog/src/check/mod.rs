//! Checks across files: names that clash, citations that point nowhere, edges
//! that cannot be. Every check reads the draft and adds to the problems; none
//! depends on another having passed.

mod citations;
mod cycles;
mod edges;
mod names;

use crate::problem::{Fault, Place, Problem};
use crate::read::Draft;
use arbor_model::{Catalogue, Model, ModelId};
use std::collections::{BTreeMap, BTreeSet};

/// Runs every check.
pub(crate) fn check(draft: &Draft, problems: &mut Vec<Problem>) {
    let known = Known::new(draft);
    names::check(draft, problems);
    citations::check(draft, problems);
    edges::check(draft, &known, problems);
    cycles::check(draft, problems);
}

/// What an edge may point to, and what it may be confused with.
struct Known<'d> {
    models: BTreeMap<&'d ModelId, &'d Model>,
    aliases: BTreeMap<&'d ModelId, &'d ModelId>,
    tombstones: BTreeSet<&'d ModelId>,
    unread: BTreeSet<&'d ModelId>,
}

impl<'d> Known<'d> {
    fn new(draft: &'d Draft) -> Self {
        let models = || draft.models.iter().map(|draft| &draft.model);
        // Of two models with one id the first one counts: collected backwards.
        Self {
            models: models().rev().map(|model| (&model.id, model)).collect(),
            aliases: models()
                .flat_map(|model| model.aliases.iter().map(move |alias| (alias, &model.id)))
                .collect(),
            tombstones: draft.tombstones.iter().map(|t| &t.value.id).collect(),
            unread: draft.unread.iter().collect(),
        }
    }
}

fn report(
    problems: &mut Vec<Problem>,
    place: &Place,
    fault: Fault,
    message: String,
    hint: Option<String>,
) {
    problems.push(Problem {
        place: place.clone(),
        fault,
        message,
        hint,
    });
}

/// Makes the catalogue of a draft that has no problems.
pub(crate) fn assemble(draft: Draft) -> Catalogue {
    Catalogue {
        sources: draft
            .sources
            .into_iter()
            .map(|s| (s.value.key.clone(), s.value))
            .collect(),
        organisations: draft
            .organisations
            .into_iter()
            .map(|o| (o.value.id.clone(), o.value))
            .collect(),
        families: draft
            .families
            .into_iter()
            .map(|f| (f.value.id.clone(), f.value))
            .collect(),
        models: draft
            .models
            .into_iter()
            .map(|m| (m.model.id.clone(), m.model))
            .collect(),
        tombstones: draft
            .tombstones
            .into_iter()
            .map(|t| (t.value.id.clone(), t.value))
            .collect(),
    }
}
