//! How likely ELMo finds a sentence, both ways, where training's softmax and
//! its `vocab.txt` are beside it: one word a line, as bilm-tf wants it.

use super::{Elmo, Reading, Remembered, Word};
use crate::score::log_softmax;
use crate::{LoadError, folder};
use std::collections::HashMap;
use std::path::Path;

const FILE: &str = "vocab.txt";
const LIMIT_BYTES: u64 = 64 << 20;
const MARKS: [&str; 2] = ["<S>", "</S>"];
const UNKNOWN: &str = "<UNK>";

/// A word of a scored sentence.
#[derive(Clone, Debug, PartialEq)]
pub struct Scored {
    /// The word, or the sentence's begin or end.
    pub text: String,
    /// Its line in the vocabulary.
    pub id: u32,
    /// In nats, after the words before it; nothing for the begin.
    pub forward: Option<f64>,
    /// In nats, after the words that follow it; nothing for the end.
    pub backward: Option<f64>,
}

/// Scores a sentence, its words split at spaces.
///
/// # Errors
/// [`LoadError::Input`] without a softmax, or if the vocabulary does not fit.
pub fn score(folder: &Path, text: &str) -> Result<Vec<Scored>, LoadError> {
    let model = Elmo::load(folder)?;
    let Some((map, _)) = &model.softmax else {
        let reason = "these weights have no softmax, as ELMo's were published: they give states \
                      and no probabilities";
        return Err(LoadError::Input(reason.to_owned()));
    };
    let vocabulary = folder::text(folder, FILE, LIMIT_BYTES)?;
    let lines = vocabulary.lines().map(str::trim);
    let ids: HashMap<&str, u32> = lines.zip(0..).collect();
    let rows = map.dim(0)?;
    if ids.len() != rows {
        let reason = format!("`{FILE}` has {} words, the softmax {rows}", ids.len());
        return Err(LoadError::Input(reason));
    }
    let known = |word: &str| {
        let id = ids.get(word).or_else(|| ids.get(UNKNOWN)).copied();
        id.ok_or_else(|| LoadError::Input(format!("`{FILE}` has no {word:?} and no {UNKNOWN}")))
    };
    let [begin, end] = MARKS;
    let words = std::iter::once(begin)
        .chain(text.split_whitespace())
        .chain([end]);
    let words: Vec<&str> = words.collect();
    let spelled = [Word::sentence(text, model.length)];
    let read = |way| -> Result<Vec<Vec<f32>>, LoadError> {
        let answer = model.read(&spelled, way, &mut Remembered::default())?;
        Ok(answer.squeeze(0)?.to_vec2()?)
    };
    let (forward, backward) = (read(Reading::Forward)?, read(Reading::Backward)?);
    let likely = |rows: &[Vec<f32>], from: Option<usize>, id: u32| {
        let row = rows.get(from?)?;
        log_softmax(row).get(id as usize).copied()
    };
    let one = |(at, word): (usize, &&str)| {
        let id = known(word)?;
        Ok(Scored {
            text: (*word).to_owned(),
            id,
            forward: likely(&forward, at.checked_sub(1), id),
            backward: likely(&backward, at.checked_add(1), id),
        })
    };
    words.iter().enumerate().map(one).collect()
}
