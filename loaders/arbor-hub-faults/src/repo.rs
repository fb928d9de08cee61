//! What a hub holds: repositories, commits, files, and their digests.

use sha1::Sha1;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::fmt::Write;
use std::sync::Arc;

/// Who may see a repository.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Everybody.
    Open,
    /// Everybody sees that it is there; files need a token with access.
    Gated,
    /// Only those with a token.
    Private,
    /// Nobody.
    Disabled,
}

/// A file of a commit.
#[derive(Clone, Debug)]
pub(crate) struct File {
    pub(crate) path: String,
    pub(crate) content: Arc<[u8]>,
    /// Whether it is in large-file storage.
    pub(crate) large: bool,
}

impl File {
    pub(crate) fn digest(&self) -> String {
        if self.large {
            return sha256(&self.content);
        }
        git_blob(&self.content)
    }
}

/// A repository. Every call of [`Repo::commit`] begins another commit, which
/// `main` then names.
#[derive(Clone, Debug)]
pub struct Repo {
    pub(crate) id: String,
    pub(crate) access: Access,
    pub(crate) commits: Vec<(String, Vec<File>)>,
    pub(crate) refs: BTreeMap<String, String>,
}

impl Repo {
    /// An open repository with one empty commit.
    #[must_use]
    pub fn new(id: &str) -> Self {
        let repo = Self {
            id: id.to_owned(),
            access: Access::Open,
            commits: Vec::new(),
            refs: BTreeMap::new(),
        };
        repo.commit()
    }

    /// Begins another commit.
    #[must_use]
    pub fn commit(mut self) -> Self {
        let text = format!("{} {}", self.id, self.commits.len());
        let sha = hex(&Sha1::digest(text));
        self.refs.insert("main".to_owned(), sha.clone());
        self.commits.push((sha, Vec::new()));
        self
    }

    /// Adds a small file, kept in git.
    #[must_use]
    pub fn small(self, path: &str, content: &[u8]) -> Self {
        self.file(path, content, false)
    }

    /// Adds a large file, kept on the content servers.
    #[must_use]
    pub fn large(self, path: &str, content: &[u8]) -> Self {
        self.file(path, content, true)
    }

    fn file(mut self, path: &str, content: &[u8], large: bool) -> Self {
        if let Some((_, files)) = self.commits.last_mut() {
            files.push(File {
                path: path.to_owned(),
                content: content.into(),
                large,
            });
        }
        self
    }

    /// Lets `main` name the first commit again.
    #[must_use]
    pub fn rewind(mut self) -> Self {
        if let Some((sha, _)) = self.commits.first() {
            self.refs.insert("main".to_owned(), sha.clone());
        }
        self
    }

    /// Names the newest commit.
    #[must_use]
    pub fn tag(mut self, name: &str) -> Self {
        let sha = self.head().to_owned();
        self.refs.insert(name.to_owned(), sha);
        self
    }

    /// Lets only some see it.
    #[must_use]
    pub fn access(mut self, access: Access) -> Self {
        self.access = access;
        self
    }

    /// The newest commit.
    #[must_use]
    pub fn head(&self) -> &str {
        self.commits.last().map_or("", |(sha, _)| sha)
    }

    pub(crate) fn resolve(&self, revision: &str) -> Option<&(String, Vec<File>)> {
        let sha = self.refs.get(revision).map_or(revision, String::as_str);
        self.commits.iter().find(|(commit, _)| commit == sha)
    }
}

/// The sha256 of a content, in hexadecimal digits.
#[must_use]
pub fn sha256(content: &[u8]) -> String {
    hex(&Sha256::digest(content))
}

/// The git blob id of a content.
#[must_use]
pub fn git_blob(content: &[u8]) -> String {
    let mut hasher = Sha1::new();
    hasher.update(format!("blob {}\0", content.len()));
    hasher.update(content);
    hex(&hasher.finalize())
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        // Writing to a string cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}
