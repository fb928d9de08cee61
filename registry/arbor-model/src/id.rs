//! Ids: what a model, family, organisation or source is called, here and on
//! the hub.
//!
//! Every id is checked when it is made and cannot be changed afterwards, so
//! an id may stand in a URL, a file name or a query as it is. This file does
//! not know whether anything of that name exists.

use std::fmt;
use std::str::FromStr;

/// Why a text is not an id.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum IdError {
    /// Nothing was given.
    #[error("an id may not be empty")]
    Empty,
    /// More characters than an id may have.
    #[error("an id has at most {limit} characters, this has {len}")]
    TooLong {
        /// How many were given.
        len: usize,
        /// How many are allowed.
        limit: usize,
    },
    /// A character that does not belong, or a separator at an end or doubled.
    #[error("`{text}` is no id: {rule}")]
    Malformed {
        /// What was given, cut and escaped.
        text: String,
        /// The rule it breaks.
        rule: &'static str,
    },
}

impl IdError {
    fn malformed(text: &str, rule: &'static str) -> Self {
        let cut: String = text.chars().take(64).collect();
        Self::Malformed {
            text: cut.escape_debug().to_string(),
            rule,
        }
    }
}

const SLUG_LIMIT: usize = 96;
const SLUG_RULE: &str =
    "lower-case letters and digits, joined by single `-`, `.` or `_` (`llama-2-70b`)";

fn check_slug(text: &str) -> Result<(), IdError> {
    if text.is_empty() {
        return Err(IdError::Empty);
    }
    if text.len() > SLUG_LIMIT {
        return Err(IdError::TooLong {
            len: text.len(),
            limit: SLUG_LIMIT,
        });
    }
    let mut joiner = true;
    for byte in text.bytes() {
        joiner = match byte {
            b'a'..=b'z' | b'0'..=b'9' => false,
            b'-' | b'.' | b'_' if !joiner => true,
            _ => return Err(IdError::malformed(text, SLUG_RULE)),
        };
    }
    if joiner {
        Err(IdError::malformed(text, SLUG_RULE))
    } else {
        Ok(())
    }
}

macro_rules! slug_id {
    ($(#[$meta:meta])* $name:ident) => {
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(Box<str>);

        impl $name {
            /// Checks and takes the text.
            ///
            /// # Errors
            /// [`IdError`] says which rule the text breaks.
            pub fn new(text: &str) -> Result<Self, IdError> {
                check_slug(text)?;
                Ok(Self(text.into()))
            }

            /// The id as text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        text_id!($name);
    };
}

macro_rules! text_id {
    ($name:ident) => {
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(self.as_str())
            }
        }

        impl FromStr for $name {
            type Err = IdError;

            fn from_str(text: &str) -> Result<Self, IdError> {
                Self::new(text)
            }
        }

        // `Borrow` lets maps keyed by the id be asked with a `&str`; equality,
        // order and hash of the id are those of its text.
        impl std::borrow::Borrow<str> for $name {
            fn borrow(&self) -> &str {
                self.as_str()
            }
        }
    };
}

slug_id!(
    /// A model or named release in the catalogue, for example `llama-2-70b`.
    ModelId
);
slug_id!(
    /// A family of models, for example `llama`.
    FamilyId
);
slug_id!(
    /// Whoever made a model, for example `meta-ai`.
    OrganisationId
);
slug_id!(
    /// Something a claim can cite, for example `arxiv-1810.04805`.
    SourceKey
);

impl SourceKey {
    /// The key under which the authors' own unreviewed knowledge is cited.
    pub const OWN_KNOWLEDGE: &'static str = "own-knowledge";

    /// Whether this is the authors' own unreviewed knowledge.
    #[must_use]
    pub fn is_own_knowledge(&self) -> bool {
        self.as_str() == Self::OWN_KNOWLEDGE
    }
}

const HUB_LIMIT: usize = 96;
const HUB_RULE: &str = "`organisation/name` of letters, digits, `-`, `_` and `.`";

/// A repository on the hub, `organisation/name`.
///
/// Letter case is kept, since the hub redirects other spellings to it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct HubId(Box<str>);

impl HubId {
    /// Checks and takes the text.
    ///
    /// A bare name (`gpt2`) is refused: the hub's own short names are aliases
    /// of full ones. So are parts that could climb out of a folder.
    ///
    /// # Errors
    /// [`IdError`] says which rule the text breaks.
    pub fn new(text: &str) -> Result<Self, IdError> {
        let malformed = || IdError::malformed(text, HUB_RULE);
        if text.is_empty() {
            return Err(IdError::Empty);
        }
        let (organisation, name) = text.split_once('/').ok_or_else(malformed)?;
        for part in [organisation, name] {
            if part.len() > HUB_LIMIT {
                return Err(IdError::TooLong {
                    len: part.len(),
                    limit: HUB_LIMIT,
                });
            }
            let sound = part
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(&b));
            let ends = part.starts_with(['.', '-']) || part.ends_with(['.', '-']);
            if part.is_empty() || !sound || ends || part.contains("..") || part.contains("--") {
                return Err(malformed());
            }
        }
        Ok(Self(text.into()))
    }

    /// `organisation/name`.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

text_id!(HubId);

/// A git commit's full SHA-1: forty lower-case hexadecimal digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CommitSha([u8; 20]);

impl FromStr for CommitSha {
    type Err = IdError;

    fn from_str(text: &str) -> Result<Self, IdError> {
        let malformed = || IdError::malformed(text, "forty lower-case hexadecimal digits");
        if text.len() != 40 || !text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f')) {
            return Err(malformed());
        }
        let mut bytes = [0; 20];
        for (i, byte) in bytes.iter_mut().enumerate() {
            *byte = u8::from_str_radix(&text[2 * i..2 * i + 2], 16).map_err(|_| malformed())?;
        }
        Ok(Self(bytes))
    }
}

impl fmt::Display for CommitSha {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

/// A branch, tag or commit of a repository: what stands behind the `@`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Revision(Box<str>);

impl Revision {
    /// Checks and takes the text.
    ///
    /// # Errors
    /// [`IdError`] for an empty or over-long text, for a character git does
    /// not allow in a reference, and for parts that climb (`..`).
    pub fn new(text: &str) -> Result<Self, IdError> {
        if text.is_empty() {
            return Err(IdError::Empty);
        }
        if text.len() > 255 {
            return Err(IdError::TooLong {
                len: text.len(),
                limit: 255,
            });
        }
        let sound = text
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b"-_./+".contains(&b));
        let climbs = text.contains("..") || text.contains("//");
        if !sound || climbs || text.starts_with(['/', '-', '.']) || text.ends_with(['/', '.']) {
            return Err(IdError::malformed(text, "a branch, tag or commit"));
        }
        Ok(Self(text.into()))
    }

    /// The revision as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The commit this names, if it is one and no moving reference.
    #[must_use]
    pub fn commit(&self) -> Option<CommitSha> {
        self.0.parse().ok()
    }
}

text_id!(Revision);

impl From<&CommitSha> for Revision {
    fn from(commit: &CommitSha) -> Self {
        Self(commit.to_string().into())
    }
}

/// The id a person probably means by a name: `GPT-3 (175B)` → `gpt-3-175b`.
///
/// Greek letters of model names are spelled out. The result may be empty or
/// otherwise no id; pass it to an id's constructor.
#[must_use]
pub fn slugify(name: &str) -> String {
    let mut slug = String::with_capacity(name.len());
    for c in name.chars().flat_map(char::to_lowercase) {
        match c {
            'a'..='z' | '0'..='9' => slug.push(c),
            'α' => slug.push_str("alpha"),
            'β' => slug.push_str("beta"),
            '.' | '_' if !slug.ends_with(['-', '.', '_']) => slug.push(c),
            _ if !slug.ends_with(['-', '.', '_']) => slug.push('-'),
            _ => {}
        }
    }
    slug.trim_matches(['-', '.', '_']).to_owned()
}
