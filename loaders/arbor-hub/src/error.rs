//! Everything that can go wrong between a hub and the cache. Each message
//! names what was asked for and says what to do; what is worth another try is
//! one table.

use arbor_model::{CommitSha, ContentDigest, PathFault, RepoId, Revision};
use std::path::PathBuf;
use std::time::Duration;

/// Why something could not be fetched, kept or found.
#[derive(Debug, thiserror::Error)]
pub enum HubError {
    /// The repository asks for its terms to be accepted.
    #[error("{}", gated(.repo, .page, *.with_token))]
    Gated {
        /// The repository.
        repo: RepoId,
        /// Where its terms are accepted.
        page: String,
        /// Whether a token was sent.
        with_token: bool,
    },
    /// There is none of this name, or it is private.
    #[error("{}", repo_missing(.repo, .endpoint, *.with_token))]
    RepoMissing {
        /// The repository.
        repo: RepoId,
        /// Who was asked.
        endpoint: String,
        /// Whether a token was sent.
        with_token: bool,
    },
    /// The repository has no such branch, tag or commit.
    #[error("{repo} has no revision `{revision}`: name a branch, a tag or a commit of 40 digits")]
    RevisionMissing {
        /// The repository.
        repo: RepoId,
        /// What was asked for.
        revision: Revision,
    },
    /// The commit has no such file.
    #[error("{repo} has no file {path} at this revision")]
    FileMissing {
        /// The repository.
        repo: RepoId,
        /// What was asked for.
        path: String,
    },
    /// The hub's staff have closed the repository.
    #[error("{0} is disabled by the hub: nobody can fetch it")]
    Disabled(RepoId),
    /// The token is not accepted.
    #[error("{endpoint} does not accept the token: make a new one and set HF_TOKEN, or unset it")]
    BadToken {
        /// Who was asked.
        endpoint: String,
    },
    /// Too many requests.
    #[error("{url} limits requests: try again in {} s; a token in HF_TOKEN raises the limit", .wait.as_secs())]
    RateLimited {
        /// What was asked for.
        url: String,
        /// How long the server wants us to wait.
        wait: Duration,
    },
    /// The server refuses or fails.
    #[error("{url} answers {status}{}", note(.message))]
    Status {
        /// What was asked for.
        url: String,
        /// The status.
        status: u16,
        /// What the server says about it, shortened.
        message: String,
        /// How long the server wants us to wait.
        wait: Option<Duration>,
        /// Whether the hub had sent us to this address, which may have expired.
        expired: bool,
    },
    /// No connection, or it broke.
    #[error("{url} cannot be reached or was cut off: {reason}")]
    Network {
        /// What was asked for.
        url: String,
        /// What the network says.
        reason: String,
    },
    /// A connection without life.
    #[error("{url} sent nothing for {} s", .after.as_secs_f32())]
    Stalled {
        /// What was asked for.
        url: String,
        /// How long was waited.
        after: Duration,
    },
    /// An answer that is not the protocol.
    #[error("{url} gives an answer that cannot be right: {reason}")]
    Malformed {
        /// What was asked for.
        url: String,
        /// What is wrong.
        reason: String,
    },
    /// A redirect that is not followed.
    #[error("{url} redirects where nothing is fetched from: {reason}")]
    Redirect {
        /// What was asked for.
        url: String,
        /// What is wrong.
        reason: String,
    },
    /// The server speaks of another commit than it was asked for.
    #[error("{url} answers with commit {found}, asked for was {expected}")]
    WrongCommit {
        /// What was asked for.
        url: String,
        /// The commit that was asked for.
        expected: CommitSha,
        /// What the answer says, shortened.
        found: String,
    },
    /// A file name that is not taken over.
    #[error("{repo} lists a file that is refused: {} {fault}", quoted(.path))]
    Path {
        /// The repository.
        repo: RepoId,
        /// The name.
        path: String,
        /// What is wrong with it.
        fault: PathFault,
    },
    /// Two names that cannot both be kept.
    #[error(
        "{repo} holds both {first} and {second}, which are one on some file systems: leave one out with --exclude"
    )]
    Collision {
        /// The repository.
        repo: RepoId,
        /// One.
        first: String,
        /// The other.
        second: String,
    },
    /// The content has another length than the repository says.
    #[error("{path} has {found} bytes at {url}, the repository says {expected}")]
    WrongLength {
        /// The file.
        path: String,
        /// Where it was fetched.
        url: String,
        /// What the repository says.
        expected: u64,
        /// What the server says.
        found: u64,
    },
    /// The content is not what the repository says.
    #[error("{path} is damaged: its {} is {found}, it should be {expected}; nothing of it was kept", .expected.function())]
    WrongDigest {
        /// The file.
        path: String,
        /// What the repository says.
        expected: ContentDigest,
        /// What was received.
        found: ContentDigest,
    },
    /// The disk is full, or a quota is.
    #[error("no room for {path}: {}; what was fetched is kept, free some space and run the same command again", room(.needed, .free))]
    NoSpace {
        /// Where.
        path: PathBuf,
        /// Bytes that are missing, if known beforehand.
        needed: Option<u64>,
        /// Bytes that are free, if known.
        free: Option<u64>,
    },
    /// The file system refuses.
    #[error("{path}: {source}")]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// A folder of the cache that is not as it should be.
    #[error("{path} in the cache {reason}: move it away and run the same command again")]
    Cache {
        /// The file or folder.
        path: PathBuf,
        /// What is wrong.
        reason: &'static str,
    },
    /// A request would be needed and none may be made.
    #[error(
        "{what} is not in the cache, and HF_HUB_OFFLINE is set: unset it, or pull where there is a network"
    )]
    Offline {
        /// What was asked for.
        what: String,
    },
    /// The repository is not in the cache.
    #[error("{what} is not in the cache: `arbor pull {what}` fetches it")]
    NotCached {
        /// What was asked for.
        what: String,
    },
    /// A pattern of --include or --exclude that cannot be read.
    #[error("`{pattern}` is no pattern: {reason}")]
    Pattern {
        /// The pattern.
        pattern: String,
        /// What is wrong.
        reason: String,
    },
    /// Nothing is left to fetch.
    #[error("{repo} holds no file that was asked for: --all takes all of its {files} files")]
    NothingSelected {
        /// The repository.
        repo: RepoId,
        /// How many files it has.
        files: usize,
    },
    /// A file that is no bundle, or one that is not taken.
    #[error("this bundle is refused: {reason}")]
    Bundle {
        /// What is wrong with it.
        reason: String,
    },
    /// A file of the cache is gone.
    #[error("{path} is no longer in the cache: `arbor pull` fetches it again")]
    Lost {
        /// The file.
        path: String,
    },
    /// A file of the cache is not what it was.
    #[error("{path} in the cache is damaged: its {} is no longer {expected}; `arbor pull` mends it", .expected.function())]
    Spoilt {
        /// The file.
        path: String,
        /// What it was.
        expected: ContentDigest,
    },
    /// Nobody waits for the answer any more.
    #[error("it was given up")]
    Stopped,
    /// The client could not be set up.
    #[error("the HTTP client cannot be set up: {0}")]
    Client(String),
}

/// Whether the same question may be answered better.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Again {
    /// Not by this server.
    Elsewhere,
    /// Not by any.
    Never,
    /// After a pause.
    Soon,
    /// After a pause of the server's choosing.
    After(Duration),
}

impl HubError {
    /// Whether another try makes sense.
    pub(crate) fn again(&self) -> Again {
        match self {
            HubError::Network { .. }
            | HubError::Stalled { .. }
            | HubError::Malformed { .. }
            | HubError::WrongLength { .. } => Again::Soon,
            HubError::RateLimited { wait, .. } => Again::After(*wait),
            HubError::Status {
                status,
                wait,
                expired,
                ..
            } => match (status, wait) {
                (_, Some(wait)) => Again::After(*wait),
                (408 | 425 | 500..=599, None) => Again::Soon,
                _ if *expired => Again::Soon,
                _ => Again::Elsewhere,
            },
            HubError::Gated { .. }
            | HubError::RepoMissing { .. }
            | HubError::RevisionMissing { .. }
            | HubError::FileMissing { .. }
            | HubError::Disabled(_)
            | HubError::BadToken { .. }
            | HubError::Redirect { .. }
            | HubError::WrongCommit { .. }
            | HubError::Path { .. }
            | HubError::WrongDigest { .. } => Again::Elsewhere,
            HubError::Collision { .. }
            | HubError::NoSpace { .. }
            | HubError::Io { .. }
            | HubError::Cache { .. }
            | HubError::Offline { .. }
            | HubError::NotCached { .. }
            | HubError::Pattern { .. }
            | HubError::NothingSelected { .. }
            | HubError::Bundle { .. }
            | HubError::Lost { .. }
            | HubError::Spoilt { .. }
            | HubError::Stopped
            | HubError::Client(_) => Again::Never,
        }
    }

    /// An error of the file system, of which a full disk is a kind of its own.
    pub(crate) fn io(path: impl Into<PathBuf>, source: std::io::Error) -> Self {
        use std::io::ErrorKind;
        let path = path.into();
        let full = matches!(
            source.kind(),
            ErrorKind::StorageFull | ErrorKind::QuotaExceeded | ErrorKind::FileTooLarge
        );
        if full {
            return HubError::NoSpace {
                path,
                needed: None,
                free: None,
            };
        }
        HubError::Io { path, source }
    }
}

fn gated(repo: &RepoId, page: &str, with_token: bool) -> String {
    if with_token {
        return format!(
            "{repo} is gated and the token's owner has no access yet: accept its terms at {page}, then run the same command again"
        );
    }
    format!(
        "{repo} is gated: accept its terms at {page}, then set HF_TOKEN to a token of the same account"
    )
}

fn repo_missing(repo: &RepoId, endpoint: &str, with_token: bool) -> String {
    let token = if with_token {
        "or the token's owner may not see it: check the spelling, and the token's rights"
    } else {
        "or it is private: check the spelling, or set HF_TOKEN"
    };
    format!("{endpoint} knows no repository {repo}, {token}")
}

fn room(needed: &Option<u64>, free: &Option<u64>) -> String {
    match (needed, free) {
        (Some(needed), Some(free)) => format!("{needed} bytes are needed, {free} are free"),
        _ => "the disk or a quota is full".to_owned(),
    }
}

fn note(message: &str) -> String {
    if message.is_empty() {
        return String::new();
    }
    format!(": {message}")
}

/// A hostile text: short, and without control characters.
pub(crate) fn quoted(text: &str) -> String {
    format!("`{}`", brief(text))
}

/// A hostile text inside a sentence.
pub(crate) fn brief(text: &str) -> String {
    let short: String = text.trim().chars().take(160).collect();
    short.escape_debug().to_string()
}
