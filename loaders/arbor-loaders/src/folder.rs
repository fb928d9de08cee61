//! A model's folder: its configuration, and which files hold its weights.
//!
//! Everything in it is hostile: a shard that an index names is a plain file
//! name within the folder, no link leads out of it, and what is no regular
//! file is not opened. What stands in the files is `weights.rs`'s business.

use crate::error::quoted;
use crate::index::{self, Index, Map};
use crate::{LoadError, Pickles};
use arbor_genome::config::LIMIT_BYTES;
use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};

/// What a format's files are called: one, an index of several, their ending.
struct Names {
    single: &'static str,
    index: &'static str,
    ending: &'static str,
}

const SAFETENSORS: Names = Names {
    single: "model.safetensors",
    index: "model.safetensors.index.json",
    ending: ".safetensors",
};
const PICKLED: Names = Names {
    single: "pytorch_model.bin",
    index: "pytorch_model.bin.index.json",
    ending: ".bin",
};

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
    if folder.extension().is_some_and(|end| end == "gguf") && folder.is_file() {
        let reason = "GGUF files are counted and not run: `arbor params` and `arbor memory` read \
                      them; take the model's safetensors to run it";
        return Err(LoadError::Gguf {
            path: folder.to_owned(),
            reason: reason.to_owned(),
        });
    }
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

/// Finds the weights; pickles only where there are no others.
pub(crate) fn shards(folder: &Path, pickles: Pickles) -> Result<Shards, LoadError> {
    if let Some(shards) = named(folder, &SAFETENSORS)? {
        return Ok(shards);
    }
    let mut found = [PICKLED.single, PICKLED.index].into_iter();
    match (found.find(|name| folder.join(name).exists()), pickles) {
        (Some(name), Pickles::Refused) => Err(LoadError::Pickle(folder.join(name))),
        (Some(_), Pickles::Read) => {
            let shards = named(folder, &PICKLED)?;
            shards.ok_or_else(|| LoadError::NoWeights(folder.to_owned()))
        }
        (None, _) => Err(LoadError::NoWeights(folder.to_owned())),
    }
}

fn named(folder: &Path, names: &Names) -> Result<Option<Shards>, LoadError> {
    let (single, index) = (folder.join(names.single), folder.join(names.index));
    match (single.exists(), index.exists()) {
        (true, true) => Err(LoadError::Index {
            path: index,
            reason: format!(
                "`{}` stands beside it, and they need not agree",
                names.single
            ),
        }),
        (true, false) => regular(folder, &single).map(|()| Some(Shards::Single(single))),
        (false, true) => {
            let shards = indexed(folder, &index, names)?;
            Ok(Some(Shards::Indexed(shards)))
        }
        (false, false) => Ok(None),
    }
}

fn indexed(folder: &Path, path: &Path, names: &Names) -> Result<Indexed, LoadError> {
    let wrong = |reason| LoadError::Index {
        path: path.to_owned(),
        reason,
    };
    let index = Index::read(&text(folder, names.index, index::LIMIT_BYTES)?).map_err(wrong)?;
    let total_size = index.total_size();
    let Map { shards, tensors } = index.into_map();
    let file = |name: &String| {
        plain(name, names.ending).map_err(wrong)?;
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
fn plain(name: &str, ending: &str) -> Result<(), String> {
    let plain = name.len() <= 255
        && name.ends_with(ending)
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
