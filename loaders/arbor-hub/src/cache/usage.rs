//! How much room repositories take, and giving it back.

use super::Cache;
use crate::HubError;
use arbor_model::RepoId;
use std::fs;
use std::path::Path;

/// What a repository takes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RepoUsage {
    /// The repository.
    pub repo: RepoId,
    /// Bytes of finished files.
    pub bytes: u64,
    /// Bytes of unfinished ones.
    pub unfinished: u64,
    /// How many finished files.
    pub blobs: u64,
    /// How many commits.
    pub snapshots: u64,
}

/// What was given back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Removed {
    /// Bytes, finished or not.
    pub bytes: u64,
}

impl Cache {
    /// Every model repository in the cache, by name.
    ///
    /// # Errors
    /// [`HubError::Io`] if a folder cannot be read.
    pub fn usage(&self) -> Result<Vec<RepoUsage>, HubError> {
        let mut found = Vec::new();
        for name in names(&self.root)? {
            if let Some(repo) = Self::repo_of(&name) {
                found.push(self.usage_of(&repo)?);
            }
        }
        found.sort_by(|a, b| a.repo.cmp(&b.repo));
        Ok(found)
    }

    fn usage_of(&self, repo: &RepoId) -> Result<RepoUsage, HubError> {
        let place = self.place(repo);
        let (bytes, blobs) = sizes(&place.blobs())?;
        let (unfinished, _) = sizes(&place.own())?;
        let snapshots = names(&place.snapshots())?.len() as u64;
        Ok(RepoUsage {
            repo: repo.clone(),
            bytes,
            unfinished,
            blobs,
            snapshots,
        })
    }

    /// Takes a repository out of the cache, all its commits with it.
    ///
    /// # Errors
    /// [`HubError::NotCached`] if it is not there, [`HubError::Io`] if it
    /// cannot be removed.
    pub fn remove(&self, repo: &RepoId) -> Result<Removed, HubError> {
        let place = self.place(repo);
        let folder = place.folder();
        let is_folder = fs::symlink_metadata(&folder).is_ok_and(|found| found.is_dir());
        if !is_folder {
            return Err(HubError::NotCached {
                what: repo.to_string(),
            });
        }
        let usage = self.usage_of(repo)?;
        // References first: what is half removed must not be found by a name.
        for part in [place.refs(), folder] {
            if part.exists() {
                fs::remove_dir_all(&part).map_err(|source| HubError::io(&part, source))?;
            }
        }
        Ok(Removed {
            bytes: usage.bytes + usage.unfinished,
        })
    }
}

/// The names in a folder; none where there is no folder.
fn names(folder: &Path) -> Result<Vec<String>, HubError> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(HubError::io(folder, error)),
    };
    let mut names = Vec::new();
    for entry in entries {
        let entry = entry.map_err(|source| HubError::io(folder, source))?;
        names.push(entry.file_name().to_string_lossy().into_owned());
    }
    Ok(names)
}

/// Bytes and number of the files in a folder.
fn sizes(folder: &Path) -> Result<(u64, u64), HubError> {
    let mut sum = (0_u64, 0);
    for name in names(folder)? {
        // It may be renamed meanwhile.
        let Ok(found) = fs::symlink_metadata(folder.join(name)) else {
            continue;
        };
        if found.is_file() {
            sum = (sum.0.saturating_add(found.len()), sum.1 + 1);
        }
    }
    Ok(sum)
}
