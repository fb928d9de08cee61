//! Where a published value stands: one line of a file in a commit.

use arbor_model::CommitSha;
use std::fmt;

/// A line of a file in a repository's commit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    repository: String,
    commit: CommitSha,
    path: String,
    line: Option<u32>,
}

impl Source {
    /// Reads `organisation/name@commit:path#Lline`; the line may be missing.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (repository, rest) = text.split_once('@')?;
        let (commit, rest) = rest.split_once(':')?;
        let (path, line) = match rest.split_once("#L") {
            Some((path, line)) => (path, Some(line.parse().ok().filter(|n| *n > 0)?)),
            None => (rest, None),
        };
        let plain = |text: &str| {
            !text.is_empty()
                && text
                    .bytes()
                    .all(|b| b.is_ascii_alphanumeric() || b"-_./+".contains(&b))
                && !text.contains("..")
                && !text.starts_with('/')
        };
        let (organisation, name) = repository.split_once('/')?;
        let whole = plain(organisation) && plain(name) && !name.contains('/') && plain(path);
        whole.then_some(Self {
            repository: repository.to_owned(),
            commit: commit.parse().ok()?,
            path: path.to_owned(),
            line,
        })
    }

    /// Its address.
    #[must_use]
    pub fn url(&self) -> String {
        let Self {
            repository,
            commit,
            path,
            line,
        } = self;
        let line = line.map_or_else(String::new, |line| format!("#L{line}"));
        format!("https://github.com/{repository}/blob/{commit}/{path}{line}")
    }

    /// The repository that it stands in.
    #[must_use]
    pub fn repository(&self) -> &str {
        &self.repository
    }
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.url())
    }
}
