//! From what models declare to a lineage: names resolved, loose ends and
//! cycles left out. The order of the models does not change the outcome.

use arbor_catalog::lineage::knots;
use arbor_model::{Base, Declared, HubKey, ImportedEdge, Repair, RepairKind, Repairs, RepoId};
use std::collections::HashMap;

/// A lineage, and what was left out of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Settled {
    /// The edges, sorted, each once.
    pub edges: Vec<ImportedEdge>,
    /// What was left out or renamed.
    pub repairs: Repairs,
}

/// The place of a model, or a repository that only the catalogue has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Parent<'m> {
    Model(u32),
    Curated(&'m str),
}

/// Makes edges of what models declare. `curated` gives the spelling of a
/// repository that the catalogue has, so that its models can be parents
/// without being imported.
///
/// Two records with one key are one repository that was renamed: the one that
/// changed last counts, and bases of the old name are bases of the new one.
/// Of a cycle no edge is kept, since nothing says which of them is wrong.
#[must_use]
pub fn settle<'c>(models: &[Declared], curated: impl Fn(&str) -> Option<&'c str>) -> Settled {
    let mut repairs = Repairs::default();
    let living = living(models, &mut repairs);
    let by_name: HashMap<String, u32> = (0_u32..)
        .zip(models)
        .map(|(at, model)| (model.id.as_str().to_ascii_lowercase(), at))
        .collect();
    let place = |at: u32| living.get(at as usize).copied().unwrap_or(at);
    let mut edges = Vec::new();
    for (at, model) in (0_u32..).zip(models) {
        if place(at) != at {
            // Its successor speaks for it.
            continue;
        }
        for base in &model.bases {
            let lower = base.repo.as_str().to_ascii_lowercase();
            let parent = match by_name.get(&lower) {
                Some(named) => Parent::Model(place(*named)),
                None => match curated(&lower) {
                    Some(spelled) => Parent::Curated(spelled),
                    None => {
                        let detail = base.repo.as_str();
                        repairs.add(Repair::new(RepairKind::Ghost, model.id.as_str(), detail));
                        continue;
                    }
                },
            };
            if parent == Parent::Model(at) {
                let detail = base.repo.as_str();
                repairs.add(Repair::new(
                    RepairKind::SelfParent,
                    model.id.as_str(),
                    detail,
                ));
                continue;
            }
            respelled(model, base, parent, models, &mut repairs);
            edges.push((at, parent, base.relation));
        }
    }
    edges.sort_unstable();
    edges.dedup();
    let between = edges.iter().filter_map(|(child, parent, _)| match parent {
        Parent::Model(parent) => Some((*child, *parent)),
        Parent::Curated(_) => None,
    });
    let circle = circles(models.len(), &between.collect::<Vec<_>>());
    let name = |at: u32| models.get(at as usize).map(|model| &model.id);
    let mut settled = Vec::with_capacity(edges.len());
    for (child, parent, relation) in edges {
        let parent_name = match parent {
            Parent::Model(at) => name(at).cloned(),
            Parent::Curated(spelled) => RepoId::new(spelled).ok(),
        };
        let (Some(child_name), Some(parent_name)) = (name(child), parent_name) else {
            continue;
        };
        let in_circle = |at: u32| circle.get(at as usize).copied().flatten();
        if let Parent::Model(parent) = parent
            && in_circle(child).is_some()
            && in_circle(child) == in_circle(parent)
        {
            let detail = parent_name.as_str();
            repairs.add(Repair::new(RepairKind::Cycle, child_name.as_str(), detail));
            continue;
        }
        settled.push(ImportedEdge {
            child: child_name.clone(),
            parent: parent_name,
            relation,
        });
    }
    settled.sort();
    Settled {
        edges: settled,
        repairs,
    }
}

/// The place of each model's newest name: its own unless it was renamed.
fn living(models: &[Declared], repairs: &mut Repairs) -> Vec<u32> {
    let newest = |at: u32| {
        models
            .get(at as usize)
            .map(|model| (model.modified_us, &model.id))
    };
    let mut by_key: HashMap<HubKey, u32> = HashMap::new();
    for (at, model) in (0_u32..).zip(models) {
        let Some(key) = model.key else { continue };
        let held = by_key.entry(key).or_insert(at);
        if newest(at) > newest(*held) {
            *held = at;
        }
    }
    let places = (0_u32..).zip(models).map(|(at, model)| {
        let held = model.key.and_then(|key| by_key.get(&key).copied());
        let held = held.unwrap_or(at);
        if held != at
            && let Some(now) = models.get(held as usize)
        {
            repairs.add(Repair::new(
                RepairKind::Renamed,
                model.id.as_str(),
                now.id.as_str(),
            ));
        }
        held
    });
    places.collect()
}

/// Tells of a base that is declared under another spelling or an older name.
fn respelled(
    model: &Declared,
    base: &Base,
    parent: Parent<'_>,
    models: &[Declared],
    repairs: &mut Repairs,
) {
    let now = match parent {
        Parent::Model(at) => models.get(at as usize).map(|model| model.id.as_str()),
        Parent::Curated(spelled) => Some(spelled),
    };
    if let Some(now) = now.filter(|now| *now != base.repo.as_str()) {
        let detail = format!("{} is {now}", base.repo);
        repairs.add(Repair::new(RepairKind::Renamed, model.id.as_str(), &detail));
    }
}

/// The number of the knot that each model is part of, if it is of one.
fn circles(models: usize, edges: &[(u32, u32)]) -> Vec<Option<u32>> {
    let mut circle = vec![None; models];
    let nodes = u32::try_from(models).unwrap_or(u32::MAX);
    for (number, knot) in (0_u32..).zip(knots(nodes, edges.iter().copied())) {
        for at in knot {
            if let Some(place) = circle.get_mut(at as usize) {
                *place = Some(number);
            }
        }
    }
    circle
}

#[cfg(test)]
mod tests {
    use super::*;
    use arbor_model::Relation;
    use proptest::prelude::*;

    fn model(id: &str, bases: &[&str]) -> Declared {
        let base = |name: &&str| Base {
            repo: name.parse().expect("a name"),
            relation: Relation::FineTunedFrom,
        };
        Declared {
            id: id.parse().expect("a name"),
            key: None,
            modified_us: None,
            bases: bases.iter().map(base).collect(),
        }
    }

    fn keyed(id: &str, digit: &str, modified: i64, bases: &[&str]) -> Declared {
        Declared {
            key: digit.repeat(24).parse().ok(),
            modified_us: Some(modified),
            ..model(id, bases)
        }
    }

    fn edges(settled: &Settled) -> Vec<String> {
        let edges = settled.edges.iter();
        edges
            .map(|edge| format!("{}<{}", edge.child, edge.parent))
            .collect()
    }

    fn counts(settled: &Settled) -> Vec<(RepairKind, u64)> {
        let counts = RepairKind::ALL
            .iter()
            .map(|kind| (*kind, settled.repairs.count(*kind)));
        counts.filter(|(_, count)| *count > 0).collect()
    }

    fn nothing(_: &str) -> Option<&'static str> {
        None
    }

    #[test]
    fn bases_become_edges() {
        let models = [
            model("a/base", &[]),
            model("a/child", &["a/base"]),
            model("a/merge", &["a/base", "a/child", "a/base"]),
        ];
        let settled = settle(&models, nothing);
        assert_eq!(
            edges(&settled),
            ["a/child<a/base", "a/merge<a/base", "a/merge<a/child"]
        );
        assert_eq!(counts(&settled), []);
    }

    #[test]
    fn a_base_may_be_the_catalogues() {
        let known = |name: &str| (name == "org/gpt").then_some("Org/GPT");
        let settled = settle(&[model("a/x", &["org/gpt"])], known);
        assert_eq!(edges(&settled), ["a/x<Org/GPT"]);
        assert_eq!(counts(&settled), [(RepairKind::Renamed, 1)]);
    }

    #[test]
    fn loose_ends_are_left_out() {
        let models = [model("a/x", &["a/gone", "a/X"]), model("a/y", &["A/x"])];
        let settled = settle(&models, nothing);
        assert_eq!(edges(&settled), ["a/y<a/x"]);
        let expected = [
            (RepairKind::Ghost, 1),
            (RepairKind::Renamed, 1),
            (RepairKind::SelfParent, 1),
        ];
        assert_eq!(counts(&settled), expected);
    }

    #[test]
    fn a_renamed_model_is_one_model() {
        let models = [
            keyed("a/old", "1", 1, &["a/base"]),
            keyed("b/new", "1", 2, &["a/base"]),
            keyed("a/base", "2", 1, &[]),
            model("c/child", &["a/old"]),
            // Under its new name it is its own base.
            keyed("d/new", "3", 9, &["d/old"]),
            keyed("d/old", "3", 1, &[]),
        ];
        let settled = settle(&models, nothing);
        assert_eq!(edges(&settled), ["b/new<a/base", "c/child<b/new"]);
        assert_eq!(
            counts(&settled),
            [(RepairKind::Renamed, 3), (RepairKind::SelfParent, 1)]
        );
    }

    #[test]
    fn of_a_cycle_no_edge_is_kept() {
        let models = [
            model("a/one", &["a/two"]),
            model("a/three", &["a/one", "a/root"]),
            model("a/two", &["a/three"]),
            model("a/root", &[]),
            model("a/below", &["a/one"]),
        ];
        let settled = settle(&models, nothing);
        assert_eq!(edges(&settled), ["a/below<a/one", "a/three<a/root"]);
        assert_eq!(counts(&settled), [(RepairKind::Cycle, 3)]);
    }

    #[test]
    fn a_chain_may_be_as_long_as_it_likes() {
        let names: Vec<String> = (0..200_000).map(|n| format!("a/m{n}")).collect();
        let models: Vec<_> = (0..names.len())
            .map(|n| {
                model(
                    &names[n],
                    &n.checked_sub(1)
                        .map(|n| names[n].as_str())
                        .into_iter()
                        .collect::<Vec<_>>(),
                )
            })
            .collect();
        assert_eq!(settle(&models, nothing).edges.len(), names.len() - 1);
    }

    proptest! {
        /// Every declared base is an edge or a repair; peeling off models
        /// without parents leaves nothing; the order does not matter.
        #[test]
        fn what_is_settled_is_a_lineage(declared in prop::collection::vec((0..12_usize, 0..14_usize), 0..40), seed in any::<u64>()) {
            let mut models: Vec<_> = (0..12).map(|n| model(&format!("a/m{n}"), &[])).collect();
            let mut bases = std::collections::BTreeSet::new();
            for (child, parent) in declared {
                if bases.insert((child, parent)) {
                    models[child].bases.extend(model("x/y", &[&format!("a/m{parent}")]).bases);
                }
            }
            let settled = settle(&models, nothing);
            let told: u64 = counts(&settled).iter().map(|(_, count)| count).sum();
            prop_assert_eq!(settled.edges.len() as u64 + told, bases.len() as u64);
            let mut left: Vec<_> = settled.edges.iter().collect();
            loop {
                let children: std::collections::BTreeSet<_> = left.iter().map(|edge| &edge.child).collect();
                let before = left.len();
                let keep: Vec<_> = left.iter().copied().filter(|edge| children.contains(&edge.parent)).collect();
                left = keep;
                if left.len() == before { break; }
            }
            prop_assert!(left.is_empty());
            let middle = (seed % 12) as usize;
            models.rotate_left(middle);
            prop_assert_eq!(settle(&models, nothing).edges, settled.edges);
        }
    }
}
