//! What is searched for, what is looked through and what is found.
//!
//! How a match is looked up is the engine's business; `fold.rs` says which
//! letters are the same.

use crate::fold;
use arbor_model::{FamilyId, ModelId, Text, words};

/// Why a text cannot be searched for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SearchQueryError {
    /// Nothing but space and marks.
    #[error("there is nothing to search for")]
    Empty,
    /// Too long.
    #[error("a search has at most {} characters", SearchQuery::LIMIT)]
    TooLong,
}

/// Words to search for, [folded](fold()); any text is safe.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SearchQuery(String);

impl SearchQuery {
    /// The most characters a query has.
    pub const LIMIT: usize = 128;
    /// The most words that are looked for one by one.
    pub const WORDS: usize = 8;

    /// Folds and takes the text.
    ///
    /// # Errors
    /// [`SearchQueryError`] for an empty or over-long text.
    ///
    /// ```
    /// # use arbor_store::SearchQuery;
    /// assert_eq!(SearchQuery::new("  LLaMÁ ").unwrap().as_str(), "llama");
    /// ```
    pub fn new(text: &str) -> Result<Self, SearchQueryError> {
        if text.len() > Self::LIMIT * 4 || text.trim().chars().count() > Self::LIMIT {
            return Err(SearchQueryError::TooLong);
        }
        let folded = fold(text);
        if folded.is_empty() {
            Err(SearchQueryError::Empty)
        } else {
            Ok(Self(folded))
        }
    }

    /// The folded text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Its words, each of which a match must contain; whatever follows the
    /// first seven counts as one.
    pub fn words(&self) -> impl Iterator<Item = &str> {
        self.0.splitn(Self::WORDS, ' ')
    }
}

words! {
    /// What a stored search term is.
    TermKind: "term kind" {
        /// Another id of the model.
        Alias = "alias",
        /// The hub repository.
        Hub = "hub",
        /// The id.
        Id = "id",
        /// The name.
        Name = "name",
        /// All of them, the family and the makers, in one text.
        Text = "text",
    }
}

words! {
    /// How well a model matches, the best first.
    MatchRank: "match" {
        /// An id, alias, name or hub id is the query.
        Exact = "exact",
        /// One of them begins with it.
        Prefix = "prefix",
        /// One of them contains it.
        Substring = "substring",
        /// Its words occur, in any order, in the ids, names, family and makers.
        Words = "words",
    }
}

/// A model that was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SearchHit {
    /// The model.
    pub id: ModelId,
    /// Its name.
    pub name: Text,
    /// Its family.
    pub family: FamilyId,
    /// How well it matches.
    pub rank: MatchRank,
    /// The text that matched, folded: an alias, a hub id, a maker's name….
    pub matched: String,
    /// How many models name it as a parent.
    pub children: u64,
}
