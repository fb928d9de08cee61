//! The model's side of each published value: pairs of its number and the
//! published one, or how far the published token was from being chosen.

use super::ask::{Misfit, Question, array, questions};
use super::{Part, Pooling, Quantity, Row, Tell};
use crate::score::log_softmax;
use crate::text::Tokenizer;
use crate::{Choice, Input, LoadError, Marks, Model, Prompt, Rule, Tensor, generate};
use std::ops::ControlFlow;

/// Of tokens that follow, so many are compared: later ones hang on every
/// near tie before them.
const FOLLOWING: usize = 8;
/// Where a published token is not the likeliest, it is looked for among so
/// many.
const NEAR: usize = 64;

/// What the model has to say to a row.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Said {
    /// Its numbers beside the published ones.
    Pairs(Vec<(f64, f64)>),
    /// How much likelier its own choice was than the published one, in
    /// logits or nats; 0 where they are the same.
    Gap(f64),
    /// It chose something that cannot be found near the published choice.
    Other(String),
}

pub(super) fn answer(
    row: &Row,
    model: &Model,
    tokenizer: Option<&Tokenizer>,
) -> Result<Said, Misfit> {
    let asked = questions(row, model, tokenizer)?;
    let first = asked
        .first()
        .ok_or_else(|| Misfit("it asks nothing".to_owned()))?;
    match &row.tell {
        Tell::Numbers { of, part, mean } => {
            let mut answer = array(model, *of, first)?;
            if *mean {
                answer = answer.mean(2)?;
            }
            pairs(part, answer.dims(), &flat(&answer)?)
        }
        Tell::Tokens(wanted) => tokens(model, first, wanted),
        Tell::Loss(wanted) => {
            let ids = text_of(first)?;
            let scores = chosen(&logits(model, first)?, ids, 1..ids.len())?;
            if scores.is_empty() {
                return Err(Misfit("its text has one token only".to_owned()));
            }
            let loss = -scores.iter().sum::<f64>() / scores.len() as f64;
            Ok(Said::Pairs(vec![(loss, *wanted)]))
        }
        Tell::Ids(wanted) => {
            let mut gap = 0.0_f64;
            for (at, wanted) in wanted.iter().enumerate() {
                let ids = first
                    .input
                    .ids
                    .get(at)
                    .or_else(|| asked.get(at)?.input.ids.first());
                let ids = ids.ok_or_else(|| Misfit("a row is missing".to_owned()))?;
                gap = gap.max(following(model, ids, wanted)?);
            }
            Ok(Said::Gap(gap))
        }
        Tell::Texts(wanted) => texts(row, model, tokenizer, &asked, wanted),
        Tell::Top { tokens, chances } => top(model, tokenizer, &asked, tokens, chances),
        Tell::Embedding {
            pooling,
            unit,
            part,
        } => {
            let mut all = Vec::new();
            let mut width = 0;
            for question in &asked {
                let vector = embedding(model, question, *pooling, *unit)?;
                width = vector.len();
                all.extend(vector);
            }
            pairs(part, &[asked.len(), width], &all)
        }
    }
}

fn flat(tensor: &Tensor) -> Result<Vec<f32>, Misfit> {
    Ok(tensor.flatten_all()?.to_vec1()?)
}

/// The part that was published, beside the same part of the answer.
fn pairs(part: &Part, dims: &[usize], data: &[f32]) -> Result<Said, Misfit> {
    if !part.of.is_empty() && part.of != dims {
        let reason = format!("it is of an array {:?}, this model's is {dims:?}", part.of);
        return Err(Misfit(reason));
    }
    let taken = part.at.take(dims, data);
    let lacking = || Misfit(format!("an array {dims:?} has no such part"));
    let (shape, numbers) = taken.ok_or_else(lacking)?;
    if shape != part.shape {
        let reason = format!("its numbers are {:?}, this model's {shape:?}", part.shape);
        return Err(Misfit(reason));
    }
    let numbers = numbers.into_iter().map(f64::from);
    Ok(Said::Pairs(
        numbers.zip(part.numbers.iter().copied()).collect(),
    ))
}

/// The one row of ids of a model that reads one way.
fn text_of(question: &Question) -> Result<&[u32], Misfit> {
    match (&question.input.ids[..], &question.target) {
        ([ids], None) => Ok(ids),
        _ => Err(Misfit("it asks for several rows at once".to_owned())),
    }
}

/// Logits `[s][v]` of one row.
fn logits(model: &Model, question: &Question) -> Result<Vec<Vec<f32>>, Misfit> {
    let answer = array(model, Quantity::Logits, question)?;
    Ok(crate::score::rows(&answer, 0)?)
}

/// The log-probabilities of the tokens at these places, each from the one
/// before it.
fn chosen(
    rows: &[Vec<f32>],
    ids: &[u32],
    places: std::ops::Range<usize>,
) -> Result<Vec<f64>, Misfit> {
    let score = |at: usize| {
        let row = rows.get(at.checked_sub(1)?)?;
        log_softmax(row).get(*ids.get(at)? as usize).copied()
    };
    let scores = places.map(score).collect::<Option<_>>();
    scores.ok_or_else(|| Misfit("its text is shorter than its numbers".to_owned()))
}

fn tokens(model: &Model, asked: &Question, wanted: &[Option<f64>]) -> Result<Said, Misfit> {
    if Rule::of(model)? != Rule::Causal {
        return Err(Misfit("this model does not read one way".to_owned()));
    }
    let ids = text_of(asked)?;
    let from = ids.len().checked_sub(wanted.len());
    let from = from.ok_or_else(|| Misfit("its text is shorter than its numbers".to_owned()))?;
    // The first token of all is given, and has no number.
    let given = wanted.iter().take_while(|number| number.is_none()).count();
    if given > 0 && (from > 0 || given > 1) {
        let reason = format!(
            "its text has {} tokens here, its numbers say otherwise",
            ids.len()
        );
        return Err(Misfit(reason));
    }
    let scores = chosen(&logits(model, asked)?, ids, from + given..ids.len())?;
    let wanted = wanted[given..].iter();
    let both = scores.into_iter().zip(wanted);
    Ok(Said::Pairs(
        both.filter_map(|(ours, theirs)| theirs.map(|theirs| (ours, theirs)))
            .collect(),
    ))
}

/// How far the published tokens are from being the likeliest after a text,
/// each after the published ones before it.
fn following(model: &Model, ids: &[u32], wanted: &[u32]) -> Result<f64, Misfit> {
    let wanted = &wanted[..wanted.len().min(FOLLOWING)];
    let rows = model.blueprint().genome.embedding().vocabulary();
    if let Some(id) = wanted.iter().find(|id| u64::from(**id) >= rows) {
        return Err(Misfit(format!(
            "it speaks of the id {id}, the vocabulary has {rows}"
        )));
    }
    let (answer, from) = match Rule::of(model)? {
        Rule::Causal => {
            let read = [ids, wanted].concat();
            let answer = model.forward(&Input::row(&read), &mut model.memory(None)?)?;
            (answer, ids.len())
        }
        Rule::Conditional => {
            let read = [&[crate::score::start(model)?], wanted].concat();
            let mut memory = model.memory(Some(&Input::row(ids)))?;
            (model.forward(&Input::row(&read), &mut memory)?, 1)
        }
        Rule::Masked | Rule::Permuted => {
            return Err(Misfit("this model does not go on from a text".to_owned()));
        }
    };
    let rows = crate::score::rows(&answer, 0)?;
    let gap = |(at, id): (usize, &u32)| {
        let row = rows.get((from + at).checked_sub(1)?)?;
        let best = row.iter().copied().fold(f32::NEG_INFINITY, f32::max);
        Some(f64::from(best - row.get(*id as usize)?))
    };
    let gaps = wanted
        .iter()
        .enumerate()
        .map(gap)
        .collect::<Option<Vec<_>>>();
    let gaps = gaps.ok_or_else(|| Misfit("it asks for more than was read".to_owned()))?;
    Ok(worst(gaps))
}

/// The largest; infinite if one is no number.
pub(super) fn worst(all: impl IntoIterator<Item = f64>) -> f64 {
    let larger = |a: f64, b: f64| if b.is_nan() { f64::INFINITY } else { a.max(b) };
    all.into_iter().fold(0.0, larger)
}

/// The texts that follow, as far as the first tokens reach.
fn texts(
    row: &Row,
    model: &Model,
    tokenizer: Option<&Tokenizer>,
    asked: &[Question],
    wanted: &[String],
) -> Result<Said, Misfit> {
    let lacking = || Misfit("there is no tokenizer to write with".to_owned());
    let tokenizer = tokenizer.ok_or_else(lacking)?;
    let goes_on = Rule::of(model)? == Rule::Causal;
    let mut gap = 0.0_f64;
    for (question, wanted) in asked.iter().zip(wanted) {
        let ids = text_of(question)?;
        let mut written = if goes_on { ids.to_vec() } else { Vec::new() };
        let before = written.len();
        let marks = Marks::default();
        let prompt = Prompt {
            ids,
            end: &marks.end,
            first: marks.first,
            limit: FOLLOWING,
        };
        generate(model, &prompt, Choice::Greedy, |chosen| {
            written.push(chosen.id);
            ControlFlow::Continue(())
        })?;
        // As the published text was decoded, special tokens left out.
        let published = tokenizer.ids(wanted, false)?;
        let plain = tokenizer.text(&published, true)?;
        let agrees = (before + 1..=written.len()).rev().any(|end| {
            // A character of several tokens may be cut, a text may end.
            let ours = tokenizer.text(&written[..end], true);
            let reach = written.len() - end;
            ours.is_ok_and(|ours| plain.trim().starts_with(ours.trim()) && reach <= 1)
        });
        let ours = tokenizer.text(&written, true)?;
        if agrees || (!plain.trim().is_empty() && ours.trim().starts_with(plain.trim())) {
            continue;
        }
        // A near tie may have gone the other way.
        let start = if goes_on { ids.len() } else { 0 };
        let same = !goes_on || published.starts_with(ids);
        match published.get(start..) {
            Some(rest) if same && !rest.is_empty() => gap = gap.max(following(model, ids, rest)?),
            Some(_) | None => {
                let said: String = ours.chars().take(120).collect();
                return Ok(Said::Other(format!("{}: it says {said:?}", row.id)));
            }
        }
    }
    Ok(Said::Gap(gap))
}

/// The likeliest tokens where a text hides one.
fn top(
    model: &Model,
    tokenizer: Option<&Tokenizer>,
    asked: &[Question],
    wanted: &[Vec<String>],
    chances: &[f64],
) -> Result<Said, Misfit> {
    let lacking = || Misfit("there is no tokenizer to read its text with".to_owned());
    let tokenizer = tokenizer.ok_or_else(lacking)?;
    let mask = tokenizer.mask();
    let mask = mask.ok_or_else(|| Misfit("the tokenizer has no mask".to_owned()))?;
    let (mut gap, mut pairs) = (0.0_f64, Vec::new());
    for (question, wanted) in asked.iter().zip(wanted) {
        let hidden = question.input.ids[0].iter().position(|id| *id == mask);
        let hidden = hidden.ok_or_else(|| Misfit("its text hides no token".to_owned()))?;
        let rows = logits(model, question)?;
        let row = rows
            .get(hidden)
            .ok_or_else(|| Misfit("nothing is answered there".to_owned()))?;
        let scores = log_softmax(row);
        let near = crate::generate::best(&scores, NEAR.max(wanted.len()));
        for (place, word) in wanted.iter().enumerate() {
            let mut found = None;
            for (id, score) in &near {
                if word == tokenizer.text(&[*id], false)?.trim() {
                    found = Some(*score);
                    break;
                }
            }
            let (Some(found), Some(ours)) = (found, near.get(place)) else {
                return Ok(Said::Other(format!("{word:?} is not among the likeliest")));
            };
            gap = gap.max((ours.1 - found).abs());
            if let Some(chance) = chances.get(place) {
                pairs.push((found.exp(), *chance));
            }
        }
    }
    if pairs.is_empty() || gap > 0.0 {
        Ok(Said::Gap(gap))
    } else {
        Ok(Said::Pairs(pairs))
    }
}

fn embedding(
    model: &Model,
    question: &Question,
    pooling: Pooling,
    unit: bool,
) -> Result<Vec<f32>, Misfit> {
    let pair = model.memory(None).is_err();
    let of = if pair {
        Quantity::Encoder
    } else {
        Quantity::Hidden
    };
    let states = array(model, of, question)?.squeeze(0)?;
    let last = states.dim(0)?.saturating_sub(1);
    let vector = match pooling {
        Pooling::First => states.get(0)?,
        Pooling::Last => states.get(last)?,
        Pooling::Mean => states.mean(0)?,
    };
    let mut vector: Vec<f32> = vector.to_vec1().map_err(LoadError::from)?;
    if unit {
        let length = vector.iter().map(|n| f64::from(*n).powi(2)).sum::<f64>();
        let length = length.sqrt().max(1e-12);
        for number in &mut vector {
            *number = (f64::from(*number) / length) as f32;
        }
    }
    Ok(vector)
}
