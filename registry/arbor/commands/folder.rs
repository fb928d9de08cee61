//! A checkpoint wherever a model is named: a folder or file that is written
//! as a path, a catalogue's id, or a hub id, whose files are looked for in the
//! hub's cache.

use crate::commands::App;
use anyhow::{Context as _, Result};
use arbor_model::{HubId, ModelId, Revision};
use arbor_service::{HubCache, Placement, ServiceError, Subject};
use std::path::{Path, PathBuf};

/// Where a named model's files are, and what is known of it.
pub(crate) struct Place {
    /// A folder, or a file that is a model by itself.
    pub(crate) path: PathBuf,
    /// What it is recorded as.
    pub(crate) subject: Subject,
}

/// What is written as a path is one, and never an id.
fn as_path(named: &str) -> Option<PathBuf> {
    let path = Path::new(named);
    let is_path = named.starts_with(['.', '/', '~'])
        || Path::new(named).is_dir()
        || (named.ends_with(".json")
            || named.ends_with(".bin")
            || named.ends_with(".txt")
            || named.ends_with(".vec"));
    is_path.then(|| path.to_owned())
}

/// A hub id with the revision behind its `@`.
fn as_hub(named: &str) -> Option<(HubId, Option<Revision>)> {
    match named.split_once('@') {
        Some((hub, revision)) => Some((hub.parse().ok()?, Some(revision.parse().ok()?))),
        None => Some((named.parse().ok()?, None)),
    }
}

impl App<'_> {
    /// The files of the model that is named.
    pub(crate) async fn place(&self, named: &str) -> Result<Place> {
        if let Some(path) = as_path(named) {
            return Ok(Place::of_path(path, named));
        }
        let view = self.view().await?;
        let own = view.find(named).map(|model| (&model.id, &model.hub));
        let (hub, revision, model) = match (as_hub(named), own) {
            (Some((hub, revision)), own) => (hub, revision, own.map(|(id, _)| id.clone())),
            (None, Some((id, Some(hub)))) => (hub.clone(), None, Some(id.clone())),
            (None, Some((id, None))) => {
                return Err(ServiceError::NoRepository(id.clone()).into());
            }
            (None, None) => match view.resolve(named) {
                Err(error) => return Err(error.into()),
                Ok(model) => return Err(ServiceError::NoRepository(model.id.clone()).into()),
            },
        };
        Place::in_cache(named, hub, revision.as_ref(), model)
    }

    /// The text of the `config.json` of what is named, if it is no model of
    /// the catalogue.
    pub(crate) async fn config(&self, named: &str) -> Result<Option<String>> {
        let path = match as_path(named) {
            Some(path) => path,
            None if as_hub(named).is_none() || self.view().await?.find(named).is_some() => {
                return Ok(None);
            }
            None => self.place(named).await?.path,
        };
        let file = if path.is_dir() {
            path.join("config.json")
        } else {
            path
        };
        let text = std::fs::read_to_string(&file);
        text.with_context(|| format!("`{}` cannot be read", file.display()))
            .map(Some)
    }
}

impl Place {
    fn of_path(path: PathBuf, named: &str) -> Self {
        Self {
            path,
            subject: Subject {
                named: named.to_owned(),
                model: None,
                hub: None,
                revision: None,
            },
        }
    }

    fn in_cache(
        named: &str,
        hub: HubId,
        revision: Option<&Revision>,
        model: Option<ModelId>,
    ) -> Result<Self> {
        let cache = HubCache::from_env(|name| std::env::var_os(name))
            .context("there is no home folder, so no cache of the hub")?;
        let snapshot = cache.snapshot(&hub, revision)?;
        Ok(Self {
            path: snapshot.folder,
            subject: Subject {
                named: named.to_owned(),
                model,
                hub: Some(hub),
                revision: snapshot.commit.to_string().parse().ok(),
            },
        })
    }
}

/// Bounds this process: a checkpoint that asks for more than a few times
/// its own size is refused memory, not served.
pub(crate) fn limit_memory(folder: &Path, placement: Placement) -> Result<()> {
    const BASE: u64 = 8 << 30;
    let files = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let sizes = files.filter_map(|file| std::fs::metadata(file.path()).ok());
    let alone = std::fs::metadata(folder)
        .ok()
        .filter(std::fs::Metadata::is_file);
    let bytes = sizes
        .chain(alone)
        .fold(0_u64, |sum, file| sum.saturating_add(file.len()));
    let limit = bytes.saturating_mul(4).saturating_add(BASE);
    // A card's driver reserves far more addresses than it ever fills.
    let bounded = if placement.is_on_processor() {
        rlimit::Resource::AS
    } else {
        rlimit::Resource::DATA
    };
    let (_, hard) = bounded.get().context("the memory limit is not known")?;
    bounded
        .set(limit.min(hard), hard)
        .context("the memory limit cannot be set")
}

#[cfg(test)]
mod tests {
    use super::{as_hub, as_path};
    use arbor_model::Revision;

    #[test]
    fn a_path_is_no_id_and_an_id_no_path() {
        for path in ["./m", "/m", "..", "~/m", "a/b/config.json", "vectors.bin"] {
            assert!(as_path(path).is_some(), "{path}");
        }
        for id in ["gpt-2", "org/name", "org/name@main", "GPT-3 (175B)"] {
            assert!(as_path(id).is_none(), "{id}");
        }
        for (named, hub, revision) in [
            ("org/name", "org/name", None),
            ("org/name@v1.0", "org/name", Some("v1.0")),
            ("org/name@refs/pr/1", "org/name", Some("refs/pr/1")),
        ] {
            let (found, at) = as_hub(named).expect("a hub id");
            assert_eq!(found.as_str(), hub);
            assert_eq!(at.as_ref().map(Revision::as_str), revision);
        }
        for named in ["gpt-2", "org/../name", "org/name@../x", "org/name@"] {
            assert!(as_hub(named).is_none(), "{named}");
        }
    }
}
