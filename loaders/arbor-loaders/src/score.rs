//! How likely a model finds a text, in double precision: by the chain rule
//! where it reads one way, one mask at a time where it reads both ways, and
//! given a source where it has an encoder. It knows ids, and no tokenizer.

use crate::law::follows_length;
use crate::{Input, LoadError, Memory, Model, Tensor};
use arbor_genome::{Stacks, Task};
use arbor_model::Mask;

/// Numbers of answers that are held at once.
const HELD: u64 = 1 << 26;

/// By which rule a text is scored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rule {
    /// Each token after those before it; the first is given.
    Causal,
    /// Each token after a source and those before it.
    Conditional,
    /// Each token hidden, all others seen: a pseudo-log-likelihood.
    Masked,
    /// A model of any order, asked from left to right: the first token too.
    Permuted,
}

impl Rule {
    /// Its name.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Causal => "causal",
            Self::Conditional => "conditional",
            Self::Masked => "masked",
            Self::Permuted => "permuted",
        }
    }

    /// The rule that suits a model.
    ///
    /// # Errors
    /// [`LoadError::Input`] if its answers are no probabilities of tokens.
    pub fn of(model: &Model) -> Result<Self, LoadError> {
        let blueprint = model.blueprint();
        let refuse = |reason: &str| Err(LoadError::Input(reason.to_owned()));
        match (blueprint.task, &blueprint.genome.stacks) {
            (Task::Encoder | Task::Discriminator, _) => {
                refuse("this model's answers are no probabilities of tokens")
            }
            (Task::Masked, _) => Ok(Self::Masked),
            (Task::Causal | Task::Seq2Seq, Stacks::TwoStream { .. }) => Ok(Self::Permuted),
            (Task::Causal | Task::Seq2Seq, Stacks::Pair { .. }) => Ok(Self::Conditional),
            (Task::Causal | Task::Seq2Seq, Stacks::Single { stack, .. }) => match stack.mask {
                Mask::Causal => Ok(Self::Causal),
                Mask::Bidirectional | Mask::Mixed | Mask::None | Mask::Prefix => {
                    refuse("this model sees the tokens that it would predict")
                }
            },
        }
    }
}

/// What is scored.
#[derive(Clone, Copy, Debug, Default)]
pub struct Scored<'a> {
    /// The text.
    pub ids: &'a [u32],
    /// What the encoder reads, where there is one.
    pub source: Option<&'a [u32]>,
    /// The token that hides another, for a masked model.
    pub mask: Option<u32>,
    /// Which tokens a masked model is not asked for, since they stand around
    /// every text; none, if empty.
    pub around: &'a [bool],
}

/// The log-probability of each token in nats; nothing where it is given.
///
/// # Errors
/// [`LoadError::Input`] if the model cannot be asked this.
pub fn score(model: &Model, asked: &Scored<'_>) -> Result<Vec<Option<f64>>, LoadError> {
    let ids = asked.ids;
    if ids.is_empty() {
        return Err(LoadError::Input("there is no token to score".to_owned()));
    }
    if let (Some(_), false) = (asked.source, has_encoder(model)) {
        return model.memory(Some(&Input::default())).map(|_| Vec::new());
    }
    match Rule::of(model)? {
        Rule::Causal => {
            let mut memory = model.memory(None)?;
            // The last token too: rotations may depend on the length.
            let scores = one_way(model, &mut memory, ids, &ids[1..])?;
            Ok(std::iter::once(None)
                .chain(scores.into_iter().map(Some))
                .collect())
        }
        Rule::Conditional => {
            let source = asked.source.filter(|source| !source.is_empty());
            let source = source.ok_or_else(|| {
                LoadError::Input(
                    "this model scores a text given another: give a source too".to_owned(),
                )
            })?;
            let mut memory = model.memory(Some(&Input::row(source)))?;
            let read = [&[start(model)?], &ids[..ids.len() - 1]].concat();
            let scores = one_way(model, &mut memory, &read, ids)?;
            Ok(scores.into_iter().map(Some).collect())
        }
        Rule::Masked => masked(model, asked),
        Rule::Permuted => {
            let rows = in_order(model, ids)?;
            let scores = rows
                .iter()
                .zip(ids)
                .map(|(row, id)| log_probability(row, *id));
            scores.map(|score| score.map(Some)).collect()
        }
    }
}

fn has_encoder(model: &Model) -> bool {
    matches!(model.blueprint().genome.stacks, Stacks::Pair { .. })
}

/// What the decoder begins with.
pub(crate) fn start(model: &Model) -> Result<u32, LoadError> {
    let start = model.blueprint().genome.decoder_start;
    start.ok_or_else(|| LoadError::Input("it is not known what its decoder begins with".to_owned()))
}

/// How many positions' answers are held at once, at most.
fn room(model: &Model) -> usize {
    let vocabulary = model.blueprint().genome.embedding().vocabulary().max(1);
    usize::try_from(HELD / vocabulary).unwrap_or(1).max(1)
}

/// Scores the token after each that is read, in pieces that fit.
fn one_way(
    model: &Model,
    memory: &mut Memory,
    read: &[u32],
    next: &[u32],
) -> Result<Vec<f64>, LoadError> {
    let piece = if follows_length(model, read.len()) {
        read.len().max(1)
    } else {
        room(model)
    };
    let mut scores = Vec::with_capacity(next.len());
    for (read, next) in read.chunks(piece).zip(next.chunks(piece)) {
        let rows = rows(&model.forward(&Input::row(read), memory)?, 0)?;
        for (row, next) in rows.iter().zip(next) {
            scores.push(log_probability(row, *next)?);
        }
    }
    Ok(scores)
}

fn masked(model: &Model, asked: &Scored<'_>) -> Result<Vec<Option<f64>>, LoadError> {
    let ids = asked.ids;
    let mask = asked
        .mask
        .ok_or_else(|| LoadError::Input("it is not known which token is the mask".to_owned()))?;
    let around = |at: &usize| asked.around.get(*at).copied().unwrap_or(false);
    let places: Vec<usize> = (0..ids.len()).filter(|at| !around(at)).collect();
    let mut scores = vec![None; ids.len()];
    let together = (room(model) / ids.len()).clamp(1, 32);
    for places in places.chunks(together) {
        let hidden = |at: &usize| {
            let mut row = ids.to_vec();
            row[*at] = mask;
            row
        };
        let input = Input {
            ids: places.iter().map(hidden).collect(),
            ..Input::default()
        };
        let answer = model.forward(&input, &mut model.memory(None)?)?;
        for (row, at) in places.iter().enumerate() {
            let answer = answer.narrow(1, *at, 1)?;
            let answer = rows(&answer, row)?.pop().unwrap_or_default();
            scores[*at] = Some(log_probability(&answer, ids[*at])?);
        }
    }
    Ok(scores)
}

/// The answers of a model of any order, asked from left to right: each from
/// the tokens before it.
pub(crate) fn in_order(model: &Model, ids: &[u32]) -> Result<Vec<Vec<f32>>, LoadError> {
    let mut input = Input::row(ids);
    input.order = vec![(0..).take(ids.len()).collect()];
    rows(&model.forward(&input, &mut model.memory(None)?)?, 0)
}

/// One of the rows `[s, v]` of an answer `[b, s, v]`.
pub(crate) fn rows(answer: &Tensor, row: usize) -> Result<Vec<Vec<f32>>, LoadError> {
    Ok(answer.narrow(0, row, 1)?.squeeze(0)?.to_vec2()?)
}

fn log_probability(row: &[f32], id: u32) -> Result<f64, LoadError> {
    let score = log_softmax(row).get(id as usize).copied();
    score.ok_or_else(|| LoadError::Input(format!("the model has no answer for the id {id}")))
}

/// Log-probabilities of a row of logits, in double precision.
pub(crate) fn log_softmax(row: &[f32]) -> Vec<f64> {
    let max = f64::from(row.iter().copied().fold(f32::NEG_INFINITY, f32::max));
    let sum: f64 = row.iter().map(|n| (f64::from(*n) - max).exp()).sum();
    let shift = max + sum.ln();
    row.iter().map(|n| f64::from(*n) - shift).collect()
}
