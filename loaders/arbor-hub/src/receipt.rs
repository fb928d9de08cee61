//! What a pull leaves as proof: which files, of which commit, from where, and
//! what their content is known by. Keeping it is the store's business.

use crate::digest::Digest;
use crate::path::RepoPath;
use crate::repo::RepoId;
use arbor_model::{CommitSha, Revision};
use std::time::SystemTime;

/// The proof of a pull.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Receipt {
    /// The repository.
    pub repo: RepoId,
    /// What was asked for.
    pub revision: Revision,
    /// What that was.
    pub commit: CommitSha,
    /// The server that said so.
    pub endpoint: String,
    /// When the last file was right.
    pub time: SystemTime,
    /// Every file, by path.
    pub files: Vec<ReceiptFile>,
}

/// A file of a receipt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReceiptFile {
    /// Its path.
    pub path: RepoPath,
    /// Its size in bytes.
    pub size: u64,
    /// The digest of its content, as it was computed here.
    pub digest: Digest,
}

impl Receipt {
    /// Bytes of all files.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        let sizes = self.files.iter().map(|file| file.size);
        sizes.fold(0, u64::saturating_add)
    }
}
