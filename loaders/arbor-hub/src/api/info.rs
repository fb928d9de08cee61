//! What the hub says about a repository at a revision; above all, which commit
//! that is.

use super::refusal::Asked;
use super::{Api, wire};
use crate::HubError;
use crate::client::shown;
use crate::error::quoted;
use arbor_model::{CommitSha, RepoId, Target};

/// A repository at one commit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RepoInfo {
    /// Its name of today, which may differ from the one asked for.
    pub id: RepoId,
    /// The commit that the revision names now.
    pub commit: CommitSha,
    /// Whether only some may see it.
    pub private: bool,
    /// Whether its terms must be accepted first.
    pub gated: bool,
}

impl Api<'_> {
    /// Resolves a revision to its commit.
    ///
    /// # Errors
    /// [`HubError`], as the hub refuses or what it answers is wrong.
    pub(crate) async fn info(&self, target: &Target) -> Result<RepoInfo, HubError> {
        let url = self.revision(&target.repo, &target.revision);
        let asked = Asked::revision(&target.repo, &target.revision);
        let (found, _) = self.json::<wire::Info>(&url, asked).await?;
        let malformed = |reason: String| HubError::Malformed {
            url: shown(&url),
            reason,
        };
        if found.disabled {
            return Err(HubError::Disabled(target.repo.clone()));
        }
        let sha = found.sha.unwrap_or_default();
        let commit: CommitSha = sha
            .parse()
            .map_err(|_| malformed(format!("its `sha` is {}, which is no commit", quoted(&sha))))?;
        if let Some(expected) = target.revision.commit().filter(|wanted| *wanted != commit) {
            return Err(HubError::WrongCommit {
                url: shown(&url),
                expected,
                found: commit.to_string(),
            });
        }
        let id = match &found.id {
            Some(id) => RepoId::new(id).map_err(|error| malformed(format!("its `id`: {error}")))?,
            None => target.repo.clone(),
        };
        Ok(RepoInfo {
            id,
            commit,
            private: found.private,
            gated: found.gated.is_gated(),
        })
    }
}
