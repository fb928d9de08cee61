//! What can be wrong with a catalogue, and where.
//!
//! Checking never stops at the first fault: everything that is wrong comes
//! back as a sorted list. This file knows the faults' names, not how they are
//! found; see `read` (within one file) and `check` (across files).

use std::fmt;

arbor_model::words! {
    /// The kinds of fault.
    Fault: "fault" {
        /// An alias is another model's id or alias.
        AliasClash = "alias-clash",
        /// A child appears before its parent.
        BackwardsInTime = "backwards-in-time",
        /// An id is malformed.
        BadId = "bad-id",
        /// A text is empty, too long or holds control characters.
        BadText = "bad-text",
        /// A URL is not `http(s)://`.
        BadUrl = "bad-url",
        /// A value does not fit its field.
        BadValue = "bad-value",
        /// The relation cannot join these branches.
        BranchMismatch = "branch-mismatch",
        /// A claim has no field, or several.
        ClaimField = "claim-field",
        /// A model descends from itself.
        Cycle = "cycle",
        /// The same claim twice.
        DuplicateClaim = "duplicate-claim",
        /// The same edge twice.
        DuplicateEdge = "duplicate-edge",
        /// Two models name one hub repository.
        DuplicateHub = "duplicate-hub",
        /// Two things of one kind have one id.
        DuplicateId = "duplicate-id",
        /// A family's file is not named after it.
        FileName = "file-name",
        /// A parent is not in the catalogue.
        GhostParent = "ghost-parent",
        /// A required key is missing.
        MissingKey = "missing-key",
        /// The file is not TOML.
        Syntax = "syntax",
        /// A tombstone's id is taken, or it points to nothing.
        Tombstone = "tombstone",
        /// Own knowledge is given more than the lowest confidence.
        TrustedOwnKnowledge = "trusted-own-knowledge",
        /// A claim or edge cites no source.
        Uncited = "uncited",
        /// A key nobody knows.
        UnknownKey = "unknown-key",
        /// An organisation that is not listed.
        UnknownOrganisation = "unknown-organisation",
        /// A source that is not listed.
        UnknownSource = "unknown-source",
        /// A word outside its vocabulary.
        UnknownWord = "unknown-word",
        /// The file cannot be read.
        Unreadable = "unreadable",
        /// A value of the wrong TOML type.
        WrongType = "wrong-type",
    }
}

/// A place in a file; lines and columns count from 1, columns in characters.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    /// The file, as it was named when it was read.
    pub file: String,
    /// The line.
    pub line: usize,
    /// The column.
    pub column: usize,
}

/// One fault and where it is.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Problem {
    /// Where.
    pub place: Place,
    /// What kind of fault.
    pub fault: Fault,
    /// What is wrong, in a sentence.
    pub message: String,
    /// What to do about it, where that is not plain.
    pub hint: Option<String>,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Place { file, line, column } = &self.place;
        write!(
            f,
            "{file}:{line}:{column}: {}: {}",
            self.fault, self.message
        )?;
        match &self.hint {
            Some(hint) => write!(f, " (hint: {hint})"),
            None => Ok(()),
        }
    }
}

/// A catalogue that has faults: all of them, in order of place.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the catalogue has {} problem{}", .0.len(), if .0.len() == 1 { "" } else { "s" })]
pub struct Problems(pub Vec<Problem>);
