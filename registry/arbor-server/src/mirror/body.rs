//! A stretch of a file as the body of an answer: read off the event loop in
//! pieces, one piece ahead of what is sent.

use actix_web::body::{BodySize, MessageBody};
use actix_web::web::Bytes;
use std::fs::File;
use std::io::{self, Read as _, Seek as _, SeekFrom};
use std::pin::Pin;
use std::task::{Context, Poll};
use tokio::task::{JoinHandle, spawn_blocking};

/// Large enough that the way to a thread and back costs little, small enough
/// that hundreds of slow readers hold little.
const PIECE: u64 = 256 << 10;

type Piece = io::Result<(File, Bytes)>;

/// Bytes of a file that are yet to be sent.
pub(super) struct FileBody {
    length: u64,
    unread: u64,
    reading: Option<JoinHandle<Piece>>,
}

impl FileBody {
    /// The bytes from `first` on, `length` of them.
    pub(super) fn new(mut file: File, first: u64, length: u64) -> io::Result<Self> {
        file.seek(SeekFrom::Start(first))?;
        let mut body = Self {
            length,
            unread: length,
            reading: None,
        };
        body.read_on(file);
        Ok(body)
    }

    fn read_on(&mut self, mut file: File) {
        let piece = self.unread.min(PIECE);
        self.unread -= piece;
        self.reading = (piece > 0).then(|| {
            spawn_blocking(move || {
                let mut bytes = Vec::new();
                bytes.reserve_exact(usize::try_from(piece).unwrap_or(0));
                let read = (&mut file).take(piece).read_to_end(&mut bytes)? as u64;
                // The length is promised; a file that shrank must not end well.
                if read < piece {
                    return Err(io::ErrorKind::UnexpectedEof.into());
                }
                Ok((file, bytes.into()))
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
        let Some(reading) = self.reading.as_mut() else {
            return Poll::Ready(None);
        };
        let Poll::Ready(read) = Future::poll(Pin::new(reading), context) else {
            return Poll::Pending;
        };
        self.reading = None;
        let piece = read.map_err(io::Error::other).and_then(|piece| piece);
        Poll::Ready(Some(piece.map(|(file, bytes)| {
            self.read_on(file);
            bytes
        })))
    }
}
