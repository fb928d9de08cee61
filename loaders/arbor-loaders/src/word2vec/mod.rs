//! Word2Vec's CBOW (Mikolov et al. 2013, arXiv 1301.3781 and 1310.4546): a
//! word from the mean of the words around it.
//!
//! `p(w | context) = softmax(U h)_w`, where `h` is the mean of the context's
//! input vectors and `U` holds an output vector for each word. Published files
//! hold the input vectors alone: they answer what lies near what, and no
//! probability. Whoever trained the model has the output vectors too, and can
//! write them in the same format.
//!
//! It knows no tensor library: a mean and a product are all there is. What
//! the files look like is `format.rs`'s business.

mod format;

pub use format::{Format, FormatError, Table};

use crate::{LoadError, mmap};
use std::path::Path;

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

    /// `ln p(w | context)` for every word `w`.
    ///
    /// # Errors
    /// [`LoadError::Input`] without output vectors, for an empty context, or
    /// for words beyond the table.
    pub fn log_probabilities(&self, context: &[u32]) -> Result<Vec<f64>, LoadError> {
        let refused = |reason: &str| LoadError::Input(reason.to_owned());
        let output = self
            .output
            .as_ref()
            .ok_or_else(|| refused("there are no output vectors, so there is no probability"))?;
        if context.is_empty() {
            return Err(refused("a word needs at least one other around it"));
        }
        let mut mean = vec![0.0_f64; self.input.width()];
        for id in context {
            let vector = self.input.vector(*id);
            let vector = vector.ok_or_else(|| refused("a word is beyond the table"))?;
            for (sum, number) in mean.iter_mut().zip(vector) {
                *sum += f64::from(*number) / context.len() as f64;
            }
        }
        let score = |vector: &[f32]| -> f64 {
            let pairs = mean.iter().zip(vector);
            pairs.map(|(h, u)| h * f64::from(*u)).sum()
        };
        let scores: Vec<f64> = output.vectors().map(score).collect();
        let top = scores.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let sum: f64 = scores.iter().map(|score| (score - top).exp()).sum();
        let all = top + sum.ln();
        Ok(scores.into_iter().map(|score| score - all).collect())
    }

    /// `ln p(xₜ | words up to `window` away)` for every word of a text; none
    /// for a word that stands alone.
    ///
    /// # Errors
    /// As [`Self::log_probabilities`].
    pub fn score(&self, text: &[u32], window: usize) -> Result<Vec<Option<f64>>, LoadError> {
        let one = |at: usize| -> Result<Option<f64>, LoadError> {
            let before = &text[at.saturating_sub(window)..at];
            let after = &text[at + 1..text.len().min(at.saturating_add(window).saturating_add(1))];
            let context = [before, after].concat();
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
