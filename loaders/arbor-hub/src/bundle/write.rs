//! Making a bundle. What it takes from the cache is compared with the receipt
//! once more: a bundle of damaged files would travel far before anybody sees
//! it. The same receipt makes the same bytes.

use super::{BUFFER, MANIFEST, Manifest};
use crate::HubError;
use crate::cache::{Cache, Place};
use crate::digest::Hasher;
use crate::progress::{Event, How, Progress};
use crate::stop::{Stop, blocking};
use arbor_model::{ContentDigest, Receipt, ReceiptFile, RepoPath};
use std::fs::File;
use std::io::{self, BufReader, BufWriter, Read, Write};
use std::path::Path;
use tar::{Builder, EntryType, Header};

/// What was made.
#[derive(Clone, Debug)]
pub struct Packed {
    /// What the bundle holds.
    pub receipt: Receipt,
    /// The digest of its list, and so of everything in it.
    pub manifest: ContentDigest,
    /// Its length in bytes.
    pub bytes: u64,
}

impl Cache {
    /// Writes a bundle of what a receipt names.
    ///
    /// # Errors
    /// [`HubError`] if a file is not in the cache or not what the receipt says;
    /// what was written until then is no bundle.
    pub async fn pack(
        &self,
        receipt: &Receipt,
        out: impl Write + Send + 'static,
        progress: Progress,
    ) -> Result<Packed, HubError> {
        let place = self.place(&receipt.repo);
        let manifest = Manifest::new(receipt)?;
        blocking(move |stop| {
            let mut out = Counting {
                out: BufWriter::with_capacity(BUFFER, out),
                bytes: 0,
            };
            write(&place, &manifest, &mut out, &progress, stop)?;
            out.flush().map_err(broken)?;
            Ok(Packed {
                manifest: manifest.digest(),
                receipt: manifest.receipt,
                bytes: out.bytes,
            })
        })
        .await
    }
}

fn write(
    place: &Place,
    manifest: &Manifest,
    out: impl Write,
    progress: &Progress,
    stop: &Stop,
) -> Result<(), HubError> {
    let receipt = &manifest.receipt;
    let mut archive = Archive {
        builder: Builder::new(out),
        home: place.name().to_owned(),
        time: u64::try_from(receipt.time_us / 1_000_000).unwrap_or(0),
    };
    let length = manifest.text.len() as u64;
    archive.file(MANIFEST, length, manifest.text.as_slice())?;
    for file in manifest.contents() {
        content(&mut archive, place, file, progress, stop)?;
    }
    for file in &receipt.files {
        let at = format!("snapshots/{}/{}", receipt.commit, file.path);
        archive.link(&at, &place.target(&file.path, &file.digest))?;
    }
    if receipt.revision.commit().is_none() {
        let commit = receipt.commit.to_string();
        let at = format!("refs/{}", receipt.revision);
        archive.file(&at, commit.len() as u64, commit.as_bytes())?;
    }
    archive.builder.finish().map_err(broken)
}

fn content<W: Write>(
    archive: &mut Archive<W>,
    place: &Place,
    file: &ReceiptFile,
    progress: &Progress,
    stop: &Stop,
) -> Result<(), HubError> {
    let path = &file.path;
    let blob = place.blob(&file.digest);
    let open = || {
        let opened = File::open(&blob)?;
        let length = opened.metadata()?.len();
        Ok((opened, length))
    };
    let (opened, length) =
        open().map_err(
            |source: io::Error| match source.kind() == io::ErrorKind::NotFound {
                true => HubError::Lost {
                    path: path.to_string(),
                },
                false => HubError::io(&blob, source),
            },
        )?;
    progress.emit(&Event::FileStarted {
        path,
        size: file.size,
        resumed_at: 0,
        endpoint: None,
    });
    let mut reader = Watched {
        file: opened.take(file.size),
        hasher: Hasher::like(&file.digest, file.size),
        read: 0,
        path,
        progress,
        stop,
    };
    let at = format!("blobs/{}", file.digest);
    let through = BufReader::with_capacity(BUFFER, &mut reader);
    let written = archive.file(&at, file.size, through);
    // Given up, not broken.
    stop.check()?;
    written?;
    let read = reader.read;
    let found = reader.hasher.finish();
    if length != file.size || read != file.size || found != file.digest {
        return Err(HubError::Spoilt {
            path: path.to_string(),
            expected: file.digest,
        });
    }
    progress.emit(&Event::FileDone {
        path,
        size: file.size,
        how: How::Fetched,
    });
    Ok(())
}

struct Archive<W: Write> {
    builder: Builder<W>,
    /// The repository's folder.
    home: String,
    /// Of the receipt, in seconds.
    time: u64,
}

impl<W: Write> Archive<W> {
    fn header(&self, kind: EntryType, size: u64, mode: u32) -> Header {
        let mut header = Header::new_gnu();
        header.set_entry_type(kind);
        header.set_size(size);
        header.set_mode(mode);
        header.set_mtime(self.time);
        header
    }

    fn file(&mut self, at: &str, size: u64, content: impl Read) -> Result<(), HubError> {
        let mut header = self.header(EntryType::Regular, size, 0o644);
        let at = format!("{}/{at}", self.home);
        let put = self.builder.append_data(&mut header, at, content);
        put.map_err(broken)
    }

    fn link(&mut self, at: &str, target: &Path) -> Result<(), HubError> {
        let mut header = self.header(EntryType::Symlink, 0, 0o777);
        let at = format!("{}/{at}", self.home);
        let put = self.builder.append_link(&mut header, at, target);
        put.map_err(broken)
    }
}

/// A file that is hashed and counted while it is copied.
struct Watched<'a> {
    file: io::Take<File>,
    hasher: Hasher,
    read: u64,
    path: &'a RepoPath,
    progress: &'a Progress,
    stop: &'a Stop,
}

impl Read for Watched<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.stop.check().map_err(io::Error::other)?;
        let read = self.file.read(buffer)?;
        self.hasher.update(&buffer[..read]);
        self.read += read as u64;
        if read > 0 {
            self.progress.emit(&Event::Bytes {
                path: self.path,
                bytes: read as u64,
            });
        }
        Ok(read)
    }
}

struct Counting<W> {
    out: W,
    bytes: u64,
}

impl<W: Write> Write for Counting<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.out.write(bytes)?;
        self.bytes += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

/// Whoever made the writer knows where it leads.
fn broken(source: io::Error) -> HubError {
    HubError::io("the bundle", source)
}
