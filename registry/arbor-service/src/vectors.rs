//! Texts and word vectors: what stands between these words, what lies near
//! that one. Words are split at spaces and taken as they stand; words that the
//! vectors lack are left out, as in training.

use crate::{Logits, ServiceError, TextQuery, Typed, wire};
use arbor_loaders::LoadError;
use arbor_loaders::word2vec::{Files, Near, WINDOW, Word2Vec, context};
use std::collections::BTreeMap;
use std::path::Path;

/// Words that hide another.
const MASKS: [&str; 2] = ["[MASK]", "<mask>"];
/// How many words are named for a hidden one, and for a question.
const CANDIDATES: usize = 5;
const NEIGHBOURS: usize = 10;

/// Word vectors of a path, where it holds some.
pub(crate) struct Vectors {
    model: Word2Vec,
    path: String,
}

impl Vectors {
    /// Opens them; none if the path holds another kind of model.
    pub(crate) fn at(path: &Path) -> Result<Option<Self>, LoadError> {
        let open = |files: Files| {
            Ok(Self {
                model: Word2Vec::open(&files.input, files.output.as_deref())?,
                path: path.display().to_string(),
            })
        };
        Files::at(path).map(open).transpose()
    }

    /// Each word's log-probability between the others.
    pub(crate) fn score(&self, query: &TextQuery) -> Result<wire::Score, LoadError> {
        if query.source.is_some() {
            return Err(refused("word vectors read no source"));
        }
        let ids: Vec<u32> = match &query.typed {
            Typed::Ids(ids) => ids.clone(),
            Typed::Text(text) => words(text).filter_map(|word| self.id(word)).collect(),
        };
        if !self.model.has_output() {
            return Err(refused(
                "these are input vectors alone, which give no probabilities: output vectors stand \
                 beside them as `NAME.output.bin`",
            ));
        }
        if ids.is_empty() {
            return Err(refused("there is no known word to score"));
        }
        let scores = self.model.score(&ids, WINDOW)?;
        let scored = ids.iter().zip(&scores);
        let log_likelihood = scores.iter().flatten().sum();
        Ok(wire::Score {
            schema_version: wire::SCHEMA_VERSION,
            model: self.path.clone(),
            kind: "masked",
            tokens: scored.map(|(id, score)| self.token(*id, *score)).collect(),
            log_likelihood,
            // Spaces and unknown words are not scored.
            bits_per_byte: None,
            backward: None,
        })
    }

    /// Fills each hidden word: by probability, or by what lies near the mean
    /// of the words around it where there are no output vectors.
    pub(crate) fn fill(&self, query: &TextQuery) -> Result<wire::Continuation, LoadError> {
        let Typed::Text(text) = &query.typed else {
            return Err(refused(
                "word vectors are asked in words, with `[MASK]` for one of them",
            ));
        };
        // Unknown words take no place in the window.
        let mut known = Vec::new();
        let mut hidden = Vec::new();
        for (position, word) in words(text).enumerate() {
            if MASKS.contains(&word) {
                hidden.push((position, known.len()));
            } else {
                known.extend(self.id(word));
            }
        }
        if hidden.is_empty() {
            return Err(refused(
                "word vectors go on from nothing: put `[MASK]` for the word that is asked for",
            ));
        }
        let masks = hidden.into_iter().map(|(position, at)| {
            // The hidden word itself, which no context holds.
            let mut text = known.clone();
            text.insert(at, 0);
            self.filled(position, &context(&text, at, WINDOW))
        });
        Ok(wire::Continuation {
            schema_version: wire::SCHEMA_VERSION,
            model: self.path.clone(),
            kind: if self.model.has_output() {
                "masked"
            } else {
                "near"
            },
            masks: masks.collect::<Result<_, _>>()?,
            prompt: known,
            text: None,
            tokens: Vec::new(),
            ended: None,
        })
    }

    fn filled(&self, position: usize, context: &[u32]) -> Result<wire::Filled, LoadError> {
        let mut filled = wire::Filled {
            position,
            candidates: Vec::new(),
            neighbours: Vec::new(),
        };
        if self.model.has_output() {
            let scores = self.model.log_probabilities(context)?;
            let mut all: Vec<(u32, f64)> = (0..).zip(scores).collect();
            all.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
            let best = all.into_iter().take(CANDIDATES);
            filled.candidates = best
                .map(|(id, score)| self.token(id, Some(score)))
                .collect();
        } else {
            let near = self.model.nearest_to_mean(context, CANDIDATES)?;
            filled.neighbours = near.into_iter().map(|near| self.neighbour(near)).collect();
        }
        Ok(filled)
    }

    /// What lies nearest to a sum of words.
    fn nearest(&self, typed: &str) -> Result<wire::Nearest, LoadError> {
        let mut sum = Vec::new();
        let mut sign = 1.0;
        for word in words(typed) {
            match word {
                "+" => sign = 1.0,
                "-" => sign = -1.0,
                _ => {
                    let unknown = || refused(&format!("the word {word:?} is not known"));
                    sum.push((self.id(word).ok_or_else(unknown)?, sign));
                    sign = 1.0;
                }
            }
        }
        let near = self.model.nearest(&sum, NEIGHBOURS)?;
        Ok(wire::Nearest {
            schema_version: wire::SCHEMA_VERSION,
            model: self.path.clone(),
            words: typed.to_owned(),
            neighbours: near.into_iter().map(|near| self.neighbour(near)).collect(),
        })
    }

    /// The answer at each word.
    pub(crate) fn logits(&self, ids: &[u32]) -> Result<Logits, LoadError> {
        let rows = self.model.answers(ids, WINDOW)?;
        let (logits, hidden) = if self.model.has_output() {
            (Some(rows), None)
        } else {
            (None, Some(rows))
        };
        Ok(Logits {
            objective: arbor_model::Objective::AeCbow.as_str(),
            logits,
            hidden,
        })
    }

    fn id(&self, word: &str) -> Option<u32> {
        self.model.words().id(word.as_bytes())
    }

    fn word(&self, id: u32) -> String {
        let bytes = self.model.words().word(id).unwrap_or_default();
        String::from_utf8_lossy(bytes).into_owned()
    }

    fn token(&self, id: u32, logprob: Option<f64>) -> wire::Token {
        wire::Token {
            text: Some(self.word(id)),
            id,
            logprob,
        }
    }

    fn neighbour(&self, near: Near) -> wire::Neighbour {
        wire::Neighbour {
            text: self.word(near.id),
            id: near.id,
            cosine: near.cosine,
        }
    }
}

/// The words whose vectors lie nearest to a word's, or to a sum of words as
/// `king - man + woman`.
///
/// # Errors
/// [`ServiceError::Load`] if the path holds no word vectors, or not that word.
pub fn nearest(path: &Path, words: &str) -> Result<wire::Nearest, ServiceError> {
    let vectors = Vectors::at(path)?.ok_or_else(|| {
        let reason = format!("`{}` holds no word vectors", path.display());
        LoadError::Input(reason)
    })?;
    Ok(vectors.nearest(words)?)
}

/// How many numbers word vectors have; nothing if the path holds another kind
/// of model.
///
/// # Errors
/// [`ServiceError::Load`] if they cannot be read.
pub fn vectors_params(path: &Path) -> Result<Option<wire::Params>, ServiceError> {
    let Some(vectors) = Vectors::at(path)? else {
        return Ok(None);
    };
    let total = vectors.model.parameters();
    let table = vectors.model.words();
    let input = table.len() as u64 * table.width() as u64;
    Ok(Some(wire::Params {
        schema_version: wire::SCHEMA_VERSION,
        model: vectors.path,
        total: Some(total),
        active: None,
        by_part: wire::ByPart {
            embedding: Some(input),
            head: Some(total - input),
            ..wire::ByPart::default()
        },
        by_dtype: BTreeMap::new(),
        tied: Some(0),
        buffers: Some(0),
        source: "file",
        bytes_read: std::fs::metadata(path).map_or(0, |file| file.len()),
        claims: Vec::new(),
        headers: None,
    }))
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split_whitespace()
}

fn refused(reason: &str) -> LoadError {
    LoadError::Input(reason.to_owned())
}
