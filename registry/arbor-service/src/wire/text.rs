//! What a checkpoint says of a text, and to it.

use serde::Serialize;

/// A token and how likely it was found.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Token {
    /// Its part of the text, or its name; nothing without a tokenizer.
    pub text: Option<String>,
    /// Its number.
    pub id: u32,
    /// Its log-probability in nats; nothing where it was given.
    pub logprob: Option<f64>,
}

/// How likely a checkpoint finds a text.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Score {
    /// The version of this shape.
    pub schema_version: u32,
    /// The folder.
    pub model: String,
    /// `causal`, `conditional`, `masked`, `permuted` or `both`.
    pub kind: &'static str,
    /// The text's tokens.
    pub tokens: Vec<Token>,
    /// The sum over the tokens, in nats; a masked model's is a
    /// pseudo-log-likelihood.
    pub log_likelihood: f64,
    /// The same in bits, for each byte of the text that was scored; nothing
    /// if there was no text.
    pub bits_per_byte: Option<f64>,
    /// The same read backward, by a model that reads both ways.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub backward: Option<Backward>,
}

/// How likely a text is, read from its end.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Backward {
    /// Each token's log-probability in nats after those that follow it.
    pub logprobs: Vec<Option<f64>>,
    /// Their sum.
    pub log_likelihood: f64,
}

/// What a checkpoint makes of a prompt.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Continuation {
    /// The version of this shape.
    pub schema_version: u32,
    /// The folder.
    pub model: String,
    /// As for a score; `near` where there are no probabilities.
    pub kind: &'static str,
    /// The prompt's ids.
    pub prompt: Vec<u32>,
    /// What was written; nothing without a tokenizer.
    pub text: Option<String>,
    /// Its tokens.
    pub tokens: Vec<Token>,
    /// Why it ended: `end-of-text`, `length`, `context` or `stopped`; nothing
    /// for a masked model.
    pub ended: Option<&'static str>,
    /// For every hidden position what could stand there.
    pub masks: Vec<Filled>,
}

/// A hidden position.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Filled {
    /// Which token of the prompt it is, from 0.
    pub position: usize,
    /// The likeliest tokens.
    pub candidates: Vec<Token>,
    /// Of input vectors alone, which give no probabilities: the words nearest
    /// to the mean of those around.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub neighbours: Vec<Neighbour>,
}

/// A word that lies near others.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Neighbour {
    /// The word.
    pub text: String,
    /// Its number.
    pub id: u32,
    /// The cosine of the angle between the vectors: no probability.
    pub cosine: f64,
}

/// What lies near a word, or near a sum of words.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Nearest {
    /// The version of this shape.
    pub schema_version: u32,
    /// The file or folder.
    pub model: String,
    /// What was asked.
    pub words: String,
    /// The nearest words, none of those asked about.
    pub neighbours: Vec<Neighbour>,
}
