//! Which files a commit has: page after page, each name and digest parsed.

use super::refusal::Asked;
use super::{Api, wire};
use crate::HubError;
use crate::client::shown;
use crate::error::quoted;
use arbor_model::{CommitSha, ContentDigest, RepoId, RepoPath, Revision};
use reqwest::Url;
use reqwest::header::{HeaderMap, LINK};

const PAGES: usize = 1000;
const FILES: usize = 500_000;

/// A file of a commit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TreeFile {
    /// Its path.
    pub path: RepoPath,
    /// Its size in bytes.
    pub size: u64,
    /// What its content is known by.
    pub digest: ContentDigest,
}

impl Api<'_> {
    /// Lists the files of a commit, by path.
    ///
    /// # Errors
    /// [`HubError`], as the hub refuses or what it lists is refused.
    pub(crate) async fn tree(
        &self,
        repo: &RepoId,
        commit: &CommitSha,
    ) -> Result<Vec<TreeFile>, HubError> {
        let route = format!("api/models/{repo}/tree/{commit}?recursive=true&expand=false");
        let mut url = self.endpoint.join(&route);
        let revision = Revision::from(commit);
        let asked = Asked::revision(repo, &revision);
        let mut files = Vec::new();
        for _ in 0..PAGES {
            let (entries, headers) = self.json::<Vec<wire::Entry>>(&url, asked).await?;
            for entry in entries {
                files.extend(file(repo, &url, &entry)?);
            }
            if files.len() > FILES {
                break;
            }
            match self.next(&url, &headers)? {
                Some(next) => url = next,
                None => {
                    files.sort_by(|a, b| a.path.cmp(&b.path));
                    return Ok(files);
                }
            }
        }
        Err(HubError::Malformed {
            url: shown(&url),
            reason: format!("it lists over {FILES} files or {PAGES} pages"),
        })
    }

    /// The next page, which must be the same server's.
    pub(super) fn next(&self, url: &Url, headers: &HeaderMap) -> Result<Option<Url>, HubError> {
        let Some(link) = headers.get(LINK).and_then(|value| value.to_str().ok()) else {
            return Ok(None);
        };
        let next = link.split(',').find(|part| part.contains("rel=\"next\""));
        let Some(next) = next else { return Ok(None) };
        let text = next.split(['<', '>']).nth(1).unwrap_or_default();
        let malformed = |reason: &str| HubError::Malformed {
            url: shown(url),
            reason: reason.to_owned(),
        };
        let next = url
            .join(text)
            .map_err(|_| malformed("its `Link` leads nowhere"))?;
        if !self.endpoint.owns(&next) {
            return Err(malformed("its `Link` leads to another server"));
        }
        if next == *url {
            return Err(malformed("its `Link` leads to the same page"));
        }
        Ok(Some(next))
    }
}

fn file(repo: &RepoId, url: &Url, entry: &wire::Entry) -> Result<Option<TreeFile>, HubError> {
    let path = RepoPath::new(&entry.path).map_err(|fault| HubError::Path {
        repo: repo.clone(),
        path: entry.path.clone(),
        fault,
    })?;
    if entry.kind != "file" {
        return Ok(None);
    }
    let (text, size) = match &entry.lfs {
        Some(lfs) => (&lfs.oid, lfs.size),
        None => (&entry.oid, entry.size),
    };
    let digest: Option<ContentDigest> = text.parse().ok();
    let wanted = digest.filter(|digest| match digest {
        ContentDigest::Sha256(_) => entry.lfs.is_some(),
        ContentDigest::GitBlob(_) => entry.lfs.is_none(),
    });
    let digest = wanted.ok_or_else(|| HubError::Malformed {
        url: shown(url),
        reason: format!("the digest of {path} is {}", quoted(text)),
    })?;
    Ok(Some(TreeFile { path, size, digest }))
}
