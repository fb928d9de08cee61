//! A checkpoint wherever a model is named: a folder or file that is written
//! as a path, a catalogue's id, or a hub id, whose files are looked for in the
//! hub's cache.

use crate::commands::App;
use anyhow::{Context as _, Result};
use arbor_service::{Cached, Manifest, Placement, Subject, View};
use std::path::{Path, PathBuf};

/// Where a named model's files are, and what is known of it.
#[derive(Clone)]
pub(crate) struct Place {
    /// A folder, or a file that is a model by itself.
    pub(crate) path: PathBuf,
    /// The pulled repository that it is.
    cached: Option<Cached>,
    /// What it is recorded as.
    pub(crate) subject: Subject,
}

/// What is written as a path is one, and never an id.
fn as_path(named: &str) -> Option<PathBuf> {
    let path = Path::new(named);
    let is_path = named.starts_with(['.', '/', '~'])
        || path.is_dir()
        || [".bin", ".gguf", ".json", ".txt", ".vec"]
            .iter()
            .any(|end| named.ends_with(end));
    is_path.then(|| path.to_owned())
}

impl App<'_> {
    /// The files of the model that is named.
    pub(crate) async fn place(&self, named: &str) -> Result<Place> {
        match as_path(named) {
            Some(path) => Ok(Place::of_path(path, named)),
            None => Place::in_cache(&*self.view().await?, named),
        }
    }

    /// The files of what is named, if it is no model of the catalogue.
    pub(crate) async fn unlisted(&self, named: &str) -> Result<Option<Place>> {
        if let Some(path) = as_path(named) {
            return Ok(Some(Place::of_path(path, named)));
        }
        let view = self.view().await?;
        if !named.contains('/') || view.find(named).is_some() {
            return Ok(None);
        }
        Place::in_cache(&view, named).map(Some)
    }
}

impl Place {
    /// The text of its `config.json`.
    pub(crate) fn config(&self) -> Result<String> {
        let file = if self.path.is_dir() {
            self.path.join("config.json")
        } else {
            self.path.clone()
        };
        let text = std::fs::read_to_string(&file);
        text.with_context(|| format!("`{}` cannot be read", file.display()))
    }

    /// The pulled repository that it is, if it is one.
    pub(crate) const fn cached(&self) -> Option<&Cached> {
        self.cached.as_ref()
    }

    fn of_path(path: PathBuf, named: &str) -> Self {
        Self {
            path,
            cached: None,
            subject: Subject {
                named: named.to_owned(),
                model: None,
                hub: None,
                revision: None,
            },
        }
    }

    fn in_cache(view: &View, named: &str) -> Result<Self> {
        let target = view.repository(named)?;
        let cached = Cached::find(|name| std::env::var_os(name), target)?;
        Ok(Self {
            path: cached.folder.clone(),
            subject: Subject {
                named: named.to_owned(),
                model: view.find(named).map(|model| model.id.clone()),
                hub: cached.hub(),
                revision: cached.commit.to_string().parse().ok(),
            },
            cached: Some(cached),
        })
    }

    /// What its files hash to.
    pub(crate) fn manifest(&self) -> Result<Manifest> {
        match &self.cached {
            Some(cached) => Ok(Manifest::of_cached(cached)?),
            None => Ok(Manifest::read(&self.path)?),
        }
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
    use super::as_path;

    #[test]
    fn a_path_is_no_id_and_an_id_no_path() {
        for path in [
            "./m",
            "/m",
            "..",
            "~/m",
            "a/b/config.json",
            "vectors.bin",
            "m.gguf",
        ] {
            assert!(as_path(path).is_some(), "{path}");
        }
        for id in ["gpt-2", "org/name", "org/name@main", "GPT-3 (175B)"] {
            assert!(as_path(id).is_none(), "{id}");
        }
    }
}
