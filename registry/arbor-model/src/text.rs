//! Free text that people read: bounded, trimmed, without control characters,
//! so that it can be printed to a terminal, a page or a CSV cell as it is.

use std::fmt;
use std::str::FromStr;

/// Why a text was refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TextError {
    /// Nothing, or only space.
    #[error("a text may not be empty")]
    Empty,
    /// Too long.
    #[error("a text here has at most {limit} characters, this has {len}")]
    TooLong {
        /// How many were given.
        len: usize,
        /// How many are allowed.
        limit: usize,
    },
    /// A control or direction-changing character.
    #[error("a text may not hold the character U+{0:04X}")]
    Control(u32),
    /// Space at an end.
    #[error("a text may not begin or end with space")]
    Untrimmed,
}

/// A non-empty line of text.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Text(Box<str>);

impl Text {
    /// The most characters a text has where no smaller bound is set.
    pub const LIMIT: usize = 2_000;

    /// Checks and takes the text.
    ///
    /// # Errors
    /// [`TextError`] says what is wrong with it.
    pub fn new(text: &str) -> Result<Self, TextError> {
        Self::bounded(text, Self::LIMIT)
    }

    /// As [`Text::new`], with a smaller bound.
    pub(crate) fn bounded(text: &str, limit: usize) -> Result<Self, TextError> {
        if text.trim().is_empty() {
            return Err(TextError::Empty);
        }
        if text.trim() != text {
            return Err(TextError::Untrimmed);
        }
        let len = text.chars().count();
        if len > limit {
            return Err(TextError::TooLong { len, limit });
        }
        match text
            .chars()
            .find(|c| c.is_control() || changes_direction(*c))
        {
            Some(c) => Err(TextError::Control(c.into())),
            None => Ok(Self(text.into())),
        }
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Characters that reorder what stands around them: a name with one could
/// disguise another.
fn changes_direction(c: char) -> bool {
    matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{2028}' | '\u{2029}')
}

impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl FromStr for Text {
    type Err = TextError;

    fn from_str(text: &str) -> Result<Self, TextError> {
        Self::new(text)
    }
}
