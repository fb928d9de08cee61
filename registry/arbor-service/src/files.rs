//! Files from the hub: what a pull would do, doing it, reading it again, and
//! the room that it takes. How bytes travel is `arbor-hub`'s; the shapes of
//! the answers are in `wire/files.rs`.

use crate::wire::{
    DiskUsage, PlannedFile, PullPlan, Pulled, PulledFile, Removed, RepositoryUsage, SCHEMA_VERSION,
    Verified, VerifiedFile,
};
use crate::{Registry, ServiceError, View};
use arbor_hub::{
    Cache, Checked, Found, Hub, Observe, Plan, Progress, Proxies, Selection, Settings, Stretch,
    TensorDigests,
};
use arbor_model::{
    CommitSha, ContentDigest, HubId, IdError, ReceiptFile, RepoId, Revision, Target, TensorDigest,
};
use std::ffi::OsString;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

/// Which files of a repository are wanted.
#[derive(Clone, Debug, Default)]
pub struct PullQuery {
    /// Patterns of which one must match, instead of what loaders read.
    pub include: Vec<String>,
    /// Patterns of which none may match.
    pub exclude: Vec<String>,
    /// Whether every file is wanted.
    pub all: bool,
}

/// The hub, and the cache that its files go to.
#[derive(Clone, Debug)]
pub struct Files {
    hub: Hub,
}

/// A plan that can be carried out.
#[derive(Clone, Debug)]
pub struct Planned(Plan);

impl View {
    /// The repository that is meant by a hub id, or by the name of a model of
    /// the catalogue, each perhaps with `@revision`.
    ///
    /// # Errors
    /// [`ServiceError`] if it is neither, or the model names no repository.
    pub fn repository(&self, typed: &str) -> Result<Target, ServiceError> {
        let (name, revision) = match typed.split_once('@') {
            Some((name, revision)) => (name, Some(revision)),
            None => (typed, None),
        };
        if name.contains('/') {
            return repository(typed);
        }
        let model = self.resolve(name)?;
        let hub = model.hub.as_ref().ok_or_else(|| ServiceError::Unknown {
            what: "hub repository",
            model: model.id.to_string(),
            missing: "the catalogue names none".to_owned(),
        })?;
        let revision = Revision::new(revision.unwrap_or("main"));
        Ok(Target {
            repo: RepoId::from(hub),
            revision: revision.map_err(|error| malformed(typed, &error))?,
        })
    }
}

/// The repository that a hub id names, perhaps with `@revision`.
///
/// # Errors
/// [`ServiceError::BadParameter`] says what is wrong with it.
pub fn repository(typed: &str) -> Result<Target, ServiceError> {
    typed.parse().map_err(|error| malformed(typed, &error))
}

fn malformed(typed: &str, error: &IdError) -> ServiceError {
    ServiceError::bad_parameter("model", typed, error.to_string())
}

/// A pulled repository's files, whoever pulled them.
#[derive(Clone, Debug)]
pub struct Cached {
    cache: Cache,
    target: Target,
    /// Where they are.
    pub folder: PathBuf,
    /// Of which commit.
    pub commit: CommitSha,
}

impl Cached {
    /// Finds them in the cache that the environment names. No request is
    /// made.
    ///
    /// # Errors
    /// [`ServiceError::Hub`] if they are not there.
    pub fn find(
        environment: impl Fn(&str) -> Option<OsString>,
        target: Target,
    ) -> Result<Self, ServiceError> {
        let cache = Cache::new(Settings::from_environment(environment)?.cache);
        let snapshot = cache.snapshot(&target)?;
        Ok(Self {
            cache,
            target,
            folder: snapshot.folder,
            commit: snapshot.commit,
        })
    }

    /// The repository, where it has a name of today.
    #[must_use]
    pub fn hub(&self) -> Option<HubId> {
        self.target.repo.as_str().parse().ok()
    }

    /// Reads every file again, and compares it with the name of its blob.
    pub(crate) fn verify(&self) -> Result<Vec<Checked>, ServiceError> {
        Ok(self.cache.verify(&self.target, None, |_| {})?)
    }
}

impl Files {
    /// Reads the environment, as all of the hub's clients do, and the addresses
    /// of mirrors that are asked before the hub.
    ///
    /// # Errors
    /// [`ServiceError`] names the variable or the address.
    pub fn open(
        environment: impl Fn(&str) -> Option<OsString>,
        mirrors: &[String],
    ) -> Result<Self, ServiceError> {
        let mut settings = Settings::from_environment(environment)?;
        for mirror in mirrors {
            let parsed = mirror.parse();
            let parsed = parsed.map_err(|error: arbor_hub::EndpointError| {
                ServiceError::bad_parameter("mirror", mirror, error.reason)
            });
            settings.mirrors.push(parsed?);
        }
        let hub = Hub::new(settings)?;
        Ok(Self { hub })
    }

    /// The cache that the environment names, filled from a server of this
    /// program alone: no token, no proxy and no other server has a part in it.
    ///
    /// # Errors
    /// [`ServiceError`] names the variable or the address.
    pub fn from_here(
        environment: impl Fn(&str) -> Option<OsString>,
        address: &str,
    ) -> Result<Self, ServiceError> {
        let mut settings = Settings::from_environment(environment)?;
        let parsed = address.parse();
        settings.hub = parsed.map_err(|error: arbor_hub::EndpointError| {
            ServiceError::bad_parameter("mirror", address, error.reason)
        })?;
        settings.mirrors.clear();
        settings.token = None;
        settings.offline = false;
        settings.proxies = Proxies::default();
        Ok(Self {
            hub: Hub::new(settings)?,
        })
    }

    /// The hub, for who asks it more.
    pub(crate) const fn hub(&self) -> &Hub {
        &self.hub
    }

    /// Finds out what a pull would do.
    ///
    /// # Errors
    /// [`ServiceError::Hub`] as the hub refuses.
    pub async fn plan(&self, target: &Target, query: &PullQuery) -> Result<Planned, ServiceError> {
        let selection = Selection::new(&query.include, &query.exclude, query.all)?;
        Ok(Planned(self.hub.plan(target, &selection).await?))
    }

    /// Adds up what lies in the cache.
    ///
    /// # Errors
    /// [`ServiceError::Hub`] if it cannot be read.
    pub fn usage(&self) -> Result<DiskUsage, ServiceError> {
        let repositories = self.hub.cache().usage()?.into_iter();
        let repositories: Vec<_> = repositories
            .map(|usage| RepositoryUsage {
                repo: usage.repo.to_string(),
                bytes: usage.bytes,
                unfinished: usage.unfinished,
                files: usage.blobs,
                commits: usage.snapshots,
            })
            .collect();
        let bytes = repositories
            .iter()
            .map(|usage| usage.bytes + usage.unfinished);
        Ok(DiskUsage {
            schema_version: SCHEMA_VERSION,
            cache: self.hub.cache().root().display().to_string(),
            bytes: bytes.sum(),
            repositories,
        })
    }

    /// Takes a repository out of the cache.
    ///
    /// # Errors
    /// [`ServiceError::Hub`] if it is not there.
    pub fn remove(&self, target: &Target) -> Result<Removed, ServiceError> {
        let removed = self.hub.cache().remove(&target.repo)?;
        Ok(Removed {
            schema_version: SCHEMA_VERSION,
            repo: target.repo.to_string(),
            bytes: removed.bytes,
        })
    }
}

impl Registry {
    /// Carries out a plan; keeps its receipt, and the digest of every tensor
    /// that came with it.
    ///
    /// # Errors
    /// [`ServiceError::Hub`] of the first file that cannot be had,
    /// [`ServiceError::Store`] if the receipt cannot be kept.
    pub async fn pull(
        &self,
        files: &Files,
        plan: &Planned,
        progress: Progress,
    ) -> Result<Pulled, ServiceError> {
        let (observe, seen) = tensors_seen();
        let pulled = files.hub.pull(&plan.0, progress, Some(observe)).await;
        // Of a pull that failed too: these files will not come again.
        self.keep_tensors(&seen).await?;
        let pulled = pulled?;
        self.store().record_receipt(&pulled.receipt).await?;
        let receipt = pulled.receipt;
        Ok(Pulled {
            schema_version: SCHEMA_VERSION,
            repo: receipt.repo.to_string(),
            revision: receipt.revision.to_string(),
            commit: receipt.commit.to_string(),
            endpoint: receipt.endpoint.to_string(),
            folder: pulled.folder.display().to_string(),
            time_us: receipt.time_us,
            bytes: receipt.bytes(),
            files: receipt.files.iter().map(pulled_file).collect(),
            fetched: pulled.fetched as u64,
        })
    }

    /// Keeps the digests of the tensors that came by.
    pub(crate) async fn keep_tensors(&self, seen: &Seen) -> Result<(), ServiceError> {
        let seen = std::mem::take(&mut *seen.lock().unwrap_or_else(PoisonError::into_inner));
        for (file, tensors) in seen {
            self.store().record_tensors(&file, &tensors).await?;
        }
        Ok(())
    }

    /// Reads a pulled repository again, and compares it with the newest
    /// receipt of its commit, or, without one, with the names of its blobs.
    /// No request is made.
    ///
    /// # Errors
    /// [`ServiceError::Hub`] if it is not in the cache.
    pub async fn verify(
        &self,
        files: &Files,
        target: &Target,
        mut tell: impl FnMut(&VerifiedFile),
    ) -> Result<Verified, ServiceError> {
        let cache = files.hub.cache();
        let commit = cache.snapshot(target)?.commit;
        let receipt = self.store().receipt(&target.repo, &commit).await?;
        let mut found = Vec::new();
        cache.verify(target, receipt.as_ref(), |checked| {
            let file = verified_file(checked);
            tell(&file);
            found.push(file);
        })?;
        Ok(Verified {
            schema_version: SCHEMA_VERSION,
            repo: target.repo.to_string(),
            revision: target.revision.to_string(),
            commit: commit.to_string(),
            receipt: receipt.is_some(),
            right: found.iter().all(|file| file.state == "right"),
            bytes: found.iter().map(|file| file.size).sum(),
            files: found,
        })
    }
}

/// Tensors that came by, by the digests of their files.
pub(crate) type Seen = Arc<Mutex<Vec<(ContentDigest, Vec<TensorDigest>)>>>;

/// Somebody who looks at files as they come, and where the tensors are put.
pub(crate) fn tensors_seen() -> (Arc<dyn Observe>, Seen) {
    let seen = Seen::default();
    let slot = Arc::clone(&seen);
    let observe = TensorDigests::new(read_header, move |file, tensors| {
        let mut slot = slot.lock().unwrap_or_else(PoisonError::into_inner);
        slot.push((file.digest, tensors));
    });
    (Arc::new(observe), seen)
}

/// What a safetensors header says, as the loader reads it.
fn read_header(header: &[u8], data: u64) -> Result<Vec<Stretch>, String> {
    let data = usize::try_from(data).map_err(|error| error.to_string())?;
    let entries = arbor_loaders::header::in_order(header, data)?;
    let stretch = |entry: arbor_loaders::header::Entry| Stretch {
        name: entry.name,
        dtype: entry.dtype.to_string(),
        shape: entry.shape.iter().map(|dim| *dim as u64).collect(),
        bytes: entry.bytes.start as u64..entry.bytes.end as u64,
    };
    Ok(entries.into_iter().map(stretch).collect())
}

impl Planned {
    /// The plan as other programs see it.
    #[must_use]
    pub fn wire(&self) -> PullPlan {
        let plan = &self.0;
        let file = |planned: &arbor_hub::PlannedFile| PlannedFile {
            path: planned.file.path.to_string(),
            size: planned.file.size,
            digest_function: planned.file.digest.function(),
            digest: planned.file.digest.to_string(),
            present: planned.present,
        };
        let files: Vec<_> = plan.files.iter().map(file).collect();
        let names: Vec<&str> = files.iter().map(|file| file.path.as_str()).collect();
        let names = arbor_hub::weights(&names);
        let weights = files
            .iter()
            .filter(|file| names.contains(&file.path.as_str()));
        let weights: u64 = weights.map(|file| file.size).sum();
        let memory = arbor_loaders::device::memory().map(|room| room.free);
        PullPlan {
            schema_version: SCHEMA_VERSION,
            repo: plan.target.repo.to_string(),
            revision: plan.target.revision.to_string(),
            commit: plan.info.commit.to_string(),
            endpoint: plan.endpoint.to_string(),
            bytes: plan.bytes(),
            weights,
            missing: plan.missing(),
            free: plan.free,
            fits_disk: plan.fits(),
            memory,
            fits_memory: memory.map(|memory| weights <= memory),
            left_out: plan.left_out as u64,
            files,
        }
    }
}

pub(crate) fn pulled_file(file: &ReceiptFile) -> PulledFile {
    PulledFile {
        path: file.path.to_string(),
        size: file.size,
        digest_function: file.digest.function(),
        digest: file.digest.to_string(),
    }
}

fn verified_file(checked: &Checked) -> VerifiedFile {
    let text = |digest: &ContentDigest| Some(digest.to_string());
    let (state, expected, found) = match &checked.found {
        Found::Right(digest) => ("right", text(digest), text(digest)),
        Found::Damaged { expected, found } => ("damaged", text(expected), text(found)),
        Found::Missing { expected } => ("missing", expected.as_ref().and_then(text), None),
        Found::Unknown => ("unknown", None, None),
    };
    VerifiedFile {
        path: checked.path.to_string(),
        size: checked.size,
        state,
        expected,
        found,
    }
}
