//! Headers of files on this machine: of GGUF files, of repositories in the
//! cache, and of folders whose architecture nobody knows.

use super::answer::Reach;
use super::gguf::{Read, choose};
use super::{of_texts, refused};
use crate::{Cached, MemoryQuery, ServiceError, folder_params, wire};
use arbor_genome::gguf::{self, FileSet};
use arbor_loaders::{LoadError, header};
use std::path::{Path, PathBuf};

/// The parameters by the headers of a GGUF file, or of a folder's files; none
/// where its configuration says it all, or there are no such files.
///
/// # Errors
/// [`ServiceError::Load`] names the file, [`ServiceError::Headers`] what does
/// not fit.
pub fn local_params(
    name: &str,
    path: &Path,
    cached: Option<&Cached>,
) -> Result<Option<wire::Params>, ServiceError> {
    let Some(place) = Place::of(path, cached)? else {
        return Ok(None);
    };
    let config = place.config();
    if place.is_told_by(config.as_deref()) {
        return Ok(None);
    }
    let mut reach = Reach {
        repo: cached.and_then(Cached::hub).map(|hub| hub.to_string()),
        commit: cached.map(|cached| cached.commit.to_string()),
        ..Reach::default()
    };
    if place.weights.is_empty() {
        return match place.read(name, reach)? {
            Some(read) => read.params(name, config.as_deref()).map(Some),
            None => Ok(None),
        };
    }
    let mut texts = Vec::new();
    for file in &place.weights {
        let (text, data) = header::text_of(&place.folder.join(file))?;
        reach.bytes += text.len() as u64 + 8;
        texts.push((file.as_str(), text, data));
    }
    reach.read = texts.len() as u64;
    let texts = texts
        .iter()
        .map(|(file, text, data)| (*file, &text[..], *data));
    of_texts(name, texts, config.as_deref(), &reach).map(Some)
}

/// The memory that a GGUF file, or a folder of nothing else, needs; none of
/// another model.
///
/// # Errors
/// As [`local_params`].
pub fn local_memory(
    name: &str,
    path: &Path,
    cached: Option<&Cached>,
    query: MemoryQuery,
) -> Result<Option<wire::Memory>, ServiceError> {
    let place = Place::of(path, cached)?
        .filter(|place| place.weights.is_empty() && !place.is_told_by(place.config().as_deref()));
    let read = place
        .as_ref()
        .map(|place| place.read(name, Reach::default()));
    match read.transpose()?.flatten() {
        Some(read) => read.memory(name, query).map(Some),
        None => Ok(None),
    }
}

/// What lies in a folder.
struct Place {
    folder: PathBuf,
    /// Safetensors files that a loader reads.
    weights: Vec<String>,
    sets: Vec<FileSet>,
    /// The GGUF file that was named.
    named: Option<String>,
    /// Whether it is a repository in the cache.
    pulled: bool,
}

/// Folders within a repository that are looked into.
const DEPTH: usize = 3;

/// The files of a folder with their sizes, those of folders within it by their
/// paths.
fn list(
    folder: &Path,
    before: &str,
    depth: usize,
    found: &mut Vec<(String, u64)>,
) -> std::io::Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        let (Some(name), Ok(there)) = (path.file_name(), std::fs::metadata(&path)) else {
            continue;
        };
        let Some(name) = name.to_str() else { continue };
        let name = format!("{before}{name}");
        if there.is_file() {
            found.push((name, there.len()));
        } else if there.is_dir() && depth > 0 {
            list(&path, &format!("{name}/"), depth - 1, found)?;
        }
    }
    Ok(())
}

impl Place {
    /// A folder, or the one that a GGUF file lies in.
    fn of(path: &Path, cached: Option<&Cached>) -> Result<Option<Self>, ServiceError> {
        let failed = |source| LoadError::Io {
            path: path.to_owned(),
            source,
        };
        let named = path.file_name().and_then(|name| name.to_str());
        let named = named.filter(|name| name.ends_with(".gguf") && !path.is_dir());
        let folder = match named {
            // A file that is not there is an error of its own.
            Some(_) => {
                std::fs::metadata(path).map_err(failed)?;
                let folder = path.parent().unwrap_or(Path::new(""));
                if folder.as_os_str().is_empty() {
                    Path::new(".")
                } else {
                    folder
                }
            }
            None if path.is_dir() => path,
            None => return Ok(None),
        };
        let mut files = Vec::new();
        // Quantisations have folders of their own in many repositories.
        let depth = if cached.is_some() { DEPTH } else { 0 };
        list(folder, "", depth, &mut files).map_err(failed)?;
        files.sort();
        let names: Vec<&str> = files.iter().map(|(name, _)| name.as_str()).collect();
        let weights = arbor_hub::weights(&names);
        let weights = weights.into_iter().filter(|_| named.is_none());
        Ok(Some(Self {
            folder: folder.to_owned(),
            weights: weights.map(str::to_owned).collect(),
            sets: gguf::sets(files.iter().map(|(name, size)| (name.as_str(), *size))),
            named: named.map(str::to_owned),
            pulled: cached.is_some(),
        }))
    }

    fn config(&self) -> Option<String> {
        std::fs::read_to_string(self.folder.join("config.json")).ok()
    }

    /// Whether a configuration says it all: of a folder, where its
    /// architecture is known.
    fn is_told_by(&self, config: Option<&str>) -> bool {
        let known = config.is_some_and(|text| folder_params("", text).is_ok());
        known && self.named.is_none() && !self.pulled
    }

    /// The headers of the GGUF files: of those that the named one belongs to,
    /// or of those that are counted.
    fn read(&self, name: &str, reach: Reach) -> Result<Option<Read<'_>>, ServiceError> {
        if self.sets.is_empty() {
            return Ok(None);
        }
        let holds = |set: &&FileSet| {
            let mut files = set.files.iter();
            files.any(|(file, _)| Some(file) == self.named.as_ref())
        };
        let sets = match self.sets.iter().position(|set| holds(&set)) {
            Some(at) => &self.sets[at..=at],
            None => &self.sets[..],
        };
        let chosen = match sets {
            [set] if self.named.is_some() && set.is_whole() => Ok(set),
            _ => choose(sets),
        };
        let chosen = chosen.map_err(|reason| refused(name, reason))?;
        let mut read = Read {
            sets,
            chosen,
            headers: Vec::new(),
            partial: None,
            reach,
        };
        for (file, _) in &chosen.files {
            let (header, bytes) = arbor_loaders::gguf::read(&self.folder.join(file))?;
            read.headers.push(header);
            read.reach.bytes += bytes;
        }
        read.reach.read = read.headers.len() as u64;
        Ok(Some(read))
    }
}
