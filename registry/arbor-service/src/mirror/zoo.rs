//! The sample zoo: five tiny models of random weights that are compiled in,
//! so that a machine without a network has something to pull and to check.
//! `tests/reference/zoo.py` makes them, `mod.rs` puts them on a shelf.

use super::{Content, Shelf, StockedFile};
use crate::ServiceError;
use arbor_hub::{git_blob, sha256};
use arbor_model::{RepoId, RepoPath};

/// The organisation that the samples are filed under.
const MAKER: &str = "arbor";

struct Sample {
    name: &'static str,
    files: &'static [(&'static str, &'static [u8])],
}

macro_rules! sample {
    ($name:literal) => {
        Sample {
            name: $name,
            files: &[
                sample!($name, "config.json"),
                sample!($name, "model.safetensors"),
                sample!($name, "reference.safetensors"),
                sample!($name, "tokenizer.json"),
                sample!($name, "tokenizer_config.json"),
            ],
        }
    };
    ($name:literal, $file:literal) => {
        (
            $file,
            include_bytes!(concat!("../../../zoo/", $name, "/", $file)),
        )
    };
}

/// Every sample, by name.
const SAMPLES: &[Sample] = &[
    sample!("tiny-bert"),
    sample!("tiny-gpt2"),
    sample!("tiny-llama"),
    sample!("tiny-mamba"),
    sample!("tiny-t5"),
];

/// The ids of the samples, sorted.
pub fn samples() -> impl Iterator<Item = String> {
    SAMPLES
        .iter()
        .map(|sample| format!("{MAKER}/{}", sample.name))
}

/// Whether a repository is one of the samples.
#[must_use]
pub fn is_sample(repo: &RepoId) -> bool {
    find(repo).is_some()
}

fn find(repo: &RepoId) -> Option<&'static Sample> {
    let name = repo.as_str().strip_prefix(MAKER)?.strip_prefix('/')?;
    SAMPLES.iter().find(|sample| sample.name == name)
}

/// A sample as the mirror hands it out. Its commit is a digest of its files:
/// another file is another commit.
pub(super) fn shelf(repo: &RepoId) -> Result<Option<Shelf>, ServiceError> {
    let Some(sample) = find(repo) else {
        return Ok(None);
    };
    let mut files = Vec::new();
    let mut listing = String::new();
    for (name, content) in sample.files {
        let digest = if name.ends_with(".safetensors") {
            sha256(content)
        } else {
            git_blob(content)
        };
        listing += &format!("{digest} {name}\n");
        let path = RepoPath::new(name)
            .map_err(|fault| ServiceError::bad_parameter("path", name, fault.to_string()))?;
        files.push(StockedFile {
            path,
            size: content.len() as u64,
            digest,
            content: Content::CompiledIn(content),
        });
    }
    let commit = git_blob(listing.as_bytes()).to_string();
    let commit = commit
        .parse()
        .map_err(|_| ServiceError::bad_parameter("commit", &commit, "a commit"))?;
    Ok(Some(Shelf {
        repo: repo.clone(),
        commit,
        time_us: None,
        revisions: [("main".to_owned(), 0)].into(),
        files,
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_sample_has_a_shelf_and_nothing_else_has() {
        for id in samples() {
            let repo: RepoId = id.parse().expect("an id");
            let shelf = shelf(&repo).expect("sound").expect("a sample");
            assert!(shelf.files.is_sorted_by(|a, b| a.path < b.path), "{id}");
        }
        for id in ["arbor/tiny", "acme/tiny-gpt2", "tiny-gpt2", "arbor"] {
            let repo: RepoId = id.parse().expect("an id");
            assert!(shelf(&repo).expect("sound").is_none(), "{id}");
        }
    }

    #[test]
    fn the_samples_stay_small() {
        let files = SAMPLES.iter().flat_map(|sample| sample.files);
        let bytes: usize = files.map(|(_, content)| content.len()).sum();
        assert!(bytes < 1 << 20, "{bytes} bytes");
        assert!(SAMPLES.is_sorted_by(|a, b| a.name < b.name));
    }
}
