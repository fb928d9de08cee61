//! What the mirror refuses, as the hub's clients expect it: JSON, and the
//! headers by which they tell one refusal from another.

use super::address::Unread;
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use arbor_model::CommitSha;
use arbor_service::{Lacking, ServiceError};
use serde_json::json;

/// A refusal.
#[derive(Clone, Debug)]
pub(super) struct Refusal {
    kind: Kind,
    /// The commit, where it is known all the same.
    commit: Option<CommitSha>,
}

#[derive(Clone, Copy, Debug)]
enum Kind {
    Repository,
    Revision,
    Entry,
    Route,
    Method,
    Question,
    Broken,
}

impl Kind {
    /// Status, `X-Error-Code` and words.
    const fn row(self) -> (StatusCode, &'static str, &'static str) {
        match self {
            Self::Repository => (
                StatusCode::NOT_FOUND,
                "RepoNotFound",
                "this mirror has no such repository",
            ),
            Self::Revision => (
                StatusCode::NOT_FOUND,
                "RevisionNotFound",
                "this mirror has no such revision of the repository",
            ),
            Self::Entry => (
                StatusCode::NOT_FOUND,
                "EntryNotFound",
                "this mirror has no such file at that revision",
            ),
            Self::Route => (
                StatusCode::NOT_FOUND,
                "",
                "this mirror answers no such address",
            ),
            Self::Method => (
                StatusCode::METHOD_NOT_ALLOWED,
                "",
                "this mirror is read only",
            ),
            Self::Question => (StatusCode::BAD_REQUEST, "", "the question cannot be read"),
            Self::Broken => (
                StatusCode::INTERNAL_SERVER_ERROR,
                "",
                "this mirror could not read what it holds",
            ),
        }
    }
}

impl Refusal {
    const fn new(kind: Kind) -> Self {
        Self { kind, commit: None }
    }

    /// There is no such file at a commit.
    pub(super) const fn entry(commit: CommitSha) -> Self {
        Self {
            kind: Kind::Entry,
            commit: Some(commit),
        }
    }

    /// Only reading is answered.
    pub(super) const fn method() -> Self {
        Self::new(Kind::Method)
    }

    /// The body or a parameter means nothing.
    pub(super) const fn question() -> Self {
        Self::new(Kind::Question)
    }

    /// Something failed that should not; what, only the log says.
    pub(super) fn broken(error: &dyn std::fmt::Display) -> Self {
        tracing::error!(%error, "the mirror failed");
        Self::new(Kind::Broken)
    }

    /// The answer.
    pub(super) fn response(&self) -> HttpResponse {
        let (status, code, words) = self.kind.row();
        let mut response = HttpResponse::build(status);
        if !code.is_empty() {
            response.insert_header(("X-Error-Code", code));
        }
        response.insert_header(("X-Error-Message", words));
        if let Some(commit) = &self.commit {
            response.insert_header(("X-Repo-Commit", commit.to_string()));
        }
        response.json(json!({ "error": words }))
    }
}

impl From<Unread> for Refusal {
    fn from(unread: Unread) -> Self {
        Self::new(match unread {
            Unread::Route => Kind::Route,
            Unread::Repository => Kind::Repository,
            Unread::Revision => Kind::Revision,
            Unread::Path => Kind::Entry,
        })
    }
}

impl From<Lacking> for Refusal {
    fn from(lacking: Lacking) -> Self {
        Self::new(match lacking {
            Lacking::Repository => Kind::Repository,
            Lacking::Revision => Kind::Revision,
        })
    }
}

impl From<ServiceError> for Refusal {
    fn from(error: ServiceError) -> Self {
        Self::broken(&error)
    }
}
