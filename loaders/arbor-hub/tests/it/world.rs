//! A hub, a cache inside a folder that is watched, and a client between them.

use arbor_hub::{Hub, HubError, Limits, Progress, Proxies, Pulled, Selection, Settings, Token};
use arbor_hub_faults::{FaultyHub, Repo};
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Bytes that repeat nowhere.
pub(crate) fn noise(length: usize, seed: u64) -> Vec<u8> {
    let mut state = seed.wrapping_mul(2).wrapping_add(1);
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state.to_le_bytes()
    };
    let mut bytes: Vec<u8> = (0..length.div_ceil(8)).flat_map(|_| next()).collect();
    bytes.truncate(length);
    bytes
}

/// Impatient, and in small pieces.
pub(crate) fn limits() -> Limits {
    Limits {
        connect: Duration::from_secs(5),
        // A loaded machine is no dead server.
        stall: Duration::from_secs(3),
        attempts: 4,
        pause: Duration::from_millis(2),
        longest_pause: Duration::from_millis(10),
        longest_wait: Duration::from_secs(20),
        connections: 8,
        per_file: 1,
        // Never: several connections are to be seen at work.
        fast: u64::MAX,
        chunk: 64 << 10,
        run: 2,
    }
}

pub(crate) fn settings(hub: &str, cache: PathBuf) -> Settings {
    Settings {
        cache,
        hub: hub.parse().expect("an endpoint"),
        mirrors: Vec::new(),
        token: None,
        offline: false,
        proxies: Proxies::default(),
        limits: limits(),
    }
}

pub(crate) struct World {
    folder: tempfile::TempDir,
    pub(crate) hub: FaultyHub,
    pub(crate) settings: Settings,
}

impl World {
    pub(crate) fn new(repo: Repo) -> Self {
        Self::with(FaultyHub::start(vec![repo]))
    }

    pub(crate) fn with(hub: FaultyHub) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        // Deep enough that what climbs out is still in the watched folder.
        let cache = folder.path().join("a/b/c/d/e/cache");
        let settings = settings(&hub.url(), cache);
        Self {
            folder,
            hub,
            settings,
        }
    }

    pub(crate) fn token(mut self, text: &str) -> Self {
        self.settings.token = Token::new(text);
        self
    }

    pub(crate) fn root(&self) -> &Path {
        &self.settings.cache
    }

    pub(crate) async fn pull(&self, target: &str) -> Result<Pulled, HubError> {
        let all = Selection::new(&[], &[], true).expect("a selection");
        self.pull_some(target, &all, Progress::silent()).await
    }

    pub(crate) async fn pull_some(
        &self,
        target: &str,
        selection: &Selection,
        progress: Progress,
    ) -> Result<Pulled, HubError> {
        let hub = Hub::new(self.settings.clone())?;
        let plan = hub.plan(&target.parse().expect(target), selection).await?;
        hub.pull(&plan, progress, None).await
    }

    /// Everything below the watched folder, without what is the cache's.
    pub(crate) fn strays(&self) -> Vec<PathBuf> {
        let all = walk(self.folder.path());
        all.into_iter()
            .filter(|path| !path.starts_with(self.root()))
            .collect()
    }

    /// Files that a reader of the cache would find.
    pub(crate) fn visible(&self) -> Vec<PathBuf> {
        let all = walk(self.root()).into_iter();
        let hidden = |path: &PathBuf| {
            let text = path.to_string_lossy();
            text.contains("/.arbor/") || text.contains("/.locks/")
        };
        all.filter(|path| !hidden(path)).collect()
    }

    /// Blobs under names that are not the digests of what they hold.
    pub(crate) fn lies(&self) -> Vec<PathBuf> {
        let blobs = self.visible().into_iter().filter(|path| {
            path.parent()
                .is_some_and(|parent| parent.ends_with("blobs"))
        });
        let lies = |path: &PathBuf| {
            let content = fs::read(path).expect("a blob");
            let name = path
                .file_name()
                .expect("a name")
                .to_string_lossy()
                .into_owned();
            name != arbor_hub_faults::sha256(&content)
                && name != arbor_hub_faults::git_blob(&content)
        };
        blobs.filter(lies).collect()
    }

    pub(crate) fn assert_clean(&self, case: &str) {
        assert_eq!(
            self.strays(),
            Vec::<PathBuf>::new(),
            "{case}: outside the cache"
        );
        assert_eq!(self.lies(), Vec::<PathBuf>::new(), "{case}: wrong content");
    }

    /// Nothing that leads to a snapshot.
    pub(crate) fn assert_unseen(&self, case: &str) {
        let seen = self.visible().into_iter().filter(|path| {
            let text = path.to_string_lossy();
            text.contains("/snapshots/") || text.contains("/refs/")
        });
        assert_eq!(seen.count(), 0, "{case}: {:?}", self.visible());
    }
}

/// Files and links below a folder.
pub(crate) fn walk(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut open = vec![folder.to_owned()];
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(&folder).into_iter().flatten().flatten() {
            match entry.file_type().expect("a type").is_dir() {
                true => open.push(entry.path()),
                false => found.push(entry.path()),
            }
        }
    }
    found.sort();
    found
}

/// The name of an error's variant.
pub(crate) fn kind(error: &HubError) -> String {
    let text = format!("{error:?}");
    text.chars().take_while(|c| c.is_alphanumeric()).collect()
}

/// Fails unless a pull brought exactly these files.
pub(crate) fn assert_right(case: &str, pulled: &Pulled, files: &[(&str, &[u8])]) {
    for (path, content) in files {
        let found = fs::read(pulled.folder.join(path));
        let found = found.unwrap_or_else(|error| panic!("{case}: {path}: {error}"));
        assert!(found == *content, "{case}: {path} has other bytes");
    }
    assert_eq!(walk(&pulled.folder).len(), files.len(), "{case}");
}
