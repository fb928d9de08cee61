//! The catalogue's files as text: those compiled into the program, or a
//! folder's. It does not know what stands in them.

use crate::problem::{Fault, Place, Problem, Problems};
use std::borrow::Cow;
use std::fs;
use std::path::Path;

/// The files compiled in, sorted by name.
static BUILTIN: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/builtin.rs"));

/// A catalogue file larger than this is refused: the largest has 100 KB.
const LIMIT_BYTES: u64 = 4 << 20;

/// The named texts of one catalogue, sorted by name.
#[derive(Clone, Debug)]
pub struct CatalogueFiles(Vec<(String, Cow<'static, str>)>);

impl CatalogueFiles {
    /// The curated catalogue compiled into the program.
    #[must_use]
    pub fn builtin() -> Self {
        Self(
            BUILTIN
                .iter()
                .map(|(name, text)| ((*name).to_owned(), (*text).into()))
                .collect(),
        )
    }

    /// Named texts, for tests and tools.
    #[must_use]
    pub fn from_texts<'a>(texts: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        let mut files: Vec<_> = texts
            .into_iter()
            .map(|(name, text)| (name.to_owned(), Cow::Owned(text.to_owned())))
            .collect();
        files.sort();
        Self(files)
    }

    /// Reads `sources.toml`, `organisations.toml` and `families/*.toml` of a
    /// folder. This is the one place of the crate that does I/O.
    ///
    /// # Errors
    /// Everything that is no file, cannot be read, is no UTF-8 or is larger
    /// than 4 MiB.
    pub fn from_folder(folder: &Path) -> Result<Self, Problems> {
        let mut problems = Vec::new();
        let mut files = Vec::new();
        let mut names = vec!["organisations.toml".to_owned(), "sources.toml".to_owned()];
        match fs::read_dir(folder.join("families")) {
            Ok(entries) => names.extend(entries.flatten().filter_map(|entry| {
                // A name that is no UTF-8 is no id: it is opened, and refused.
                let name = entry.file_name().to_string_lossy().into_owned();
                name.ends_with(".toml").then(|| format!("families/{name}"))
            })),
            Err(error) => problems.push(unreadable(&folder.join("families"), &error.to_string())),
        }
        names.sort();
        for name in names {
            let path = folder.join(&name);
            match read_text(&path) {
                Ok(text) => files.push((path.display().to_string(), Cow::Owned(text))),
                Err(reason) => problems.push(unreadable(&path, &reason)),
            }
        }
        if problems.is_empty() {
            Ok(Self(files))
        } else {
            Err(Problems(problems))
        }
    }

    /// Each file's name and text.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0
            .iter()
            .map(|(name, text)| (name.as_str(), text.as_ref()))
    }
}

fn read_text(path: &Path) -> Result<String, String> {
    let about = fs::metadata(path).map_err(|e| e.to_string())?;
    if !about.is_file() {
        // Reading a pipe would wait for whoever writes into it.
        return Err("this is no file".to_owned());
    }
    let bytes = about.len();
    if bytes > LIMIT_BYTES {
        return Err(format!(
            "the file has {bytes} bytes, at most {LIMIT_BYTES} are read"
        ));
    }
    fs::read_to_string(path).map_err(|e| e.to_string())
}

fn unreadable(path: &Path, reason: &str) -> Problem {
    Problem {
        place: Place {
            file: path.display().to_string(),
            line: 1,
            column: 1,
        },
        fault: Fault::Unreadable,
        message: reason.to_owned(),
        hint: Some(
            "a catalogue is a folder with `sources.toml`, `organisations.toml` and `families/`"
                .to_owned(),
        ),
    }
}
