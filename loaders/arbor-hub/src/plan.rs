//! What a pull would do: which commit, which files, how much of them is there
//! already, whether the rest fits. Making it reads no file's content.

use crate::HubError;
use crate::api::{Api, RepoInfo, TreeFile};
use crate::hub::Hub;
use crate::path::collision;
use crate::select::Selection;
use crate::settings::Endpoint;
use crate::stop::blocking;
use crate::transfer::{Part, free};
use arbor_model::Target;

/// More than any file has; keeps sums and the book of chunks small.
pub(crate) const SIZE_LIMIT: u64 = 1 << 45;

/// What a pull would do.
#[derive(Clone, Debug)]
pub struct Plan {
    /// What was asked for.
    pub target: Target,
    /// What the repository says of itself.
    pub info: RepoInfo,
    /// Who said so.
    pub endpoint: Endpoint,
    /// The files that are wanted, by path.
    pub files: Vec<PlannedFile>,
    /// How many files are left out.
    pub left_out: usize,
    /// Bytes that are free where the cache lies, if the system says so.
    pub free: Option<u64>,
}

/// A file of a plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlannedFile {
    /// The file.
    pub file: TreeFile,
    /// Bytes of it that are in the cache; a whole file is read once more
    /// before it is believed.
    pub present: u64,
}

impl Plan {
    /// Bytes of all wanted files.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.files.iter().map(|planned| planned.file.size).sum()
    }

    /// Bytes that are left to fetch.
    #[must_use]
    pub fn missing(&self) -> u64 {
        let left = |planned: &PlannedFile| planned.file.size - planned.present;
        self.files.iter().map(left).sum()
    }

    /// Whether what is left to fetch fits on the disk, if that is known.
    #[must_use]
    pub fn fits(&self) -> Option<bool> {
        Some(self.missing() <= self.free?)
    }
}

impl Hub {
    /// Finds out what a pull would do.
    ///
    /// # Errors
    /// [`HubError`], as the hub refuses, lists what is refused, or nothing is
    /// selected.
    pub async fn plan(&self, target: &Target, selection: &Selection) -> Result<Plan, HubError> {
        let (endpoint, info, files) = self.list(target).await?;
        let wanted = selection.of(&files);
        if wanted.is_empty() {
            return Err(HubError::NothingSelected {
                repo: target.repo.clone(),
                files: files.len(),
            });
        }
        if let Some((first, second)) = collision(wanted.iter().map(|file| &file.path)) {
            return Err(HubError::Collision {
                repo: target.repo.clone(),
                first: first.to_string(),
                second: second.to_string(),
            });
        }
        if let Some(file) = wanted.iter().find(|file| file.size > SIZE_LIMIT) {
            return Err(HubError::Malformed {
                url: endpoint.to_string(),
                reason: format!("it says that {} has {} bytes", file.path, file.size),
            });
        }
        let left_out = files.len() - wanted.len();
        let place = self.cache().place(&target.repo);
        let wanted: Vec<TreeFile> = wanted.into_iter().cloned().collect();
        let (files, free) = blocking(move |_| {
            let planned = |file: TreeFile| {
                let blob = std::fs::metadata(place.blob(&file.digest));
                let whole = blob.is_ok_and(|found| found.len() == file.size);
                let present = match whole {
                    true => file.size,
                    false => Part::peek(&place.part(&file.digest), file.size),
                };
                PlannedFile { file, present }
            };
            let files: Vec<_> = wanted.into_iter().map(planned).collect();
            Ok((files, free(place.root())))
        })
        .await?;
        Ok(Plan {
            target: target.clone(),
            info,
            endpoint,
            files,
            left_out,
            free,
        })
    }

    /// The first server that knows the revision, and what it lists.
    pub(crate) async fn list(
        &self,
        target: &Target,
    ) -> Result<(Endpoint, RepoInfo, Vec<TreeFile>), HubError> {
        if self.settings().offline {
            return Err(HubError::Offline {
                what: target.to_string(),
            });
        }
        let mut last = None;
        for endpoint in self.settings().endpoints() {
            let api = Api {
                client: self.client(),
                endpoint,
                limits: &self.settings().limits,
            };
            match Self::list_at(&api, target).await {
                Ok((info, files)) => return Ok((endpoint.clone(), info, files)),
                // The last one is the hub's, which is the one to believe.
                Err(error) => last = Some(error),
            }
        }
        Err(last.unwrap_or_else(|| HubError::NotCached {
            what: target.to_string(),
        }))
    }

    async fn list_at(
        api: &Api<'_>,
        target: &Target,
    ) -> Result<(RepoInfo, Vec<TreeFile>), HubError> {
        let info = api.info(target).await?;
        let files = api.tree(&target.repo, &info.commit).await?;
        Ok((info, files))
    }
}
