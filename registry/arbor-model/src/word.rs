//! Closed vocabularies: one macro turns a sorted list of words into an enum
//! that parses, prints and lists itself, so that no word is spelled twice.
//!
//! It knows nothing of what a word means; each vocabulary adds that in its
//! own file.

use std::fmt;

/// A text that is not one of a vocabulary's words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownWord {
    /// What the word was meant to be, for example `relation`.
    pub what: &'static str,
    /// What was read, cut to 64 characters.
    pub found: String,
    /// The words that would have been understood, in order.
    pub allowed: &'static [&'static str],
}

impl UnknownWord {
    /// Builds the error; `found` is shortened, since it may be hostile.
    #[must_use]
    pub fn new(what: &'static str, found: &str, allowed: &'static [&'static str]) -> Self {
        Self {
            what,
            found: found.chars().take(64).collect(),
            allowed,
        }
    }
}

impl fmt::Display for UnknownWord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "`{}` is no {}; one of ",
            self.found.escape_debug(),
            self.what
        )?;
        for (i, word) in self.allowed.iter().enumerate() {
            write!(f, "{}`{word}`", if i == 0 { "" } else { ", " })?;
        }
        Ok(())
    }
}

impl std::error::Error for UnknownWord {}

/// Declares a closed vocabulary: an enum with `ALL`, `WORDS`, `as_str`,
/// `Display` and `FromStr`.
///
/// The order of declaration is the order of comparison; a vocabulary whose
/// order has no meaning is declared alphabetically.
#[macro_export]
macro_rules! words {
    ($(#[$meta:meta])* $name:ident: $what:literal {
        $($(#[$vmeta:meta])* $variant:ident = $word:literal,)+
    }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name { $($(#[$vmeta])* $variant,)+ }

        impl $name {
            /// Every word of the vocabulary, in order.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];
            /// How each is written, in the same order.
            pub const WORDS: &'static [&'static str] = &[$($word,)+];

            /// The word as files, the database, URLs and the API write it.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word,)+ }
            }
        }

        impl ::std::fmt::Display for $name {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                f.pad(self.as_str())
            }
        }

        impl ::std::str::FromStr for $name {
            type Err = $crate::UnknownWord;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                match text {
                    $($word => Ok(Self::$variant),)+
                    _ => Err($crate::UnknownWord::new($what, text, Self::WORDS)),
                }
            }
        }
    };
}
