//! Filters: which models are meant. One grammar serves the command line, the
//! pages' URLs and the API, because all three hand over keys and values.
//!
//! `parse.rs` reads them, `range.rs` the ranges in them, `apply.rs` decides
//! whether a model passes. Nothing here knows where the text came from.

mod apply;
mod parse;
mod range;
mod room;

pub(crate) use apply::access_of;
pub use parse::relations;
pub use range::{CountRange, DateRange};
pub use room::Room;

use arbor_catalog::lineage::RelationSet;
use arbor_model::{
    AttentionKind, Branch, FamilyId, Marker, ModelId, Objective, Openness, OrganisationId,
    Relation, Verdict,
};

arbor_model::words! {
    /// The keys of a filter, as flags and URL parameters spell them.
    FilterKey: "filter" {
        /// Who can have the weights.
        Access = "access",
        /// How layers mix positions.
        Attn = "attn",
        /// The limb.
        Branch = "branch",
        /// Context length.
        Ctx = "ctx",
        /// Release date.
        Date = "date",
        /// The limb on which the 2023 figure draws the model, if it does.
        Drawn = "drawn",
        /// Family.
        Family = "family",
        /// How the 2023 figure draws the model, if it does.
        Figure = "figure",
        /// Memory that it has to fit.
        Fits = "fits",
        /// Licence.
        Licence = "licence",
        /// Pre-training objective.
        Objective = "objective",
        /// Organisation.
        Org = "org",
        /// Parameters.
        Params = "params",
        /// Words in the name, id, family or organisation.
        Q = "q",
        /// Along which relations `root` is followed.
        Rel = "rel",
        /// Only this model and what descends from it.
        Root = "root",
        /// How the newest validation run ended.
        Runs = "runs",
    }
}

arbor_model::words! {
    /// Who can have the weights, in three steps.
    Access: "access" {
        /// Nobody outside: an API at most.
        Closed = "closed",
        /// After accepting terms.
        Gated = "gated",
        /// Anyone.
        Open = "open",
    }
}

arbor_model::words! {
    /// How a model's newest validation run ended, in three steps.
    Ran: "run" {
        /// Something does not hold, or it did not load.
        Fail = "fail",
        /// It never ran here.
        Never = "never",
        /// Every law holds.
        Pass = "pass",
    }
}

impl From<Option<Verdict>> for Ran {
    /// The step that a verdict means.
    fn from(verdict: Option<Verdict>) -> Self {
        match verdict {
            None => Self::Never,
            Some(Verdict::Sound | Verdict::Verified) => Self::Pass,
            Some(Verdict::Broken | Verdict::Crashed | Verdict::Drifted | Verdict::Unloadable) => {
                Self::Fail
            }
        }
    }
}

impl From<Openness> for Access {
    /// The step that an openness means.
    fn from(openness: Openness) -> Self {
        match openness {
            Openness::Unreleased | Openness::ApiOnly => Self::Closed,
            Openness::GatedWeights => Self::Gated,
            Openness::OpenWeights => Self::Open,
        }
    }
}

arbor_model::words! {
    /// What a list can be sorted by.
    SortKey: "sort key" {
        /// Release date; models without one come last.
        Date = "date",
        /// Number of descendants.
        Descendants = "descendants",
        /// Family.
        Family = "family",
        /// Id.
        Id = "id",
        /// Name.
        Name = "name",
        /// First organisation.
        Org = "org",
        /// Parameters; models without a count come last.
        Params = "params",
    }
}

/// A sort key and a direction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sort {
    /// By what.
    pub key: SortKey,
    /// Whether the largest comes first.
    pub descending: bool,
}

impl Default for Sort {
    fn default() -> Self {
        Self {
            key: SortKey::Date,
            descending: true,
        }
    }
}

/// Which models are meant. The default means all; lists mean any of theirs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    pub(crate) access: Vec<Access>,
    pub(crate) attention: Vec<AttentionKind>,
    pub(crate) branch: Vec<Branch>,
    pub(crate) context: Option<CountRange>,
    pub(crate) date: Option<DateRange>,
    pub(crate) drawn: Vec<Branch>,
    pub(crate) family: Vec<FamilyId>,
    pub(crate) figure: Vec<Marker>,
    pub(crate) fits: Option<Room>,
    pub(crate) licence: Vec<String>,
    pub(crate) objective: Vec<Objective>,
    pub(crate) organisation: Vec<OrganisationId>,
    pub(crate) parameters: Option<CountRange>,
    pub(crate) words: Option<String>,
    pub(crate) relations: Vec<Relation>,
    pub(crate) root: Option<ModelId>,
    pub(crate) runs: Vec<Ran>,
}

impl Filter {
    /// The relations along which `root` is followed: all, unless some are set.
    #[must_use]
    pub fn relation_set(&self) -> RelationSet {
        if self.relations.is_empty() {
            RelationSet::ALL
        } else {
            self.relations.iter().copied().collect()
        }
    }

    /// The model whose descendants are meant, if only those are.
    #[must_use]
    pub const fn root(&self) -> Option<&ModelId> {
        self.root.as_ref()
    }

    /// The branches that are meant; none means all.
    #[must_use]
    pub fn branches(&self) -> &[Branch] {
        &self.branch
    }

    /// Whether every model passes.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

#[cfg(test)]
mod tests;
