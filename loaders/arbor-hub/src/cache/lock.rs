//! One download of a blob at a time, over all processes, with the lock that
//! Python's tools take. What is right never depends on it: a file system whose
//! locks do not work costs a second download, into a part of its own.

use super::Place;
use crate::HubError;
use arbor_model::ContentDigest;
use std::fs::{File, TryLockError};
use std::io::ErrorKind;
use std::path::PathBuf;
use std::time::Duration;

/// Often enough that nobody notices, seldom enough to cost nothing.
const POLL: Duration = Duration::from_millis(100);

/// The right to write a blob's part. It ends with the process, however that ends.
#[derive(Debug)]
pub(crate) struct Lock {
    /// `None` where the file system knows no locks.
    file: Option<File>,
}

impl Lock {
    /// Waits for the lock; `waiting` is called once if it is taken.
    pub(crate) async fn take(
        place: &Place,
        digest: &ContentDigest,
        waiting: impl FnOnce(),
    ) -> Result<Self, HubError> {
        let path = place.lock(digest);
        super::folder(place.root(), &place.locks())?;
        let failed = |source| HubError::io(&path, source);
        let mut waiting = Some(waiting);
        loop {
            let open = File::options().create(true).append(true).open(&path);
            let file = open.map_err(failed)?;
            match file.try_lock() {
                Ok(()) => return Ok(Self { file: Some(file) }),
                Err(TryLockError::WouldBlock) => {
                    if let Some(waiting) = waiting.take() {
                        waiting();
                    }
                    tokio::time::sleep(POLL).await;
                }
                Err(TryLockError::Error(error)) if error.kind() == ErrorKind::Unsupported => {
                    return Ok(Self { file: None });
                }
                Err(TryLockError::Error(error)) => return Err(failed(error)),
            }
        }
    }

    /// The part that may be written under this lock.
    pub(crate) fn part(&self, place: &Place, digest: &ContentDigest) -> PathBuf {
        let shared = place.part(digest);
        if self.file.is_some() {
            return shared;
        }
        super::beside(&shared)
    }
}
