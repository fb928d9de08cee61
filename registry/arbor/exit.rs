//! The exit codes, and which of them an error means. This is the only file
//! that maps errors to codes; `failure.rs` prints what it makes of them.

use arbor_server::ServerError;
use arbor_service::wire::Failure;
use arbor_service::{ErrorCode, ServiceError};
use arbor_store::StoreError;
use std::fmt;
use std::process::ExitCode;

/// How the program ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Exit {
    Ok,
    Failed,
    Usage,
    NotFound,
    Gated,
    Unreachable,
    Checksum,
    Disagreed,
    TooLarge,
    Interrupted,
}

/// An exit code and its meaning.
pub(crate) struct Row {
    pub(crate) exit: Exit,
    pub(crate) code: u8,
    pub(crate) meaning: &'static str,
}

/// Every exit code, sorted.
pub(crate) const TABLE: &[Row] = &[
    row(Exit::Ok, 0, "it went well"),
    row(Exit::Failed, 1, "it failed"),
    row(Exit::Usage, 2, "an argument is not understood"),
    row(Exit::NotFound, 3, "there is no such model, or no longer"),
    row(
        Exit::Gated,
        4,
        "a token is needed, or terms must be accepted",
    ),
    row(Exit::Unreachable, 5, "the hub cannot be reached"),
    row(Exit::Checksum, 6, "a file is not what its digest says"),
    row(
        Exit::Disagreed,
        7,
        "a check ran and disagreed with the reference",
    ),
    row(
        Exit::TooLarge,
        8,
        "it does not fit into memory or onto the disk",
    ),
    row(Exit::Interrupted, 130, "it was interrupted"),
];

const fn row(exit: Exit, code: u8, meaning: &'static str) -> Row {
    Row {
        exit,
        code,
        meaning,
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        let row = TABLE.iter().find(|row| row.exit == exit);
        Self::from(row.map_or(1, |row| row.code))
    }
}

/// A refusal of the command line's own, beside those of the layers below.
#[derive(Debug)]
pub(crate) struct Refusal {
    pub(crate) exit: Exit,
    pub(crate) code: &'static str,
    pub(crate) message: String,
    pub(crate) hint: Option<String>,
}

impl Refusal {
    /// A value that is not understood.
    pub(crate) fn usage(message: String, hint: Option<String>) -> Self {
        Self {
            exit: Exit::Usage,
            code: "usage",
            message,
            hint,
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Refusal {}

/// What an error means: the exit code and what to say.
pub(crate) fn meaning(error: &anyhow::Error) -> (Exit, Failure) {
    if let Some(error) = error.downcast_ref::<ServiceError>() {
        let mut failure = Failure::from(error);
        if let ServiceError::Store(error) = error {
            failure.hint = store_hint(error);
        }
        return (of_service(error), failure);
    }
    let failure = |code: &'static str, hint: Option<String>| Failure {
        code,
        message: error.to_string(),
        hint,
        link: None,
    };
    if let Some(refusal) = error.downcast_ref::<Refusal>() {
        let hint = refusal.hint.clone();
        return (refusal.exit, failure(refusal.code, hint));
    }
    if let Some(error) = error.downcast_ref::<StoreError>() {
        let code = ErrorCode::StoreFailed.as_str();
        return (of_store(error), failure(code, store_hint(error)));
    }
    if let Some(error) = error.downcast_ref::<ServerError>() {
        return (Exit::Failed, failure("server-failed", server_hint(error)));
    }
    (Exit::Failed, failure(ErrorCode::Internal.as_str(), None))
}

fn of_service(error: &ServiceError) -> Exit {
    if let ServiceError::Store(error) = error {
        return of_store(error);
    }
    match error.code() {
        ErrorCode::BadParameter => Exit::Usage,
        ErrorCode::Damaged => Exit::Checksum,
        ErrorCode::Gated => Exit::Gated,
        ErrorCode::HubFailed => Exit::Unreachable,
        ErrorCode::NoSpace => Exit::TooLarge,
        ErrorCode::NotFound | ErrorCode::Withdrawn => Exit::NotFound,
        ErrorCode::BrokenCatalogue
        | ErrorCode::Internal
        | ErrorCode::NoDevice
        | ErrorCode::StoreFailed
        | ErrorCode::Unknown
        | ErrorCode::Unloadable
        | ErrorCode::Unrelated => Exit::Failed,
    }
}

fn of_store(error: &StoreError) -> Exit {
    match error {
        StoreError::Full { .. } => Exit::TooLarge,
        StoreError::Busy { .. }
        | StoreError::CannotOpen { .. }
        | StoreError::Closed
        | StoreError::Corrupt { .. }
        | StoreError::Engine { .. }
        | StoreError::Exists { .. }
        | StoreError::Foreign { .. }
        | StoreError::Io { .. }
        | StoreError::NewerSchema { .. }
        | StoreError::NotADatabase { .. }
        | StoreError::OlderSchema { .. }
        | StoreError::OtherSchema { .. }
        | StoreError::ReadOnly { .. }
        | StoreError::Refused { .. }
        | StoreError::Unreadable(_)
        | StoreError::Unstorable(_) => Exit::Failed,
    }
}

/// The way to another file, where this one cannot be used.
fn store_hint(error: &StoreError) -> Option<String> {
    match error {
        StoreError::CannotOpen { .. }
        | StoreError::Corrupt { .. }
        | StoreError::Foreign { .. }
        | StoreError::Full { .. }
        | StoreError::NewerSchema { .. }
        | StoreError::NotADatabase { .. }
        | StoreError::OtherSchema { .. }
        | StoreError::ReadOnly { .. } => {
            Some("`--db PATH` or `ARBOR_DB` names another file".to_owned())
        }
        StoreError::Engine { .. } | StoreError::Io { .. } | StoreError::Unreadable(_) => {
            Some("`arbor doctor` examines the database".to_owned())
        }
        StoreError::Busy { .. }
        | StoreError::Closed
        | StoreError::Exists { .. }
        | StoreError::OlderSchema { .. }
        | StoreError::Refused { .. }
        | StoreError::Unstorable(_) => None,
    }
}

fn server_hint(error: &ServerError) -> Option<String> {
    match error {
        ServerError::Bind { .. } => {
            Some("`--bind 127.0.0.1:0` takes a free port and prints it".to_owned())
        }
        ServerError::Run(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::{Exit, TABLE};

    #[test]
    fn the_table_is_sorted_and_names_each_code_once() {
        assert!(TABLE.is_sorted_by(|a, b| a.code < b.code));
        assert!(TABLE.iter().all(|row| !row.meaning.is_empty()));
        assert_eq!(TABLE.iter().filter(|row| row.exit == Exit::Ok).count(), 1);
    }
}
