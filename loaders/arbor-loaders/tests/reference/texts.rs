//! Scores and continuations against what the recorded logits imply.

use crate::fixture;
use arbor_loaders::reference::{Case, Reference};
use arbor_loaders::{Choice, Model, Prompt, Rule, Scored, fill, generate, score};
use std::ops::ControlFlow;

fn fixture(name: &str) -> (Model, Reference) {
    let fixture = fixture::all().into_iter().find(|f| f.name == name);
    let fixture = fixture.expect("the fixture");
    (fixture.model().expect("a model"), fixture.reference())
}

fn case<'r>(reference: &'r Reference, name: &str) -> &'r Case {
    let case = reference.cases.iter().find(|case| case.name == name);
    case.expect("the case")
}

/// The log-probability of a token at a position by the record.
fn recorded(case: &Case, position: usize, id: u32) -> f64 {
    let row = &case.answer[position * case.width..][..case.width];
    let sum: f64 = row.iter().map(|n| f64::from(*n).exp()).sum();
    f64::from(row[id as usize]) - sum.ln()
}

#[track_caller]
fn close(a: &[f64], b: &[f64]) {
    assert_eq!(a.len(), b.len());
    for (a, b) in a.iter().zip(b) {
        assert!((a - b).abs() < 1e-4, "{a} is not {b}");
    }
}

#[test]
fn a_causal_score_is_the_records() {
    for name in ["gpt2", "llama2", "llama-dynamic", "mamba"] {
        let (model, reference) = fixture(name);
        let case = case(&reference, "main");
        let ids = &case.input.ids[0];
        let asked = Scored {
            ids,
            ..Scored::default()
        };
        let scores = score(&model, &asked).expect("a score");
        assert_eq!(scores[0], None, "the first token is given");
        let scores: Vec<f64> = scores.into_iter().flatten().collect();
        let wanted: Vec<f64> = (1..ids.len())
            .map(|at| recorded(case, at - 1, ids[at]))
            .collect();
        close(&scores, &wanted);
    }
}

#[test]
fn a_conditional_score_is_the_records() {
    for name in ["t5", "bart"] {
        let (model, reference) = fixture(name);
        let case = case(&reference, "main");
        let target = &case.target.as_ref().expect("a target").ids[0];
        // The record's decoder began with any token.
        let model = model.claiming(|genome| genome.decoder_start = Some(target[0]));
        let asked = Scored {
            ids: &target[1..],
            source: Some(&case.input.ids[0]),
            ..Scored::default()
        };
        let scores = score(&model, &asked).expect("a score");
        let scores: Vec<f64> = scores.into_iter().flatten().collect();
        let wanted: Vec<f64> = (1..target.len())
            .map(|at| recorded(case, at - 1, target[at]))
            .collect();
        close(&scores, &wanted);
        let without = Scored {
            ids: target,
            ..Scored::default()
        };
        assert!(score(&model, &without).is_err(), "{name} needs a source");
    }
}

#[test]
fn a_masked_score_hides_one_token_at_a_time() {
    let (model, reference) = fixture("bert");
    let case = case(&reference, "short");
    let ids = &case.input.ids[0];
    // With the token itself as the mask nothing is hidden: the record holds.
    for at in 0..ids.len() {
        let around: Vec<bool> = (0..ids.len()).map(|other| other != at).collect();
        let asked = Scored {
            ids,
            mask: Some(ids[at]),
            around: &around,
            source: None,
        };
        let scores = score(&model, &asked).expect("a score");
        let scores: Vec<f64> = scores.into_iter().flatten().collect();
        close(&scores, &[recorded(case, at, ids[at])]);
    }
    let filled = fill(&model, ids, ids[2], 5).expect("filled");
    assert_eq!((filled[0].position, filled[0].candidates.len()), (2, 5));
    for candidate in &filled[0].candidates {
        close(
            &[candidate.log_probability],
            &[recorded(case, 2, candidate.id)],
        );
    }
    assert_eq!(Rule::of(&model).expect("a rule"), Rule::Masked);
    assert!(
        generate(&model, &prompt(ids, &[]), Choice::Greedy, |_| {
            ControlFlow::Break(())
        })
        .is_err()
    );
}

fn prompt<'a>(ids: &'a [u32], end: &'a [u32]) -> Prompt<'a> {
    Prompt {
        ids,
        end,
        first: None,
        limit: 6,
    }
}

fn written(model: &Model, prompt: &Prompt<'_>, choice: Choice) -> Vec<u32> {
    let mut ids = Vec::new();
    let told = |chosen: arbor_loaders::Chosen| {
        ids.push(chosen.id);
        ControlFlow::Continue(())
    };
    generate(model, prompt, choice, told).expect("written");
    ids
}

#[test]
fn the_first_token_is_the_records_likeliest_and_an_end_ends() {
    for name in ["gpt2", "llama2", "rwkv"] {
        let (model, reference) = fixture(name);
        let case = case(&reference, "short");
        let ids = &case.input.ids[0];
        let row = &case.answer[case.answer.len() - case.width..];
        let best = (0..case.width).max_by(|a, b| row[*a].total_cmp(&row[*b]));
        let best = best.expect("a vocabulary") as u32;
        let greedy = written(&model, &prompt(ids, &[]), Choice::Greedy);
        assert_eq!((greedy[0], greedy.len()), (best, 6), "{name}");
        let ended = written(&model, &prompt(ids, &[best]), Choice::Greedy);
        assert_eq!(ended, [best], "{name}");
    }
}

#[test]
fn drawn_tokens_follow_their_seed() {
    let (model, reference) = fixture("gpt2");
    let ids = &case(&reference, "short").input.ids[0];
    let draw = |temperature, seed| {
        let choice = Choice::Drawn { temperature, seed };
        written(&model, &prompt(ids, &[]), choice)
    };
    assert_eq!(draw(1.0, 1), draw(1.0, 1));
    assert!((2..9).any(|seed| draw(1.0, 1) != draw(1.0, seed)));
    let greedy = written(&model, &prompt(ids, &[]), Choice::Greedy);
    assert_eq!(draw(1e-3, 1), greedy, "the cold leave no choice");
}
