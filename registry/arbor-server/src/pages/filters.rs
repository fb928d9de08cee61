//! The filter form and what is set in it. Everything is a link or a GET
//! form, so that a view of the tree or the table is an address.

use super::row::Limb;
use crate::reply::Ask;
use crate::urls;
use arbor_model::{AttentionKind, Branch, Carries, Marker, Relation};
use arbor_service::{Access, Filter, FilterKey};
use std::collections::BTreeMap;

/// A branch or step of access that can be switched on and off.
pub(crate) struct Switch {
    /// The value.
    pub(crate) value: &'static str,
    /// What it says.
    pub(crate) label: &'static str,
    /// Its class in the stylesheet.
    pub(crate) class: &'static str,
    /// How many models it stands for.
    pub(crate) count: usize,
    /// Whether it is on.
    pub(crate) on: bool,
    /// Where switching it leads.
    pub(crate) href: String,
}

/// A choice of a list.
pub(crate) struct Choice {
    /// The value.
    pub(crate) value: String,
    /// What it says.
    pub(crate) label: String,
    /// Whether it is chosen.
    pub(crate) chosen: bool,
}

/// A filter that is set, and where removing it leads.
pub(crate) struct Set {
    /// Its key.
    pub(crate) key: &'static str,
    /// Its value.
    pub(crate) value: String,
    /// The address without it.
    pub(crate) without: String,
}

/// The form.
pub(crate) struct Filters {
    /// Where it leads.
    pub(crate) action: &'static str,
    /// Branches.
    pub(crate) branches: Vec<Switch>,
    /// Steps of access.
    pub(crate) access: Vec<Switch>,
    /// Families.
    pub(crate) families: Vec<Choice>,
    /// Organisations.
    pub(crate) organisations: Vec<Choice>,
    /// How many families the list leaves out.
    pub(crate) more_families: usize,
    /// How many organisations.
    pub(crate) more_organisations: usize,
    /// Kinds of attention.
    pub(crate) attention: Vec<Choice>,
    /// How the 2023 figure draws a model.
    pub(crate) figure: Vec<Choice>,
    /// The limbs on which it does.
    pub(crate) drawn: Vec<Choice>,
    /// What is set besides branch and access.
    pub(crate) set: Vec<Set>,
    /// What the form keeps without showing.
    pub(crate) hidden: Vec<(&'static str, String)>,
    /// The address without any filter.
    pub(crate) clear: String,
    /// How many models pass.
    pub(crate) matched: usize,
    /// Of how many.
    pub(crate) total: usize,
    pairs: BTreeMap<&'static str, String>,
}

/// The keys that have a place in the form.
const SHOWN: [&str; 12] = [
    "access", "attn", "branch", "ctx", "date", "drawn", "family", "figure", "fits", "org",
    "params", "q",
];

/// A page's own pairs, which stay as the filter changes.
pub(crate) type Own = Vec<(&'static str, String)>;

impl Filters {
    /// The form of a page with this filter and these pairs of its own.
    pub(crate) fn new(ask: &Ask, action: &'static str, filter: &Filter, own: &Own) -> Self {
        let pairs = pairs_of(filter);
        let view = &ask.view;
        let address = |pairs: &BTreeMap<&'static str, String>| address(action, pairs, own);
        let without = |key: &str| {
            let mut pairs = pairs.clone();
            pairs.remove(key);
            pairs
        };
        let switch = |key: FilterKey, value, label, class| {
            let now = pairs.get(key.as_str()).map_or("", String::as_str);
            let mut words: Vec<&str> = now.split(',').filter(|word| !word.is_empty()).collect();
            let on = words.contains(&value);
            if on {
                words.retain(|word| *word != value);
            } else {
                words.push(value);
            }
            let mut only = without(key.as_str());
            only.insert(key.as_str(), value.to_owned());
            let mut next = without(key.as_str());
            if !words.is_empty() {
                next.insert(key.as_str(), words.join(","));
            }
            let count = reread(&only).map_or(0, |filter| filter.models(view).len());
            Switch {
                value,
                label,
                class,
                count,
                on,
                href: address(&reread(&next).map_or(next, |filter| pairs_of(&filter))),
            }
        };
        let branches = Branch::ALL.iter().map(|branch| {
            let limb = Limb::of(*branch);
            switch(FilterKey::Branch, branch.as_str(), limb.title, limb.class)
        });
        let access = [
            (Access::Open, "Open weights", "open"),
            (Access::Gated, "Gated", "gated"),
            (Access::Closed, "Closed", "shut"),
        ];
        let access = access
            .map(|(step, label, class)| switch(FilterKey::Access, step.as_str(), label, class));
        let switched = [FilterKey::Branch.as_str(), FilterKey::Access.as_str()];
        let set = pairs.iter().filter(|(key, _)| !switched.contains(key));
        let hidden = pairs.iter().filter(|(key, _)| !SHOWN.contains(key));
        let hidden = hidden.map(|(key, value)| (*key, value.clone()));
        let families = view.families().into_iter();
        let (families, more_families) =
            busiest(families.map(|f| (f.id, f.name, f.models)).collect());
        let organisations = view.organisations().into_iter();
        let organisations = organisations.map(|o| (o.id, o.name, o.models)).collect();
        let (organisations, more_organisations) = busiest(organisations);
        let markers = Marker::WORDS.iter().rev();
        let markers = markers.map(|word| ((*word).to_owned(), (*word).to_owned()));
        let kinds = AttentionKind::WORDS.iter();
        let kinds = kinds.map(|word| ((*word).to_owned(), (*word).to_owned()));
        let limbs = Branch::ALL.iter();
        let limbs = limbs.map(|limb| (limb.to_string(), limb.title().to_owned()));
        Self {
            action,
            branches: branches.collect(),
            access: access.into(),
            families: choices(families, pairs.get("family")),
            organisations: choices(organisations, pairs.get("org")),
            more_families,
            more_organisations,
            attention: choices(kinds.collect(), pairs.get("attn")),
            figure: choices(markers.collect(), pairs.get("figure")),
            drawn: choices(limbs.collect(), pairs.get("drawn")),
            set: set
                .map(|(key, value)| Set {
                    key,
                    value: value.clone(),
                    without: address(&without(key)),
                })
                .collect(),
            hidden: hidden.chain(own.iter().cloned()).collect(),
            clear: address(&BTreeMap::new()),
            matched: filter.models(view).len(),
            total: view.totals().models,
            pairs,
        }
    }

    /// What a text field holds.
    pub(crate) fn value(&self, key: &str) -> &str {
        self.pairs.get(key).map_or("", String::as_str)
    }

    /// Whether any filter is set.
    pub(crate) fn is_set(&self) -> bool {
        !self.pairs.is_empty()
    }
}

/// A filter's pairs, by key.
pub(crate) fn pairs_of(filter: &Filter) -> BTreeMap<&'static str, String> {
    let pairs = filter.to_pairs().into_iter();
    pairs
        .map(|(key, value)| {
            let value = if key == FilterKey::Rel {
                short_relations(&value)
            } else {
                value
            };
            (key.as_str(), value)
        })
        .collect()
}

/// Relations with one word for all that carry weights.
fn short_relations(value: &str) -> String {
    let named: Vec<&str> = value.split(',').collect();
    let weights = Relation::ALL.iter();
    let weights = weights.filter(|relation| relation.carries() == Carries::Weights);
    let weights: Vec<&str> = weights.map(|relation| relation.as_str()).collect();
    if !weights.iter().all(|word| named.contains(word)) {
        return value.to_owned();
    }
    let others = named.into_iter().filter(|word| !weights.contains(word));
    let words: Vec<&str> = ["weights"].into_iter().chain(others).collect();
    words.join(",")
}

/// An address in canonical form: keys sorted, nothing that is a default.
pub(crate) fn address(path: &str, pairs: &BTreeMap<&'static str, String>, own: &Own) -> String {
    let mut all: Vec<(&str, &str)> = pairs.iter().map(|(k, v)| (*k, v.as_str())).collect();
    all.extend(own.iter().map(|(k, v)| (*k, v.as_str())));
    all.sort_unstable();
    urls::with_query(path, all)
}

fn reread(pairs: &BTreeMap<&'static str, String>) -> Option<Filter> {
    let pairs = pairs.iter().map(|(key, value)| (*key, value.as_str()));
    Filter::from_pairs(pairs).ok().map(|(filter, _)| filter)
}

/// How long a list is at most: nobody looks through more, and every page
/// carries it.
const LIST: usize = 32;

/// Those with the most models, by name, and how many others there are.
fn busiest(mut all: Vec<(String, String, usize)>) -> (Vec<(String, String)>, usize) {
    all.sort_by(|a, b| (b.2, &a.0).cmp(&(a.2, &b.0)));
    let left_out = all.len().saturating_sub(LIST);
    all.truncate(LIST);
    all.sort_by_cached_key(|(_, name, _)| name.to_lowercase());
    let listed = all.into_iter().map(|(id, name, _)| (id, name));
    (listed.collect(), left_out)
}

fn choices(all: Vec<(String, String)>, chosen: Option<&String>) -> Vec<Choice> {
    let mut choices: Vec<Choice> = all
        .into_iter()
        .map(|(value, label)| Choice {
            chosen: chosen == Some(&value),
            value,
            label,
        })
        .collect();
    // Several at once, or what is left out, stand first as a choice.
    if let Some(several) = chosen
        && !choices.iter().any(|choice| choice.chosen)
    {
        let choice = Choice {
            value: several.clone(),
            label: several.replace(',', ", "),
            chosen: true,
        };
        choices.insert(0, choice);
    }
    choices
}
