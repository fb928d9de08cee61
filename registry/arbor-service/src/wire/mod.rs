//! The shapes that leave the program: `--json`, the API, exports. Other
//! programs rely on them, so a field is never renamed or given another
//! meaning; new ones may come. Core types never serialise themselves.
//!
//! Sizes are bytes, counts are integers, dates are text as precise as they
//! are known; what is not known is `null`.

mod device;
mod diff;
mod files;
mod imports;
mod lineage;
mod model;
mod numbers;
mod outline;
mod published;
mod run;
mod text;

pub use device::{Device, Devices, Fit};
pub use diff::{Change, ComparedCell, ComparedRow, Comparison, Diff, DiffRow, Step, Way};
pub use files::{
    Bundle, DiskUsage, PlannedFile, PullPlan, Pulled, PulledFile, Receipt, Removed,
    RepositoryUsage, Verified, VerifiedFile,
};
pub use imports::{
    Beneath, BeneathModel, ImportReport, ImportedEdge, ImportedLineage, ImportedListing,
    ImportedModel, ImportedNode, ImportedParent, RepairCount, RepairExample,
};
pub use lineage::{
    CitedEdge, Common, Dominator, Dominators, LicenceStep, Lineage, LineageEdge, LineageNode,
    PathEdge, Related,
};
pub use model::{
    Answer, Cited, Claim, Family, FamilySummary, Listing, Model, ModelSummary, Organisation,
    OrganisationSummary, Relative, Search, SearchHit, Source, SourceSummary, Totals,
};
pub use numbers::{ByPart, CachePolicy, GenomeSays, HeaderFacts, LeftOut, Memory, Params};
pub use outline::{Outline, OutlineNode};
pub use published::{Published, PublishedValues};
pub(crate) use run::moment;
pub use run::{Attempt, Check, Environment, Examination, Run, RunFile, Runs, Validation, figure};
pub use text::{Backward, Continuation, Filled, Nearest, Neighbour, Score, Token};

use serde::Serialize;

/// The version of every shape here; it grows when one changes meaning.
pub const SCHEMA_VERSION: u32 = 1;

/// A failure, as `--json` and the API give it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Failure {
    /// Its kind, one of a fixed list.
    pub code: &'static str,
    /// What went wrong, in a sentence.
    pub message: String,
    /// What to do about it.
    pub hint: Option<String>,
    /// Where it is explained.
    pub link: Option<String>,
}

impl From<&crate::ServiceError> for Failure {
    fn from(error: &crate::ServiceError) -> Self {
        Self {
            code: error.code().as_str(),
            message: error.to_string(),
            hint: error.hint(),
            link: None,
        }
    }
}
