//! Where things lie in the standard cache. The shape itself is the hub's own
//! crate's: this is the one module that names `hf_hub`, so that what it calls
//! a repository's folder is what we call it.
//!
//! Our own files (parts, marks) lie in `.arbor` beside `blobs`: the tools that
//! walk a repository's folder look at the names they know and pass over others.

use super::Cache;
use arbor_model::{CommitSha, ContentDigest, RepoId, RepoPath, Revision};
use std::path::PathBuf;

/// A repository's place in the cache.
#[derive(Clone, Debug)]
pub(crate) struct Place {
    root: PathBuf,
    name: String,
}

impl Cache {
    pub(crate) fn place(&self, repo: &RepoId) -> Place {
        Place {
            root: self.root.clone(),
            name: hf_hub::Repo::model(repo.to_string()).folder_name(),
        }
    }

    /// The repository whose folder has this name.
    pub(super) fn repo_of(folder: &str) -> Option<RepoId> {
        let name = folder.strip_prefix("models--")?.replacen("--", "/", 1);
        RepoId::new(&name).ok()
    }
}

impl Place {
    /// The cache's folder.
    pub(crate) fn root(&self) -> &std::path::Path {
        &self.root
    }

    /// The name of the repository's folder.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// The repository's folder.
    pub(crate) fn folder(&self) -> PathBuf {
        self.root.join(&self.name)
    }

    pub(crate) fn blobs(&self) -> PathBuf {
        self.folder().join("blobs")
    }

    pub(crate) fn blob(&self, digest: &ContentDigest) -> PathBuf {
        self.blobs().join(digest.to_string())
    }

    pub(crate) fn snapshots(&self) -> PathBuf {
        self.folder().join("snapshots")
    }

    pub(crate) fn snapshot(&self, commit: &CommitSha) -> PathBuf {
        self.snapshots().join(commit.to_string())
    }

    pub(crate) fn link(&self, commit: &CommitSha, path: &RepoPath) -> PathBuf {
        path.below(&self.snapshot(commit))
    }

    pub(crate) fn refs(&self) -> PathBuf {
        self.folder().join("refs")
    }

    pub(crate) fn reference(&self, revision: &Revision) -> PathBuf {
        let parts = revision.as_str().split('/');
        parts.fold(self.refs(), |path, part| path.join(part))
    }

    /// The lock that the other tools take for the same blob.
    pub(crate) fn lock(&self, digest: &ContentDigest) -> PathBuf {
        let name = format!("{digest}.lock");
        self.root.join(".locks").join(&self.name).join(name)
    }

    pub(crate) fn locks(&self) -> PathBuf {
        self.root.join(".locks").join(&self.name)
    }

    /// What only this program reads.
    pub(crate) fn own(&self) -> PathBuf {
        self.folder().join(".arbor")
    }

    pub(crate) fn part(&self, digest: &ContentDigest) -> PathBuf {
        self.own().join(format!("{digest}.part"))
    }

    pub(crate) fn mark(&self, digest: &ContentDigest) -> PathBuf {
        self.own().join(format!("{digest}.verified"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    #[test]
    fn folders_lead_back_to_their_repositories() {
        for id in ["gpt2", "acme/tiny", "a-b/c.d_E-f"] {
            let repo = RepoId::new(id).expect(id);
            let place = Cache::new("/c".into()).place(&repo);
            assert_eq!(Cache::repo_of(&place.name), Some(repo));
        }
        for folder in ["datasets--a--b", "models--", "models--a--..", ".locks"] {
            assert_eq!(Cache::repo_of(folder), None, "{folder}");
        }
    }

    /// The crate of the hub's makers finds what is kept by these names.
    #[test]
    fn the_other_client_finds_what_we_keep() {
        let folder = tempfile::tempdir().expect("a folder");
        let repo = RepoId::new("acme/tiny").expect("an id");
        let place = Cache::new(folder.path().to_owned()).place(&repo);
        let commit: CommitSha = "0123456789012345678901234567890123456789"
            .parse()
            .expect("a commit");
        let path = RepoPath::new("sub/config.json").expect("a path");
        for revision in ["main", "refs/pr/1"] {
            let reference = place.reference(&Revision::new(revision).expect(revision));
            fs::create_dir_all(reference.parent().expect("a parent")).expect("made");
            fs::write(reference, commit.to_string()).expect("written");
            let link = place.link(&commit, &path);
            fs::create_dir_all(link.parent().expect("a parent")).expect("made");
            fs::write(&link, "{}").expect("written");
            let theirs = hf_hub::Repo::with_revision(
                repo.to_string(),
                hf_hub::RepoType::Model,
                revision.to_owned(),
            );
            let cache = hf_hub::Cache::new(folder.path().to_owned()).repo(theirs);
            assert_eq!(cache.get(path.as_str()), Some(link), "{revision}");
        }
    }
}
