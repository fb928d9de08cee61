//! Files from the hub: plans, pulls, and what lies in the cache.

use serde::Serialize;

/// What a pull would do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PullPlan {
    /// The version of this shape.
    pub schema_version: u32,
    /// The repository.
    pub repo: String,
    /// The branch, tag or commit that was asked for.
    pub revision: String,
    /// The commit that it names.
    pub commit: String,
    /// The server that said so.
    pub endpoint: String,
    /// The files, by path.
    pub files: Vec<PlannedFile>,
    /// Bytes of all of them.
    pub bytes: u64,
    /// Bytes of the weights among them: what a loader maps into memory.
    pub weights: u64,
    /// Bytes that are left to fetch.
    pub missing: u64,
    /// Bytes that are free where the cache lies.
    pub free: Option<u64>,
    /// Whether what is missing fits there.
    pub fits_disk: Option<bool>,
    /// Memory that programs may have, in bytes.
    pub memory: Option<u64>,
    /// Whether the weights fit into it.
    pub fits_memory: Option<bool>,
    /// Files of the repository that are not taken.
    pub left_out: u64,
}

/// A file of a plan.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PlannedFile {
    /// Its path.
    pub path: String,
    /// Its size in bytes.
    pub size: u64,
    /// `sha256` or `git-sha1`.
    pub digest_function: &'static str,
    /// The digest of its content, in hexadecimal digits.
    pub digest: String,
    /// Bytes of it that are in the cache.
    pub present: u64,
}

/// What a pull has done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Pulled {
    /// The version of this shape.
    pub schema_version: u32,
    /// The repository.
    pub repo: String,
    /// The branch, tag or commit that was asked for.
    pub revision: String,
    /// The commit that it names.
    pub commit: String,
    /// The server that said so.
    pub endpoint: String,
    /// The folder that holds the files, for loaders.
    pub folder: String,
    /// When the last file was right, in microseconds since 1970-01-01 UTC.
    pub time_us: i64,
    /// The files, by path; each digest was computed here.
    pub files: Vec<PulledFile>,
    /// Bytes of all of them.
    pub bytes: u64,
    /// How many were fetched; the others were there.
    pub fetched: u64,
}

/// A bundle that was made or taken.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Bundle {
    /// The version of this shape.
    pub schema_version: u32,
    /// The repository.
    pub repo: String,
    /// The branch, tag or commit that it was pulled as.
    pub revision: String,
    /// The commit.
    pub commit: String,
    /// The server that said so, and the bundle if it was taken from one.
    pub endpoint: String,
    /// The digest of the bundle's list of files, and so of all that is in it:
    /// the same at both ends.
    pub manifest: String,
    /// When the model was pulled, in microseconds since 1970-01-01 UTC.
    pub time_us: i64,
    /// The files, by path; each digest was computed here.
    pub files: Vec<PulledFile>,
    /// Bytes of all of them.
    pub bytes: u64,
    /// How many were copied; the others were there.
    pub moved: u64,
    /// The folder that holds the files, for loaders, if it was taken.
    pub folder: Option<String>,
}

/// What was pulled of a repository last.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Receipt {
    /// The repository.
    pub repo: String,
    /// The branch, tag or commit that was asked for.
    pub revision: String,
    /// The commit that it named.
    pub commit: String,
    /// The server that said so.
    pub endpoint: String,
    /// When the last file was right, as RFC 3339 writes it, in UTC.
    pub time: String,
    /// The files, by path; each digest was computed here.
    pub files: Vec<PulledFile>,
    /// Bytes of all of them.
    pub bytes: u64,
}

/// A file that is in the cache, and right.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PulledFile {
    /// Its path.
    pub path: String,
    /// Its size in bytes.
    pub size: u64,
    /// `sha256` or `git-sha1`.
    pub digest_function: &'static str,
    /// The digest of its content, in hexadecimal digits.
    pub digest: String,
}

/// What was found when the files were read again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Verified {
    /// The version of this shape.
    pub schema_version: u32,
    /// The repository.
    pub repo: String,
    /// The revision that was asked for.
    pub revision: String,
    /// The commit that it names.
    pub commit: String,
    /// Whether the files were compared with a receipt; else with the names
    /// under which they lie in the cache.
    pub receipt: bool,
    /// Whether every file is what it should be.
    pub right: bool,
    /// The files, by path.
    pub files: Vec<VerifiedFile>,
    /// Bytes that were read.
    pub bytes: u64,
}

/// A file that was read again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct VerifiedFile {
    /// Its path.
    pub path: String,
    /// Its size in bytes.
    pub size: u64,
    /// `right`, `damaged`, `missing`, or `unknown` if nobody says what it
    /// should be.
    pub state: &'static str,
    /// What its digest should be.
    pub expected: Option<String>,
    /// What it is.
    pub found: Option<String>,
}

/// What the cache holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DiskUsage {
    /// The version of this shape.
    pub schema_version: u32,
    /// The cache's folder.
    pub cache: String,
    /// Every repository, by name.
    pub repositories: Vec<RepositoryUsage>,
    /// Bytes of all of them.
    pub bytes: u64,
}

/// What a repository takes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RepositoryUsage {
    /// The repository.
    pub repo: String,
    /// Bytes of finished files.
    pub bytes: u64,
    /// Bytes of unfinished ones.
    pub unfinished: u64,
    /// Finished files.
    pub files: u64,
    /// Commits.
    pub commits: u64,
}

/// What was taken out of the cache.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Removed {
    /// The version of this shape.
    pub schema_version: u32,
    /// The repository.
    pub repo: String,
    /// Bytes that were given back.
    pub bytes: u64,
}
