//! Honest ways to the same numbers: with kernels and without, by one thread
//! and by several. None may raise an alarm, against the reference or against
//! another way.

use crate::fixture;
use arbor_loaders::reference::{Agreement, Case, Reference};
use arbor_loaders::{DType, Device, Input, LoadError, Model, Tensor, plainly};
use std::process::Command;

/// Cases that differ from the reference.
fn alarms(reference: &Reference, ask: impl Fn(&Case) -> Result<Tensor, LoadError>) -> Vec<String> {
    let mut alarms = Vec::new();
    for case in &reference.cases {
        match ask(case).and_then(|answer| case.distance(&answer)) {
            Ok(far) if reference.judge(far / reference.spread) == Agreement::Same => {}
            Ok(far) => alarms.push(format!("{}: {:.1e}", case.name, far / reference.spread)),
            Err(error) => alarms.push(format!("{}: {error}", case.name)),
        }
    }
    alarms
}

#[test]
fn without_kernels_every_architecture_gives_the_reference_numbers() {
    let mut found = Vec::new();
    for fixture in fixture::all() {
        let Ok(model) = fixture.model() else { continue };
        let alarms = alarms(&fixture.reference(), |case| plainly(|| case.ask(&model)));
        found.extend(
            alarms
                .iter()
                .map(|alarm| format!("{} {alarm}", fixture.name)),
        );
    }
    assert!(found.is_empty(), "{found:?}");
}

/// The process counts its threads once, so another one is asked.
#[test]
fn one_thread_and_five_give_the_reference_numbers() {
    let tests = std::env::current_exe().expect("this program");
    for threads in ["1", "5"] {
        let done = Command::new(&tests)
            .args([
                "--exact",
                "outputs::every_architecture_gives_the_reference_numbers",
            ])
            .env("RAYON_NUM_THREADS", threads)
            .output()
            .expect("a run");
        let said = String::from_utf8_lossy(&done.stdout);
        assert!(done.status.success(), "{threads} threads: {said}");
        assert!(said.contains("1 passed"), "{threads} threads: {said}");
    }
}

/// Half precision is judged against our own single precision: with kernels it
/// is no farther away than the tensor library's way by more than rounding.
#[test]
fn half_precision_stays_near_single_precision() {
    for name in ["gpt2", "bert", "gemma2", "t5", "mistral", "bloom"] {
        let fixtures = fixture::all();
        let fixture = fixtures.iter().find(|fixture| fixture.name == name);
        let single = fixture.expect("the fixture").model().expect("a model");
        let reference = fixture.expect("the fixture").reference();
        let case = reference.cases.first().expect("a case");
        let wanted = case.ask(&single).expect("an answer");
        let (blueprint, weights) = single.into_parts();
        let half = Model::build(blueprint, weights, DType::BF16, &Device::Cpu).expect("built");
        let got = case.ask(&half).expect("an answer");
        let far = (got - wanted).and_then(|d| d.abs()?.flatten_all()?.mean(0)?.to_scalar::<f32>());
        let far = f64::from(far.expect("a number")) / reference.spread;
        assert!(far < 0.1, "{name}: {far:.1e}");
    }
}

/// What was read is the memory's own: two that go on from one text do not
/// write into each other's.
#[test]
fn a_memory_that_was_copied_goes_its_own_way() {
    let fixtures = fixture::all();
    let fixture = fixtures.iter().find(|fixture| fixture.name == "gpt2");
    let model = fixture.expect("the fixture").model().expect("a model");
    let ask = |memory: &mut _, ids: &[u32]| -> Vec<f32> {
        let answer = model.forward(&Input::row(ids), memory).expect("an answer");
        answer
            .flatten_all()
            .and_then(|t| t.to_vec1())
            .expect("numbers")
    };
    let mut first = model.memory(None).expect("a memory");
    ask(&mut first, &[1, 2, 3]);
    // There is room for more now, which both could take for theirs.
    ask(&mut first, &[4]);
    let mut second = first.clone();
    let mut third = first.clone();
    ask(&mut first, &[5]);
    ask(&mut second, &[6]);
    ask(&mut third, &[5]);
    let (first, second, third) = (
        ask(&mut first, &[7]),
        ask(&mut second, &[7]),
        ask(&mut third, &[7]),
    );
    assert_eq!(first, third);
    assert_ne!(first, second);
}
