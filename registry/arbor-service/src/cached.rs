//! The hub's cache on this machine, where other programs have put models: a
//! hub id in, the folder of its files out. Nothing is fetched or written.
//!
//! The layout is `huggingface_hub`'s: `models--ORG--NAME/refs/REVISION` holds
//! a commit, `snapshots/COMMIT/` its files. What is in those is the loader's
//! business.

use crate::ServiceError;
use arbor_model::{CommitSha, HubId, Revision};
use std::ffi::OsString;
use std::fs::File;
use std::io::Read as _;
use std::path::PathBuf;

/// A commit and a line's end; more is no reference.
const REFERENCE_BYTES: u64 = 64;

/// The hub's cache.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HubCache {
    root: PathBuf,
}

/// A model's files in the cache.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Snapshot {
    /// Where they are.
    pub folder: PathBuf,
    /// Of which commit.
    pub commit: CommitSha,
}

impl HubCache {
    /// Where the variables say it is: `HF_HUB_CACHE`, else below `HF_HOME`,
    /// else below `XDG_CACHE_HOME`, else below the home folder. `None` if not
    /// even that is known.
    pub fn from_env(variable: impl Fn(&str) -> Option<OsString>) -> Option<Self> {
        let path = |name| variable(name).filter(|value| !value.is_empty());
        let named = path("HF_HUB_CACHE")
            .or_else(|| path("HUGGINGFACE_HUB_CACHE"))
            .map(PathBuf::from);
        let below = || {
            let home = path("HF_HOME").map(PathBuf::from).or_else(|| {
                let caches = path("XDG_CACHE_HOME").map(PathBuf::from);
                let caches = caches.or_else(|| Some(PathBuf::from(path("HOME")?).join(".cache")));
                Some(caches?.join("huggingface"))
            });
            Some(home?.join("hub"))
        };
        named.or_else(below).map(|root| Self { root })
    }

    /// The files of a model at a revision, `main` where none is named.
    ///
    /// # Errors
    /// [`ServiceError::NotFetched`] if they are not there.
    pub fn snapshot(
        &self,
        hub: &HubId,
        revision: Option<&Revision>,
    ) -> Result<Snapshot, ServiceError> {
        let missing = || ServiceError::NotFetched {
            hub: hub.clone(),
            revision: revision.map_or("main", Revision::as_str).to_owned(),
            cache: self.root.clone(),
        };
        // An id has one `/` and no `--`, so the name means one model.
        let folder = hub.as_str().replace('/', "--");
        let folder = self.root.join(format!("models--{folder}"));
        let name = revision.map_or("main", Revision::as_str);
        let commit = name.parse::<CommitSha>().ok();
        let commit = commit.or_else(|| {
            // A revision holds no `..` and begins with no `/`.
            let mut text = String::new();
            let file = File::open(folder.join("refs").join(name)).ok()?;
            file.take(REFERENCE_BYTES).read_to_string(&mut text).ok()?;
            text.trim().parse().ok()
        });
        let commit = commit.ok_or_else(missing)?;
        let folder = folder.join("snapshots").join(commit.to_string());
        if !folder.is_dir() {
            return Err(missing());
        }
        Ok(Snapshot { folder, commit })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    const COMMIT: &str = "0123456789abcdef0123456789abcdef01234567";

    fn root(set: &[(&str, &str)]) -> Option<String> {
        let cache = HubCache::from_env(|name| {
            let value = set.iter().find(|(key, _)| *key == name)?;
            Some(OsString::from(value.1))
        });
        cache.map(|cache| cache.root.display().to_string())
    }

    #[test]
    fn the_cache_is_where_the_variables_say() {
        let home = ("HOME", "/h");
        for (set, expected) in [
            (&[home][..], Some("/h/.cache/huggingface/hub")),
            (
                &[home, ("XDG_CACHE_HOME", "/x")],
                Some("/x/huggingface/hub"),
            ),
            (&[home, ("HF_HOME", "/f")], Some("/f/hub")),
            (
                &[home, ("HF_HOME", "/f"), ("HF_HUB_CACHE", "/c")],
                Some("/c"),
            ),
            (&[("HUGGINGFACE_HUB_CACHE", "/o")], Some("/o")),
            (
                &[("HF_HUB_CACHE", ""), home],
                Some("/h/.cache/huggingface/hub"),
            ),
            (&[], None),
        ] {
            assert_eq!(root(set).as_deref(), expected, "{set:?}");
        }
    }

    #[test]
    fn a_snapshot_is_found_by_branch_and_commit_and_nothing_else() {
        let folder = tempfile::tempdir().expect("a folder");
        let model = folder.path().join("models--org--name");
        fs::create_dir_all(model.join("snapshots").join(COMMIT)).expect("made");
        fs::create_dir_all(model.join("refs/pr")).expect("made");
        fs::write(model.join("refs/main"), COMMIT).expect("written");
        fs::write(model.join("refs/pr/1"), format!("{COMMIT}\n")).expect("written");
        fs::write(model.join("refs/gone"), COMMIT.replace('0', "f")).expect("written");
        fs::write(model.join("refs/climbs"), "../../../etc").expect("written");
        fs::write(model.join("refs/long"), COMMIT.repeat(9)).expect("written");
        let cache = HubCache {
            root: folder.path().to_owned(),
        };
        let hub: HubId = "org/name".parse().expect("a hub id");
        for (revision, found) in [
            (None, true),
            (Some("main"), true),
            (Some("pr/1"), true),
            (Some(COMMIT), true),
            (Some("gone"), false),
            (Some("climbs"), false),
            (Some("long"), false),
            (Some("v1.0"), false),
            (Some("refs"), false),
        ] {
            let named = revision.map(|name| Revision::new(name).expect("a revision"));
            let snapshot = cache.snapshot(&hub, named.as_ref());
            assert_eq!(snapshot.is_ok(), found, "{revision:?}: {snapshot:?}");
            if let Ok(snapshot) = snapshot {
                assert_eq!(snapshot.commit.to_string(), COMMIT);
                assert!(snapshot.folder.ends_with(COMMIT));
            }
        }
        let other: HubId = "org/other".parse().expect("a hub id");
        let error = cache.snapshot(&other, None).expect_err("not there");
        assert!(error.to_string().contains("org/other"));
    }
}
