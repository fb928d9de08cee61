//! The cache that all of the hub's clients share: blobs named by digest,
//! references to commits, snapshots of links (`layout.rs`). Here are the
//! steps by which something becomes visible in it, each a single rename.
//! What a blob is worth, `mark.rs` says; who writes one, `lock.rs`.

mod layout;
mod lock;
mod mark;
mod open;
mod snapshot;
mod usage;

pub use snapshot::{Snapshot, SnapshotFile};
pub use usage::{Removed, RepoUsage};

pub(crate) use layout::Place;
pub(crate) use lock::Lock;
pub(crate) use mark::{Worth, digest_of};

use crate::HubError;
use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};

/// A cache folder.
#[derive(Clone, Debug)]
pub struct Cache {
    root: PathBuf,
}

impl Cache {
    /// The cache in a folder, which need not exist yet.
    #[must_use]
    pub fn new(root: PathBuf) -> Self {
        Self { root }
    }

    /// Its folder.
    #[must_use]
    pub fn root(&self) -> &Path {
        &self.root
    }
}

/// Makes a folder and those above it. A link in their stead is refused below
/// `root`: it could lead anywhere.
fn folder(root: &Path, folder: &Path) -> Result<(), HubError> {
    let below = folder.strip_prefix(root).unwrap_or(Path::new(""));
    let mut path = root.to_owned();
    for part in below {
        path.push(part);
        match fs::symlink_metadata(&path) {
            Ok(found) if found.is_dir() => {}
            Ok(_) => {
                return Err(HubError::Cache {
                    path,
                    reason: "is no folder",
                });
            }
            Err(_) => break,
        }
    }
    fs::create_dir_all(folder).map_err(|source| HubError::io(folder, source))
}

/// Writes a small file so that it is there wholly or not at all.
fn write_whole(path: &Path, text: &str) -> Result<(), HubError> {
    let failed = |source| HubError::io(path, source);
    let fresh = beside(path);
    let mut file = File::create(&fresh).map_err(failed)?;
    file.write_all(text.as_bytes()).map_err(failed)?;
    file.sync_data().map_err(failed)?;
    fs::rename(&fresh, path).map_err(failed)
}

/// A name next to a path that no other process uses at the same time.
pub(crate) fn beside(path: &Path) -> PathBuf {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(format!(".{}-{:x}", std::process::id(), fastrand::u64(..)));
    path.with_file_name(name)
}

/// Makes a rename in a folder outlast a power cut.
fn sync_folder(folder: &Path) -> Result<(), HubError> {
    File::open(folder)
        .and_then(|file| file.sync_all())
        .map_err(|source| HubError::io(folder, source))
}
