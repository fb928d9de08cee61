//! A stretch of a file as the body of an answer. What the system holds in
//! memory is read where it is sent, without waiting; what it would have to
//! wait for is read off the event loop, one piece ahead. A few buffers go
//! round: new ones would cost more than the reading.

use actix_web::body::{BodySize, MessageBody};
use actix_web::web::Bytes;
use std::fs::File;
use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use tokio::task::{JoinHandle, spawn_blocking};

/// Small enough to stay in the processor's cache between reading and sending,
/// and that hundreds of slow readers hold little.
const PIECE: usize = 128 << 10;

/// Bytes of a file that are yet to be sent.
pub(super) struct FileBody {
    file: Arc<File>,
    length: u64,
    /// Where the next read begins, and where the last one ends.
    at: u64,
    end: u64,
    /// Whether this file is never read without waiting.
    waits: bool,
    reading: Option<JoinHandle<io::Result<Piece>>>,
    spare: Spare,
}

/// Buffers that nobody uses.
type Spare = Arc<Mutex<Vec<Vec<u8>>>>;

impl FileBody {
    /// The bytes from `first` on, `length` of them.
    pub(super) fn new(file: File, first: u64, length: u64) -> Self {
        Self {
            file: Arc::new(file),
            length,
            at: first,
            end: first.saturating_add(length),
            waits: false,
            reading: None,
            spare: Spare::default(),
        }
    }

    /// A buffer for the next piece.
    fn piece(&self) -> Piece {
        let mut spare = self.spare.lock().unwrap_or_else(PoisonError::into_inner);
        let buffer = spare.pop().unwrap_or_else(|| vec![0; PIECE]);
        let left = usize::try_from(self.end - self.at).unwrap_or(PIECE);
        Piece {
            length: left.min(PIECE),
            buffer,
            home: Arc::clone(&self.spare),
        }
    }

    /// Reads the next piece where waiting for it harms nobody.
    fn read_on(&mut self) {
        let (file, at) = (Arc::clone(&self.file), self.at);
        let mut piece = self.piece();
        self.at += piece.length as u64;
        self.reading = (piece.length > 0).then(|| {
            spawn_blocking(move || {
                // The length is promised; a file that shrank must not end well.
                read_exact(&file, piece.bytes(), at)?;
                Ok(piece)
            })
        });
    }
}

impl MessageBody for FileBody {
    type Error = io::Error;

    fn size(&self) -> BodySize {
        BodySize::Sized(self.length)
    }

    fn poll_next(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Bytes, io::Error>>> {
        if self.reading.is_none() {
            if self.at == self.end {
                return Poll::Ready(None);
            }
            let mut piece = self.piece();
            match at_once(&self.file, piece.bytes(), self.at) {
                AtOnce::Read(0) => {
                    self.at = self.end;
                    return Poll::Ready(Some(Err(io::ErrorKind::UnexpectedEof.into())));
                }
                AtOnce::Read(read) => {
                    piece.length = read;
                    self.at += read as u64;
                    return Poll::Ready(Some(Ok(Bytes::from_owner(piece))));
                }
                AtOnce::WouldWait => {}
                AtOnce::Never => self.waits = true,
            }
            drop(piece);
            self.read_on();
        }
        let Some(reading) = self.reading.as_mut() else {
            return Poll::Ready(None);
        };
        let Poll::Ready(read) = Future::poll(Pin::new(reading), context) else {
            return Poll::Pending;
        };
        self.reading = None;
        let piece = read.map_err(io::Error::other).and_then(|piece| piece);
        if self.waits && piece.is_ok() {
            self.read_on();
        }
        Poll::Ready(Some(piece.map(Bytes::from_owner)))
    }
}

/// A buffer with bytes in it; it goes home when it was sent.
struct Piece {
    buffer: Vec<u8>,
    length: usize,
    home: Spare,
}

impl Piece {
    fn bytes(&mut self) -> &mut [u8] {
        &mut self.buffer[..self.length]
    }
}

impl AsRef<[u8]> for Piece {
    fn as_ref(&self) -> &[u8] {
        &self.buffer[..self.length]
    }
}

impl Drop for Piece {
    fn drop(&mut self) {
        let mut spare = self.home.lock().unwrap_or_else(PoisonError::into_inner);
        spare.push(std::mem::take(&mut self.buffer));
    }
}

/// What came of reading without waiting.
#[cfg_attr(not(target_os = "linux"), expect(dead_code))]
enum AtOnce {
    /// So many bytes; none at the file's end.
    Read(usize),
    /// The disk would have to be waited for.
    WouldWait,
    /// This file system, or this system, does not offer it.
    Never,
}

#[cfg(target_os = "linux")]
fn at_once(file: &File, buffer: &mut [u8], at: u64) -> AtOnce {
    use rustix::io::{Errno, ReadWriteFlags, preadv2};
    let mut buffers = [io::IoSliceMut::new(buffer)];
    match preadv2(file, &mut buffers, at, ReadWriteFlags::NOWAIT) {
        Ok(read) => AtOnce::Read(read),
        Err(Errno::AGAIN | Errno::INTR) => AtOnce::WouldWait,
        Err(_) => AtOnce::Never,
    }
}

#[cfg(not(target_os = "linux"))]
fn at_once(_: &File, _: &mut [u8], _: u64) -> AtOnce {
    AtOnce::Never
}

#[cfg(unix)]
fn read_exact(file: &File, buffer: &mut [u8], at: u64) -> io::Result<()> {
    std::os::unix::fs::FileExt::read_exact_at(file, buffer, at)
}

#[cfg(not(unix))]
fn read_exact(mut file: &File, buffer: &mut [u8], at: u64) -> io::Result<()> {
    use std::io::{Read as _, Seek as _, SeekFrom};
    file.seek(SeekFrom::Start(at))?;
    file.read_exact(buffer)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write as _;

    async fn all(mut body: FileBody) -> io::Result<Vec<u8>> {
        let mut found = Vec::new();
        while let Some(piece) =
            std::future::poll_fn(|context| Pin::new(&mut body).poll_next(context)).await
        {
            found.extend_from_slice(&piece?);
        }
        Ok(found)
    }

    /// On a disk, and in shared memory, where nothing is read without waiting.
    fn places() -> Vec<tempfile::NamedTempFile> {
        let mut places = vec![tempfile::NamedTempFile::new().expect("a file")];
        places.extend(tempfile::NamedTempFile::new_in("/dev/shm").ok());
        places
    }

    #[actix_web::test]
    async fn every_stretch_is_what_the_file_holds() {
        let content: Vec<u8> = (0..3 * PIECE + 17).map(|n| (n * 31 % 251) as u8).collect();
        for mut place in places() {
            place.write_all(&content).expect("written");
            for (first, length) in [
                (0, content.len()),
                (0, 0),
                (5, 1),
                (PIECE - 1, 2),
                (1, 2 * PIECE),
                (content.len() - 1, 1),
            ] {
                let file = place.reopen().expect("opened");
                let body = FileBody::new(file, first as u64, length as u64);
                let found = all(body).await.expect("read");
                assert!(found == content[first..first + length], "{first} {length}");
            }
            // A length that the file no longer has must not look like an end.
            let file = place.reopen().expect("opened");
            let body = FileBody::new(file, 0, content.len() as u64 + 1);
            let error = all(body).await.expect_err("too short");
            assert_eq!(error.kind(), io::ErrorKind::UnexpectedEof);
        }
    }
}
