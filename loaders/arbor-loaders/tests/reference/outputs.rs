//! Every number of every recorded answer.

use crate::fixture;

/// The most that one logit may differ, in units of the logits' spread: what
/// honest variations of a computation stay below, and single mistakes hardly
/// ever do.
const LIMIT: f64 = 2e-5;

#[test]
fn every_architecture_gives_the_reference_numbers() {
    let mut broken = Vec::new();
    let fixtures = fixture::all();
    assert!(!fixtures.is_empty());
    for fixture in &fixtures {
        let model = match fixture.model() {
            Ok(model) => model,
            Err(error) => {
                broken.push(format!("{}: {error}", fixture.name));
                continue;
            }
        };
        let counted = model.blueprint().inventory.total();
        if counted != fixture.parameters() {
            broken.push(format!(
                "{}: {counted} parameters, the reference has {}",
                fixture.name,
                fixture.parameters()
            ));
        }
        // Where the reference itself is noisier, four times its own noise.
        let limit = LIMIT.max(4.0 * fixture.noise());
        for case in fixture.cases() {
            match case.run(&model) {
                Ok(answer) => {
                    let far = case.distance(&answer) / fixture.spread();
                    if far > limit {
                        broken.push(format!(
                            "{} {}: {far:.1e} > {limit:.1e}",
                            fixture.name, case.name
                        ));
                    }
                }
                Err(error) => broken.push(format!("{} {}: {error}", fixture.name, case.name)),
            }
        }
    }
    assert!(
        broken.is_empty(),
        "{} of {} fixtures:\n{}",
        broken.len(),
        fixtures.len(),
        broken.join("\n")
    );
}
