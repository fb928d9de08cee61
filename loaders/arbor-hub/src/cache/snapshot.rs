//! A commit's files in the cache: putting one in, and finding them again.

use super::{Cache, Place, beside, folder, sync_folder, write_whole};
use crate::HubError;
use arbor_model::{CommitSha, ContentDigest, RepoId, RepoPath, Revision, Target};
use std::fs;
use std::path::{Path, PathBuf};

/// A commit's folder in the cache.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Snapshot {
    /// The repository.
    pub repo: RepoId,
    /// The commit.
    pub commit: CommitSha,
    /// The folder, as loaders want it.
    pub folder: PathBuf,
    /// What lies in it, by path.
    pub files: Vec<SnapshotFile>,
}

/// A file of a snapshot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SnapshotFile {
    /// Its path in the repository.
    pub path: RepoPath,
    /// What its content should be, by the name of its blob. A copy in the
    /// place of a link has no such name.
    pub digest: Option<ContentDigest>,
}

impl Place {
    /// Puts a finished part in its place as a blob.
    pub(crate) fn publish(&self, part: &Path, digest: &ContentDigest) -> Result<(), HubError> {
        let blob = self.blob(digest);
        folder(self.root(), &self.blobs())?;
        fs::rename(part, &blob).map_err(|source| HubError::io(&blob, source))?;
        sync_folder(&self.blobs())?;
        self.mark_verified(digest)
    }

    /// Where a commit's file leads, as seen from its own folder.
    pub(crate) fn target(&self, path: &RepoPath, digest: &ContentDigest) -> PathBuf {
        // From snapshots/<commit>/a/b up to the repository's folder.
        let mut target = PathBuf::new();
        for _ in 0..=path.parts().count() {
            target.push("..");
        }
        target.push("blobs");
        target.push(digest.to_string());
        target
    }

    /// Lets a commit's file lead to its blob.
    pub(crate) fn link_file(
        &self,
        commit: &CommitSha,
        path: &RepoPath,
        digest: &ContentDigest,
    ) -> Result<(), HubError> {
        let link = self.link(commit, path);
        let parent = link.parent().unwrap_or(&link);
        folder(self.root(), parent)?;
        let failed = |source| HubError::io(&link, source);
        let target = self.target(path, digest);
        if fs::read_link(&link).is_ok_and(|found| found == target) {
            return Ok(());
        }
        let fresh = beside(&link);
        symlink(&target, &fresh, &self.blob(digest)).map_err(failed)?;
        fs::rename(&fresh, &link).map_err(failed)
    }

    /// Lets a branch or tag name a commit.
    pub(crate) fn point(&self, revision: &Revision, commit: &CommitSha) -> Result<(), HubError> {
        if revision.commit().is_some() {
            return Ok(());
        }
        let reference = self.reference(revision);
        folder(self.root(), reference.parent().unwrap_or(&reference))?;
        write_whole(&reference, &commit.to_string())
    }

    /// The commit that a revision named when it was last pulled.
    pub(crate) fn commit(&self, revision: &Revision) -> Option<CommitSha> {
        if let Some(commit) = revision.commit() {
            return Some(commit);
        }
        let text = fs::read_to_string(self.reference(revision)).ok()?;
        text.trim().parse().ok()
    }
}

#[cfg(unix)]
fn symlink(target: &Path, link: &Path, _: &Path) -> std::io::Result<()> {
    std::os::unix::fs::symlink(target, link)
}

/// Links need a privilege elsewhere; a second name for the file does not.
#[cfg(not(unix))]
fn symlink(_: &Path, link: &Path, blob: &Path) -> std::io::Result<()> {
    fs::hard_link(blob, link)
}

impl Cache {
    /// Finds a snapshot, whoever put it there.
    ///
    /// # Errors
    /// [`HubError::NotCached`] if there is none.
    pub fn snapshot(&self, target: &Target) -> Result<Snapshot, HubError> {
        let place = self.place(&target.repo);
        let missing = || HubError::NotCached {
            what: target.to_string(),
        };
        let commit = place.commit(&target.revision).ok_or_else(missing)?;
        let folder = place.snapshot(&commit);
        if !folder.is_dir() {
            return Err(missing());
        }
        let mut files = Vec::new();
        walk(&folder, "", &mut files)?;
        files.sort_by(|a, b| a.path.cmp(&b.path));
        Ok(Snapshot {
            repo: target.repo.clone(),
            commit,
            folder,
            files,
        })
    }
}

fn walk(folder: &Path, above: &str, files: &mut Vec<SnapshotFile>) -> Result<(), HubError> {
    let failed = |source| HubError::io(folder, source);
    for entry in fs::read_dir(folder).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        let name = entry.file_name();
        let text = format!("{above}{}", name.to_string_lossy());
        let Ok(path) = RepoPath::new(&text) else {
            continue;
        };
        if entry.file_type().map_err(failed)?.is_dir() {
            walk(&entry.path(), &format!("{text}/"), files)?;
            continue;
        }
        let target = fs::read_link(entry.path()).ok();
        let blob = target.as_deref().and_then(Path::file_name);
        let digest = blob.and_then(|name| name.to_str()?.parse().ok());
        files.push(SnapshotFile { path, digest });
    }
    Ok(())
}
