//! What a refusal means. The status alone does not say (the hub answers 401
//! for what does not exist); `X-Error-Code` does.

use super::{Api, text, wait, wire};
use crate::HubError;
use crate::client::{Answer, shown};
use crate::error::brief;
use arbor_model::{RepoId, RepoPath, Revision};
use std::time::{Duration, SystemTime};

/// What was asked for, to name it in an error.
#[derive(Clone, Copy)]
pub(crate) struct Asked<'a> {
    /// A list of many has none.
    pub(crate) of: Option<(&'a RepoId, &'a Revision)>,
    pub(crate) path: Option<&'a RepoPath>,
}

impl<'a> Asked<'a> {
    pub(crate) fn revision(repo: &'a RepoId, revision: &'a Revision) -> Self {
        Self {
            of: Some((repo, revision)),
            path: None,
        }
    }

    pub(crate) fn list() -> Self {
        Self {
            of: None,
            path: None,
        }
    }
}

/// The error that an answer stands for.
pub(crate) async fn refuse(api: &Api<'_>, asked: Asked<'_>, answer: Answer) -> HubError {
    let status = answer.response.status().as_u16();
    let url = shown(&answer.url);
    let header = |name: &str| {
        let headers = [answer.response.headers(), &answer.first];
        let value = headers
            .iter()
            .find_map(|headers| headers.get(name)?.to_str().ok());
        value.unwrap_or_default().to_owned()
    };
    let (code, mut message) = (header("x-error-code"), header("x-error-message"));
    let pause = wait(answer.response.headers(), SystemTime::now());
    let direct = answer.direct;
    if message.is_empty() {
        let body = text(api.client, answer).await.unwrap_or_default();
        let failure: wire::Failure = serde_json::from_slice(&body).unwrap_or_default();
        message = failure.error;
    }
    let message = brief(&message);
    let with_token = api.client.with_token(api.endpoint);
    let Some((repo, revision)) = asked.of else {
        return match status {
            429 => HubError::RateLimited {
                url,
                wait: pause.unwrap_or(Duration::from_secs(1)),
            },
            401 if with_token && direct => HubError::BadToken {
                endpoint: api.endpoint.to_string(),
            },
            _ => HubError::Status {
                url,
                status,
                message,
                wait: pause,
                expired: !direct,
            },
        };
    };
    let repo = repo.clone();
    match (status, code.as_str()) {
        (429, _) => HubError::RateLimited {
            url,
            wait: pause.unwrap_or(Duration::from_secs(1)),
        },
        (_, "GatedRepo") => HubError::Gated {
            page: format!("{}/{repo}", api.endpoint),
            repo,
            with_token,
        },
        (_, "RepoNotFound") => HubError::RepoMissing {
            repo,
            endpoint: api.endpoint.to_string(),
            with_token,
        },
        (404, "RevisionNotFound") => HubError::RevisionMissing {
            repo,
            revision: revision.clone(),
        },
        (404, _) if asked.path.is_some() && direct => HubError::FileMissing {
            repo,
            path: asked.path.map(ToString::to_string).unwrap_or_default(),
        },
        (401, "") if with_token && direct => HubError::BadToken {
            endpoint: api.endpoint.to_string(),
        },
        (401 | 404, "") if direct && asked.path.is_none() => HubError::RepoMissing {
            repo,
            endpoint: api.endpoint.to_string(),
            with_token,
        },
        (403, "") if message.contains("disabled") => HubError::Disabled(repo),
        _ => HubError::Status {
            url,
            status,
            message,
            wait: pause,
            expired: !direct,
        },
    }
}
