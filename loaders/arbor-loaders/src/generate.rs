//! Going on from a text, token by token, and filling what is hidden. It knows
//! ids, and no tokenizer.

use crate::score::{Rule, in_order, log_softmax, rows, start};
use crate::{Input, LoadError, Memory, Model};
use std::ops::ControlFlow;

/// How the next token is chosen.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Choice {
    /// The likeliest.
    Greedy,
    /// Drawn by its probability at a temperature above 0.
    Drawn {
        /// Below 1 the likelier become likelier still.
        temperature: f64,
        /// The same seed draws the same tokens.
        seed: u64,
    },
}

/// A token that was chosen.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Chosen {
    /// The token.
    pub id: u32,
    /// Its log-probability by the model, in nats.
    pub log_probability: f64,
}

/// What a text is continued with.
#[derive(Clone, Copy, Debug)]
pub struct Prompt<'a> {
    /// What is read: by the encoder where there is one.
    pub ids: &'a [u32],
    /// Any of these ends the text.
    pub end: &'a [u32],
    /// What a decoder behind an encoder gives first, where that is settled.
    pub first: Option<u32>,
    /// At most so many tokens.
    pub limit: usize,
}

/// Goes on from a prompt, and gives each token as it is chosen; the one that
/// ends the text is given too.
///
/// # Errors
/// [`LoadError::Input`] if the model cannot go on from a text.
pub fn generate(
    model: &Model,
    prompt: &Prompt<'_>,
    choice: Choice,
    mut each: impl FnMut(Chosen) -> ControlFlow<()>,
) -> Result<(), LoadError> {
    if prompt.ids.is_empty() {
        return Err(LoadError::Input(
            "there is no token to go on from".to_owned(),
        ));
    }
    let (mut writer, mut settled) = match Rule::of(model)? {
        Rule::Masked => {
            let reason = "this model fills what is hidden, and cannot go on from a text";
            return Err(LoadError::Input(reason.to_owned()));
        }
        Rule::Permuted => (Writer::Whole(model, prompt.ids.to_vec()), None),
        Rule::Causal => {
            let memory = model.memory(None)?;
            (Writer::Steps(model, memory, prompt.ids.to_vec()), None)
        }
        Rule::Conditional => {
            let memory = model.memory(Some(&Input::row(prompt.ids)))?;
            let begin = vec![start(model)?];
            (Writer::Steps(model, memory, begin), prompt.first)
        }
    };
    let mut dice = match choice {
        Choice::Greedy => Dice(0),
        Choice::Drawn { seed, .. } => Dice(seed),
    };
    for _ in 0..prompt.limit {
        let scores = log_softmax(&writer.next()?);
        let id = match settled.take() {
            Some(id) => id,
            None => choose(&scores, choice, &mut dice)?,
        };
        let log_probability = scores
            .get(id as usize)
            .copied()
            .unwrap_or(f64::NEG_INFINITY);
        let chosen = Chosen {
            id,
            log_probability,
        };
        if each(chosen).is_break() || prompt.end.contains(&id) {
            break;
        }
        writer.add(id);
    }
    Ok(())
}

enum Writer<'m> {
    /// One that remembers, and the tokens that it has not read yet.
    Steps(&'m Model, Memory, Vec<u32>),
    /// One that reads the whole text again.
    Whole(&'m Model, Vec<u32>),
}

impl Writer<'_> {
    fn next(&mut self) -> Result<Vec<f32>, LoadError> {
        let last = match self {
            Self::Steps(model, memory, unread) => {
                let answer = model.last(&Input::row(unread), memory)?;
                unread.clear();
                rows(&answer, 0)?.pop()
            }
            // The last position answers from those before it; which token
            // stands there itself makes no difference.
            Self::Whole(model, ids) => in_order(model, &[ids, &[0][..]].concat())?.pop(),
        };
        Ok(last.unwrap_or_default())
    }

    fn add(&mut self, id: u32) {
        match self {
            Self::Steps(_, _, ids) | Self::Whole(_, ids) => ids.push(id),
        }
    }
}

fn choose(scores: &[f64], choice: Choice, dice: &mut Dice) -> Result<u32, LoadError> {
    let best = best(scores, 1).into_iter().next();
    let Some((best, top)) = best.filter(|(_, top)| top.is_finite()) else {
        return Err(LoadError::Input(
            "the model's answers are not finite".to_owned(),
        ));
    };
    let Choice::Drawn { temperature, .. } = choice else {
        return Ok(best);
    };
    let weights = || {
        scores
            .iter()
            .map(|score| ((score - top) / temperature).exp())
    };
    let mut left = dice.roll() * weights().sum::<f64>();
    let drawn = weights().position(|weight| {
        left -= weight;
        left < 0.0
    });
    Ok(drawn.map_or(best, |at| at as u32))
}

/// The likeliest tokens with their scores, the first of equals first.
pub(crate) fn best(scores: &[f64], count: usize) -> Vec<(u32, f64)> {
    let mut all: Vec<(u32, f64)> = (0..).zip(scores.iter().copied()).collect();
    let by_score = |a: &(u32, f64), b: &(u32, f64)| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0));
    all.retain(|(_, score)| !score.is_nan());
    if all.len() > count && count > 0 {
        all.select_nth_unstable_by(count - 1, by_score);
        all.truncate(count);
    }
    all.sort_by(by_score);
    all
}

/// What a masked model would put where a token is hidden.
#[derive(Clone, Debug, PartialEq)]
pub struct Filled {
    /// The hidden position.
    pub position: usize,
    /// The likeliest tokens.
    pub candidates: Vec<Chosen>,
}

/// The likeliest tokens for every hidden position.
///
/// # Errors
/// [`LoadError::Input`] if the model fills nothing, or nothing is hidden.
pub fn fill(model: &Model, ids: &[u32], mask: u32, count: usize) -> Result<Vec<Filled>, LoadError> {
    if Rule::of(model)? != Rule::Masked {
        return Err(LoadError::Input("this model fills no masks".to_owned()));
    }
    if !ids.contains(&mask) {
        return Err(LoadError::Input(
            "the text hides no token: put the tokenizer's mask token in a word's place".to_owned(),
        ));
    }
    let answer = model.forward(&Input::row(ids), &mut model.memory(None)?)?;
    let hidden = ids.iter().enumerate().filter(|(_, id)| **id == mask);
    let filled = |(position, _)| {
        let row = rows(&answer.narrow(1, position, 1)?, 0)?
            .pop()
            .unwrap_or_default();
        let candidates = best(&log_softmax(&row), count);
        let candidates = candidates.into_iter().map(|(id, log_probability)| Chosen {
            id,
            log_probability,
        });
        Ok(Filled {
            position,
            candidates: candidates.collect(),
        })
    };
    hidden.map(filled).collect()
}

/// `SplitMix64` (Steele, Lea and Flood 2014): the same draws everywhere.
pub(crate) struct Dice(pub(crate) u64);

impl Dice {
    /// A number from 0 up to 1.
    pub(crate) fn roll(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) >> 11) as f64 / (1_u64 << 53) as f64
    }
}
