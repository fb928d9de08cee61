//! One file from wherever it can be had into the cache. Nothing becomes
//! visible before its digest is right; what is damaged is fetched once more
//! and then reported with both digests.

use super::source::{Known, Source};
use super::stream::Cut;
use super::writer::{Observe, Writer, Written};
use super::{Part, require};
use crate::HubError;
use crate::api::{Api, TreeFile};
use crate::cache::{Lock, Place, Worth};
use crate::client::Client;
use crate::error::Again;
use crate::progress::{Event, How, Progress};
use crate::settings::{Endpoint, Settings};
use crate::stop::{Stop, blocking};
use arbor_model::{CommitSha, RepoId};
use std::sync::Arc;
use tokio::sync::Semaphore;

/// How often damaged content is fetched from one server.
const TRIES: usize = 2;

/// What all files of one pull share.
pub(crate) struct Fetch {
    pub(crate) client: Client,
    pub(crate) settings: Settings,
    pub(crate) place: Place,
    pub(crate) repo: RepoId,
    pub(crate) commit: CommitSha,
    pub(crate) progress: Progress,
    pub(crate) connections: Semaphore,
    pub(crate) observe: Option<Arc<dyn Observe>>,
}

/// How a file came into the cache.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Done {
    /// Whether bytes were fetched.
    pub(crate) fetched: bool,
}

impl Fetch {
    /// Makes a file's blob be there and be right.
    pub(crate) async fn file(&self, file: &TreeFile) -> Result<Done, HubError> {
        if self.worth(file).await? == Worth::Right {
            return Ok(self.done(file, How::Cached));
        }
        let path = &file.path;
        let waiting = || self.progress.emit(&Event::Waiting { path });
        let lock = Lock::take(&self.place, &file.digest, waiting).await?;
        // Whoever held it may have fetched the file.
        if self.worth(file).await? == Worth::Right {
            return Ok(self.done(file, How::Cached));
        }
        let mut open = self.open(file, lock).await?;
        let mut last = None;
        for endpoint in self.settings.endpoints() {
            for _ in 0..TRIES {
                let (written, fetched) = self.attempt(endpoint, file, open).await?;
                let found = written.found;
                if found == Some(file.digest) {
                    self.publish(written, file).await?;
                    return Ok(self.done(file, How::Fetched));
                }
                open = (written.part, written.lock);
                match (fetched, found) {
                    (Err(error), _) if error.again() == Again::Never => return Err(error),
                    (Err(error), _) => {
                        last = Some(error);
                        break;
                    }
                    (Ok(()), found) => {
                        last = found.map(|found| HubError::WrongDigest {
                            path: file.path.to_string(),
                            expected: file.digest,
                            found,
                        });
                        open.0 = blocking(move |_| open.0.reset()).await?;
                        self.progress.emit(&Event::Restarted { path });
                    }
                }
            }
        }
        Err(last.unwrap_or_else(|| HubError::FileMissing {
            repo: self.repo.clone(),
            path: file.path.to_string(),
        }))
    }

    fn done(&self, file: &TreeFile, how: How) -> Done {
        self.progress.emit(&Event::FileDone {
            path: &file.path,
            size: file.size,
            how,
        });
        Done {
            fetched: how == How::Fetched,
        }
    }

    async fn worth(&self, file: &TreeFile) -> Result<Worth, HubError> {
        let (place, digest, size) = (self.place.clone(), file.digest, file.size);
        blocking(move |stop| place.worth(&digest, size, stop)).await
    }

    async fn open(&self, file: &TreeFile, lock: Lock) -> Result<(Part, Lock), HubError> {
        let place = self.place.clone();
        let (file, chunk) = (file.clone(), self.settings.limits.chunk);
        let (part, lock) = blocking(move |_| {
            place.make_own()?;
            let path = lock.part(&place, &file.digest);
            let part = Part::open(path, file.size, chunk)?;
            require(&place.own(), file.size - part.committed())?;
            Ok((part, lock))
        })
        .await?;
        Ok((part, lock))
    }

    /// Fetches what is missing from one server; whatever comes of it, the part
    /// comes back with what it has.
    async fn attempt(
        &self,
        endpoint: &Endpoint,
        file: &TreeFile,
        (part, lock): (Part, Lock),
    ) -> Result<(Written, Result<(), HubError>), HubError> {
        self.progress.emit(&Event::FileStarted {
            path: &file.path,
            size: file.size,
            resumed_at: part.committed(),
            endpoint: Some(endpoint),
        });
        let missing = part.missing();
        let api = Api {
            client: &self.client,
            endpoint,
            limits: &self.settings.limits,
        };
        let source = Source {
            client: &self.client,
            endpoint,
            limits: &self.settings.limits,
            progress: &self.progress,
            connections: &self.connections,
            repo: &self.repo,
            commit: self.commit,
            file,
            url: api.resolve(&self.repo, &self.commit, &file.path),
            known: Known::default().into(),
        };
        let stop = Stop::default();
        let _guard = stop.guard();
        let (writer, handle) = Writer::start(part, file, self.observe.clone(), lock, stop);
        let fetched = source.fetch(&missing, &writer).await;
        drop(writer);
        let written = handle
            .await
            .map_err(|error| HubError::Client(error.to_string()))?;
        let fetched = match fetched {
            Ok(()) => Ok(()),
            Err(Cut::Error(error)) => Err(error),
            Err(Cut::Whole) => Err(HubError::Malformed {
                url: source.url.to_string(),
                reason: "it sends the whole file where a part was asked for".to_owned(),
            }),
            // The writer's own error is returned below.
            Err(Cut::Gone) => Ok(()),
        };
        Ok((written?, fetched))
    }

    async fn publish(&self, written: Written, file: &TreeFile) -> Result<(), HubError> {
        let (place, digest) = (self.place.clone(), file.digest);
        blocking(move |_| {
            place.publish(written.part.path(), &digest)?;
            written.part.forget();
            if let Some(observer) = written.observer {
                observer.finish();
            }
            drop(written.lock);
            Ok(())
        })
        .await
    }
}
