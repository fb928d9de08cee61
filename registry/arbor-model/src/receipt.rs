//! What a pull leaves as proof: which files, of which commit, from where, and
//! what their content is known by. The store keeps it.

use crate::{CommitSha, ContentDigest, RepoId, RepoPath, Revision, TensorHash, Text};

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
    pub endpoint: Text,
    /// When the last file was right, in microseconds since 1970-01-01 UTC.
    pub time_us: i64,
    /// Every file, by path.
    pub files: Vec<ReceiptFile>,
}

/// The number under which a receipt is kept: growing, never reused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ReceiptId(pub u64);

/// A file of a receipt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReceiptFile {
    /// Its path.
    pub path: RepoPath,
    /// Its size in bytes.
    pub size: u64,
    /// The digest of its content, as it was computed here.
    pub digest: ContentDigest,
}

/// A stored tensor and what its bytes are known by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TensorDigest {
    /// Its name, as the file has it.
    pub name: String,
    /// Its number format, as the file calls it.
    pub dtype: String,
    /// Its dimensions, outermost first.
    pub shape: Vec<u64>,
    /// Of its bytes as they are stored.
    pub digest: TensorHash,
}

/// A text that is no shape.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("is no shape: dimensions are joined by `x`")]
pub struct NotAShape;

impl TensorDigest {
    /// The shape as the store keeps it: `768x3072`, nothing for a scalar.
    #[must_use]
    pub fn shape_text(&self) -> String {
        let dims: Vec<String> = self.shape.iter().map(ToString::to_string).collect();
        dims.join("x")
    }

    /// Reads what [`TensorDigest::shape_text`] wrote.
    ///
    /// # Errors
    /// [`NotAShape`] for anything else.
    pub fn shape_of(text: &str) -> Result<Vec<u64>, NotAShape> {
        if text.is_empty() {
            return Ok(Vec::new());
        }
        let dims = text
            .split('x')
            .map(|dim| dim.parse().map_err(|_| NotAShape));
        dims.collect()
    }
}

impl Receipt {
    /// Bytes of all files.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        let sizes = self.files.iter().map(|file| file.size);
        sizes.fold(0, u64::saturating_add)
    }
}
