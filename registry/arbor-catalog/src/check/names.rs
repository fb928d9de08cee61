//! Names: no id twice, no alias that is somebody else's, no two models of one
//! hub repository, no tombstone on a living model.

use super::report;
use crate::problem::{Fault, Place, Problem};
use crate::read::Draft;
use std::collections::HashMap;
use std::fmt::Display;

pub(super) fn check(draft: &Draft, problems: &mut Vec<Problem>) {
    unique(
        "source",
        draft.sources.iter().map(|s| (&s.value.key, &s.place)),
        problems,
    );
    unique(
        "organisation",
        draft.organisations.iter().map(|o| (&o.value.id, &o.place)),
        problems,
    );
    unique(
        "family",
        draft.families.iter().map(|f| (&f.value.id, &f.place)),
        problems,
    );
    unique(
        "model",
        draft.models.iter().map(|m| (&m.model.id, &m.place)),
        problems,
    );
    hubs(draft, problems);
    aliases(draft, problems);
    tombstones(draft, problems);
}

fn unique<'d, T: Display>(
    what: &str,
    items: impl Iterator<Item = (T, &'d Place)>,
    problems: &mut Vec<Problem>,
) {
    let mut first: HashMap<String, &Place> = HashMap::new();
    for (id, place) in items {
        let id = id.to_string();
        if let Some(there) = first.get(&id) {
            let message = format!(
                "the {what} `{id}` is already at {}:{}",
                there.file, there.line
            );
            report(problems, place, Fault::DuplicateId, message, None);
        } else {
            first.insert(id, place);
        }
    }
}

fn hubs(draft: &Draft, problems: &mut Vec<Problem>) {
    let mut first: HashMap<String, &str> = HashMap::new();
    for model in &draft.models {
        let (Some(hub), Some(place)) = (&model.model.hub, &model.hub) else {
            continue;
        };
        // The hub does not tell letter cases apart.
        let folded = hub.as_str().to_lowercase();
        if let Some(other) = first.get(&folded) {
            let message = format!("`{hub}` is already the repository of `{other}`");
            report(problems, place, Fault::DuplicateHub, message, None);
        } else {
            first.insert(folded, model.model.id.as_str());
        }
    }
}

fn aliases(draft: &Draft, problems: &mut Vec<Problem>) {
    let mut owners: HashMap<&str, (&str, &str)> = draft
        .models
        .iter()
        .map(|m| (m.model.id.as_str(), ("id", m.model.id.as_str())))
        .collect();
    for tombstone in &draft.tombstones {
        let id = tombstone.value.id.as_str();
        owners.entry(id).or_insert(("tombstone", id));
    }
    for model in &draft.models {
        for (alias, place) in model.model.aliases.iter().zip(&model.aliases) {
            if let Some((what, owner)) = owners.get(alias.as_str()) {
                let message = format!("the alias `{alias}` is already the {what} of `{owner}`");
                report(problems, place, Fault::AliasClash, message, None);
            } else {
                owners.insert(alias.as_str(), ("alias", model.model.id.as_str()));
            }
        }
    }
}

fn tombstones(draft: &Draft, problems: &mut Vec<Problem>) {
    let models: HashMap<&str, &Place> = draft
        .models
        .iter()
        .rev()
        .map(|m| (m.model.id.as_str(), &m.place))
        .collect();
    unique(
        "tombstone",
        draft.tombstones.iter().map(|t| (&t.value.id, &t.place)),
        problems,
    );
    for tombstone in &draft.tombstones {
        let id = &tombstone.value.id;
        if let Some(there) = models.get(id.as_str()) {
            let message = format!("`{id}` is a living model at {}:{}", there.file, there.line);
            report(problems, &tombstone.place, Fault::Tombstone, message, None);
        }
        if let Some(successor) = &tombstone.value.successor
            && !models.contains_key(successor.as_str())
        {
            let message = format!("the successor `{successor}` is not in the catalogue");
            report(problems, &tombstone.place, Fault::Tombstone, message, None);
        }
    }
}
