//! Taking a bundle that anybody may have made. Nothing of it is believed: the
//! archive's names are not looked at, only its order; sizes and digests are
//! those of the list, and a file becomes visible when its digest is right.

use super::manifest::{LIMIT, refused};
use super::{BUFFER, Manifest};
use crate::HubError;
use crate::api::TreeFile;
use crate::cache::{Cache, Lock, Place, Worth, beside};
use crate::digest::Hasher;
use crate::progress::{Event, How, Progress};
use crate::stop::{Stop, blocking};
use crate::transfer::{Observe, Observer, require};
use arbor_model::{ContentDigest, Receipt, ReceiptFile};
use std::fs::{self, File};
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tar::{Archive, Entries, Entry, EntryType};

/// A longer name than this is no name.
const NAME_LIMIT: u64 = 64 << 10;

/// What was taken.
#[derive(Clone, Debug)]
pub struct Unpacked {
    /// What the bundle said it holds; every file was compared.
    pub receipt: Receipt,
    /// The digest of its list.
    pub manifest: ContentDigest,
    /// The snapshot's folder, for loaders.
    pub folder: PathBuf,
    /// How many files were taken; the others were there.
    pub fetched: usize,
}

impl Cache {
    /// Takes a bundle into the cache. What is interrupted leaves whole files,
    /// which the next attempt passes over.
    ///
    /// # Errors
    /// [`HubError`] if it is no bundle or a file is not what its list says; the
    /// snapshot is then not touched.
    pub async fn unpack(
        &self,
        from: impl Read + Send + 'static,
        progress: Progress,
        observe: Option<Arc<dyn Observe>>,
    ) -> Result<Unpacked, HubError> {
        let cache = self.clone();
        blocking(move |stop| {
            let mut archive = Archive::new(from);
            // What the archive says beyond each header is ours to judge.
            let entries = archive.entries().map_err(|error| unreadable(&error))?;
            let mut entries = Files(entries.raw(true));
            let manifest = first(&mut entries)?;
            let unpacking = Unpacking {
                place: cache.place(&manifest.receipt.repo),
                progress,
                observe,
                stop,
            };
            unpacking.all(&mut entries, manifest)
        })
        .await
    }
}

fn first<R: Read>(entries: &mut Files<'_, R>) -> Result<Manifest, HubError> {
    let entry = entries.next()?.ok_or_else(|| refused("it is empty"))?;
    let size = entry.size();
    if size > LIMIT {
        return Err(refused("it does not begin with a list of its files"));
    }
    let mut text = Vec::new();
    let read = entry.take(LIMIT).read_to_end(&mut text);
    if read.map_err(|error| unreadable(&error))? as u64 != size {
        return Err(refused("it ends early"));
    }
    Manifest::parse(text)
}

struct Unpacking<'a> {
    place: Place,
    progress: Progress,
    observe: Option<Arc<dyn Observe>>,
    stop: &'a Stop,
}

impl Unpacking<'_> {
    fn all<R: Read>(
        &self,
        entries: &mut Files<'_, R>,
        manifest: Manifest,
    ) -> Result<Unpacked, HubError> {
        let contents: Vec<_> = manifest.contents().cloned().collect();
        self.room(&contents)?;
        let mut fetched = 0;
        for file in &contents {
            let entry = entries.next()?.ok_or_else(|| refused("it ends early"))?;
            if entry.size() != file.size {
                return Err(refused(format!(
                    "it has {} bytes where its list says that {} has {}",
                    entry.size(),
                    file.path,
                    file.size
                )));
            }
            fetched += usize::from(self.one(entry, file)?);
        }
        let Receipt { commit, files, .. } = &manifest.receipt;
        for file in files {
            self.place.link_file(commit, &file.path, &file.digest)?;
        }
        self.place.point(&manifest.receipt.revision, commit)?;
        Ok(Unpacked {
            folder: self.place.snapshot(commit),
            manifest: manifest.digest(),
            receipt: manifest.receipt,
            fetched,
        })
    }

    fn room(&self, contents: &[ReceiptFile]) -> Result<(), HubError> {
        let is_there = |file: &&ReceiptFile| {
            let found = fs::metadata(self.place.blob(&file.digest));
            found.is_ok_and(|found| found.len() == file.size)
        };
        let mut missing = contents.iter().filter(|file| !is_there(file));
        let missing = missing.try_fold(0_u64, |sum, file| sum.checked_add(file.size));
        require(self.place.root(), missing.unwrap_or(u64::MAX))
    }

    /// Whether a file was taken.
    fn one(&self, content: impl Read, file: &ReceiptFile) -> Result<bool, HubError> {
        let done = |how| {
            self.progress.emit(&Event::FileDone {
                path: &file.path,
                size: file.size,
                how,
            });
            Ok(how == How::Fetched)
        };
        let worth = || self.place.worth(&file.digest, file.size, self.stop);
        if worth()? == Worth::Right {
            return done(How::Cached);
        }
        let waiting = || self.progress.emit(&Event::Waiting { path: &file.path });
        let lock = Lock::take(&self.place, &file.digest, waiting);
        let lock = tokio::runtime::Handle::current().block_on(lock)?;
        if worth()? == Worth::Right {
            return done(How::Cached);
        }
        self.place.make_own()?;
        // Not the part that a pull may have begun: that one can go on.
        let part = Part(beside(&lock.part(&self.place, &file.digest)));
        let observer = self.copy(content, file, &part.0)?;
        self.place.publish(&part.0, &file.digest)?;
        if let Some(observer) = observer {
            observer.finish();
        }
        done(How::Fetched)
    }

    fn copy(
        &self,
        mut content: impl Read,
        file: &ReceiptFile,
        part: &Path,
    ) -> Result<Option<Box<dyn Observer>>, HubError> {
        self.progress.emit(&Event::FileStarted {
            path: &file.path,
            size: file.size,
            resumed_at: 0,
            endpoint: None,
        });
        let mut observer = self.observe.as_ref().and_then(|observe| {
            observe.begin(&TreeFile {
                path: file.path.clone(),
                size: file.size,
                digest: file.digest,
            })
        });
        let failed = |source| HubError::io(part, source);
        let mut out = File::create_new(part).map_err(failed)?;
        let mut hasher = Hasher::like(&file.digest, file.size);
        let mut buffer = vec![0; BUFFER];
        let mut at = 0;
        loop {
            self.stop.check()?;
            let read = content.read(&mut buffer);
            let bytes = &buffer[..read.map_err(|error| unreadable(&error))?];
            if bytes.is_empty() {
                break;
            }
            out.write_all(bytes).map_err(failed)?;
            hasher.update(bytes);
            if let Some(observer) = &mut observer {
                observer.bytes(bytes);
            }
            at += bytes.len() as u64;
            self.progress.emit(&Event::Bytes {
                path: &file.path,
                bytes: bytes.len() as u64,
            });
        }
        if at != file.size {
            return Err(refused(format!("it ends early, within {}", file.path)));
        }
        let found = hasher.finish();
        if found != file.digest {
            return Err(HubError::WrongDigest {
                path: file.path.to_string(),
                expected: file.digest,
                found,
            });
        }
        out.sync_data().map_err(failed)?;
        Ok(observer)
    }
}

/// An unfinished file, gone with whoever gave it up.
struct Part(PathBuf);

impl Drop for Part {
    fn drop(&mut self) {
        // Once it is a blob it has another name.
        let _ = fs::remove_file(&self.0);
    }
}

/// The archive's regular files in their order.
struct Files<'a, R: Read>(Entries<'a, R>);

impl<'a, R: Read> Files<'a, R> {
    /// The next one; other entries only say how it is called.
    fn next(&mut self) -> Result<Option<Entry<'a, R>>, HubError> {
        for entry in self.0.by_ref() {
            let entry = entry.map_err(|error| unreadable(&error))?;
            let kind = entry.header().entry_type();
            if matches!(kind, EntryType::Regular | EntryType::Continuous) {
                return Ok(Some(entry));
            }
            let is_name = kind.is_gnu_longname() || kind.is_pax_local_extensions();
            if !is_name || entry.size() > NAME_LIMIT {
                return Err(refused("it is not in the order of a bundle"));
            }
        }
        Ok(None)
    }
}

fn unreadable(error: &std::io::Error) -> HubError {
    refused(format!("it is no archive that can be read: {error}"))
}
