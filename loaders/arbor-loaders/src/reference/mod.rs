//! References: questions and the answers that an independent implementation
//! recorded, and the rule by which ours are accepted.
//!
//! Two formats are read: the project's own `reference.safetensors`
//! (`record.rs`, made by `tests/reference/make.py`) and a `golden.json` of
//! format 1 (`golden.rs`). Both are hostile input: bounded, and only numbers.

mod golden;
mod own;
mod record;

pub use own::{Apart, OwnRun};

use crate::{Input, LoadError, Model, Tensor};
use std::fs;
use std::path::{Path, PathBuf};

/// Why a reference cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ReferenceError {
    /// A file that cannot be read.
    #[error("{path}: {source}")]
    Io {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// A file that is no reference.
    #[error("{path} is no reference: {reason}")]
    Malformed {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        reason: String,
    },
}

/// One question and its recorded answer.
#[derive(Clone, Debug, PartialEq)]
pub struct Case {
    /// Its name.
    pub name: String,
    /// What is read: by the encoder where there is one.
    pub input: Input,
    /// What the decoder reads.
    pub target: Option<Input>,
    /// The answer `[b][s][v]`, flat.
    pub answer: Vec<f32>,
    /// Numbers of each position.
    pub width: usize,
}

/// Recorded answers of one checkpoint.
#[derive(Clone, Debug, PartialEq)]
pub struct Reference {
    /// The standard deviation of the answers: the unit of distances.
    pub spread: f64,
    /// How far the reference itself moves in double precision.
    pub noise: f64,
    /// Learned parameters as the reference counts them.
    pub parameters: Option<u64>,
    /// Who recorded it.
    pub origin: String,
    /// The questions.
    pub cases: Vec<Case>,
    /// Texts and the ids that the tokenizer makes of them.
    pub texts: Vec<(String, Vec<u32>)>,
    /// The SHA-256 of the `tokenizer.json` that made them, in hexadecimal.
    pub tokenizer: Option<String>,
}

/// How an answer compares with the record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Agreement {
    /// Within what honest computations differ by.
    Same,
    /// Beyond that, by less than ten times: to be explained.
    Suspect,
    /// Another model.
    Different,
}

/// The most that any number at any position may differ in single precision,
/// in units of the spread. Over 1,412 single mistakes in loaders it lets
/// 1.4 % through, and of 238 honest variations it rejects none; see
/// `docs/VALIDATION.md`.
pub const LIMIT: f64 = 2e-5;

/// A reference file larger than this is refused.
const LIMIT_BYTES: u64 = 256 << 20;
/// As values, JSON takes up to sixteen times its own size.
const LIMIT_JSON: u64 = 4 << 20;

impl Reference {
    /// Reads a reference file, by its ending.
    ///
    /// # Errors
    /// [`ReferenceError`] names the file.
    pub fn read(path: &Path) -> Result<Self, ReferenceError> {
        let failed = |source| ReferenceError::Io {
            path: path.to_owned(),
            source,
        };
        let bytes = fs::metadata(path).map_err(failed)?.len();
        let malformed = |reason: String| ReferenceError::Malformed {
            path: path.to_owned(),
            reason,
        };
        let is_json = path.extension().is_some_and(|ending| ending == "json");
        let limit = if is_json { LIMIT_JSON } else { LIMIT_BYTES };
        if bytes > limit {
            return Err(malformed(format!(
                "it has {bytes} bytes, at most {limit} are read"
            )));
        }
        let data = fs::read(path).map_err(failed)?;
        let read = if is_json {
            golden::read(&data)
        } else {
            record::read(&data)
        };
        read.and_then(Self::checked).map_err(malformed)
    }

    /// The reference beside a checkpoint, where there is one.
    #[must_use]
    pub fn beside(folder: &Path) -> Option<PathBuf> {
        let names = ["reference.safetensors", "golden.json"];
        names
            .iter()
            .map(|name| folder.join(name))
            .find(|path| crate::folder::regular(folder, path).is_ok())
    }

    fn checked(self) -> Result<Self, String> {
        if self.cases.is_empty() {
            return Err("it has no cases".to_owned());
        }
        if !(self.spread.is_finite() && self.spread > 0.0) {
            return Err("its spread is no number above 0".to_owned());
        }
        let hole = self
            .cases
            .iter()
            .find(|case| case.answer.iter().any(|n| !n.is_finite()));
        match hole {
            Some(case) => Err(format!("the answer of `{}` is not finite", case.name)),
            None => Ok(self),
        }
    }

    /// The distance that this reference allows: [`LIMIT`], or four times its
    /// own noise where that is more.
    #[must_use]
    pub fn limit(&self) -> f64 {
        let noise = if self.noise.is_finite() {
            self.noise
        } else {
            0.0
        };
        LIMIT.max(4.0 * noise)
    }

    /// What a distance means.
    #[must_use]
    pub fn judge(&self, distance: f64) -> Agreement {
        let limit = self.limit();
        if distance <= limit {
            Agreement::Same
        } else if distance <= 10.0 * limit {
            Agreement::Suspect
        } else {
            Agreement::Different
        }
    }
}

impl Case {
    /// The model's answer, in one pass.
    ///
    /// # Errors
    /// Any error of [`Model::forward`].
    pub fn ask(&self, model: &Model) -> Result<Tensor, LoadError> {
        match &self.target {
            Some(target) => model.forward(target, &mut model.memory(Some(&self.input))?),
            None => model.forward(&self.input, &mut model.memory(None)?),
        }
    }

    /// The largest distance from the record over all positions that hold
    /// tokens; infinite for a NaN.
    ///
    /// # Errors
    /// [`LoadError::Input`] if the answer has another shape.
    pub fn distance(&self, answer: &Tensor) -> Result<f64, LoadError> {
        let got: Vec<f32> = answer.flatten_all()?.to_vec1()?;
        if got.len() != self.answer.len() {
            let reason = format!(
                "the answer to `{}` has {} numbers, the reference {}",
                self.name,
                got.len(),
                self.answer.len()
            );
            return Err(LoadError::Input(reason));
        }
        // Padding of a source is no position of the answer.
        let asked = self.target.as_ref().unwrap_or(&self.input);
        let real: Vec<bool> = asked.mask.iter().flatten().copied().collect();
        let pairs = got.iter().zip(&self.answer).enumerate();
        let far = pairs
            .filter(|(at, _)| real.get(at / self.width.max(1)).copied().unwrap_or(true))
            .map(|(_, (a, b))| f64::from((a - b).abs()));
        Ok(far.fold(0.0, |far, d| {
            if d.is_nan() {
                f64::INFINITY
            } else {
                far.max(d)
            }
        }))
    }
}

#[cfg(test)]
mod tests;
