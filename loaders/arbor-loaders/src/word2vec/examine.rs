//! The ladder of checks for word vectors. What defines CBOW stands in for the
//! laws of layers: a word's answer comes from both sides of it, in no order,
//! and not from the word itself.

use super::{Files, WINDOW, Word2Vec};
use crate::compare::far_by;
use crate::examine::{Asked, Examination, Ladder};
use crate::law::{Finding, Probe, apart, spread};
use crate::reference::Reference;
use crate::tolerance::F32;
use crate::{Device, LoadError, Tensor};
use arbor_model::{Check, Outcome};

/// What the verdict calls these models.
const KIND: &str = "word2vec";

/// Examines word vectors.
pub(crate) fn examine(files: &Files, asked: Asked<'_>) -> Examination {
    let mut ladder = Ladder::single(asked.heard);
    ladder.skip(
        Check::Files,
        "there is no manifest to hold the file against",
    );
    let model = match Word2Vec::open(&files.input, files.output.as_deref()) {
        Ok(model) => model,
        Err(error) => return ladder.unloadable(&error),
    };
    let (words, width) = (model.words().len(), model.words().width());
    let what = match files.output {
        Some(_) => "words of input and output vectors",
        None => "words of input vectors; there are no output vectors, so no probabilities",
    };
    ladder.record(Check::Header, Outcome::Pass, Some(words as f64), what);
    let detail = format!("{} numbers, {words} words of {width}", model.parameters());
    ladder.record(Check::Parameters, Outcome::Pass, Some(0.0), &detail);
    let detail = "vectors, one for each word, none twice";
    ladder.record(Check::Load, Outcome::Pass, Some(words as f64), detail);
    ladder.skip(Check::Tokenizer, "words are read as they stand");
    for (check, law) in [
        (Check::Finite, finite as fn(&Word2Vec) -> _),
        (Check::Factorisation, factorisation),
    ] {
        match law(&model) {
            Ok(finding) => ladder.add(check, &finding),
            Err(error) => ladder.fail(check, error.to_string()),
        }
    }
    ladder.skip(Check::Cache, "a bag of words has no steps");
    ladder.skip(Check::Batch, "a bag of words has no padding");
    ladder.skip(Check::Chain, "a word between others has no chain rule");
    let beside = files.input.parent().and_then(Reference::beside);
    match asked.reference.or(beside.as_deref()).map(Reference::read) {
        Some(Ok(reference)) => {
            let far = far_by(&reference, |case| answers(&model, &case.input.ids));
            ladder.compared(far.map(|far| far.judged(&reference)));
        }
        Some(Err(error)) => ladder.skip(Check::Reference, &error.to_string()),
        None => ladder.skip(Check::Reference, "no reference is known for these vectors"),
    }
    ladder.skip(Check::Plausible, "word vectors score no order of words");
    ladder.skip(Check::Speed, "there are no layers to time");
    ladder.end(Some(KIND))
}

/// Answers to rows of words, `[b, s, v]`.
fn answers(model: &Word2Vec, rows: &[Vec<u32>]) -> Result<Tensor, LoadError> {
    let mut numbers = Vec::new();
    let mut shape = (rows.len(), 0, 0);
    for row in rows {
        let answers = model.answers(row, WINDOW)?;
        (shape.1, shape.2) = (answers.len(), answers.first().map_or(0, Vec::len));
        numbers.extend(answers.into_iter().flatten());
    }
    Ok(Tensor::from_vec(numbers, shape, &Device::Cpu)?)
}

fn probe(model: &Word2Vec) -> Vec<u32> {
    Probe::spread_over(model.words().len() as u64, false).ids
}

fn finite(model: &Word2Vec) -> Result<Finding, LoadError> {
    let answers = model.answers(&probe(model), WINDOW)?;
    let spread = spread(&answers);
    Ok(if !spread.is_finite() {
        Finding::fault("an answer is not finite")
    } else if spread < 1e-12 {
        Finding::fail(spread, "every answer is the same number")
    } else {
        Finding::pass(spread, "the standard deviation of all answers")
    })
}

fn factorisation(model: &Word2Vec) -> Result<Finding, LoadError> {
    let ids = probe(model);
    let words = model.words().len() as u32;
    if words < 2 {
        return Ok(Finding::skip("one word has no context"));
    }
    let at = ids.len() / 2;
    let before = model.answers(&ids, WINDOW)?;
    let spread = spread(&before);
    let moved = |change: &dyn Fn(&mut Vec<u32>)| -> Result<f64, LoadError> {
        let mut changed = ids.clone();
        change(&mut changed);
        let after = model.answers(&changed, WINDOW)?;
        Ok(apart(&before[at], &after[at], spread))
    };
    let other = |id: u32| (id + 1) % words;
    for (side, place) in [("before", at - 1), ("after", at + 1)] {
        let far = moved(&|ids| ids[place] = other(ids[place]))?;
        if far < F32.other {
            let detail = format!("another word {side} a word does not move its answer");
            return Ok(Finding::fail(far, detail));
        }
    }
    let order = moved(&|ids| ids.swap(at - 1, at + 2))?;
    let itself = moved(&|ids| ids[at] = other(ids[at]))?;
    for (far, what) in [
        (order, "the order of its context"),
        (itself, "the word itself"),
    ] {
        if far > F32.same {
            return Ok(Finding::fail(far, format!("{what} moves a word's answer")));
        }
    }
    let what = if model.has_output() {
        "answers"
    } else {
        "means of contexts, for want of answers,"
    };
    let detail = format!("{what} see both sides in any order, and not the word itself");
    Ok(Finding::pass(order.max(itself), detail))
}
