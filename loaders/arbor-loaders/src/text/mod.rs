//! Text to token ids and back, as a folder's `tokenizer.json` says.
//!
//! The file is hostile: bounded in size, and the library that reads it may
//! panic on what a file makes it do, so every call passes one guard. What the
//! ids mean to a model is `score.rs`'s and `generate.rs`'s business.

mod check;
mod plausible;
mod stream;

pub(crate) use check::check;
pub(crate) use plausible::plausible;
pub use stream::TextStream;

use crate::{LoadError, folder};
use sha2::{Digest, Sha256};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

const FILE: &str = "tokenizer.json";
/// The largest published have a fifth of it.
const LIMIT_BYTES: u64 = 64 << 20;
/// What masked models' tokenizers call the token that hides another.
const MASKS: [&str; 2] = ["[MASK]", "<mask>"];

/// A folder's tokenizer.
pub struct Tokenizer {
    inner: tokenizers::Tokenizer,
    path: PathBuf,
    bytes: usize,
    largest: u32,
    /// The file's SHA-256, in hexadecimal.
    digest: String,
}

/// A token of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token {
    /// Its number.
    pub id: u32,
    /// Its part of the text, with the space before it; of a token that was
    /// added around the text, its name.
    pub text: String,
    /// Whether the tokenizer added it around the text.
    pub added: bool,
}

impl Tokenizer {
    /// Reads the tokenizer beside a checkpoint; none if there is no such file.
    ///
    /// # Errors
    /// [`LoadError`] names the file.
    pub fn beside(folder: &Path) -> Result<Option<Self>, LoadError> {
        let path = folder.join(FILE);
        if !path.exists() {
            return Ok(None);
        }
        let text = folder::text(folder, FILE, LIMIT_BYTES)?;
        let read = || {
            let mut inner = tokenizers::Tokenizer::from_bytes(&text)?;
            // How much of a text is read is the model's business.
            inner.with_truncation(None)?.with_padding(None);
            let ids = inner.get_vocab(true).into_values();
            Ok((ids.max().unwrap_or(0), inner))
        };
        let (largest, inner) = guarded(&path, read)?;
        Ok(Some(Self {
            inner,
            path,
            bytes: text.len(),
            largest,
            digest: hexadecimal(&Sha256::digest(&text)),
        }))
    }

    /// The ids of a text, with the tokens that belong around it if `around`.
    ///
    /// # Errors
    /// [`LoadError::Tokenizer`] if the tokenizer fails at it.
    pub fn ids(&self, text: &str, around: bool) -> Result<Vec<u32>, LoadError> {
        let encoding = self.guarded(|| self.inner.encode_fast(text, around))?;
        Ok(encoding.get_ids().to_vec())
    }

    /// The tokens of a text and those that belong around it, each with its
    /// part of the text.
    ///
    /// # Errors
    /// [`LoadError::Tokenizer`] if the tokenizer fails at it.
    pub fn tokens(&self, text: &str) -> Result<Vec<Token>, LoadError> {
        let encoding = self.guarded(|| self.inner.encode(text, true))?;
        let places = encoding
            .get_offsets()
            .iter()
            .zip(encoding.get_special_tokens_mask());
        let mut read = 0;
        let token = |(id, ((_, end), special)): (&u32, (&(usize, usize), &u32))| {
            let added = *special == 1;
            let part = if added {
                self.name(*id)
            } else {
                // A character of several tokens is the first one's.
                let end = (*end).max(read);
                let part = text.get(read..end).map(ToOwned::to_owned);
                read = if part.is_some() { end } else { read };
                part.unwrap_or_default()
            };
            Token {
                id: *id,
                text: part,
                added,
            }
        };
        Ok(encoding.get_ids().iter().zip(places).map(token).collect())
    }

    /// The text of ids.
    ///
    /// # Errors
    /// [`LoadError::Tokenizer`] if the tokenizer fails at it.
    pub fn text(&self, ids: &[u32], without_special: bool) -> Result<String, LoadError> {
        self.guarded(|| self.inner.decode(ids, without_special))
    }

    /// What the vocabulary calls an id; nothing if there is no such id.
    #[must_use]
    pub fn name(&self, id: u32) -> String {
        self.inner.id_to_token(id).unwrap_or_default()
    }

    /// The tokens of ids, which came without a text.
    ///
    /// # Errors
    /// [`LoadError::Tokenizer`] if the tokenizer fails at one.
    pub fn tokens_of(&self, ids: &[u32]) -> Result<Vec<Token>, LoadError> {
        let token = |id: &u32| {
            let added = self.is_special(*id);
            let text = if added {
                self.name(*id)
            } else {
                self.text(&[*id], false)?
            };
            Ok(Token {
                id: *id,
                text,
                added,
            })
        };
        ids.iter().map(token).collect()
    }

    /// The id of a token by its name.
    #[must_use]
    pub fn id(&self, name: &str) -> Option<u32> {
        self.inner.token_to_id(name)
    }

    /// Whether an id stands for no text.
    #[must_use]
    pub fn is_special(&self, id: u32) -> bool {
        self.inner
            .get_added_vocabulary()
            .is_special_token(&self.name(id))
    }

    /// The token that hides another, where it has one of the usual names.
    #[must_use]
    pub fn mask(&self) -> Option<u32> {
        MASKS.iter().find_map(|name| self.inner.token_to_id(name))
    }

    fn guarded<T>(&self, work: impl FnOnce() -> tokenizers::Result<T>) -> Result<T, LoadError> {
        guarded(&self.path, work)
    }
}

impl std::fmt::Debug for Tokenizer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Tokenizer")
            .field("path", &self.path)
            .field("largest", &self.largest)
            .finish_non_exhaustive()
    }
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The one guard. A panic ends no process, since a file can provoke one: what
/// it may leave half done is the library's cache, whose locks then panic too,
/// and are caught here again.
fn guarded<T>(path: &Path, work: impl FnOnce() -> tokenizers::Result<T>) -> Result<T, LoadError> {
    let reason = match catch_unwind(AssertUnwindSafe(work)) {
        Ok(Ok(done)) => return Ok(done),
        Ok(Err(error)) => error.to_string(),
        Err(panic) => {
            let said = panic.downcast_ref::<String>().map(String::as_str);
            let said = said.or_else(|| panic.downcast_ref::<&str>().copied());
            format!("it broke off: {}", said.unwrap_or("no reason was given"))
        }
    };
    Err(LoadError::Tokenizer {
        path: path.to_owned(),
        reason,
    })
}

#[cfg(test)]
mod tests;
