//! What happens during a pull, told to whoever draws it. It knows no terminal.

use crate::HubError;
use crate::settings::Endpoint;
use arbor_model::RepoPath;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

/// Something that happened.
#[derive(Debug)]
pub enum Event<'a> {
    /// A file is about to be fetched.
    FileStarted {
        /// The file.
        path: &'a RepoPath,
        /// Its size in bytes.
        size: u64,
        /// Bytes that an earlier run has left.
        resumed_at: u64,
        /// From where; none if it comes from no server.
        endpoint: Option<&'a Endpoint>,
    },
    /// Bytes arrived.
    Bytes {
        /// The file.
        path: &'a RepoPath,
        /// How many.
        bytes: u64,
    },
    /// Another process fetches the same file; we wait for it.
    Waiting {
        /// The file.
        path: &'a RepoPath,
    },
    /// Something went wrong and is tried again.
    Again {
        /// The file.
        path: &'a RepoPath,
        /// What went wrong.
        because: &'a HubError,
        /// After which time.
        pause: Duration,
    },
    /// What had arrived of a file is void.
    Restarted {
        /// The file.
        path: &'a RepoPath,
    },
    /// A file is in the cache, and right.
    FileDone {
        /// The file.
        path: &'a RepoPath,
        /// Its size in bytes.
        size: u64,
        /// How it came there.
        how: How,
    },
}

/// How a file came into the cache.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum How {
    /// It was there.
    Cached,
    /// It was fetched.
    Fetched,
}

/// Who is told.
#[derive(Clone)]
pub struct Progress(Arc<dyn Fn(&Event<'_>) + Send + Sync>);

impl Progress {
    /// Tells a function, which must not block: it runs between two reads of a
    /// socket.
    #[must_use]
    pub fn new(tell: impl Fn(&Event<'_>) + Send + Sync + 'static) -> Self {
        Self(Arc::new(tell))
    }

    /// Tells nobody.
    #[must_use]
    pub fn silent() -> Self {
        Self::new(|_| {})
    }

    pub(crate) fn emit(&self, event: &Event<'_>) {
        (self.0)(event);
    }
}

impl fmt::Debug for Progress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Progress(…)")
    }
}
