//! What a record says that its model came from: the hub's resolved list, or
//! tags of the form `base_model:quantized:org/name`.

use crate::value::structure;
use arbor_model::{Base, MOST_BASES, Relation, Repair, RepairKind, RepoId};
use serde_json::Value;
use std::collections::BTreeSet;

const TAG: &str = "base_model:";

/// The hub's words for relations.
const RELATIONS: &[(&str, Relation)] = &[
    ("adapter", Relation::AdapterOf),
    ("finetune", Relation::FineTunedFrom),
    ("merge", Relation::MergedFrom),
    ("quantized", Relation::QuantisedFrom),
];

/// What the hub shows where nobody says how a model came from its base.
const UNSAID: Relation = Relation::FineTunedFrom;

fn relation(word: &str) -> Option<Relation> {
    let mut table = RELATIONS.iter();
    table
        .find(|(name, _)| *name == word)
        .map(|(_, relation)| *relation)
}

/// What is gathered of one record.
struct Found<'r> {
    model: &'r RepoId,
    bases: BTreeSet<Base>,
    repairs: &'r mut Vec<Repair>,
}

impl Found<'_> {
    fn repair(&mut self, kind: RepairKind, detail: &str) {
        self.repairs
            .push(Repair::new(kind, self.model.as_str(), detail));
    }

    fn take(&mut self, word: Option<&str>, name: &str) {
        let Ok(repo) = RepoId::new(name) else {
            return self.repair(RepairKind::Malformed, name);
        };
        let relation = match word.map(|word| (word, relation(word))) {
            None => UNSAID,
            Some((_, Some(relation))) => relation,
            Some((word, None)) => {
                return self.repair(RepairKind::Relation, &format!("{word}: {name}"));
            }
        };
        if repo.as_str().eq_ignore_ascii_case(self.model.as_str()) {
            return self.repair(RepairKind::SelfParent, name);
        }
        self.bases.insert(Base { repo, relation });
    }
}

/// The bases of a record, sorted, each once. The hub's own list counts before
/// the tags: it has today's names.
pub(crate) fn bases(
    model: &RepoId,
    listed: Option<&Value>,
    tags: &[&str],
    repairs: &mut Vec<Repair>,
) -> Vec<Base> {
    let mut found = Found {
        model,
        bases: BTreeSet::new(),
        repairs,
    };
    let listed = listed.map(structure);
    let names = listed.as_deref().map(names).unwrap_or_default();
    if names.is_empty() {
        of_tags(tags, &mut found);
    } else {
        let word = listed
            .as_deref()
            .and_then(|list| list.get("relation")?.as_str());
        names.iter().for_each(|name| found.take(word, name));
    }
    let most = found.bases.len();
    if most > MOST_BASES {
        found.repair(
            RepairKind::Excess,
            &format!("{most} bases, {MOST_BASES} are taken"),
        );
    }
    found.bases.into_iter().take(MOST_BASES).collect()
}

/// `{"models": [{"id": …}, …]}`, or the list alone, or names alone.
fn names(list: &Value) -> Vec<&str> {
    let models = list.get("models").unwrap_or(list);
    let models = models.as_array().into_iter().flatten();
    models
        .filter_map(|model| model.get("id").unwrap_or(model).as_str())
        .collect()
}

/// The hub writes each base twice, once with its relation.
fn of_tags(tags: &[&str], found: &mut Found<'_>) {
    let declared = tags.iter().filter_map(|tag| tag.strip_prefix(TAG));
    let (said, unsaid): (Vec<_>, Vec<_>) = declared
        // An address has a colon too.
        .map(|rest| match rest.split_once(':') {
            Some((word, name)) if !name.starts_with("//") => (Some(word), name),
            Some(_) | None => (None, rest),
        })
        .partition(|(word, _)| word.is_some());
    let names: BTreeSet<&str> = said.iter().map(|(_, name)| *name).collect();
    let unsaid = unsaid.into_iter().filter(|(_, name)| !names.contains(name));
    for (word, name) in said.iter().copied().chain(unsaid) {
        found.take(word, name);
    }
}
