//! Refusals: one table gives every code its status and a sentence. The use
//! cases know no status codes; this is where they are mapped.
//!
//! How a refusal is written stands in `pages/fault.rs`; when it happens, in
//! `dispatch.rs`.

use crate::urls;
use actix_web::http::StatusCode;
use arbor_service::{ErrorCode, ServiceError, wire};
use std::sync::atomic::{AtomicU64, Ordering};

arbor_model::words! {
    /// Refusals that only HTTP knows.
    HttpCode: "error code" {
        /// Too much is asked at once.
        Busy = "busy",
        /// The address is too long.
        LongAddress = "address-too-long",
        /// The headers are too long.
        LongHeaders = "headers-too-long",
        /// Only GET and HEAD are answered.
        Method = "method-not-allowed",
    }
}

/// A code with the status it is sent with and what it means.
pub(crate) struct Entry {
    /// The code.
    pub(crate) code: &'static str,
    /// The HTTP status.
    pub(crate) status: StatusCode,
    /// What it means, in a sentence.
    pub(crate) about: &'static str,
}

const fn entry(code: &'static str, status: StatusCode, about: &'static str) -> Entry {
    Entry {
        code,
        status,
        about,
    }
}

/// Every code, sorted; `/errors` shows the table.
pub(crate) const TABLE: &[Entry] = &[
    entry(
        "address-too-long",
        StatusCode::URI_TOO_LONG,
        "The address has more than 4,096 bytes.",
    ),
    entry(
        "bad-parameter",
        StatusCode::BAD_REQUEST,
        "A query key has a value that means nothing; the message names the key, the value and what would be understood.",
    ),
    entry(
        "broken-catalogue",
        StatusCode::INTERNAL_SERVER_ERROR,
        "The catalogue itself has problems.",
    ),
    entry(
        "busy",
        StatusCode::SERVICE_UNAVAILABLE,
        "Too much is asked at once; try again in a second.",
    ),
    entry(
        "damaged",
        StatusCode::BAD_GATEWAY,
        "A file is not what its digest says; nothing of it was kept.",
    ),
    entry(
        "gated",
        StatusCode::FORBIDDEN,
        "Terms must be accepted at the hub, or a token is needed.",
    ),
    entry(
        "headers-too-long",
        StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE,
        "The request's headers have more than 16 KiB.",
    ),
    entry(
        "hub-failed",
        StatusCode::BAD_GATEWAY,
        "The hub cannot be reached, or answers what cannot be right.",
    ),
    entry(
        "internal",
        StatusCode::INTERNAL_SERVER_ERROR,
        "Something broke that should not; the number in the message is in the log.",
    ),
    entry(
        "method-not-allowed",
        StatusCode::METHOD_NOT_ALLOWED,
        "Reading is all there is: GET and HEAD.",
    ),
    entry(
        "no-device",
        StatusCode::SERVICE_UNAVAILABLE,
        "The device that was asked for cannot be had on this machine.",
    ),
    entry(
        "no-space",
        StatusCode::INSUFFICIENT_STORAGE,
        "It does not fit onto the disk; what was fetched is kept.",
    ),
    entry(
        "not-found",
        StatusCode::NOT_FOUND,
        "There is no such thing; the hint names what is spelled alike.",
    ),
    entry(
        "store-failed",
        StatusCode::SERVICE_UNAVAILABLE,
        "The database cannot be used at the moment.",
    ),
    entry(
        "unknown",
        StatusCode::NOT_FOUND,
        "The answer follows from facts that nobody has claimed.",
    ),
    entry(
        "unloadable",
        StatusCode::UNPROCESSABLE_ENTITY,
        "The checkpoint cannot be loaded; the message says why.",
    ),
    entry(
        "unrelated",
        StatusCode::NOT_FOUND,
        "The two models share no ancestor along these relations.",
    ),
    entry(
        "withdrawn",
        StatusCode::GONE,
        "The model was withdrawn; the hint names its successor.",
    ),
];

/// A refusal.
#[derive(Debug)]
pub(crate) struct Fault {
    /// The code, one of [`TABLE`].
    pub(crate) code: &'static str,
    /// What went wrong, in a sentence.
    pub(crate) message: String,
    /// What to do about it.
    pub(crate) hint: Option<String>,
    /// What could have been meant: a name and its address.
    pub(crate) near: Vec<(String, String)>,
}

impl Fault {
    /// A refusal that only HTTP knows.
    pub(crate) fn http(code: HttpCode, message: &str) -> Self {
        Self {
            code: code.as_str(),
            message: message.to_owned(),
            hint: None,
            near: Vec::new(),
        }
    }

    /// That there was no room for it in time.
    pub(crate) fn busy() -> Self {
        Self::http(HttpCode::Busy, "too much is asked at once")
    }

    /// Something that broke; the cause goes to the log under a number that
    /// the reader is given.
    pub(crate) fn broken(code: ErrorCode, cause: &dyn std::fmt::Display) -> Self {
        static NEXT: AtomicU64 = AtomicU64::new(1);
        let number = format!(
            "{:x}-{}",
            std::process::id(),
            NEXT.fetch_add(1, Ordering::Relaxed)
        );
        tracing::error!(number, code = code.as_str(), %cause, "a request broke");
        Self {
            code: code.as_str(),
            message: format!("something broke here, and the log has it under `{number}`"),
            hint: Some("the same address may work in a moment".to_owned()),
            near: Vec::new(),
        }
    }

    /// Its line in the table; an unknown code is our own mistake.
    pub(crate) fn status(&self) -> StatusCode {
        TABLE
            .iter()
            .find(|entry| entry.code == self.code)
            .map_or(StatusCode::INTERNAL_SERVER_ERROR, |entry| entry.status)
    }

    /// As the API gives it.
    pub(crate) fn envelope(&self) -> wire::Failure {
        wire::Failure {
            code: self.code,
            message: self.message.clone(),
            hint: self.hint.clone(),
            link: Some(format!("/errors#{}", self.code)),
        }
    }
}

impl From<ServiceError> for Fault {
    fn from(error: ServiceError) -> Self {
        let code = error.code();
        match code {
            ErrorCode::BrokenCatalogue | ErrorCode::Internal | ErrorCode::StoreFailed => {
                return Self::broken(code, &error);
            }
            ErrorCode::BadParameter
            | ErrorCode::Damaged
            | ErrorCode::Gated
            | ErrorCode::HubFailed
            | ErrorCode::NoDevice
            | ErrorCode::NoSpace
            | ErrorCode::NotFound
            | ErrorCode::Unrelated
            | ErrorCode::Unknown
            | ErrorCode::Unloadable
            | ErrorCode::Withdrawn => {}
        }
        let (hint, near) = if let ServiceError::NotFound {
            what, suggestions, ..
        } = &error
        {
            let hint = if suggestions.is_empty() {
                Some("`/search?q=` looks through all names".to_owned())
            } else {
                error.hint()
            };
            (hint, links(what, suggestions))
        } else if let ServiceError::Withdrawn {
            successor: Some(successor),
            ..
        } = &error
        {
            let near = links("model", std::slice::from_ref(successor));
            (error.hint(), near)
        } else {
            (error.hint(), Vec::new())
        };
        Self {
            code: code.as_str(),
            message: error.to_string(),
            hint,
            near,
        }
    }
}

fn links(what: &str, names: &[String]) -> Vec<(String, String)> {
    let address = match what {
        "family" => urls::family,
        "organisation" => urls::organisation,
        "source" => urls::source,
        _ => urls::model,
    };
    let links = names.iter().map(|name| (name.clone(), address(name)));
    links.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_has_one_line() {
        let codes: Vec<_> = TABLE.iter().map(|entry| entry.code).collect();
        assert!(codes.is_sorted());
        let mut all = [ErrorCode::WORDS, HttpCode::WORDS].concat();
        all.sort_unstable();
        assert_eq!(codes, all);
    }

    #[test]
    fn what_broke_has_a_number_and_keeps_its_cause() {
        let one = Fault::broken(ErrorCode::Internal, &"a secret path");
        let other = Fault::broken(ErrorCode::Internal, &"a secret path");
        assert_eq!(one.status(), StatusCode::INTERNAL_SERVER_ERROR);
        assert!(one.message.contains("the log has it under `"));
        assert_ne!(one.message, other.message);
        assert!(!one.message.contains("secret"));
    }
}
