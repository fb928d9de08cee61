//! Where word vectors lie: a file of them, or a folder that holds one. Output
//! vectors stand beside them as `NAME.output.ENDING`. What is in the files is
//! `format.rs`'s business.

use crate::{LoadError, folder};
use std::path::{Path, PathBuf};

/// Endings of word vectors; only the first is binary.
const ENDINGS: [&str; 3] = ["bin", "txt", "vec"];
/// The longest first line that is looked at: two numbers.
const FIRST_LINE: usize = 64;

/// The files of one model.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Files {
    /// Input vectors: what is published.
    pub input: PathBuf,
    /// Output vectors.
    pub output: Option<PathBuf>,
}

impl Files {
    /// The word vectors of a path: a file, or a folder without `config.json`
    /// in which one file begins with two numbers as word vectors do.
    #[must_use]
    pub fn at(path: &Path) -> Option<Self> {
        if path.is_file() {
            return ending(path).map(|_| Self::of(path.to_owned()));
        }
        if path.join("config.json").exists() {
            return None;
        }
        let entries = std::fs::read_dir(path).ok()?.flatten();
        let mut inputs: Vec<PathBuf> = entries
            .map(|entry| entry.path())
            .filter(|file| ending(file).is_some() && !is_output(file))
            .filter(|file| folder::regular(path, file).is_ok() && begins_well(file))
            .collect();
        match (inputs.pop(), inputs.is_empty()) {
            (Some(input), true) => Some(Self::of(input)),
            (Some(_), false) | (None, _) => None,
        }
    }

    fn of(input: PathBuf) -> Self {
        let beside = |ending: &str| input.with_extension(format!("output.{ending}"));
        let output = ENDINGS.map(beside).into_iter().find(|file| file.is_file());
        let output = output.filter(|_| !is_output(&input));
        Self { input, output }
    }
}

fn ending(path: &Path) -> Option<&'static str> {
    let ending = path.extension()?.to_str()?;
    ENDINGS.into_iter().find(|known| *known == ending)
}

fn is_output(path: &Path) -> bool {
    let stem = path.file_stem().map(Path::new);
    stem.and_then(Path::extension)
        .is_some_and(|part| part == "output")
}

fn begins_well(path: &Path) -> bool {
    use std::io::Read as _;
    let read = || -> Result<bool, LoadError> {
        let failed = |source| LoadError::Io {
            path: path.to_owned(),
            source,
        };
        let mut start = Vec::with_capacity(FIRST_LINE);
        let file = std::fs::File::open(path).map_err(failed)?;
        let read = file.take(FIRST_LINE as u64).read_to_end(&mut start);
        read.map_err(failed)?;
        Ok(super::format::header(&start).is_ok())
    };
    read().unwrap_or(false)
}
