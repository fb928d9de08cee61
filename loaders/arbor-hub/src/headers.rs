//! What can be known of a repository's weights without them: the headers of
//! its safetensors files, read by range, and its configuration. What stands
//! in a header is for whoever knows tensors.
//!
//! Reading is bounded by a [`Budget`]: of a repository with more shards than
//! it allows, some are read, spread evenly, and the others are named.

use crate::HubError;
use crate::api::{Api, RepoInfo, TreeFile};
use crate::client::shown;
use crate::hub::Hub;
use crate::progress::Progress;
use crate::select::weights;
use crate::settings::Endpoint;
use crate::transfer::{Known, Source};
use arbor_model::Target;
use tokio::sync::Semaphore;

/// What is read at first: nearly every header ends within it.
const FIRST: u64 = 100_000;
/// The longest header that is read, as when a file is loaded.
const LIMIT: u64 = 16 << 20;
/// The longest configuration.
const CONFIG_LIMIT: u64 = 1 << 20;

/// How much may be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Budget {
    /// Requests for ranges of files.
    pub requests: u64,
    /// Bytes of files.
    pub bytes: u64,
}

impl Budget {
    /// Every header, however many requests that takes; more bytes than the
    /// headers of any released model have.
    pub const EVERY: Self = Self {
        requests: 10_000,
        bytes: 1 << 30,
    };
}

impl Default for Budget {
    /// Under 25 requests and 1 MB, whatever the size of the model.
    fn default() -> Self {
        Self {
            requests: 20,
            bytes: 900_000,
        }
    }
}

/// What was read.
#[derive(Clone, Debug)]
pub struct Headers {
    /// What the repository says of itself.
    pub info: RepoInfo,
    /// The text of `config.json`, if there is one.
    pub config: Option<String>,
    /// The headers that were read, by path.
    pub read: Vec<FileHeader>,
    /// Files of weights whose headers the budget did not allow to read.
    pub unread: Vec<TreeFile>,
    /// Bytes of files that were read.
    pub bytes_read: u64,
    /// Requests that were made for them.
    pub requests: u64,
}

/// The header of a safetensors file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileHeader {
    /// The file.
    pub file: TreeFile,
    /// Its header's JSON, as it stands there.
    pub text: Vec<u8>,
    /// Bytes of tensors behind it.
    pub data: u64,
}

/// A repository that is looked into: its files by name and size, and what is
/// asked for of them, as long as the budget lasts.
#[derive(Debug)]
pub struct Peek {
    hub: Hub,
    target: Target,
    info: RepoInfo,
    endpoint: Endpoint,
    files: Vec<TreeFile>,
    budget: Budget,
    left: Budget,
    connections: Semaphore,
}

impl Hub {
    /// Finds out what commit a revision is and which files it has.
    ///
    /// # Errors
    /// [`HubError`], as the hub refuses.
    pub async fn peek(&self, target: &Target, budget: Budget) -> Result<Peek, HubError> {
        let (endpoint, info, files) = self.list(target).await?;
        Ok(Peek {
            hub: self.clone(),
            target: target.clone(),
            info,
            endpoint,
            files,
            budget,
            left: budget,
            connections: Semaphore::new(1),
        })
    }

    /// Reads the configuration and headers of a repository.
    ///
    /// # Errors
    /// [`HubError`], as the hub refuses, or a file is no safetensors file.
    pub async fn headers(&self, target: &Target, budget: Budget) -> Result<Headers, HubError> {
        let mut peek = self.peek(target, budget).await?;
        let config = peek.config().await?;
        peek.headers(config).await
    }
}

/// Of `count` places at most `most`, the first and the last among them.
fn spread(count: usize, most: u64) -> Vec<usize> {
    let most = usize::try_from(most).unwrap_or(usize::MAX).min(count);
    match most {
        0 => Vec::new(),
        1 => vec![0],
        _ => (0..most).map(|n| n * (count - 1) / (most - 1)).collect(),
    }
}

impl Peek {
    /// What the repository says of itself.
    #[must_use]
    pub const fn info(&self) -> &RepoInfo {
        &self.info
    }

    /// Its files.
    #[must_use]
    pub fn files(&self) -> &[TreeFile] {
        &self.files
    }

    /// What was read so far.
    #[must_use]
    pub const fn spent(&self) -> Budget {
        Budget {
            requests: self.budget.requests - self.left.requests,
            bytes: self.budget.bytes - self.left.bytes,
        }
    }

    /// What may be read still.
    #[must_use]
    pub const fn left(&self) -> Budget {
        self.left
    }

    /// The text of `config.json`, if there is one.
    ///
    /// # Errors
    /// [`HubError`], as the hub refuses.
    pub async fn config(&mut self) -> Result<Option<String>, HubError> {
        let named = |file: &&TreeFile| file.path.as_str() == "config.json";
        let file = self.files.iter().find(named).cloned();
        match file.filter(|file| file.size <= CONFIG_LIMIT) {
            Some(file) => Ok(Some(self.text(&file).await?)),
            None => Ok(None),
        }
    }

    /// The headers of the safetensors files that a loader reads: all, or as
    /// many as the budget allows.
    ///
    /// # Errors
    /// [`HubError`], as the hub refuses, or a file is no safetensors file.
    pub async fn headers(mut self, config: Option<String>) -> Result<Headers, HubError> {
        let shards: Vec<TreeFile> = self.weights().cloned().collect();
        let (mut read, mut unread) = (Vec::new(), Vec::new());
        let chosen = spread(shards.len(), self.affordable());
        for (index, file) in shards.into_iter().enumerate() {
            let header = match chosen.contains(&index) {
                true => self.header(&file).await?,
                false => None,
            };
            match header {
                Some(header) => read.push(header),
                None => unread.push(file),
            }
        }
        let spent = self.spent();
        Ok(Headers {
            info: self.info,
            config,
            read,
            unread,
            bytes_read: spent.bytes,
            requests: spent.requests,
        })
    }

    /// The safetensors files that a loader reads weights from.
    pub fn weights(&self) -> impl Iterator<Item = &TreeFile> {
        let names: Vec<&str> = self.files.iter().map(|file| file.path.as_str()).collect();
        let names = weights(&names);
        let files = self.files.iter();
        files.filter(move |file| names.contains(&file.path.as_str()))
    }

    /// Headers that the rest of the budget is enough for.
    fn affordable(&self) -> u64 {
        self.left.requests.min(self.left.bytes / FIRST)
    }

    /// Reads a range of a file, if the budget allows it.
    ///
    /// # Errors
    /// [`HubError`], as the hub refuses.
    pub async fn range(
        &mut self,
        file: &TreeFile,
        range: std::ops::Range<u64>,
    ) -> Result<Option<Vec<u8>>, HubError> {
        let length = range.end - range.start;
        let requests = self.left.requests.checked_sub(1);
        let (Some(requests), Some(bytes)) = (requests, self.left.bytes.checked_sub(length)) else {
            return Ok(None);
        };
        self.left = Budget { requests, bytes };
        if length == 0 {
            return Ok(Some(Vec::new()));
        }
        let (limits, progress) = (&self.hub.settings().limits, Progress::silent());
        let api = Api {
            client: self.hub.client(),
            endpoint: &self.endpoint,
            limits,
        };
        let source = Source {
            client: self.hub.client(),
            endpoint: &self.endpoint,
            limits,
            progress: &progress,
            connections: &self.connections,
            repo: &self.target.repo,
            commit: self.info.commit,
            file,
            url: api.resolve(&self.target.repo, &self.info.commit, &file.path),
            known: Known::default().into(),
        };
        source.read(range).await.map(Some)
    }

    async fn text(&mut self, file: &TreeFile) -> Result<String, HubError> {
        let bytes = self.range(file, 0..file.size).await?.unwrap_or_default();
        String::from_utf8(bytes).map_err(|_| self.wrong(file, "it is not UTF-8".to_owned()))
    }

    async fn header(&mut self, file: &TreeFile) -> Result<Option<FileHeader>, HubError> {
        let Some(mut bytes) = self.range(file, 0..file.size.min(FIRST)).await? else {
            return Ok(None);
        };
        let length = bytes.first_chunk().map(|first| u64::from_le_bytes(*first));
        let end = length.and_then(|length| length.checked_add(8));
        let end = end.filter(|end| *end <= file.size && *end <= LIMIT);
        let end = end.ok_or_else(|| {
            let reason = format!("its first bytes are no length of a header: {length:?}");
            self.wrong(file, reason)
        })?;
        let there = bytes.len() as u64;
        if there < end {
            let Some(rest) = self.range(file, there..end).await? else {
                return Ok(None);
            };
            bytes.extend(rest);
        }
        bytes.truncate(usize::try_from(end).unwrap_or(usize::MAX));
        bytes.drain(..8);
        Ok(Some(FileHeader {
            file: file.clone(),
            text: bytes,
            data: file.size - end,
        }))
    }

    /// That a file's content is not what it should be.
    #[must_use]
    pub fn wrong(&self, file: &TreeFile, reason: String) -> HubError {
        let path = &file.path;
        HubError::Malformed {
            url: format!("{path} at {}", shown(self.endpoint.url())),
            reason,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_chosen_is_spread_evenly() {
        assert_eq!(spread(163, 9), [0, 20, 40, 60, 81, 101, 121, 141, 162]);
        assert_eq!(spread(3, 9), [0, 1, 2]);
        assert_eq!(spread(5, 1), [0]);
        assert_eq!(spread(0, 9), Vec::<usize>::new());
        assert_eq!(spread(9, 0), Vec::<usize>::new());
    }
}
