//! A model's folder: its configuration, and which files hold its weights.
//!
//! Names that an index gives are hostile: a shard is a plain file name within
//! the folder, and no link leads out of it. What stands in the files is
//! `weights.rs`'s business.

use crate::LoadError;
use arbor_genome::config::LIMIT_BYTES;
use serde_json::Value;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

const SINGLE: &str = "model.safetensors";
const INDEX: &str = "model.safetensors.index.json";
/// An index names each tensor: the largest have a few megabytes.
const INDEX_LIMIT: u64 = 64 << 20;

/// The files of a model's weights.
#[derive(Debug)]
pub(crate) enum Shards {
    /// One file.
    Single(PathBuf),
    /// Several, and which tensor is in which.
    Indexed {
        files: Vec<PathBuf>,
        /// Tensor to place in `files`.
        map: BTreeMap<String, usize>,
        index: PathBuf,
    },
}

/// Reads the text of the folder's `config.json`.
pub(crate) fn config(folder: &Path) -> Result<String, LoadError> {
    text(&folder.join("config.json"), LIMIT_BYTES as u64)
}

/// Reads a text file that is not longer than it may be.
pub(crate) fn text(path: &Path, limit: u64) -> Result<String, LoadError> {
    let failed = |source| LoadError::Io {
        path: path.to_owned(),
        source,
    };
    let bytes = fs::metadata(path).map_err(failed)?.len();
    if bytes > limit {
        return Err(LoadError::TooLarge {
            path: path.to_owned(),
            bytes,
            limit,
        });
    }
    fs::read_to_string(path).map_err(failed)
}

/// Finds the weights.
pub(crate) fn shards(folder: &Path) -> Result<Shards, LoadError> {
    let (single, index) = (folder.join(SINGLE), folder.join(INDEX));
    match (single.exists(), index.exists()) {
        (true, true) => Err(LoadError::Index {
            path: index,
            reason: format!("`{SINGLE}` stands beside it, and they need not agree"),
        }),
        (true, false) => within(folder, SINGLE, &single).map(Shards::Single),
        (false, true) => indexed(folder, index),
        (false, false) => Err(LoadError::NoWeights(folder.to_owned())),
    }
}

fn indexed(folder: &Path, index: PathBuf) -> Result<Shards, LoadError> {
    let wrong = |reason: &str| LoadError::Index {
        path: index.clone(),
        reason: reason.to_owned(),
    };
    let value: Value = serde_json::from_str(&text(&index, INDEX_LIMIT)?)
        .map_err(|error| wrong(&error.to_string()))?;
    let entries = value.get("weight_map").and_then(Value::as_object);
    let entries = entries
        .filter(|map| !map.is_empty())
        .ok_or_else(|| wrong("it has no `weight_map`"))?;
    let mut files = Vec::new();
    let mut places: BTreeMap<&str, usize> = BTreeMap::new();
    let mut map = BTreeMap::new();
    for (tensor, name) in entries {
        let name = name
            .as_str()
            .ok_or_else(|| wrong("a shard's name is no text"))?;
        let place = match places.get(name) {
            Some(place) => *place,
            None => {
                files.push(within(folder, name, &index)?);
                places.insert(name, files.len() - 1);
                files.len() - 1
            }
        };
        map.insert(tensor.clone(), place);
    }
    Ok(Shards::Indexed { files, map, index })
}

/// A file's path, if its name keeps to the folder.
fn within(folder: &Path, name: &str, named_in: &Path) -> Result<PathBuf, LoadError> {
    let wrong = |reason: String| LoadError::Index {
        path: named_in.to_owned(),
        reason,
    };
    let plain = !name.is_empty()
        && name.len() <= 255
        && name.ends_with(".safetensors")
        && !name.starts_with('.')
        && name
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(&b));
    if !plain {
        let shown: String = name.chars().take(80).collect();
        return Err(wrong(format!(
            "`{}` is no plain file name",
            shown.escape_debug()
        )));
    }
    let path = folder.join(name);
    let failed = |source| LoadError::Io {
        path: path.clone(),
        source,
    };
    // The hub's cache links each file to a blob two folders up; beyond the
    // repository's own folder nothing is followed.
    let real = fs::canonicalize(&path).map_err(failed)?;
    let home = fs::canonicalize(folder).map_err(failed)?;
    let cache = home
        .parent()
        .and_then(Path::parent)
        .filter(|root| root.join("blobs").is_dir());
    let allowed =
        real.starts_with(&home) || cache.is_some_and(|root| real.starts_with(root.join("blobs")));
    if allowed {
        Ok(path)
    } else {
        Err(wrong(format!("`{name}` links out of the folder")))
    }
}
