//! A bundle's first entry: which commit of which repository, and each file's
//! path, size and digest. All of a bundle hangs on it, so its own digest is
//! what people compare. It knows no archive.

use crate::HubError;
use crate::path::collision;
use crate::plan::SIZE_LIMIT;
use arbor_model::{
    CommitSha, ContentDigest, Receipt, ReceiptFile, RepoId, RepoPath, Revision, Text,
};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use std::collections::BTreeSet;

/// What says that this is one.
const FORMAT: &str = "arbor-bundle";
const VERSION: u32 = 1;
/// Longer than any list of a repository's files.
pub(super) const LIMIT: u64 = 64 << 20;

/// What a bundle says it holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Manifest {
    pub(super) receipt: Receipt,
    /// As it stands in the archive.
    pub(super) text: Vec<u8>,
}

#[derive(Deserialize)]
struct Kind {
    format: String,
    version: u32,
}

#[derive(Serialize, Deserialize)]
struct Shape {
    format: String,
    version: u32,
    repo: String,
    revision: String,
    commit: String,
    endpoint: String,
    time_us: i64,
    files: Vec<File>,
}

#[derive(Serialize, Deserialize)]
struct File {
    path: String,
    size: u64,
    digest: String,
}

impl Manifest {
    /// Of a receipt.
    pub(super) fn new(receipt: &Receipt) -> Result<Self, HubError> {
        let file = |file: &ReceiptFile| File {
            path: file.path.to_string(),
            size: file.size,
            digest: file.digest.to_string(),
        };
        let shape = Shape {
            format: FORMAT.to_owned(),
            version: VERSION,
            repo: receipt.repo.to_string(),
            revision: receipt.revision.to_string(),
            commit: receipt.commit.to_string(),
            endpoint: receipt.endpoint.to_string(),
            time_us: receipt.time_us,
            files: receipt.files.iter().map(file).collect(),
        };
        let text = serde_json::to_vec_pretty(&shape);
        Ok(Self {
            receipt: receipt.clone(),
            text: text.map_err(|error| HubError::Client(error.to_string()))?,
        })
    }

    /// Reads what anybody may have written.
    pub(super) fn parse(text: Vec<u8>) -> Result<Self, HubError> {
        let kind: Kind = serde_json::from_slice(&text)
            .map_err(|error| refused(format!("its list cannot be read: {error}")))?;
        if kind.format != FORMAT {
            return Err(refused("its list is of something else"));
        }
        if kind.version != VERSION {
            return Err(refused(format!(
                "it is of version {}, this program reads version {VERSION}",
                kind.version
            )));
        }
        let shape: Shape = serde_json::from_slice(&text)
            .map_err(|error| refused(format!("its list cannot be read: {error}")))?;
        Ok(Self {
            receipt: receipt(&shape)?,
            text,
        })
    }

    /// The digest of the list, and so of everything in the bundle.
    pub(super) fn digest(&self) -> ContentDigest {
        ContentDigest::Sha256(Sha256::digest(&self.text).into())
    }

    /// The files whose content is in the archive, in its order: of two paths
    /// with one content, the first.
    pub(super) fn contents(&self) -> impl Iterator<Item = &ReceiptFile> {
        let mut seen = BTreeSet::new();
        let files = self.receipt.files.iter();
        files.filter(move |file| seen.insert(file.digest))
    }
}

fn receipt(shape: &Shape) -> Result<Receipt, HubError> {
    let wrong = |what: &str, why: &dyn std::fmt::Display| refused(format!("its {what}: {why}"));
    let mut files: Vec<ReceiptFile> = Vec::with_capacity(shape.files.len());
    for file in &shape.files {
        let path = RepoPath::new(&file.path).map_err(|fault| {
            let path = crate::error::quoted(&file.path);
            refused(format!("it names a file that is refused: {path} {fault}"))
        })?;
        if files.last().is_some_and(|last| last.path >= path) {
            return Err(refused(format!("its files are not sorted at {path}")));
        }
        if file.size > SIZE_LIMIT {
            let size = file.size;
            return Err(refused(format!("it says that {path} has {size} bytes")));
        }
        let digest = file.digest.parse();
        let digest = digest.map_err(|error| refused(format!("the digest of {path} {error}")))?;
        files.push(ReceiptFile {
            path,
            size: file.size,
            digest,
        });
    }
    if files.is_empty() {
        return Err(refused("it holds no file"));
    }
    if let Some((first, second)) = collision(files.iter().map(|file| &file.path)) {
        return Err(refused(format!(
            "it holds both {first} and {second}, which are one on some file systems"
        )));
    }
    Ok(Receipt {
        repo: RepoId::new(&shape.repo).map_err(|error| wrong("repository", &error))?,
        revision: Revision::new(&shape.revision).map_err(|error| wrong("revision", &error))?,
        commit: shape
            .commit
            .parse::<CommitSha>()
            .map_err(|error| wrong("commit", &error))?,
        endpoint: Text::new(&shape.endpoint).map_err(|error| wrong("server", &error))?,
        time_us: shape.time_us,
        files,
    })
}

/// What is no bundle, or not ours to take.
pub(super) fn refused(reason: impl Into<String>) -> HubError {
    HubError::Bundle {
        reason: crate::error::brief(&reason.into()),
    }
}
