//! Published values of real checkpoints: what others printed for a
//! repository of the hub, as rows of `registry/references/`, and the
//! comparison of a model with them.
//!
//! A row holds a question, numbers or tokens, and the line of the source that
//! they stand in. It knows no folder and no network: who examines a
//! repository's checkpoint brings the rows of that repository along.
//!
//! Where to look next: `read.rs` for the format, `compare.rs` for the rules.

mod answer;
mod ask;
mod compare;
mod files;
mod read;
mod slice;
mod source;

pub use compare::{Compared, Standing, compare};
pub(crate) use compare::{Judgement, judged};
pub use read::{ReadError, read};
pub use source::Source;

use crate::Input;
use arbor_model::HubId;
use slice::Slice;

arbor_model::words! {
    /// How much a published value can decide.
    Tier: "tier" {
        /// Token ids and numbers in single precision, asserted by a suite
        /// that is run.
        Asserted = "A",
        /// The same from a text, so that a tokenizer has its part in it.
        Tokenised = "B",
        /// Half precision, another runtime, or a value that nobody asserts:
        /// told, and never judged by.
        Told = "C",
    }
}

/// A published value and the question that it answers.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// The repository that it was published for.
    pub hub: HubId,
    /// Its name among all rows.
    pub id: String,
    /// The class of the reference implementation that was asked.
    pub class: String,
    /// What it can decide.
    pub tier: Tier,
    /// Where it stands.
    pub source: Source,
    ask: Ask,
    tell: Tell,
    tolerance: Tolerance,
}

/// How far an honest computation may be from the published number.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Tolerance {
    absolute: f64,
    relative: f64,
    /// Whether the source computed in less than single precision.
    half: bool,
}

/// What a model is asked.
#[derive(Clone, Debug, PartialEq)]
enum Ask {
    Ids {
        input: Input,
        target: Target,
    },
    Texts {
        texts: Vec<String>,
        /// A token before each text, and no others around it.
        begin: Option<String>,
        /// Tokens that follow the text.
        then: Vec<u32>,
        target: Target,
    },
}

/// What a decoder behind an encoder reads.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Target {
    /// Nothing: no decoder is asked.
    None,
    /// Its first token, and what the encoder reads, one to the right.
    Shifted,
    Ids(Vec<Vec<u32>>),
}

/// What was published.
#[derive(Clone, Debug, PartialEq)]
enum Tell {
    /// Some numbers of an answer.
    Numbers {
        of: Quantity,
        part: Part,
        /// The mean over the last dimension, before the part is taken.
        mean: bool,
    },
    /// The log-probabilities of the last tokens, in nats.
    Tokens(Vec<Option<f64>>),
    /// The mean cross-entropy of each token after the first, in nats.
    Loss(f64),
    /// The tokens that follow each row, the likeliest each time.
    Ids(Vec<Vec<u32>>),
    /// The text that follows, with the text before it.
    Texts(Vec<String>),
    /// The likeliest tokens where each text hides one, and how likely.
    Top {
        tokens: Vec<Vec<String>>,
        chances: Vec<f64>,
    },
    /// One vector for each text, from its states.
    Embedding {
        pooling: Pooling,
        unit: bool,
        part: Part,
    },
}

/// A part of an array, and its numbers.
#[derive(Clone, Debug, PartialEq)]
struct Part {
    at: Slice,
    /// The whole array's shape, where it was published.
    of: Vec<usize>,
    shape: Vec<usize>,
    numbers: Vec<f64>,
}

arbor_model::words! {
    /// Which of a model's arrays.
    Quantity: "quantity" {
        /// The encoder's states `[b, s, w]`.
        Encoder = "encoder",
        /// The last states before the head `[b, s, w]`.
        Hidden = "hidden",
        /// The head's answers `[b, s, v]`.
        Logits = "logits",
    }
}

arbor_model::words! {
    /// How the states of a text become one vector.
    Pooling: "pooling" {
        /// The first.
        First = "first",
        /// The last.
        Last = "last",
        /// The mean of all.
        Mean = "mean",
    }
}

/// The published values of a repository, in the order of the files. Letter
/// case makes no difference, as on the hub.
#[must_use]
pub fn rows_of(hub: &HubId) -> Vec<Row> {
    let is_its = |line: &&str| {
        let name = line.split('"').nth(3);
        name.is_some_and(|name| name.eq_ignore_ascii_case(hub.as_str()))
    };
    let files = files::ALL.iter().map(|(_, text)| text);
    let lines = files.flat_map(|text| text.lines()).filter(is_its);
    // That every line can be read is a test.
    lines.filter_map(|line| read(line).ok()).flatten().collect()
}

#[cfg(test)]
mod tests;
