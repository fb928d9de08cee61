//! The acceptance rule against mistakes: genomes with one thing wrong, as a
//! loader could have it wrong, must not pass for the reference.
//!
//! A mutant is *observable* if it moves any number at all beyond the noise of
//! summation; of those at most 1.5 % may pass. The table by kind stands in
//! `docs/VALIDATION.md`; run with `--nocapture` to print it.

use crate::fixture::{self, Fixture};
use crate::mistakes::{self, Mistake};
use arbor_loaders::reference::{Agreement, Case, Reference};
use arbor_loaders::{DType, Device, LoadError, Model};
use std::collections::BTreeMap;

/// Below this, in units of the spread, a mutant's numbers are the original's:
/// the noise of summation is about a tenth of it.
const OBSERVABLE: f64 = 5e-7;

#[derive(Default)]
struct Tally {
    made: usize,
    observable: usize,
    suspect: usize,
    escaped: Vec<String>,
}

#[test]
fn single_mistakes_do_not_pass_for_the_reference() {
    let mut table: BTreeMap<&str, Tally> = BTreeMap::new();
    let mut architectures = 0;
    for fixture in fixture::all() {
        let Ok(model) = fixture.model() else { continue };
        architectures += 1;
        let reference = fixture.reference();
        let Some(case) = reference.cases.iter().find(|case| case.name == "main") else {
            continue;
        };
        let truth = numbers(&model, case).expect("the original answers");
        let (mut blueprint, mut weights) = model.into_parts();
        for mistake in mistakes::of(&blueprint.genome) {
            let original = blueprint.genome.clone();
            blueprint.genome = mistake.genome.clone();
            let mutant = match Model::build(blueprint.clone(), weights, DType::F32, &Device::Cpu) {
                Ok(mutant) => mutant,
                Err(error) => panic!("{} {}: {error}", fixture.name, mistake.kind),
            };
            let tally = table.entry(mistake.kind).or_default();
            tally.made += 1;
            judge(&fixture, &reference, case, &truth, &mistake, &mutant, tally);
            (_, weights) = mutant.into_parts();
            blueprint.genome = original;
        }
    }
    report(&table, architectures);
}

fn judge(
    fixture: &Fixture,
    reference: &Reference,
    case: &Case,
    truth: &[f32],
    mistake: &Mistake,
    mutant: &Model,
    tally: &mut Tally,
) {
    // A mutant that cannot answer is noticed.
    let Ok(answer) = case.ask(mutant) else {
        tally.observable += 1;
        return;
    };
    let Ok(far) = case.distance(&answer) else {
        tally.observable += 1;
        return;
    };
    let got: Vec<f32> = answer
        .flatten_all()
        .and_then(|a| a.to_vec1())
        .expect("numbers");
    let moved = got.iter().zip(truth).map(|(a, b)| f64::from((a - b).abs()));
    let moved = moved.fold(
        0.0,
        |m: f64, d| if d.is_nan() { f64::INFINITY } else { m.max(d) },
    );
    if moved / reference.spread <= OBSERVABLE {
        return;
    }
    tally.observable += 1;
    match reference.judge(far / reference.spread) {
        Agreement::Same => tally
            .escaped
            .push(format!("{} {}", fixture.name, mistake.kind)),
        Agreement::Suspect => tally.suspect += 1,
        Agreement::Different => {}
    }
}

fn numbers(model: &Model, case: &Case) -> Result<Vec<f32>, LoadError> {
    Ok(case.ask(model)?.flatten_all()?.to_vec1()?)
}

fn report(table: &BTreeMap<&str, Tally>, architectures: usize) {
    println!("| mistake | mutants | observable | suspect | escaped |\n|---|---|---|---|---|");
    for (kind, tally) in table {
        let escaped = tally.escaped.len();
        println!(
            "| {kind} | {} | {} | {} | {escaped} |",
            tally.made, tally.observable, tally.suspect
        );
    }
    let sum = |of: fn(&Tally) -> usize| table.values().map(of).sum::<usize>();
    let (made, observable) = (sum(|t| t.made), sum(|t| t.observable));
    let (suspect, escaped) = (sum(|t| t.suspect), sum(|t| t.escaped.len()));
    println!("| all, {architectures} fixtures | {made} | {observable} | {suspect} | {escaped} |");
    let names: Vec<_> = table.values().flat_map(|t| &t.escaped).collect();
    assert!(observable > 0);
    assert!(
        escaped as f64 <= 0.015 * observable as f64,
        "{escaped} of {observable} observable mistakes escape: {names:?}"
    );
}

/// Honest variations: the same model asked in other company must stay the
/// same.
#[test]
fn honest_variations_raise_no_alarm() {
    let mut alarms = Vec::new();
    for fixture in fixture::all() {
        let Ok(model) = fixture.model() else { continue };
        let reference = fixture.reference();
        let Some(case) = reference.cases.iter().find(|case| case.name == "main") else {
            continue;
        };
        for copies in [1, 2, 5] {
            let repeat = |rows: &Vec<Vec<u32>>| {
                rows.iter()
                    .cycle()
                    .take(rows.len() * copies)
                    .cloned()
                    .collect::<Vec<_>>()
            };
            let mut other = case.clone();
            other.input.ids = repeat(&case.input.ids);
            other.input.order = repeat(&case.input.order);
            if let Some(target) = &mut other.target {
                target.ids = repeat(&target.ids);
            }
            let answer = other
                .ask(&model)
                .and_then(|answer| Ok(answer.narrow(0, 0, 1)?));
            let far = answer
                .and_then(|answer| case.distance(&answer))
                .expect("an answer");
            if reference.judge(far / reference.spread) != Agreement::Same {
                alarms.push(format!("{} among {copies}: {far:.1e}", fixture.name));
            }
        }
    }
    assert!(alarms.is_empty(), "{alarms:?}");
}
