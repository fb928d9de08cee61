//! The hub's read routes: what a revision is (`info.rs`), which files it has
//! (`tree.rs`), where a file's bytes are, which models there are (`models.rs`). An answer that is a refusal becomes
//! an error in `refusal.rs`. It knows neither the cache nor how bytes are kept.

mod info;
mod limits;
mod models;
mod refusal;
mod tree;
mod wire;

pub use info::RepoInfo;
pub use models::{ModelsPage, ModelsQuery};
pub use tree::TreeFile;

pub(crate) use limits::wait;
pub(crate) use refusal::{Asked, refuse};

use crate::HubError;
use crate::client::{Answer, Client, network, shown};
use crate::error::Again;
use crate::settings::{Endpoint, Limits};
use crate::transfer::Patience;
use arbor_model::{CommitSha, RepoId, RepoPath, Revision};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use reqwest::Url;
use reqwest::header::HeaderMap;
use serde::de::DeserializeOwned;

/// The longest JSON text that is read. A page of 1,000 files has 300 kB.
const JSON_BYTES: usize = 32 << 20;

/// One part of a path: all but unreserved characters are encoded.
const PART: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

fn encoded(part: &str) -> String {
    utf8_percent_encode(part, PART).to_string()
}

/// The routes of one server.
#[derive(Clone, Copy)]
pub(crate) struct Api<'a> {
    pub(crate) client: &'a Client,
    pub(crate) endpoint: &'a Endpoint,
    pub(crate) limits: &'a Limits,
}

impl Api<'_> {
    /// Where a file's bytes are, at a commit.
    pub(crate) fn resolve(&self, repo: &RepoId, commit: &CommitSha, path: &RepoPath) -> Url {
        let parts: Vec<String> = path.parts().map(encoded).collect();
        self.endpoint
            .join(&format!("{repo}/resolve/{commit}/{}", parts.join("/")))
    }

    /// Where a revision is described. A revision is one part, slashes and all.
    fn revision(&self, repo: &RepoId, revision: &Revision) -> Url {
        let revision = encoded(revision.as_str());
        self.endpoint
            .join(&format!("api/models/{repo}/revision/{revision}"))
    }

    /// An answer's JSON and headers, with patience.
    async fn json<T: DeserializeOwned>(
        &self,
        url: &Url,
        asked: Asked<'_>,
    ) -> Result<(T, HeaderMap), HubError> {
        let mut patience = Patience::new(self.limits);
        loop {
            match self.json_once(url, asked).await {
                Ok(found) => return Ok(found),
                Err(error) if error.again() == Again::Never => return Err(error),
                Err(error) => patience.pause(error).await?,
            }
        }
    }

    async fn json_once<T: DeserializeOwned>(
        &self,
        url: &Url,
        asked: Asked<'_>,
    ) -> Result<(T, HeaderMap), HubError> {
        let answer = self.client.get(url.clone(), &HeaderMap::new()).await?;
        if !answer.response.status().is_success() {
            return Err(refuse(self, asked, answer).await);
        }
        if !answer.direct {
            return Err(HubError::Redirect {
                url: shown(url),
                reason: "what a repository holds is only taken from the server asked".to_owned(),
            });
        }
        let headers = answer.response.headers().clone();
        let text = text(self.client, answer).await?;
        let malformed = |error: serde_json::Error| HubError::Malformed {
            url: shown(url),
            reason: format!("its JSON: {error}"),
        };
        Ok((serde_json::from_slice(&text).map_err(malformed)?, headers))
    }
}

/// The whole of a short body.
async fn text(client: &Client, answer: Answer) -> Result<Vec<u8>, HubError> {
    let url = answer.url;
    let mut response = answer.response;
    let mut text = Vec::new();
    loop {
        let chunk = tokio::time::timeout(client.stall(), response.chunk()).await;
        let chunk = chunk.map_err(|_| HubError::Stalled {
            url: shown(&url),
            after: client.stall(),
        })?;
        let Some(chunk) = chunk.map_err(|error| network(&url, &error))? else {
            return Ok(text);
        };
        if text.len() + chunk.len() > JSON_BYTES {
            return Err(HubError::Malformed {
                url: shown(&url),
                reason: format!("it is longer than {JSON_BYTES} bytes"),
            });
        }
        text.extend_from_slice(&chunk);
    }
}
