//! The ladder of checks for ELMo. The law of factorisation holds twice: a
//! changed word moves forward answers from its own place on and none before,
//! backward answers up to its own place and none behind.

use super::{Elmo, Reading, Remembered, Word};
use crate::compare::far_by;
use crate::examine::{Asked, Examination, Ladder};
use crate::law::{Finding, apart, spread};
use crate::reference::{Case, Reference};
use crate::score::log_softmax;
use crate::tolerance::F32;
use crate::{LoadError, Tensor};
use arbor_model::{Check, Outcome};
use std::path::Path;

const KIND: &str = "elmo";
const TEXT: &str = "A changed word moves what is read after it, this way or that way.";
const WAYS: [Reading; 2] = [Reading::Forward, Reading::Backward];
/// A recurrence adds up in another order when it is cut into steps.
const STEPS: f64 = 5.0 * F32.same;

/// Examines a folder's ELMo.
pub(crate) fn examine(folder: &Path, asked: Asked<'_>) -> Examination {
    let mut ladder = Ladder::single(asked.heard);
    ladder.skip(
        Check::Files,
        "a folder has no manifest to hold its files against",
    );
    let model = match Elmo::load(folder) {
        Ok(model) => model,
        Err(error) => return ladder.unloadable(&error),
    };
    let (learned, bytes, tensors, format) = model.facts;
    let pass = Outcome::Pass;
    let detail = format!("bytes of well-formed {format}");
    ladder.record(Check::Header, pass, Some(bytes as f64), &detail);
    let head = if model.has_softmax() {
        "with the softmax"
    } else {
        "without a softmax, as published"
    };
    let detail = format!("{learned} learned in the file, as the options say, {head}");
    ladder.record(Check::Parameters, pass, Some(0.0), &detail);
    let detail = "tensors, each in its place";
    ladder.record(Check::Load, pass, Some(tensors as f64), detail);
    ladder.skip(Check::Tokenizer, "words are read by their characters");
    for (check, law) in [
        (Check::Finite, finite as fn(&Elmo) -> _),
        (Check::Factorisation, factorisation),
        (Check::Cache, cache),
        (Check::Batch, batch),
        (Check::Chain, chain),
    ] {
        match law(&model) {
            Ok(finding) => ladder.add(check, &finding),
            Err(error) => ladder.fail(check, error.to_string()),
        }
    }
    let beside = Reference::beside(folder);
    match asked.reference.or(beside.as_deref()).map(Reference::read) {
        Some(Ok(reference)) => {
            let far = far_by(&reference, |case| ask(&model, case));
            ladder.compared(far.map(|far| far.judged(&reference)));
        }
        Some(Err(error)) => ladder.skip(Check::Reference, &error.to_string()),
        None => ladder.skip(
            Check::Reference,
            "no reference is known for this checkpoint",
        ),
    }
    ladder.skip(Check::Plausible, "it is asked of tokenizers' models alone");
    ladder.skip(Check::Speed, "it is not timed");
    ladder.end(Some(KIND))
}

/// A recorded question: each row's characters, one word after the other.
fn ask(model: &Elmo, case: &Case) -> Result<Tensor, LoadError> {
    let input = &case.input;
    let row = |(at, ids): (usize, &Vec<u32>)| -> Vec<Word> {
        let words = ids.chunks(model.length).map(|word| Word(word.to_vec()));
        let real = input.mask.get(at);
        let count = real.map_or(usize::MAX, |real| real.iter().filter(|real| **real).count());
        words.take(count).collect()
    };
    let rows: Vec<Vec<Word>> = input.ids.iter().enumerate().map(row).collect();
    model.both(&rows)
}

fn probe(model: &Elmo) -> Vec<Word> {
    Word::sentence(TEXT, model.length)
}

/// One row's answers one way, from an empty memory.
fn alone(model: &Elmo, words: &[Word], way: Reading) -> Result<Vec<Vec<f32>>, LoadError> {
    let answer = model.read(&[words.to_vec()], way, &mut Remembered::default())?;
    Ok(answer.squeeze(0)?.to_vec2()?)
}

fn farthest(a: &[Vec<f32>], b: &[Vec<f32>], spread: f64) -> f64 {
    let far = a.iter().zip(b).map(|(a, b)| apart(a, b, spread));
    far.fold(0.0, f64::max)
}

fn finite(model: &Elmo) -> Result<Finding, LoadError> {
    let mut least = f64::INFINITY;
    for way in WAYS {
        let answers = alone(model, &probe(model), way)?;
        if answers.iter().flatten().any(|number| !number.is_finite()) {
            return Ok(Finding::fault("an answer is not finite"));
        }
        least = least.min(spread(&answers));
    }
    Ok(if least < 1e-12 {
        Finding::fail(least, "every answer one way is the same number")
    } else {
        Finding::pass(least, "the standard deviation of all answers")
    })
}

fn factorisation(model: &Elmo) -> Result<Finding, LoadError> {
    let words = probe(model);
    let at = words.len() / 2;
    let mut changed = words.clone();
    changed[at] = Word::of("other", model.length);
    let mut most = 0.0_f64;
    for way in WAYS {
        let before = alone(model, &words, way)?;
        let after = alone(model, &changed, way)?;
        let spread = spread(&before);
        let far =
            |range: std::ops::Range<usize>| farthest(&before[range.clone()], &after[range], spread);
        let (unread, next, name) = match way {
            Reading::Forward => (0..at, at + 1, "forward"),
            Reading::Backward => (at + 1..words.len(), at - 1, "backward"),
        };
        let leak = far(unread);
        if leak > F32.leak {
            let detail = format!("read {name}, a word moves answers that were given before it");
            return Ok(Finding::fail(leak, detail));
        }
        let heard = far(next..next + 1);
        if heard < F32.other {
            let detail = format!("read {name}, a word does not move the next answer");
            return Ok(Finding::fail(heard, detail));
        }
        most = most.max(leak);
    }
    let detail = "forward answers see the past alone, backward ones the future alone";
    Ok(Finding::pass(most, detail))
}

/// One word after the other, the way they are read.
fn steps(model: &Elmo, words: &[Word], way: Reading) -> Result<Vec<Vec<f32>>, LoadError> {
    let mut memory = Remembered::default();
    let mut step = |word: &Word| -> Result<Vec<f32>, LoadError> {
        let answer = model.read(&[vec![word.clone()]], way, &mut memory)?;
        Ok(answer.flatten_all()?.to_vec1()?)
    };
    match way {
        Reading::Forward => words.iter().map(step).collect(),
        Reading::Backward => {
            let mut rows = Vec::with_capacity(words.len());
            for word in words.iter().rev() {
                rows.push(step(word)?);
            }
            rows.reverse();
            Ok(rows)
        }
    }
}

fn cache(model: &Elmo) -> Result<Finding, LoadError> {
    let words = probe(model);
    let mut far = 0.0_f64;
    for way in WAYS {
        let whole = alone(model, &words, way)?;
        far = far.max(farthest(
            &whole,
            &steps(model, &words, way)?,
            spread(&whole),
        ));
    }
    let detail = format!("{} steps each way against one pass", words.len());
    Ok(Finding::within(far, STEPS, detail))
}

fn batch(model: &Elmo) -> Result<Finding, LoadError> {
    let words = probe(model);
    let mut longer = words.clone();
    longer.reverse();
    longer.extend_from_slice(&words[..4]);
    let mut far = 0.0_f64;
    for way in WAYS {
        let whole = alone(model, &words, way)?;
        let rows = [words.clone(), longer.clone()];
        let together = model.read(&rows, way, &mut Remembered::default())?;
        let together: Vec<Vec<f32>> = together.narrow(0, 0, 1)?.squeeze(0)?.to_vec2()?;
        far = far.max(farthest(&whole, &together, spread(&whole)));
    }
    Ok(Finding::within(
        far,
        F32.same,
        "a padded row beside a longer one, each way",
    ))
}

fn chain(model: &Elmo) -> Result<Finding, LoadError> {
    if !model.has_softmax() {
        return Ok(Finding::skip(
            "without a softmax there are no probabilities",
        ));
    }
    let words = probe(model);
    let mut far = 0.0_f64;
    for way in WAYS {
        // Whichever words follow, both must find them equally likely.
        let score = |rows: &[Vec<f32>]| -> f64 {
            let rows = rows.iter().enumerate();
            rows.map(|(at, row)| log_softmax(row)[at % row.len().max(1)])
                .sum()
        };
        let whole = score(&alone(model, &words, way)?);
        let stepped = score(&steps(model, &words, way)?);
        far = far.max((whole - stepped).abs() / words.len() as f64);
    }
    let far = if far.is_nan() { f64::INFINITY } else { far };
    Ok(Finding::within(
        far,
        F32.nats,
        "log-likelihoods each way, at once and in steps",
    ))
}
