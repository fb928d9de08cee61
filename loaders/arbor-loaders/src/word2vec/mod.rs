//! Word2Vec's CBOW (Mikolov et al. 2013, arXiv 1301.3781 and 1310.4546): a
//! word from the mean of the words around it.
//!
//! `p(w | context) = softmax(U h)_w`, where `h` is the mean of the context's
//! input vectors and `U` holds an output vector for each word. Negative
//! sampling trains the same vectors for another question, true word or noise;
//! the softmax over them is then what gensim's `predict_output_word` gives.
//! Published files hold the input vectors alone: they answer what lies near
//! what (`near.rs`), and no probability. Whoever trained the model has the
//! output vectors too, and can write them in the same format.
//!
//! It knows no tensor library: a mean and a product are all there is. What
//! the files look like is `format.rs`'s business, where they lie `files.rs`'s;
//! `examine.rs` has the checks.

mod examine;
mod files;
mod format;
mod near;

pub(crate) use examine::examine;
pub use files::Files;
pub use format::{Format, FormatError, Table};
pub use near::Near;

use crate::{LoadError, mmap};
use std::path::Path;

/// How many words on each side are a word's context: word2vec.c's default.
pub const WINDOW: usize = 5;

/// Word vectors, and output vectors where there are any.
#[derive(Clone, Debug)]
pub struct Word2Vec {
    input: Table,
    output: Option<Table>,
}

impl Word2Vec {
    /// Reads input vectors, and output vectors if a file of them is given;
    /// names that end with `.bin` are binary.
    ///
    /// # Errors
    /// [`LoadError`] names the file that cannot be read or does not fit.
    pub fn open(input: &Path, output: Option<&Path>) -> Result<Self, LoadError> {
        let tables = (table(input)?, output.map(table).transpose()?);
        Self::new(tables.0, tables.1)
    }

    /// From tables of the same words in the same order and of one width.
    ///
    /// # Errors
    /// [`LoadError::Input`] if they are not.
    pub fn new(input: Table, output: Option<Table>) -> Result<Self, LoadError> {
        if let Some(output) = &output
            && !(input.same_words(output) && input.width() == output.width())
        {
            return Err(LoadError::Input(
                "input and output vectors are not of the same words and width".to_owned(),
            ));
        }
        Ok(Self { input, output })
    }

    /// Words and input vectors.
    #[must_use]
    pub const fn words(&self) -> &Table {
        &self.input
    }

    /// Whether there are output vectors, and so probabilities.
    #[must_use]
    pub const fn has_output(&self) -> bool {
        self.output.is_some()
    }

    /// How many numbers there are.
    #[must_use]
    pub fn parameters(&self) -> u64 {
        let tables = 1 + u64::from(self.has_output());
        tables * self.input.len() as u64 * self.input.width() as u64
    }

    /// `ln p(w | context)` for every word `w`.
    ///
    /// # Errors
    /// [`LoadError::Input`] without output vectors, for an empty context, or
    /// for words beyond the table.
    pub fn log_probabilities(&self, context: &[u32]) -> Result<Vec<f64>, LoadError> {
        let scores = self.scores(&self.mean(context)?);
        let scores = scores.ok_or_else(|| {
            LoadError::Input("there are no output vectors, so there is no probability".to_owned())
        })?;
        let top = scores.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let sum: f64 = scores.iter().map(|score| (score - top).exp()).sum();
        let all = top + sum.ln();
        Ok(scores.into_iter().map(|score| score - all).collect())
    }

    /// The mean of the context's input vectors: CBOW's only hidden state.
    ///
    /// # Errors
    /// [`LoadError::Input`] for an empty context or words beyond the table.
    pub fn mean(&self, context: &[u32]) -> Result<Vec<f64>, LoadError> {
        if context.is_empty() {
            let reason = "a word needs at least one known word around it";
            return Err(LoadError::Input(reason.to_owned()));
        }
        let mut mean = vec![0.0_f64; self.input.width()];
        for id in context {
            for (sum, number) in mean.iter_mut().zip(self.vector(*id)?) {
                *sum += f64::from(*number) / context.len() as f64;
            }
        }
        Ok(mean)
    }

    fn vector(&self, id: u32) -> Result<&[f32], LoadError> {
        let beyond = || LoadError::Input(format!("the word {id} is beyond the table"));
        self.input.vector(id).ok_or_else(beyond)
    }

    /// Each output vector's product with the mean.
    fn scores(&self, mean: &[f64]) -> Option<Vec<f64>> {
        let score = |vector: &[f32]| -> f64 {
            let pairs = mean.iter().zip(vector);
            pairs.map(|(h, u)| h * f64::from(*u)).sum()
        };
        Some(self.output.as_ref()?.vectors().map(score).collect())
    }

    /// The answer at every word of a text: each word's score, or the mean of
    /// the context where there are no output vectors.
    ///
    /// # Errors
    /// As [`Self::mean`].
    pub fn answers(&self, text: &[u32], window: usize) -> Result<Vec<Vec<f32>>, LoadError> {
        let one = |at: usize| {
            let mean = self.mean(&context(text, at, window))?;
            let answer = self.scores(&mean).unwrap_or(mean);
            Ok(answer.into_iter().map(|number| number as f32).collect())
        };
        (0..text.len()).map(one).collect()
    }

    /// `ln p(xₜ | words up to `window` away)` for every word of a text; none
    /// for a word that stands alone.
    ///
    /// # Errors
    /// As [`Self::log_probabilities`].
    pub fn score(&self, text: &[u32], window: usize) -> Result<Vec<Option<f64>>, LoadError> {
        let one = |at: usize| -> Result<Option<f64>, LoadError> {
            let context = context(text, at, window);
            if context.is_empty() {
                return Ok(None);
            }
            let all = self.log_probabilities(&context)?;
            let beyond = || LoadError::Input("a word is beyond the table".to_owned());
            all.get(text[at] as usize)
                .copied()
                .map(Some)
                .ok_or_else(beyond)
        };
        (0..text.len()).map(one).collect()
    }
}

/// The words up to `window` away from one, and not that one.
#[must_use]
pub fn context(text: &[u32], at: usize, window: usize) -> Vec<u32> {
    let before = text.get(at.saturating_sub(window)..at).unwrap_or_default();
    let after = text.iter().skip(at.saturating_add(1)).take(window);
    before.iter().chain(after).copied().collect()
}

fn table(path: &Path) -> Result<Table, LoadError> {
    let format = match path.extension() {
        Some(ending) if ending == "bin" => Format::Binary,
        Some(_) | None => Format::Text,
    };
    let bytes = mmap::map(path)?;
    Table::parse(&bytes, format).map_err(|reason| LoadError::Vectors {
        path: path.to_owned(),
        reason,
    })
}

#[cfg(test)]
mod tests;
