//! Texts and a checkpoint's folder: how likely is one, how does it go on.
//! What is asked may be ids, for a folder without a tokenizer.

use crate::vectors::Vectors;
use crate::{ServiceError, elmo, wire};
use arbor_loaders::elmo::Elmo;
use arbor_loaders::text::{TextStream, Token, Tokenizer};
use arbor_loaders::{
    Choice, Chosen, LoadError, Marks, Model, Placement, Prompt, Purpose, Rule, Scored,
};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

/// How many tokens are named for a hidden position.
const CANDIDATES: usize = 5;

/// A text, or the ids of one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Typed {
    /// To be read by the folder's tokenizer.
    Text(String),
    /// As they are.
    Ids(Vec<u32>),
}

/// A question about a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TextQuery {
    /// The checkpoint's folder.
    pub folder: PathBuf,
    /// The text.
    pub typed: Typed,
    /// What the encoder reads of it, to score what follows.
    pub source: Option<Typed>,
    /// The token that hides another, where the files do not say.
    pub mask: Option<u32>,
    /// Where, and in which numbers.
    pub placement: Placement,
}

/// How a text is to go on.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RunQuery {
    /// At most so many tokens.
    pub limit: usize,
    /// Above 0: tokens are drawn.
    pub temperature: f64,
    /// The same seed draws the same tokens.
    pub seed: u64,
}

/// How likely a checkpoint finds a text.
///
/// # Errors
/// [`ServiceError::Load`] if it cannot be loaded, or not asked this.
pub fn score(query: &TextQuery) -> Result<wire::Score, ServiceError> {
    if let Some(vectors) = Vectors::at(&query.folder)? {
        return Ok(vectors.score(query)?);
    }
    if Elmo::is_at(&query.folder) {
        return Ok(elmo::score(query)?);
    }
    let folder = Folder::open(&query.folder, query.placement)?;
    let tokens = folder.tokens(&query.typed)?;
    let source = query.source.as_ref().map(|typed| folder.tokens(typed));
    let source = source.transpose()?.map(|tokens| ids(&tokens));
    let around: Vec<bool> = tokens.iter().map(|token| token.added).collect();
    let scores = arbor_loaders::score(
        &folder.model,
        &Scored {
            ids: &ids(&tokens),
            source: source.as_deref(),
            mask: query.mask.or(folder.mask()),
            around: &around,
        },
    )?;
    let log_likelihood = scores.iter().flatten().sum::<f64>();
    let scored = tokens.iter().zip(&scores);
    let bytes: usize = scored
        .filter(|(token, score)| score.is_some() && !token.added)
        .map(|(token, _)| token.text.len())
        .sum();
    let typed_text = matches!(query.typed, Typed::Text(_)) && bytes > 0;
    Ok(wire::Score {
        schema_version: wire::SCHEMA_VERSION,
        model: query.folder.display().to_string(),
        kind: Rule::of(&folder.model)?.as_str(),
        bits_per_byte: typed_text.then(|| -log_likelihood / std::f64::consts::LN_2 / bytes as f64),
        log_likelihood,
        backward: None,
        tokens: tokens
            .into_iter()
            .zip(scores)
            .map(|(token, logprob)| wire::Token {
                text: folder.tokenizer.is_some().then_some(token.text),
                id: token.id,
                logprob,
            })
            .collect(),
    })
}

/// Goes on from a prompt, or fills what it hides. What is written is told as
/// it comes; it ends when nobody listens.
///
/// # Errors
/// [`ServiceError::Load`] if it cannot be loaded, or not asked this.
pub fn run(
    query: &TextQuery,
    how: RunQuery,
    mut told: impl FnMut(&str) -> ControlFlow<()>,
) -> Result<wire::Continuation, ServiceError> {
    if let Some(vectors) = Vectors::at(&query.folder)? {
        return Ok(vectors.fill(query)?);
    }
    if Elmo::is_at(&query.folder) {
        return Err(elmo::no_writer().into());
    }
    let folder = Folder::open(&query.folder, query.placement)?;
    let rule = Rule::of(&folder.model)?;
    let mut tokens = folder.tokens(&query.typed)?;
    let mut answer = wire::Continuation {
        schema_version: wire::SCHEMA_VERSION,
        model: query.folder.display().to_string(),
        kind: rule.as_str(),
        prompt: ids(&tokens),
        text: None,
        tokens: Vec::new(),
        ended: None,
        masks: Vec::new(),
    };
    if rule == Rule::Masked {
        let mask = query.mask.or(folder.mask()).ok_or_else(|| {
            LoadError::Input("it is not known which token is the mask".to_owned())
        })?;
        let filled = arbor_loaders::fill(&folder.model, &answer.prompt, mask, CANDIDATES)?;
        let filled = filled.into_iter().map(|filled| {
            let candidates = filled.candidates.iter();
            Ok(wire::Filled {
                position: filled.position,
                candidates: candidates
                    .map(|chosen| folder.token(*chosen))
                    .collect::<Result<_, LoadError>>()?,
                neighbours: Vec::new(),
            })
        });
        answer.masks = filled.collect::<Result<_, LoadError>>()?;
        return Ok(answer);
    }
    if rule != Rule::Conditional && matches!(query.typed, Typed::Text(_)) {
        // What ends every text must not stand before its continuation.
        let last = tokens.iter().rposition(|token| !token.added);
        tokens.truncate(last.map_or(tokens.len(), |last| last + 1));
        answer.prompt = ids(&tokens);
    }
    folder.write(&mut answer, rule, how, &mut told)?;
    Ok(answer)
}

fn ids(tokens: &[Token]) -> Vec<u32> {
    tokens.iter().map(|token| token.id).collect()
}

/// An opened folder.
struct Folder {
    model: Model,
    tokenizer: Option<Tokenizer>,
    marks: Marks,
}

impl Folder {
    fn open(folder: &Path, placement: Placement) -> Result<Self, ServiceError> {
        Ok(Self {
            model: Model::load_on(folder, &placement.open(Purpose::Use)?)?,
            tokenizer: Tokenizer::beside(folder)?,
            marks: Marks::of(folder),
        })
    }

    fn mask(&self) -> Option<u32> {
        let named = self.tokenizer.as_ref().and_then(Tokenizer::mask);
        named.or(self.marks.mask)
    }

    fn tokens(&self, typed: &Typed) -> Result<Vec<Token>, LoadError> {
        match (typed, &self.tokenizer) {
            (Typed::Text(text), Some(tokenizer)) => tokenizer.tokens(text),
            (Typed::Ids(ids), Some(tokenizer)) => tokenizer.tokens_of(ids),
            (Typed::Text(_), None) => Err(LoadError::Input(
                "the folder has no `tokenizer.json`: ids can be given in place of text".to_owned(),
            )),
            (Typed::Ids(ids), None) => {
                let bare = |id: &u32| Token {
                    id: *id,
                    text: String::new(),
                    added: false,
                };
                Ok(ids.iter().map(bare).collect())
            }
        }
    }

    fn token(&self, chosen: Chosen) -> Result<wire::Token, LoadError> {
        let tokens = self.tokens(&Typed::Ids(vec![chosen.id]))?;
        let text = tokens.into_iter().next().map(|token| token.text);
        Ok(wire::Token {
            text: text.filter(|_| self.tokenizer.is_some()),
            id: chosen.id,
            logprob: Some(chosen.log_probability),
        })
    }

    fn write(
        &self,
        answer: &mut wire::Continuation,
        rule: Rule,
        how: RunQuery,
        told: &mut impl FnMut(&str) -> ControlFlow<()>,
    ) -> Result<(), LoadError> {
        let genome = &self.model.blueprint().genome;
        let context = genome.context.and_then(|most| usize::try_from(most).ok());
        let read = if rule == Rule::Conditional {
            1
        } else {
            answer.prompt.len()
        };
        // The last token needs no place: nothing follows it.
        let room = context.map_or(usize::MAX, |most| (most + 1).saturating_sub(read).max(1));
        let prompt = Prompt {
            ids: &answer.prompt,
            end: &self.marks.end,
            first: self.marks.first,
            limit: how.limit.min(room),
        };
        let choice = if how.temperature > 0.0 {
            Choice::Drawn {
                temperature: how.temperature,
                seed: how.seed,
            }
        } else {
            Choice::Greedy
        };
        let before: &[u32] = if rule == Rule::Conditional {
            &[]
        } else {
            prompt.ids
        };
        let stream = |tokenizer| TextStream::after(tokenizer, before);
        let mut stream = self.tokenizer.as_ref().map(stream);
        let mut text = String::new();
        let mut failed = None;
        let mut ended = if room < how.limit {
            "context"
        } else {
            "length"
        };
        let mut chosen_tokens = Vec::new();
        arbor_loaders::generate(&self.model, &prompt, choice, |chosen| {
            let piece = match &mut stream {
                Some(stream) => stream.add(chosen.id),
                None => Ok(format!("{} ", chosen.id)),
            };
            let token = self.token(chosen);
            match (piece, token) {
                (Ok(piece), Ok(token)) => {
                    chosen_tokens.push(token);
                    text += &piece;
                    if prompt.end.contains(&chosen.id) {
                        ended = "end-of-text";
                    }
                    let said = told(&piece);
                    if said.is_break() {
                        ended = "stopped";
                    }
                    said
                }
                (Err(error), _) | (_, Err(error)) => {
                    failed = Some(error);
                    ControlFlow::Break(())
                }
            }
        })?;
        answer.tokens = chosen_tokens;
        answer.text = self.tokenizer.is_some().then_some(text);
        answer.ended = Some(ended);
        failed.map_or(Ok(()), Err)
    }
}
