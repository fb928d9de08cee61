//! Synthetic lineages with the measured shape of the hub, and a dense one.
//!
//! An urn model in time order: a release puts tickets into an urn by a Pareto
//! law, a derivative draws a ticket (mostly a recent one) and adds another, so
//! that few families get most of the children; a few derive from any recent
//! model, which makes depth; a few merge several parents. Names sort in an
//! order that has nothing to do with time, so ids give no locality away.

use crate::random::Random;
use arbor_model::{EdgeRow, LineageRows, PackedNames, Relation};
use std::collections::BTreeSet;

/// The shape of a synthetic lineage.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Profile {
    pub(crate) name: &'static str,
    /// The share of models that name no parent.
    parentless: f64,
    /// The share of the others that name several.
    merges: f64,
    /// The share of parents that are any recent model rather than a draw.
    fresh: f64,
    /// The share of parentless models that are releases others build on.
    releases: f64,
    /// The share of derivatives that others take up like a release.
    hits: f64,
    /// The most tickets of a release, as a share of all derivatives.
    loudest: f64,
}

/// What is declared today: seven in ten models name no parent.
pub(crate) const HUB: Profile = Profile {
    name: "hub",
    parentless: 0.703,
    merges: 0.036,
    fresh: 0.085,
    releases: 0.004,
    hits: 0.012,
    loudest: 0.015,
};

/// Nearly every parent known: the stress case.
pub(crate) const DENSE: Profile = Profile {
    name: "dense",
    parentless: 0.016,
    merges: 0.036,
    fresh: 0.095,
    releases: 0.06,
    hits: 0.008,
    loudest: 0.004,
};

/// One in so many models is a release at the beginning.
const FIRST_RELEASES: usize = 2_000;

/// Models and edges, edges shuffled.
pub(crate) fn rows(profile: Profile, models: usize, seed: u64) -> LineageRows {
    let mut random = Random::new(seed);
    let mut edges = edges(profile, models, &mut random);
    let (names, place) = names(models, &mut random);
    for edge in &mut edges {
        edge.child = place[edge.child as usize];
        edge.parent = place[edge.parent as usize];
    }
    for at in (1..edges.len()).rev() {
        edges.swap(at, random.below(at + 1));
    }
    LineageRows {
        change: 1,
        names,
        edges,
    }
}

/// How far back a draw looks, and the most tickets of a release.
struct Reach {
    urn: usize,
    fresh: usize,
    tickets: f64,
}

impl Reach {
    fn of(profile: Profile, models: usize) -> Self {
        let derivatives = models as f64 * (1.0 - profile.parentless);
        Self {
            urn: (derivatives / 25.0) as usize,
            fresh: (derivatives / 100.0) as usize,
            tickets: derivatives * profile.loudest,
        }
    }
}

fn edges(profile: Profile, models: usize, random: &mut Random) -> Vec<EdgeRow> {
    let reach = Reach::of(profile, models);
    let mut urn: Vec<u32> = Vec::new();
    // Declared kin among whom a fresh parent is looked for; isolated models
    // stay isolated.
    let mut kin: Vec<u32> = Vec::new();
    let mut edges = Vec::new();
    for model in 0..models as u32 {
        // The first families are many, or one of them would get everything.
        let first = (model as usize) < models / FIRST_RELEASES;
        if first || random.chance(profile.parentless) {
            if first || random.chance(profile.releases) {
                release(model, reach.tickets, &mut urn, random);
                kin.push(model);
            }
            continue;
        }
        let merge = random.chance(profile.merges);
        let wanted = if merge {
            2 + random.below(5).min(random.below(5))
        } else {
            1
        };
        let mut parents = BTreeSet::new();
        for _ in 0..wanted {
            let from = if random.chance(profile.fresh) {
                *random.pick(recent(&kin, reach.fresh))
            } else if random.chance(0.95) {
                *random.pick(recent(&urn, reach.urn))
            } else {
                *random.pick(&urn)
            };
            parents.insert(from);
        }
        let relation = relation(parents.len() > 1, random);
        for parent in parents {
            urn.push(parent);
            edges.push(EdgeRow {
                child: model,
                parent,
                relation,
            });
        }
        kin.push(model);
        if random.chance(profile.hits) {
            release(model, reach.tickets, &mut urn, random);
        }
    }
    edges
}

/// Tickets by a Pareto law: most releases get a few, some get thousands.
fn release(model: u32, most: f64, urn: &mut Vec<u32>, random: &mut Random) {
    let tickets = (3.0 / (1.0 - random.unit()).powf(1.0 / 0.9)).min(most);
    urn.extend(std::iter::repeat_n(model, tickets as usize));
}

fn recent(items: &[u32], window: usize) -> &[u32] {
    &items[items.len().saturating_sub(window)..]
}

/// The kinds in the shares that were counted on the hub, and some ideas.
fn relation(merged: bool, random: &mut Random) -> Relation {
    if merged {
        return Relation::MergedFrom;
    }
    let share = random.unit();
    let shares = [
        (0.42, Relation::AdapterOf),
        (0.75, Relation::FineTunedFrom),
        (0.93, Relation::QuantisedFrom),
        (0.96, Relation::ContinuedFrom),
        (0.98, Relation::DistilledFrom),
    ];
    let found = shares.into_iter().find(|(up_to, _)| share < *up_to);
    found.map_or(Relation::ArchitectureFrom, |(_, relation)| relation)
}

/// Sorted names of 37 bytes on average, and each model's place among them.
fn names(models: usize, random: &mut Random) -> (PackedNames, Vec<u32>) {
    const MAKERS: &[&str] = &[
        "quill",
        "northwind",
        "saltmarsh",
        "bluejay",
        "ferrous",
        "lab",
        "u",
    ];
    const FAMILIES: &[&str] = &[
        "llama-3.1-8b",
        "qwen2.5-7b",
        "gemma-2-9b",
        "mistral-7b",
        "bert-base",
    ];
    const KINDS: &[&str] = &["lora", "instruct", "gguf", "q4", "merge", "chat"];
    let mut named: Vec<(String, u32)> = (0..models as u32)
        .map(|model| {
            let maker = random.pick(MAKERS);
            let number = random.below(40_000);
            let (family, kind) = (random.pick(FAMILIES), random.pick(KINDS));
            // Odd, so that different models get different tags.
            let tag = model.wrapping_mul(2_654_435_761);
            (format!("{maker}{number}-{family}-{kind}-{tag:08x}"), model)
        })
        .collect();
    named.sort_unstable();
    let bytes = named.iter().map(|(name, _)| name.len()).sum();
    let mut names = PackedNames::with_capacity(models, bytes);
    let mut place = vec![0; models];
    for (at, (name, model)) in named.iter().enumerate() {
        names.push(name);
        place[*model as usize] = at as u32;
    }
    (names, place)
}
