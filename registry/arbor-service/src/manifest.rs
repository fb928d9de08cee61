//! The files of a checkpoint and what they hash to: which bytes a run was
//! made on, and whether those in the hub's cache are the ones it names.

use crate::{Cached, ServiceError};
use arbor_hub::Found;
use arbor_model::{Check, ContentDigest, FileRecord, Outcome, Text};
use sha2::{Digest as _, Sha256};
use std::fs::{self, File};
use std::io::{self, Read as _};
use std::path::Path;

/// Ends of the names of files that a loader may read, sorted.
const READ: &[&str] = &["bin", "hdf5", "json", "model", "safetensors", "txt", "vec"];

/// More files than this are no checkpoint.
const MOST: usize = 4_096;

/// A checkpoint's files.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Manifest {
    /// What they hold, by name.
    pub files: Vec<FileRecord>,
    /// How many were said to hold something, and do.
    pub confirmed: usize,
    /// Those that hold something else, or are gone, by name.
    pub wrong: Vec<String>,
}

impl Manifest {
    /// Hashes the files of a folder that a loader may read, or the file that
    /// is named itself.
    ///
    /// # Errors
    /// Those of reading a file.
    pub fn read(place: &Path) -> io::Result<Self> {
        let mut names = Vec::new();
        if place.is_dir() {
            for entry in fs::read_dir(place)?.take(MOST) {
                names.push(entry?.path());
            }
        } else {
            names.push(place.to_owned());
        }
        names.sort();
        let mut manifest = Self::default();
        for path in names {
            let end = path.extension().and_then(|end| end.to_str());
            let known = end.is_some_and(|end| READ.binary_search(&end).is_ok());
            // A pipe may never end, nor a device.
            if known && fs::metadata(&path).is_ok_and(|file| file.is_file()) {
                manifest.add(&path)?;
            }
        }
        Ok(manifest)
    }

    /// Reads the files of a pulled repository; each is named by its digest.
    ///
    /// # Errors
    /// [`ServiceError::Hub`] if one cannot be read.
    pub fn of_cached(cached: &Cached) -> Result<Self, ServiceError> {
        let mut manifest = Self::default();
        for checked in cached.verify()? {
            let name = checked.path.to_string();
            let digest = match checked.found {
                Found::Right(digest) => {
                    manifest.confirmed += 1;
                    Some(digest)
                }
                Found::Damaged { found, .. } => {
                    manifest.wrong.push(name.clone());
                    Some(found)
                }
                Found::Missing { .. } => {
                    manifest.wrong.push(name.clone());
                    None
                }
                // A copy that somebody put in the place of a link.
                Found::Unknown => hash(&checked.path.below(&cached.folder))
                    .ok()
                    .map(|(_, digest)| digest),
            };
            if let (Some(digest), Ok(name)) = (digest, Text::new(&name)) {
                manifest.files.push(FileRecord {
                    name,
                    bytes: checked.size,
                    digest,
                });
            }
        }
        Ok(manifest)
    }

    fn add(&mut self, path: &Path) -> io::Result<()> {
        let name = path.file_name().and_then(|name| name.to_str());
        let Some(name) = name.and_then(|name| Text::new(name).ok()) else {
            return Ok(());
        };
        let (bytes, digest) = hash(path)?;
        self.files.push(FileRecord {
            name,
            bytes,
            digest,
        });
        Ok(())
    }

    /// What this means for the check of that name.
    #[must_use]
    pub fn finding(&self) -> (Check, Outcome, String) {
        let (outcome, detail) = match (self.wrong.as_slice(), self.confirmed) {
            ([], 0) => (
                Outcome::Skip,
                format!(
                    "nothing says what the {} files should hold; their digests are recorded",
                    self.files.len()
                ),
            ),
            ([], confirmed) => (
                Outcome::Pass,
                format!(
                    "{confirmed} of {} files have the digest that the hub's cache names",
                    self.files.len()
                ),
            ),
            (wrong, _) => (
                Outcome::Fail,
                format!(
                    "not what the hub's cache says it holds: {}",
                    wrong.join(", ")
                ),
            ),
        };
        (Check::Files, outcome, detail)
    }
}

fn hash(path: &Path) -> io::Result<(u64, ContentDigest)> {
    let mut file = File::open(path)?;
    let mut hash = Sha256::new();
    let mut buffer = vec![0; 1 << 20];
    let mut bytes = 0;
    loop {
        match file.read(&mut buffer)? {
            0 => break,
            read => {
                hash.update(&buffer[..read]);
                bytes += read as u64;
            }
        }
    }
    Ok((bytes, ContentDigest::Sha256(hash.finalize().into())))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Of `hello world`, as `sha256sum` prints it.
    const HELLO: &str = "b94d27b9934d3e08a52e52d7da7dabfac484efe37a5380ee9088f7ace2efcde9";

    #[test]
    fn the_kinds_are_sorted() {
        assert!(READ.is_sorted());
    }

    #[test]
    fn files_that_are_read_are_hashed_and_others_are_not() {
        let folder = tempfile::tempdir().expect("a folder");
        for name in ["model.safetensors", "config.json", "README.md", "x.part"] {
            fs::write(folder.path().join(name), "hello world").expect("written");
        }
        fs::create_dir(folder.path().join("a.json")).expect("made");
        let manifest = Manifest::read(folder.path()).expect("read");
        let found: Vec<_> = manifest
            .files
            .iter()
            .map(|file| file.name.as_str())
            .collect();
        assert_eq!(found, ["config.json", "model.safetensors"]);
        assert_eq!(manifest.files[0].bytes, 11);
        assert_eq!(manifest.files[0].digest.to_string(), HELLO);
        assert_eq!(manifest.finding().1, Outcome::Skip);
        let alone = Manifest::read(&folder.path().join("config.json")).expect("read");
        assert_eq!(alone.files, manifest.files[..1]);
    }
}
