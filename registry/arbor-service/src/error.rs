//! What a use case can refuse, in words for users. The layer above maps a
//! code to an exit status or an HTTP status; this one knows neither.

use arbor_catalog::Problems;
use arbor_catalog::lineage::{LineageError, QueryError};
use arbor_hub::HubError;
use arbor_store::StoreError;

arbor_model::words! {
    /// Every kind of failure, as the API and `--json` name it.
    ErrorCode: "error code" {
        /// A parameter does not mean anything.
        BadParameter = "bad-parameter",
        /// The catalogue itself has problems.
        BrokenCatalogue = "broken-catalogue",
        /// A file is not what its digest says.
        Damaged = "damaged",
        /// Terms must be accepted, or a token is needed.
        Gated = "gated",
        /// The hub cannot be reached, or answers what cannot be right.
        HubFailed = "hub-failed",
        /// Something broke that should not.
        Internal = "internal",
        /// The device that was asked for cannot be had.
        NoDevice = "no-device",
        /// It does not fit onto the disk.
        NoSpace = "no-space",
        /// There is no such thing.
        NotFound = "not-found",
        /// The database cannot be used.
        StoreFailed = "store-failed",
        /// What is asked needs facts that nobody has claimed.
        Unknown = "unknown",
        /// A checkpoint cannot be loaded.
        Unloadable = "unloadable",
        /// The question has no answer: two models that are not related.
        Unrelated = "unrelated",
        /// The model was withdrawn.
        Withdrawn = "withdrawn",
    }
}

/// Why a use case gave no answer.
#[derive(Debug, thiserror::Error)]
pub enum ServiceError {
    /// No such model, family, organisation, source or run.
    #[error("no {what} is called `{name}`")]
    NotFound {
        /// What was looked for.
        what: &'static str,
        /// What was typed, cut and escaped.
        name: String,
        /// What could have been meant, the likeliest first.
        suggestions: Vec<String>,
    },
    /// The model is a tombstone.
    #[error("`{id}` was withdrawn: {reason}")]
    Withdrawn {
        /// Its id.
        id: String,
        /// Why.
        reason: String,
        /// What to look at instead.
        successor: Option<String>,
    },
    /// A parameter does not mean anything.
    #[error("`{key}={value}` is not understood: expected {expected}")]
    BadParameter {
        /// The parameter.
        key: String,
        /// Its value, cut and escaped.
        value: String,
        /// What would have been understood.
        expected: String,
    },
    /// Two models that no edges join.
    #[error("`{a}` and `{b}` are not related along these relations")]
    Unrelated {
        /// One.
        a: String,
        /// The other.
        b: String,
    },
    /// A figure follows from facts that nobody has claimed.
    #[error("the {what} of `{model}` cannot be known: {missing}")]
    Unknown {
        /// What was asked for.
        what: &'static str,
        /// Of which model.
        model: String,
        /// What is missing.
        missing: String,
    },
    /// An examining process said something that means nothing.
    #[error("the examining process told of {0} that mean nothing")]
    Told(&'static str),
    /// The catalogue's files have problems.
    #[error(transparent)]
    Catalogue(#[from] Problems),
    /// The stored edges are no lineage.
    #[error("the stored lineage cannot be used")]
    Lineage(#[from] LineageError),
    /// The lineage refused a question.
    #[error(transparent)]
    Query(#[from] QueryError),
    /// The database cannot be used.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A checkpoint cannot be loaded or asked.
    #[error(transparent)]
    Load(#[from] arbor_loaders::LoadError),
    /// A device cannot be used.
    #[error(transparent)]
    Device(#[from] arbor_loaders::DeviceError),
    /// The hub refused, or what it sent could not be kept.
    #[error(transparent)]
    Hub(#[from] HubError),
    /// Headers that no checkpoint has, or none where some are needed.
    #[error("the parameters of `{repo}` cannot be counted: {reason}")]
    Headers {
        /// The repository.
        repo: String,
        /// What is wrong, and in which file.
        reason: String,
    },
    /// The hub's variables cannot be used.
    #[error(transparent)]
    HubSettings(#[from] arbor_hub::SettingsError),
    /// A file of the hub's records cannot be read.
    #[error(transparent)]
    Rows(#[from] arbor_import::RowsError),
    /// An export could not be written.
    #[error("the export could not be written: {0}")]
    Export(String),
    /// A drawing could not be made.
    #[error("the tree could not be drawn: {0}")]
    Drawing(String),
}

impl ServiceError {
    /// A parameter error; the value is cut, since it may be hostile.
    #[must_use]
    pub fn bad_parameter(key: &str, value: &str, expected: impl Into<String>) -> Self {
        Self::BadParameter {
            key: key.to_owned(),
            value: cut(value),
            expected: expected.into(),
        }
    }

    /// Something that is not there.
    #[must_use]
    pub fn not_found(what: &'static str, name: &str, suggestions: Vec<String>) -> Self {
        Self::NotFound {
            what,
            name: cut(name),
            suggestions,
        }
    }

    /// Whether a repository was looked for in the cache alone, and is not
    /// there.
    #[must_use]
    pub const fn is_not_cached(&self) -> bool {
        matches!(self, Self::Hub(HubError::NotCached { .. }))
    }

    /// The kind of failure.
    #[must_use]
    pub const fn code(&self) -> ErrorCode {
        match self {
            Self::NotFound { .. } => ErrorCode::NotFound,
            Self::Withdrawn { .. } => ErrorCode::Withdrawn,
            Self::BadParameter { .. } => ErrorCode::BadParameter,
            Self::Unrelated { .. } => ErrorCode::Unrelated,
            Self::Unknown { .. } => ErrorCode::Unknown,
            Self::Catalogue(_) => ErrorCode::BrokenCatalogue,
            Self::Query(QueryError::UnknownModel { .. }) => ErrorCode::NotFound,
            Self::Query(QueryError::TooDeep { .. } | QueryError::TooWide { .. }) => {
                ErrorCode::BadParameter
            }
            Self::Load(arbor_loaders::LoadError::Input(_)) => ErrorCode::BadParameter,
            Self::Load(_) | Self::Headers { .. } => ErrorCode::Unloadable,
            Self::Device(_) => ErrorCode::NoDevice,
            Self::Store(_) => ErrorCode::StoreFailed,
            Self::Hub(error) => of_hub(error),
            Self::HubSettings(_) | Self::Rows(_) => ErrorCode::BadParameter,
            Self::Lineage(_) | Self::Export(_) | Self::Drawing(_) | Self::Told(_) => {
                ErrorCode::Internal
            }
        }
    }

    /// What the user could do next.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::NotFound { suggestions, .. } if !suggestions.is_empty() => {
                let names: Vec<_> = suggestions.iter().map(|s| format!("`{s}`")).collect();
                Some(format!("did you mean {}?", names.join(", ")))
            }
            Self::NotFound { .. } => Some("`arbor search WORD` looks through all names".to_owned()),
            Self::Withdrawn { successor, .. } => successor
                .as_ref()
                .map(|successor| format!("look at `{successor}` instead")),
            Self::Catalogue(_) => Some("`arbor catalog check` lists every problem".to_owned()),
            Self::Unknown { .. } => {
                Some("a claim in `registry/families/` would make it known".to_owned())
            }
            Self::Device(error) => Some(error.hint()),
            Self::BadParameter { .. }
            | Self::Unrelated { .. }
            | Self::Lineage(_)
            | Self::Query(_)
            | Self::Store(_)
            | Self::Load(_)
            // These say it in their message.
            | Self::Headers { .. }
            | Self::Hub(_)
            | Self::HubSettings(_)
            | Self::Rows(_)
            | Self::Export(_)
            | Self::Drawing(_)
            | Self::Told(_) => None,
        }
    }
}

const fn of_hub(error: &HubError) -> ErrorCode {
    match error {
        HubError::Gated { .. } | HubError::BadToken { .. } => ErrorCode::Gated,
        HubError::RepoMissing { .. }
        | HubError::RevisionMissing { .. }
        | HubError::FileMissing { .. }
        | HubError::Disabled(_)
        | HubError::NotCached { .. }
        | HubError::Lost { .. }
        | HubError::NothingSelected { .. } => ErrorCode::NotFound,
        HubError::RateLimited { .. }
        | HubError::Status { .. }
        | HubError::Network { .. }
        | HubError::Stalled { .. }
        | HubError::Malformed { .. }
        | HubError::Redirect { .. }
        | HubError::WrongCommit { .. }
        | HubError::Path { .. }
        | HubError::Collision { .. }
        | HubError::Offline { .. } => ErrorCode::HubFailed,
        HubError::WrongLength { .. }
        | HubError::WrongDigest { .. }
        | HubError::Bundle { .. }
        | HubError::Spoilt { .. } => ErrorCode::Damaged,
        HubError::NoSpace { .. } => ErrorCode::NoSpace,
        HubError::Pattern { .. } => ErrorCode::BadParameter,
        HubError::Io { .. } | HubError::Cache { .. } | HubError::Client(_) | HubError::Stopped => {
            ErrorCode::Internal
        }
    }
}

fn cut(text: &str) -> String {
    let short: String = text.chars().take(80).collect();
    let dots = if short.len() < text.len() { "…" } else { "" };
    format!("{}{dots}", short.escape_debug())
}
