//! A model's folder: its configuration, and which files hold its weights.
//!
//! Everything in it is hostile: a shard that an index names is a plain file
//! name within the folder, no link leads out of it, and what is no regular
//! file is not opened. What stands in the files is `weights.rs`'s business.

use crate::LoadError;
use crate::error::quoted;
use crate::index::{self, Index, Map};
use arbor_genome::config::LIMIT_BYTES;
use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};

const SINGLE: &str = "model.safetensors";
const INDEX: &str = "model.safetensors.index.json";
const PICKLES: &[&str] = &["pytorch_model.bin", "pytorch_model.bin.index.json"];

/// The files of a model's weights.
#[derive(Debug)]
pub(crate) enum Shards {
    /// One file.
    Single(PathBuf),
    /// Several, and which tensor is in which.
    Indexed(Indexed),
}

/// What an index says.
#[derive(Debug)]
pub(crate) struct Indexed {
    pub(crate) files: Vec<PathBuf>,
    /// Tensors, sorted, each with its place in `files`.
    map: Vec<(Box<str>, usize)>,
    pub(crate) path: PathBuf,
    pub(crate) total_size: Option<f64>,
}

impl Indexed {
    /// The file that is said to hold a tensor.
    pub(crate) fn place(&self, tensor: &str) -> Option<usize> {
        let found = self.map.binary_search_by(|(name, _)| (**name).cmp(tensor));
        found.ok().map(|at| self.map[at].1)
    }

    /// Every tensor that is named.
    pub(crate) fn tensors(&self) -> impl Iterator<Item = &str> {
        self.map.iter().map(|(name, _)| &**name)
    }

    /// An error of this index.
    pub(crate) fn wrong(&self, reason: String) -> LoadError {
        LoadError::Index {
            path: self.path.clone(),
            reason,
        }
    }
}

/// Reads the text of the folder's `config.json`.
pub(crate) fn config(folder: &Path) -> Result<String, LoadError> {
    text(folder, "config.json", LIMIT_BYTES as u64)
}

/// A small file of the folder as text.
pub(crate) fn text(folder: &Path, name: &str, limit: u64) -> Result<String, LoadError> {
    let path = folder.join(name);
    regular(folder, &path)?;
    let failed = |source| LoadError::Io {
        path: path.clone(),
        source,
    };
    let file = File::open(&path).map_err(failed)?;
    let bytes = file.metadata().map_err(failed)?.len();
    let too_large = |bytes| LoadError::TooLarge {
        path: path.clone(),
        bytes,
        limit,
    };
    if bytes > limit {
        return Err(too_large(bytes));
    }
    let mut text = String::new();
    // It may grow meanwhile.
    let read = file.take(limit + 1).read_to_string(&mut text);
    match read.map_err(failed)? as u64 {
        read if read > limit => Err(too_large(read)),
        _ => Ok(text),
    }
}

/// Finds the weights.
pub(crate) fn shards(folder: &Path) -> Result<Shards, LoadError> {
    let (single, index) = (folder.join(SINGLE), folder.join(INDEX));
    match (single.exists(), index.exists()) {
        (true, true) => Err(LoadError::Index {
            path: index,
            reason: format!("`{SINGLE}` stands beside it, and they need not agree"),
        }),
        (true, false) => regular(folder, &single).map(|()| Shards::Single(single)),
        (false, true) => indexed(folder, &index).map(Shards::Indexed),
        (false, false) => {
            let mut pickles = PICKLES.iter().map(|name| folder.join(name));
            Err(match pickles.find(|path| path.exists()) {
                Some(pickle) => LoadError::Pickle(pickle),
                None => LoadError::NoWeights(folder.to_owned()),
            })
        }
    }
}

fn indexed(folder: &Path, path: &Path) -> Result<Indexed, LoadError> {
    let wrong = |reason| LoadError::Index {
        path: path.to_owned(),
        reason,
    };
    let index = Index::read(&text(folder, INDEX, index::LIMIT_BYTES)?).map_err(wrong)?;
    let total_size = index.total_size();
    let Map { shards, tensors } = index.into_map();
    let file = |name: &String| {
        plain(name).map_err(wrong)?;
        let file = folder.join(name);
        regular(folder, &file).map(|()| file)
    };
    Ok(Indexed {
        files: shards.iter().map(file).collect::<Result<_, _>>()?,
        map: tensors,
        path: path.to_owned(),
        total_size,
    })
}

/// Whether a name keeps to the folder.
fn plain(name: &str) -> Result<(), String> {
    let plain = name.len() <= 255
        && name.ends_with(".safetensors")
        && !name.starts_with('.')
        && name
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(&b));
    if plain {
        return Ok(());
    }
    Err(format!("{} is no plain file name", quoted(name)))
}

/// Whether a path is a regular file that belongs to the folder: reading a pipe
/// may never end, nor a device.
pub(crate) fn regular(folder: &Path, path: &Path) -> Result<(), LoadError> {
    let failed = |source| LoadError::Io {
        path: path.to_owned(),
        source,
    };
    let wrong = |reason| LoadError::Place {
        path: path.to_owned(),
        reason,
    };
    let real = fs::canonicalize(path).map_err(failed)?;
    let home = fs::canonicalize(folder).map_err(failed)?;
    // The hub's cache links each file to a blob two folders up; beyond the
    // repository's own folder nothing is followed.
    let cache = home
        .parent()
        .and_then(Path::parent)
        .map(|root| root.join("blobs"))
        .filter(|blobs| blobs.is_dir());
    if !real.starts_with(&home) && !cache.is_some_and(|blobs| real.starts_with(blobs)) {
        return Err(wrong("links out of the folder"));
    }
    if !fs::metadata(&real).map_err(failed)?.is_file() {
        return Err(wrong("is no regular file"));
    }
    Ok(())
}
