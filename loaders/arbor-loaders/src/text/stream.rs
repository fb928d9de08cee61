//! Ids to text as they come: a character may need several tokens, and a token
//! may read otherwise after another than alone.

use super::Tokenizer;
use crate::LoadError;

/// What a tokenizer gives in place of bytes that are no character yet.
const UNFINISHED: char = '\u{fffd}';

/// Gives the text that each further id adds.
#[derive(Debug)]
pub struct TextStream<'t> {
    tokenizer: &'t Tokenizer,
    /// The tokens of the last piece and those since.
    ids: Vec<u32>,
    /// How many of them have been given.
    given: usize,
}

impl<'t> TextStream<'t> {
    /// A stream that goes on after some ids.
    #[must_use]
    pub fn after(tokenizer: &'t Tokenizer, ids: &[u32]) -> Self {
        let near = ids[ids.len().saturating_sub(8)..].to_vec();
        Self {
            tokenizer,
            given: near.len(),
            ids: near,
        }
    }

    /// The text that this id completes; nothing while a character is not.
    ///
    /// # Errors
    /// [`LoadError::Tokenizer`] if the tokenizer fails at it.
    pub fn add(&mut self, id: u32) -> Result<String, LoadError> {
        self.ids.push(id);
        let text = self.tokenizer.text(&self.ids, true)?;
        if text.ends_with(UNFINISHED) {
            return Ok(String::new());
        }
        let before = self.tokenizer.text(&self.ids[..self.given], true)?;
        let new = text.get(before.len()..).unwrap_or_default().to_owned();
        self.ids.drain(..self.given);
        self.given = self.ids.len();
        Ok(new)
    }
}
