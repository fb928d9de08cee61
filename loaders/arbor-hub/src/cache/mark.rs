//! Whether a blob's content has been compared with its name. A blob that some
//! other tool put there has not: it is read once, and a mark remembers the
//! size and the time of the file that was read.

use super::{Place, write_whole};
use crate::HubError;
use crate::digest::Hasher;
use crate::stop::Stop;
use arbor_model::ContentDigest;
use std::fs::{self, File, Metadata};
use std::io::Read;
use std::path::Path;
use std::time::UNIX_EPOCH;

/// Enough for the disk, little for the processor's cache.
const BUFFER: usize = 1 << 20;

/// What is known about a blob.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Worth {
    /// There is none.
    Absent,
    /// Its content is right.
    Right,
    /// It is there and is not what its name says.
    Damaged,
}

impl Place {
    /// Judges a blob; reads it unless that was done before.
    pub(crate) fn worth(
        &self,
        digest: &ContentDigest,
        size: u64,
        stop: &Stop,
    ) -> Result<Worth, HubError> {
        let path = self.blob(digest);
        let found = match fs::metadata(&path) {
            Ok(found) if found.is_file() => found,
            Ok(_) => {
                return Err(HubError::Cache {
                    path,
                    reason: "is no file",
                });
            }
            Err(_) => return Ok(Worth::Absent),
        };
        if found.len() != size {
            return Ok(Worth::Damaged);
        }
        if self.is_marked(digest, &found) {
            return Ok(Worth::Right);
        }
        if digest_of(&path, digest, size, stop)? != *digest {
            return Ok(Worth::Damaged);
        }
        self.mark_verified(digest)?;
        Ok(Worth::Right)
    }

    fn is_marked(&self, digest: &ContentDigest, found: &Metadata) -> bool {
        let text = fs::read_to_string(self.mark(digest));
        text.is_ok_and(|text| text == stamp(found))
    }

    /// Makes the folder of what only this program reads.
    pub(crate) fn make_own(&self) -> Result<(), HubError> {
        super::folder(self.root(), &self.own())
    }

    /// Remembers that a blob is right as it lies there now.
    pub(crate) fn mark_verified(&self, digest: &ContentDigest) -> Result<(), HubError> {
        let blob = self.blob(digest);
        let found = fs::metadata(&blob).map_err(|source| HubError::io(&blob, source))?;
        self.make_own()?;
        write_whole(&self.mark(digest), &stamp(&found))
    }
}

fn stamp(found: &Metadata) -> String {
    let time = found.modified().ok();
    let time = time.and_then(|time| time.duration_since(UNIX_EPOCH).ok());
    format!("{} {}\n", found.len(), time.unwrap_or_default().as_nanos())
}

/// Reads a file and computes the digest of the same function.
pub(crate) fn digest_of(
    path: &Path,
    like: &ContentDigest,
    size: u64,
    stop: &Stop,
) -> Result<ContentDigest, HubError> {
    let failed = |source| HubError::io(path, source);
    let mut file = File::open(path).map_err(failed)?;
    let mut hasher = Hasher::like(like, size);
    let mut buffer = vec![0; BUFFER];
    loop {
        stop.check()?;
        let read = file.read(&mut buffer).map_err(failed)?;
        if read == 0 {
            return Ok(hasher.finish());
        }
        hasher.update(&buffer[..read]);
    }
}
