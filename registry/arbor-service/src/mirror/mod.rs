//! What the mirror hands out: the samples that are compiled in (`zoo.rs`),
//! and of the hub's cache what has receipts, all of it or what passed its
//! validation. How it is asked over the hub's protocol is `arbor-server`'s.
//!
//! A [`Mirror`] asks the store; the [`Shelves`] that it gives look at the
//! disk, and belong where waiting for it harms nobody.

mod zoo;

pub use zoo::{is_sample, samples};

use crate::{Registry, ServiceError};
use arbor_hub::{Cache, Settings};
use arbor_model::{
    CommitSha, ContentDigest, HubId, Receipt, RepoId, RepoPath, Revision, Run, Verdict,
};
use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs::File;
use std::sync::Arc;

arbor_model::words! {
    /// What a mirror hands out.
    Mirrored: "mirror policy" {
        /// Whatever has a receipt.
        All = "all",
        /// What has a receipt, and whose newest validation at that commit
        /// passed.
        Verified = "verified",
    }
}

/// What can be handed out.
pub struct Mirror {
    stock: Option<Stock>,
}

struct Stock {
    registry: Arc<Registry>,
    cache: Cache,
    policy: Mirrored,
}

/// What is kept of a repository, the newest first.
pub struct Shelves {
    shelves: Vec<Shelf>,
    cache: Option<Cache>,
}

/// A commit's files.
#[derive(Clone, Debug)]
pub struct Shelf {
    /// The repository.
    pub repo: RepoId,
    /// The commit.
    pub commit: CommitSha,
    /// When it was pulled last, in microseconds since 1970-01-01 UTC.
    pub time_us: Option<i64>,
    /// The branches and tags that it was pulled by, and how many pulls of the
    /// repository are newer than the last one by that name.
    pub revisions: BTreeMap<String, usize>,
    /// Its files, by path.
    pub files: Vec<StockedFile>,
}

/// A file that can be handed out.
#[derive(Clone, Debug)]
pub struct StockedFile {
    /// Its path.
    pub path: RepoPath,
    /// Its size in bytes.
    pub size: u64,
    /// What its content is known by.
    pub digest: ContentDigest,
    content: Content,
}

#[derive(Clone, Copy, Debug)]
enum Content {
    CompiledIn(&'static [u8]),
    Cached,
}

/// A file's content.
pub enum Opened {
    /// In memory.
    Bytes(&'static [u8]),
    /// On the disk.
    File(File),
}

/// What is not on the shelves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lacking {
    /// The repository.
    Repository,
    /// Its revision.
    Revision,
}

impl Mirror {
    /// The samples alone.
    #[must_use]
    pub fn of_samples() -> Self {
        Self { stock: None }
    }

    /// The samples, and what the registry has receipts of in the cache that
    /// the environment names.
    ///
    /// # Errors
    /// [`ServiceError::HubSettings`] names the variable that is not understood.
    pub fn open(
        registry: Arc<Registry>,
        environment: impl Fn(&str) -> Option<OsString>,
        policy: Mirrored,
    ) -> Result<Self, ServiceError> {
        let cache = Cache::new(Settings::from_environment(environment)?.cache);
        Ok(Self {
            stock: Some(Stock {
                registry,
                cache,
                policy,
            }),
        })
    }

    /// What is kept of a repository.
    ///
    /// # Errors
    /// [`ServiceError::Store`] if the store cannot be read.
    pub async fn shelves(&self, repo: &RepoId) -> Result<Shelves, ServiceError> {
        if let Some(shelf) = zoo::shelf(repo)? {
            return Ok(Shelves {
                shelves: vec![shelf],
                cache: None,
            });
        }
        let mut shelves = Vec::new();
        let Some(stock) = &self.stock else {
            return Ok(Shelves {
                shelves,
                cache: None,
            });
        };
        for shelf in by_commit(stock.registry.store().receipts(repo).await?) {
            if stock.hands_out(&shelf).await? {
                shelves.push(shelf);
            }
        }
        Ok(Shelves {
            shelves,
            cache: Some(stock.cache.clone()),
        })
    }

    /// How many numbers of each format the weights of a commit hold, where
    /// their tensors were digested when they were pulled. All of its tensors
    /// count, as the hub counts them.
    ///
    /// # Errors
    /// [`ServiceError::Store`] if the store cannot be read.
    pub async fn numbers(&self, shelf: &Shelf) -> Result<BTreeMap<String, u64>, ServiceError> {
        let mut numbers = BTreeMap::new();
        let Some(stock) = &self.stock else {
            return Ok(numbers);
        };
        let weights = shelf.files.iter().filter(|file| file.is_weights());
        for file in weights {
            let tensors = stock.registry.store().tensors(&file.digest).await?;
            if tensors.is_empty() {
                // Half a count would be a wrong one.
                return Ok(BTreeMap::new());
            }
            for tensor in tensors {
                let count = tensor.shape.iter().copied().fold(1, u64::saturating_mul);
                let sum = numbers.entry(tensor.dtype).or_insert(0_u64);
                *sum = sum.saturating_add(count);
            }
        }
        Ok(numbers)
    }

    /// Every repository of which something may be kept, sorted.
    ///
    /// # Errors
    /// [`ServiceError::Store`] if the store cannot be read.
    pub async fn repositories(&self) -> Result<Vec<RepoId>, ServiceError> {
        let mut repos: Vec<RepoId> = samples().filter_map(|id| id.parse().ok()).collect();
        if let Some(stock) = &self.stock {
            repos.extend(stock.registry.store().receipt_repos().await?);
        }
        repos.sort();
        repos.dedup();
        Ok(repos)
    }
}

impl Stock {
    async fn hands_out(&self, shelf: &Shelf) -> Result<bool, ServiceError> {
        match self.policy {
            Mirrored::All => return Ok(true),
            Mirrored::Verified => {}
        }
        // An old name without an organisation is never recorded with a run.
        let Ok(hub) = HubId::new(shelf.repo.as_str()) else {
            return Ok(false);
        };
        let revision = Revision::from(&shelf.commit);
        let run = self.registry.store().run_of_hub(&hub, &revision).await?;
        Ok(run.is_some_and(|run| passed(&run, shelf)))
    }
}

/// Whether a run passed on just these files.
fn passed(run: &Run, shelf: &Shelf) -> bool {
    let good = match run.verdict {
        Verdict::Verified | Verdict::Sound => true,
        Verdict::Broken | Verdict::Crashed | Verdict::Drifted | Verdict::Unloadable => false,
    };
    let seen = |file: &StockedFile| {
        let mut files = run.files.iter();
        let seen = files.find(|seen| seen.name.as_str() == file.path.as_str())?;
        Some(seen.digest == file.digest)
    };
    let large = shelf
        .files
        .iter()
        .any(|file| file.is_large() && seen(file) == Some(true));
    good && large && shelf.files.iter().all(|file| seen(file) != Some(false))
}

/// Receipts of one commit together; a later receipt's word on a file counts.
fn by_commit(receipts: Vec<Receipt>) -> Vec<Shelf> {
    let mut shelves: Vec<Shelf> = Vec::new();
    let mut files: Vec<BTreeMap<RepoPath, StockedFile>> = Vec::new();
    for (age, receipt) in receipts.into_iter().enumerate() {
        let known = shelves
            .iter()
            .position(|shelf| shelf.commit == receipt.commit);
        let at = known.unwrap_or(shelves.len());
        if known.is_none() {
            shelves.push(Shelf {
                repo: receipt.repo,
                commit: receipt.commit,
                time_us: Some(receipt.time_us),
                revisions: BTreeMap::new(),
                files: Vec::new(),
            });
            files.push(BTreeMap::new());
        }
        if receipt.revision.commit().is_none() {
            let name = receipt.revision.to_string();
            shelves[at].revisions.entry(name).or_insert(age);
        }
        for file in receipt.files {
            files[at].entry(file.path.clone()).or_insert(StockedFile {
                path: file.path,
                size: file.size,
                digest: file.digest,
                content: Content::Cached,
            });
        }
    }
    for (shelf, files) in shelves.iter_mut().zip(files) {
        shelf.files = files.into_values().collect();
    }
    shelves
}

impl Shelves {
    /// The files of a revision, those that are still there.
    ///
    /// # Errors
    /// [`Lacking`] says what is not there.
    pub fn at(&self, revision: &Revision) -> Result<Shelf, Lacking> {
        let there = self.there();
        if there.is_empty() {
            return Err(Lacking::Repository);
        }
        let found = match revision.commit() {
            Some(commit) => there.into_iter().find(|shelf| shelf.commit == commit),
            None => {
                let age = |shelf: &Shelf| shelf.revisions.get(revision.as_str()).copied();
                let named = there.into_iter().filter(|shelf| age(shelf).is_some());
                named.min_by_key(age)
            }
        };
        found.ok_or(Lacking::Revision)
    }

    /// Every commit of which a file is still there, the newest first, with
    /// the files that are.
    #[must_use]
    pub fn there(&self) -> Vec<Shelf> {
        let mut there = self.shelves.clone();
        for shelf in &mut there {
            let repo = shelf.repo.clone();
            shelf
                .files
                .retain(|file| match (file.content, &self.cache) {
                    (Content::CompiledIn(_), _) => true,
                    (Content::Cached, Some(cache)) => cache.holds(&repo, &file.digest, file.size),
                    (Content::Cached, None) => false,
                });
        }
        there.retain(|shelf| !shelf.files.is_empty());
        there
    }

    /// Opens a file; none if its content is no longer what its digest says.
    ///
    /// # Errors
    /// [`ServiceError::Hub`] if it cannot be read.
    pub fn read(&self, repo: &RepoId, file: &StockedFile) -> Result<Option<Opened>, ServiceError> {
        match (file.content, &self.cache) {
            (Content::CompiledIn(bytes), _) => Ok(Some(Opened::Bytes(bytes))),
            (Content::Cached, Some(cache)) => {
                let opened = cache.open(repo, &file.digest, file.size)?;
                Ok(opened.map(Opened::File))
            }
            (Content::Cached, None) => Ok(None),
        }
    }
}

impl Shelf {
    /// When it was pulled last, as the hub writes it: clients insist on the
    /// fraction.
    #[must_use]
    pub fn moment(&self) -> Option<String> {
        let moment = crate::wire::moment(self.time_us?);
        Some(format!("{}.000Z", moment.strip_suffix('Z')?))
    }
}

/// A digest of forty digits, for what the hub names by one and a mirror has
/// no name for.
#[must_use]
pub fn content_id(content: &[u8]) -> String {
    arbor_hub::git_blob(content).to_string()
}

impl StockedFile {
    /// Whether the hub keeps it in large-file storage.
    #[must_use]
    pub fn is_large(&self) -> bool {
        matches!(self.digest, ContentDigest::Sha256(_))
    }

    /// Whether it holds a model's weights, and not what they are compared with.
    fn is_weights(&self) -> bool {
        let name = self.path.as_str();
        self.path.is_top() && name.starts_with("model") && name.ends_with(".safetensors")
    }

    /// The pointer that stands in git for a large file.
    #[must_use]
    pub fn pointer(&self) -> String {
        let (digest, size) = (self.digest, self.size);
        format!("version https://git-lfs.github.com/spec/v1\noid sha256:{digest}\nsize {size}\n")
    }

    /// What git knows it by: the digest of its content, or of its pointer.
    #[must_use]
    pub fn git_id(&self) -> ContentDigest {
        match self.digest {
            ContentDigest::GitBlob(_) => self.digest,
            ContentDigest::Sha256(_) => arbor_hub::git_blob(self.pointer().as_bytes()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn receipt(revision: &str, commit: &str, files: &[(&str, char)], time_us: i64) -> Receipt {
        let file = |(path, digit): &(&str, char)| arbor_model::ReceiptFile {
            path: path.parse().expect("a path"),
            size: 1,
            digest: digit.to_string().repeat(64).parse().expect("a digest"),
        };
        Receipt {
            repo: "acme/tiny".parse().expect("an id"),
            revision: revision.parse().expect("a revision"),
            commit: commit.repeat(40).parse().expect("a commit"),
            endpoint: arbor_model::Text::new("http://hub").expect("a text"),
            time_us,
            files: files.iter().map(file).collect(),
        }
    }

    #[test]
    fn receipts_of_a_commit_stand_on_one_shelf() {
        let sha = "a".repeat(40);
        let shelves = by_commit(vec![
            receipt(&sha, "a", &[("b.bin", '3'), ("a.bin", '4')], 3),
            receipt("main", "b", &[("x.bin", '2')], 2),
            receipt("main", "a", &[("b.bin", '0'), ("c.bin", '1')], 1),
        ]);
        assert_eq!(shelves.len(), 2);
        let names: Vec<_> = shelves[0]
            .files
            .iter()
            .map(|file| file.path.as_str())
            .collect();
        assert_eq!(names, ["a.bin", "b.bin", "c.bin"]);
        assert_eq!(shelves[0].files[1].digest.to_string(), "3".repeat(64));
        assert_eq!(shelves[0].time_us, Some(3));
        // The newest pull of a branch says where it stands.
        let ages: Vec<_> = shelves
            .iter()
            .map(|shelf| shelf.revisions["main"])
            .collect();
        assert_eq!(ages, [2, 1]);
    }
}
