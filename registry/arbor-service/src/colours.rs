//! What the colours of a drawing stand for: limbs, families or a gene's
//! values; which model has which, and which was the first.
//!
//! It does not know which colours there are (`arbor-draw`'s palette does) nor
//! which models are drawn.

use crate::picture::Colours;
use crate::{View, gene};
use arbor_draw::{Hue, Key, KeyEntry, VALUES};
use arbor_model::{Branch, Gene, Model};
use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap};

/// The colours of a set of models.
pub(crate) struct Dyes<'m> {
    colours: Colours,
    hues: HashMap<&'m str, Hue>,
    firsts: Vec<&'m str>,
    key: Option<Key>,
}

/// Finds the colours of models.
pub(crate) fn dye<'m>(view: &'m View, models: &[&'m Model], colours: Colours) -> Dyes<'m> {
    match colours {
        Colours::Branch => Dyes {
            colours,
            hues: HashMap::new(),
            firsts: Vec::new(),
            key: None,
        },
        Colours::Family => families(view, models),
        Colours::Gene(gene) => by_gene(models, gene),
    }
}

impl<'m> Dyes<'m> {
    /// A model's colour.
    pub(crate) fn hue(&self, model: &Model) -> Hue {
        match self.colours {
            Colours::Branch => Hue::Branch(model.branch),
            Colours::Family | Colours::Gene(_) => {
                let known = self.hues.get(model.id.as_str());
                known.copied().unwrap_or(Hue::Other)
            }
        }
    }

    /// Whether it is the first of its colour.
    pub(crate) fn is_first(&self, model: &Model) -> bool {
        self.firsts.contains(&model.id.as_str())
    }

    /// What its colour means, in a word: colour is never the only sign.
    pub(crate) fn word(&self, model: &Model) -> Option<String> {
        match self.colours {
            Colours::Branch | Colours::Family => None,
            Colours::Gene(gene) => {
                let value = gene::value_of(model, gene);
                Some(value.map_or(String::new(), |(_, value)| short(value.name).to_owned()))
            }
        }
    }

    /// What the colours mean.
    pub(crate) fn key(&self) -> Option<Key> {
        self.key.clone()
    }

    fn new(colours: Colours, title: &str) -> Self {
        Self {
            colours,
            hues: HashMap::new(),
            firsts: Vec::new(),
            key: Some(Key {
                title: title.to_owned(),
                entries: Vec::new(),
            }),
        }
    }

    /// Adds a value with its models, the first of them first.
    fn add(&mut self, name: &str, hue: Hue, models: &[&'m Model], has_first: bool) {
        if models.is_empty() {
            return;
        }
        let first = models
            .first()
            .filter(|first| has_first && first.released().is_some());
        self.firsts.extend(first.map(|first| first.id.as_str()));
        let first = first.map(|first| {
            let date = first.released().map_or(String::new(), |d| d.to_string());
            let words = format!("first: {}, {date}", first.name);
            (words, format!("/models/{}", first.id))
        });
        self.hues
            .extend(models.iter().map(|model| (model.id.as_str(), hue)));
        if let Some(key) = &mut self.key {
            key.entries.push(KeyEntry {
                hue,
                name: name.to_owned(),
                count: models.len() as u64,
                first,
            });
        }
    }
}

/// `grouped-query (GQA)` as a pill has it: `GQA`.
fn short(name: &str) -> &str {
    name.split_once('(')
        .and_then(|(_, rest)| rest.strip_suffix(')'))
        .unwrap_or(name)
}

fn by_gene<'m>(models: &[&'m Model], gene: Gene) -> Dyes<'m> {
    let mut dyes = Dyes::new(Colours::Gene(gene), gene.title());
    let on_limbs = models.iter().copied();
    let on_limbs = on_limbs.filter(|model| model.branch != Branch::Precursor);
    let (carriers, unknown) = gene::part(on_limbs, gene);
    for own in &carriers {
        let has_first = own.value.hue != Hue::Other;
        dyes.add(own.value.name, own.value.hue, &own.models, has_first);
    }
    dyes.add("nobody says", Hue::Other, &unknown, false);
    dyes
}

/// The largest families in a colour each, the others in grey.
fn families<'m>(view: &'m View, models: &[&'m Model]) -> Dyes<'m> {
    let mut dyes = Dyes::new(Colours::Family, "Family");
    let mut families: BTreeMap<&str, Vec<&'m Model>> = BTreeMap::new();
    for model in models.iter().filter(|m| m.branch != Branch::Precursor) {
        families
            .entry(model.family.as_str())
            .or_default()
            .push(model);
    }
    let mut families: Vec<(&str, Vec<&'m Model>)> = families.into_iter().collect();
    families.sort_by_key(|(id, own)| (Reverse(own.len()), *id));
    let rest = families.split_off(families.len().min(VALUES));
    for (place, (id, mut own)) in families.into_iter().enumerate() {
        gene::by_age(&mut own);
        let family = view.catalogue().families.get(id);
        let name = family.map_or(id, |family| family.name.as_str());
        dyes.add(name, Hue::Value(place as u8), &own, true);
    }
    let rest: Vec<&Model> = rest.into_iter().flat_map(|(_, own)| own).collect();
    dyes.add("other families", Hue::Other, &rest, false);
    dyes
}
