//! What can be wrong with a GGUF header. Every message names the key or the
//! tensor, where there is one; which file it is, the caller adds.

/// Why a header is refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum GgufError {
    /// Another kind of file.
    #[error("it is no GGUF file: {0}")]
    Magic(String),
    /// A version that is not read.
    #[error("it is GGUF of version {0}, and 2 and 3 are read: convert the model anew")]
    Version(u32),
    /// The other order of bytes.
    #[error("its numbers are big-endian, and little-endian ones are read: convert the model anew")]
    BigEndian,
    /// The file ends within the header.
    #[error("the file ends at {size}, within {within}")]
    Cut {
        /// What should have followed.
        within: String,
        /// The file's size.
        size: u64,
    },
    /// A header beyond any model's.
    #[error("its header is longer than {0} bytes")]
    Long(u64),
    /// A number of things that cannot be.
    #[error("it says that it has {found} {what}, at most {most} can be")]
    Count {
        /// Of what.
        what: &'static str,
        /// How many it says.
        found: u64,
        /// How many there is room for.
        most: u64,
    },
    /// A name that cannot be.
    #[error("a {of} has a name of {length} bytes, between 1 and {most} can be")]
    Name {
        /// Of what.
        of: &'static str,
        /// How long it says that it is.
        length: u64,
        /// How long it may be.
        most: u64,
    },
    /// A name that is no UTF-8, or cannot be printed.
    #[error("the name of a {0} is no UTF-8 or has control characters: {1}")]
    Unprintable(&'static str, String),
    /// A key or a tensor with something wrong.
    #[error("{field} {reason}")]
    Field {
        /// Which.
        field: String,
        /// What is wrong.
        reason: String,
    },
}

impl GgufError {
    pub(super) fn key(key: &str, reason: impl Into<String>) -> Self {
        Self::Field {
            field: format!("the key {}", shown(key)),
            reason: reason.into(),
        }
    }

    pub(super) fn tensor(name: &str, reason: impl Into<String>) -> Self {
        Self::Field {
            field: format!("the tensor {}", shown(name)),
            reason: reason.into(),
        }
    }
}

/// A name from a file, fit to be printed.
pub(super) fn shown(name: &str) -> String {
    let short: String = name.chars().take(80).collect();
    let dots = if short.len() < name.len() { "…" } else { "" };
    format!("`{}{dots}`", short.escape_debug())
}
