//! Every number of every recorded answer.

use crate::fixture;
use arbor_loaders::reference::Agreement;

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
        let reference = fixture.reference();
        let counted = model.blueprint().inventory.total();
        if reference.parameters != Some(counted) {
            let theirs = reference.parameters;
            broken.push(format!(
                "{}: {counted} parameters, not {theirs:?}",
                fixture.name
            ));
        }
        for case in &reference.cases {
            match case.ask(&model).and_then(|answer| case.distance(&answer)) {
                Ok(far) => {
                    let far = far / reference.spread;
                    if reference.judge(far) != Agreement::Same {
                        broken.push(format!("{} {}: {far:.1e}", fixture.name, case.name));
                    }
                }
                Err(error) => broken.push(format!("{} {}: {error}", fixture.name, case.name)),
            }
        }
    }
    let count = (broken.len(), fixtures.len());
    assert!(broken.is_empty(), "{count:?}:\n{}", broken.join("\n"));
}
