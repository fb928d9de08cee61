//! An unfinished file: its bytes, and a journal of how many of each chunk are
//! on disk. A process that is killed between two writes loses what was between
//! them, no more.
//!
//! The journal is believed only if it fits the file; that its bytes are the
//! right ones is shown by the digest in the end.

use crate::HubError;
use std::fs::{self, File};
use std::io::{ErrorKind, Read, Seek, SeekFrom, Write};
use std::ops::Range;
use std::path::{Path, PathBuf};

const MAGIC: &[u8; 8] = b"arborp01";
const HEADER: u64 = 24;

/// A part on disk.
#[derive(Debug)]
pub(crate) struct Part {
    path: PathBuf,
    file: File,
    journal: File,
    size: u64,
    chunk: u64,
    /// Bytes from the beginning of each chunk that are on disk.
    done: Vec<u64>,
}

impl Part {
    /// Opens what is left of an earlier run, or begins anew.
    pub(crate) fn open(path: PathBuf, size: u64, chunk: u64) -> Result<Self, HubError> {
        if let Some(part) = Self::resume(&path, size) {
            return Ok(part);
        }
        Self::begin(path, size, chunk)
    }

    fn begin(path: PathBuf, size: u64, chunk: u64) -> Result<Self, HubError> {
        let fresh = |path: &Path| {
            remove(path)?;
            let made = File::options()
                .read(true)
                .write(true)
                .create_new(true)
                .open(path);
            made.map_err(|source| HubError::io(path, source))
        };
        let book = journal_path(&path);
        // The part first: a journal without it is not believed.
        let file = fresh(&path)?;
        let mut journal = fresh(&book)?;
        let chunks = usize::try_from(size.div_ceil(chunk)).unwrap_or(usize::MAX);
        let mut text = Vec::with_capacity(24 + 8 * chunks);
        text.extend_from_slice(MAGIC);
        text.extend_from_slice(&size.to_le_bytes());
        text.extend_from_slice(&chunk.to_le_bytes());
        text.resize(24 + 8 * chunks, 0);
        journal
            .write_all(&text)
            .map_err(|source| HubError::io(&book, source))?;
        Ok(Self {
            path,
            file,
            journal,
            size,
            chunk,
            done: vec![0; chunks],
        })
    }

    fn resume(path: &Path, size: u64) -> Option<Self> {
        let open = |path: &Path| {
            let found = fs::symlink_metadata(path).ok()?;
            let file = File::options().read(true).write(true).open(path).ok()?;
            found.is_file().then_some((file, found.len()))
        };
        let (mut journal, journal_length) = open(&journal_path(path))?;
        let (file, length) = open(path)?;
        let mut number = || {
            let mut bytes = [0; 8];
            journal.read_exact(&mut bytes).ok()?;
            Some(bytes)
        };
        let magic = number()?;
        let found_size = u64::from_le_bytes(number()?);
        let chunk = u64::from_le_bytes(number()?);
        if magic != *MAGIC || found_size != size || chunk == 0 {
            return None;
        }
        let chunks = size.div_ceil(chunk);
        if chunks.checked_mul(8)?.checked_add(HEADER)? != journal_length {
            return None;
        }
        let mut text = Vec::new();
        journal.read_to_end(&mut text).ok()?;
        let mut done = Vec::with_capacity(text.len() / 8);
        for (index, bytes) in (0..).zip(text.chunks_exact(8)) {
            let count = u64::from_le_bytes(bytes.try_into().ok()?);
            let start = chunk * index;
            if count > chunk.min(size - start) || (count > 0 && start + count > length) {
                return None;
            }
            done.push(count);
        }
        Some(Self {
            path: path.to_owned(),
            file,
            journal,
            size,
            chunk,
            done,
        })
    }

    /// How much of a part is on disk, without touching it.
    pub(crate) fn peek(path: &Path, size: u64) -> u64 {
        Self::resume(path, size).map_or(0, |part| part.committed())
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Bytes on disk.
    pub(crate) fn committed(&self) -> u64 {
        self.done.iter().sum()
    }

    /// How far the bytes reach without a gap, from a place that they reach.
    pub(crate) fn reach(&self, from: u64) -> u64 {
        let mut at = from;
        while at < self.size {
            let (index, start) = self.chunk_of(at);
            let reached = start + self.done[index];
            if reached <= at {
                return at;
            }
            at = reached;
            if reached < start + self.chunk {
                return at;
            }
        }
        at
    }

    /// What is not on disk.
    pub(crate) fn missing(&self) -> Vec<Range<u64>> {
        let mut found: Vec<Range<u64>> = Vec::new();
        for (index, done) in (0..).zip(&self.done) {
            let start: u64 = self.chunk * index;
            let end = (start + self.chunk).min(self.size);
            match found.last_mut() {
                _ if start + done == end => {}
                Some(last) if last.end == start && *done == 0 => last.end = end,
                _ => found.push(start + done..end),
            }
        }
        found
    }

    fn chunk_of(&self, at: u64) -> (usize, u64) {
        let index = at / self.chunk;
        // It indexes a vector of that many chunks.
        (
            usize::try_from(index).unwrap_or(usize::MAX),
            index * self.chunk,
        )
    }

    /// Writes bytes and then takes them into the journal.
    pub(crate) fn write(&mut self, at: u64, bytes: &[u8]) -> Result<(), HubError> {
        let failed = |source| HubError::io(&self.path, source);
        self.file.seek(SeekFrom::Start(at)).map_err(failed)?;
        let mut written = 0;
        let full = loop {
            match self.file.write(&bytes[written..]) {
                Ok(0) => break Ok(()),
                Ok(count) => written += count,
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => break Err(failed(error)),
            }
        };
        // What went in before the disk was full counts.
        self.commit(at, written as u64)?;
        full
    }

    fn commit(&mut self, at: u64, length: u64) -> Result<(), HubError> {
        let failed = |source| HubError::io(&self.path, source);
        let end = at + length;
        let mut at = at;
        while at < end {
            let (index, start) = self.chunk_of(at);
            let until = end.min(start + self.chunk);
            // A gap inside a chunk cannot be told from bytes.
            if let Some(done) = self.done.get_mut(index).filter(|done| start + **done == at) {
                *done = until - start;
                let count = done.to_le_bytes();
                let place = HEADER + 8 * index as u64;
                let book = &mut self.journal;
                book.seek(SeekFrom::Start(place)).map_err(failed)?;
                book.write_all(&count).map_err(failed)?;
            }
            at = until;
        }
        Ok(())
    }

    /// Reads bytes that are on disk.
    pub(crate) fn read(&mut self, at: u64, buffer: &mut [u8]) -> Result<(), HubError> {
        let failed = |source| HubError::io(&self.path, source);
        self.file.seek(SeekFrom::Start(at)).map_err(failed)?;
        self.file.read_exact(buffer).map_err(failed)
    }

    /// Begins again at nothing.
    pub(crate) fn reset(self) -> Result<Self, HubError> {
        Self::begin(self.path, self.size, self.chunk)
    }

    /// Makes the bytes outlast a power cut.
    pub(crate) fn sync(&self) -> Result<(), HubError> {
        let failed = |source| HubError::io(&self.path, source);
        self.file.sync_data().map_err(failed)
    }

    /// Takes the journal away, once the part has become a blob.
    pub(crate) fn forget(&self) {
        // Without its part it is never believed.
        let _ = fs::remove_file(journal_path(&self.path));
    }
}

fn journal_path(part: &Path) -> PathBuf {
    let mut name = part.file_name().unwrap_or_default().to_owned();
    name.push(".journal");
    part.with_file_name(name)
}

fn remove(path: &Path) -> Result<(), HubError> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(HubError::io(path, error)),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const SIZE: u64 = 1000;
    const CHUNK: u64 = 64;

    fn content() -> Vec<u8> {
        (0..SIZE)
            .map(|n| u8::try_from(n * 7 % 251).expect("small"))
            .collect()
    }

    fn write(part: &mut Part, range: Range<u64>) {
        let bytes = content();
        let slice = usize::try_from(range.start).expect("small")
            ..usize::try_from(range.end).expect("small");
        part.write(range.start, &bytes[slice]).expect("written");
    }

    #[test]
    fn gaps_and_reach_follow_the_writes() {
        let folder = tempfile::tempdir().expect("a folder");
        let mut part = Part::open(folder.path().join("x.part"), SIZE, CHUNK).expect("a part");
        assert_eq!(part.missing(), vec![0..SIZE]);
        write(&mut part, 0..100);
        assert_eq!((part.reach(0), part.committed()), (100, 100));
        assert_eq!(part.missing(), vec![100..SIZE]);
        write(&mut part, 256..300);
        assert_eq!(part.reach(0), 100);
        assert_eq!(part.missing(), [100..256, 300..1000]);
        write(&mut part, 100..256);
        assert_eq!(part.reach(0), 300);
        write(&mut part, 300..1000);
        assert_eq!((part.reach(0), part.missing()), (1000, vec![]));
    }

    #[test]
    fn a_journal_that_does_not_fit_is_not_believed() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("x.part");
        let prepare = || {
            let mut part = Part::begin(path.clone(), SIZE, CHUNK).expect("a part");
            write(&mut part, 0..500);
        };
        let book = journal_path(&path);
        let edit = |at: usize, byte: u8| {
            let mut text = fs::read(&book).expect("read");
            text[at] = byte;
            fs::write(&book, text).expect("written");
        };
        let faults: [(&str, &dyn Fn()); 7] = [
            ("another magic", &|| edit(0, b'x')),
            ("another size", &|| edit(8, 1)),
            ("no chunks", &|| edit(16, 0)),
            ("more than a chunk holds", &|| edit(24, 65)),
            ("more than the file holds", &|| edit(24 + 8 * 12, 64)),
            ("a torn journal", &|| {
                fs::write(&book, b"arbor").expect("written");
            }),
            ("a shorter part", &|| {
                fs::write(&path, b"abc").expect("written");
            }),
        ];
        for (name, spoil) in faults {
            prepare();
            assert_eq!(Part::peek(&path, SIZE), 500);
            spoil();
            assert_eq!(Part::peek(&path, SIZE), 0, "{name}");
            assert_eq!(
                Part::open(path.clone(), SIZE, CHUNK)
                    .expect(name)
                    .committed(),
                0
            );
        }
        prepare();
        assert_eq!(Part::peek(&path, SIZE + 1), 0);
        fs::remove_file(&path).expect("removed");
        std::os::unix::fs::symlink("/etc/hostname", &path).expect("linked");
        let part = Part::open(path.clone(), SIZE, CHUNK).expect("a part");
        assert!(fs::symlink_metadata(part.path()).expect("found").is_file());
    }

    proptest! {
        #[test]
        fn whatever_is_written_is_there_after_opening_again(
            cuts in proptest::collection::vec((0..16_u64, 1..200_u64), 1..12)
        ) {
            let folder = tempfile::tempdir().expect("a folder");
            let path = folder.path().join("x.part");
            for (which, length) in cuts {
                let mut part = Part::open(path.clone(), SIZE, CHUNK).expect("a part");
                let missing = part.missing();
                let Some(gap) = missing.get(usize::try_from(which).expect("small") % missing.len().max(1)) else { break };
                let end = gap.end.min(gap.start + length);
                let before = part.committed();
                write(&mut part, gap.start..end);
                let expected = before + (end - gap.start);
                drop(part);
                prop_assert_eq!(Part::peek(&path, SIZE), expected);
            }
            let mut part = Part::open(path, SIZE, CHUNK).expect("a part");
            for gap in part.missing() {
                write(&mut part, gap);
            }
            let mut read = vec![0; 1000];
            part.read(0, &mut read).expect("read");
            prop_assert_eq!(read, content());
        }
    }
}
