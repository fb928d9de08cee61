//! The one thread that writes a file and hashes it, so that neither holds up
//! the sockets. Bytes come in any order; the digest takes them in theirs: from
//! memory where they continue it, otherwise from the part behind them.

use super::Part;
use crate::HubError;
use crate::api::TreeFile;
use crate::cache::Lock;
use crate::digest::Hasher;
use crate::stop::Stop;
use arbor_model::ContentDigest;
use bytes::Bytes;
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;

/// Frames between the sockets and the disk; one has up to 400 kB.
const QUEUE: usize = 8;
const BUFFER: u64 = 1 << 20;

/// Chooses the files whose bytes somebody wants to see as they are fetched.
pub trait Observe: Send + Sync {
    /// Begins to look at a file.
    fn begin(&self, file: &TreeFile) -> Option<Box<dyn Observer>>;
}

/// Sees a file's bytes once, in their order, on the thread that hashes them.
pub trait Observer: Send {
    /// The next bytes.
    fn bytes(&mut self, bytes: &[u8]);
    /// All bytes were seen and the file's digest is right. An observer that is
    /// dropped without this call has seen a file that was given up.
    fn finish(self: Box<Self>);
}

enum Message {
    Bytes(u64, Bytes),
    /// What was written is void: begin again.
    Reset(oneshot::Sender<()>),
}

/// Where a stream's bytes go.
pub(super) enum Sink<'a> {
    /// To the thread that writes them.
    Writer(&'a Writer),
    /// To memory: a short range that somebody reads at once.
    Memory(&'a std::sync::Mutex<Vec<u8>>),
}

impl Sink<'_> {
    pub(super) async fn bytes(&self, at: u64, bytes: Bytes) -> Result<(), Gone> {
        match self {
            Sink::Writer(writer) => writer.bytes(at, bytes).await,
            Sink::Memory(memory) => {
                let mut memory = memory.lock().map_err(|_| Gone)?;
                memory.extend_from_slice(&bytes);
                Ok(())
            }
        }
    }
}

/// The way to the thread.
#[derive(Clone)]
pub(super) struct Writer(mpsc::Sender<Message>);

/// The thread has ended; why, its handle says.
pub(super) struct Gone;

/// What the thread leaves behind.
pub(super) struct Written {
    pub(super) part: Part,
    /// The digest, if all bytes are there.
    pub(super) found: Option<ContentDigest>,
    pub(super) observer: Option<Box<dyn Observer>>,
    /// Held until the part has become a blob or is left.
    pub(super) lock: Lock,
}

impl Writer {
    /// Starts the thread. It ends when every way to it is dropped.
    pub(super) fn start(
        part: Part,
        file: &TreeFile,
        observe: Option<std::sync::Arc<dyn Observe>>,
        lock: Lock,
        stop: Stop,
    ) -> (Self, JoinHandle<Result<Written, HubError>>) {
        let (sender, receiver) = mpsc::channel(QUEUE);
        let file = file.clone();
        let handle = tokio::task::spawn_blocking(move || {
            let hashing = Hashing::new(&file, observe, stop);
            run(part, hashing, receiver, lock)
        });
        (Self(sender), handle)
    }

    /// Hands over bytes; waits while the disk is behind.
    pub(super) async fn bytes(&self, at: u64, bytes: Bytes) -> Result<(), Gone> {
        self.0
            .send(Message::Bytes(at, bytes))
            .await
            .map_err(|_| Gone)
    }

    /// Makes what was written void.
    pub(super) async fn reset(&self) -> Result<(), Gone> {
        let (sender, done) = oneshot::channel();
        self.0
            .send(Message::Reset(sender))
            .await
            .map_err(|_| Gone)?;
        done.await.map_err(|_| Gone)
    }
}

fn run(
    mut part: Part,
    mut hashing: Hashing,
    mut receiver: mpsc::Receiver<Message>,
    lock: Lock,
) -> Result<Written, HubError> {
    hashing.catch_up(&mut part)?;
    while let Some(message) = receiver.blocking_recv() {
        match message {
            Message::Bytes(at, bytes) => {
                part.write(at, &bytes)?;
                if at == hashing.at {
                    hashing.update(&bytes);
                }
                hashing.catch_up(&mut part)?;
            }
            Message::Reset(done) => {
                part = part.reset()?;
                hashing.restart();
                // Nobody waits any more if the pull was cancelled.
                let _ = done.send(());
            }
        }
    }
    let complete = hashing.at == hashing.file.size && part.missing().is_empty();
    if complete {
        part.sync()?;
    }
    let Hashing {
        hasher, observer, ..
    } = hashing;
    Ok(Written {
        part,
        found: complete.then(|| hasher.finish()),
        observer,
        lock,
    })
}

/// A digest that follows the part.
struct Hashing {
    stop: Stop,
    file: TreeFile,
    observe: Option<std::sync::Arc<dyn Observe>>,
    hasher: Hasher,
    observer: Option<Box<dyn Observer>>,
    at: u64,
}

impl Hashing {
    fn new(file: &TreeFile, observe: Option<std::sync::Arc<dyn Observe>>, stop: Stop) -> Self {
        Self {
            stop,
            hasher: Hasher::like(&file.digest, file.size),
            observer: observe.as_ref().and_then(|observe| observe.begin(file)),
            file: file.clone(),
            observe,
            at: 0,
        }
    }

    fn restart(&mut self) {
        let observe = self.observe.take();
        *self = Self::new(&self.file.clone(), observe, self.stop.clone());
    }

    fn update(&mut self, bytes: &[u8]) {
        self.hasher.update(bytes);
        if let Some(observer) = &mut self.observer {
            observer.bytes(bytes);
        }
        self.at += bytes.len() as u64;
    }

    /// Reads what is on disk and continues the digest.
    fn catch_up(&mut self, part: &mut Part) -> Result<(), HubError> {
        let reach = part.reach(self.at);
        if reach == self.at {
            return Ok(());
        }
        let length = |left: u64| usize::try_from(left.min(BUFFER)).unwrap_or(usize::MAX);
        let mut buffer = vec![0; length(reach - self.at)];
        while self.at < reach {
            self.stop.check()?;
            let slice = &mut buffer[..length(reach - self.at)];
            part.read(self.at, slice)?;
            self.update(slice);
        }
        Ok(())
    }
}
