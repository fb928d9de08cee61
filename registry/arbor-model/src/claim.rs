//! Claims: facts with the source that says so and how far it can be trusted.

use crate::{Fact, SourceKey, Text};

words! {
    /// How far a claim can be trusted, the most first.
    Confidence: "confidence" {
        /// Two independent sources agree, or a source and a formula.
        Confirmed = "confirmed",
        /// Read in the cited source.
        Read = "read",
        /// Computed from what the cited source gives.
        Derived = "derived",
        /// The source has it second-hand, or it is disputed.
        Reported = "reported",
        /// The authors' own knowledge; nobody has checked it.
        Unreviewed = "unreviewed",
    }
}

/// Where something is said, and how far that can be trusted.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Citation {
    /// The source.
    pub source: SourceKey,
    /// Where in the source.
    pub at: Option<Text>,
    /// How far to trust it.
    pub confidence: Confidence,
    /// What a reader should know besides.
    pub note: Option<Text>,
}

/// A fact and who says so.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Claim {
    /// What is said.
    pub fact: Fact,
    /// By whom.
    pub citation: Citation,
}
