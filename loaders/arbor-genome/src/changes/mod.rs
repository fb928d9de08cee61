//! What differs between two genomes, in plain words: each genome is described
//! as a sorted list of traits, and the lists are compared.
//!
//! Names of tensors are no traits. What differs by layer is counted.

mod attention;
mod ends;
mod layer;
mod words;

use crate::Genome;
use std::collections::{BTreeMap, BTreeSet};

/// What is said of a trait that a genome has.
const YES: &str = "yes";

/// What is said where a genome has nothing to say, and others say this.
fn silent(others: &[String]) -> &'static str {
    if others.iter().any(|other| other == YES) {
        "no"
    } else {
        "none"
    }
}

/// One thing's traits.
#[derive(Debug, Default)]
struct Traits(BTreeMap<&'static str, String>);

impl Traits {
    fn put(&mut self, name: &'static str, value: impl Into<String>) {
        self.0.insert(name, value.into());
    }

    fn number(&mut self, name: &'static str, value: u64) {
        self.put(name, words::grouped(value));
    }

    fn maybe(&mut self, name: &'static str, value: Option<u64>) {
        if let Some(value) = value {
            self.number(name, value);
        }
    }

    fn real(&mut self, name: &'static str, value: f64) {
        self.put(name, words::real(value));
    }

    /// A factor, which is often a root: six digits of it.
    fn factor(&mut self, name: &'static str, value: f64) {
        let short = format!("{value:.5e}").parse().unwrap_or(value);
        self.real(name, short);
    }

    fn flag(&mut self, name: &'static str, value: bool) {
        if value {
            self.put(name, YES);
        }
    }
}

/// A trait of a whole model: what it is said to be, and layer by layer.
#[derive(Debug, PartialEq, Eq)]
struct Trait {
    said: String,
    layers: Vec<String>,
}

fn said<'t>(found: Option<&'t Trait>, other: Option<&Trait>) -> &'t str {
    match (found, other) {
        (Some(found), _) => &found.said,
        (None, Some(other)) if other.said == YES => "no",
        (None, other) => silent(layers(other)),
    }
}

fn layers(found: Option<&Trait>) -> &[String] {
    found.map_or(&[], |found| &found.layers)
}

/// Joins what is said of each layer: one word where all agree.
fn by_layer(stack: &str, each: &[Traits], all: &mut BTreeMap<String, Trait>) {
    let names: BTreeSet<_> = each.iter().flat_map(|layer| layer.0.keys()).collect();
    for name in names {
        let values = || each.iter().map(|layer| layer.0.get(name).cloned());
        let silent = silent(&values().flatten().collect::<Vec<_>>());
        let layers: Vec<String> = values()
            .map(|value| value.unwrap_or_else(|| silent.to_owned()))
            .collect();
        let mut counts: BTreeMap<&str, u64> = BTreeMap::new();
        for value in &layers {
            *counts.entry(value).or_default() += 1;
        }
        let said = match counts.len() {
            1 => layers[0].clone(),
            _ => counts
                .iter()
                .map(|(value, count)| {
                    let plural = if *count == 1 { "" } else { "s" };
                    format!("{value} in {} layer{plural}", words::grouped(*count))
                })
                .collect::<Vec<_>>()
                .join(" and "),
        };
        all.insert(format!("{stack}{name}"), Trait { said, layers });
    }
}

fn traits(genome: &Genome) -> BTreeMap<String, Trait> {
    let mut all = BTreeMap::new();
    let whole = ends::of(genome);
    for (name, said) in whole.0 {
        let layers = Vec::new();
        all.insert(name.to_owned(), Trait { said, layers });
    }
    for (name, stack) in ends::stacks(genome) {
        let each: Vec<_> = stack.layers.iter().map(layer::of).collect();
        by_layer(name, &each, &mut all);
    }
    all
}

impl Genome {
    /// What was changed to come from `parent` here: `trait old → new`, sorted.
    #[must_use]
    pub fn changes_from(&self, parent: &Self) -> Vec<String> {
        let (old, new) = (traits(parent), traits(self));
        let names: BTreeSet<_> = old.keys().chain(new.keys()).collect();
        let change = |name: &String| {
            let (old, new) = (old.get(name), new.get(name));
            let (before, after) = (said(old, new), said(new, old));
            if before != after {
                return Some(format!("{name} {before} → {after}"));
            }
            let (before, after) = (layers(old), layers(new));
            let moved = before.len() == after.len() && before != after;
            moved.then(|| format!("{name} in other layers"))
        };
        names.into_iter().filter_map(change).collect()
    }
}
