//! The laws on every architecture, and proof that they can fail: a model whose
//! mask is another breaks them.

use crate::fixture;
use arbor_loaders::law::{LAWS, Probe};
use arbor_loaders::{DType, Device, Input, LoadError, Model};
use arbor_model::{Check, Mask, Outcome};

fn probe(model: &Model) -> Probe {
    let genome = &model.blueprint().genome;
    let pair = matches!(genome.stacks, arbor_genome::Stacks::Pair { .. });
    Probe::spread_over(genome.embedding().vocabulary(), pair)
}

#[test]
fn every_law_holds_on_every_architecture() {
    let mut broken = Vec::new();
    let mut held = 0;
    for fixture in fixture::all() {
        let Ok(model) = fixture.model() else { continue };
        let probe = probe(&model);
        for law in LAWS {
            match (law.test)(&model, &probe) {
                Ok(finding) if finding.outcome == Outcome::Fail => {
                    broken.push(format!("{} {}: {finding:?}", fixture.name, law.check));
                }
                Ok(finding) => held += usize::from(finding.outcome == Outcome::Pass),
                Err(error) => broken.push(format!("{} {}: {error}", fixture.name, law.check)),
            }
        }
    }
    assert!(
        broken.is_empty(),
        "{held} hold, but:\n{}",
        broken.join("\n")
    );
    assert!(held > 0);
}

#[test]
fn a_model_with_another_mask_breaks_the_law() {
    for (name, mask) in [("gpt2", Mask::Bidirectional), ("bert", Mask::Causal)] {
        let all = fixture::all();
        let fixture = all
            .iter()
            .find(|fixture| fixture.name == name)
            .expect("the fixture");
        let (mut blueprint, weights) = fixture.model().expect("a model").into_parts();
        let arbor_genome::Stacks::Single { stack, .. } = &mut blueprint.genome.stacks else {
            panic!("{name} has one stack");
        };
        // The net is built one way, and the genome then claims the other.
        let truth = std::mem::replace(&mut stack.mask, mask);
        let model = Model::build(blueprint, weights, DType::F32, &Device::Cpu).expect("built");
        let model = model.claiming(|genome| {
            if let arbor_genome::Stacks::Single { stack, .. } = &mut genome.stacks {
                stack.mask = truth;
            }
        });
        let law = LAWS
            .iter()
            .find(|law| law.check == Check::Factorisation)
            .expect("the law");
        let finding = (law.test)(&model, &probe(&model)).expect("tested");
        assert_eq!(finding.outcome, Outcome::Fail, "{name}: {finding:?}");
    }
}

#[test]
fn ids_beyond_the_vocabulary_and_missing_sources_are_refused() {
    for fixture in fixture::all() {
        let Ok(model) = fixture.model() else { continue };
        let probe = probe(&model);
        let mut memory = model.memory(probe.source.as_ref()).expect("a memory");
        let refused = model.forward(&Input::row(&[4_000_000_000]), &mut memory);
        assert!(
            matches!(refused, Err(LoadError::Input(_))),
            "{}",
            fixture.name
        );
        let wrong = match probe.source {
            Some(_) => model.memory(None),
            None => model.memory(Some(&Input::row(&[1]))),
        };
        assert!(
            matches!(wrong, Err(LoadError::Input(_))),
            "{}",
            fixture.name
        );
    }
}
