//! Which repository, and which state of it: parsed from what a person writes.
//! How either becomes a folder or a URL: `arbor-hub`.

use crate::{HubId, IdError, Revision};
use std::fmt;
use std::str::FromStr;

/// A model repository: `organisation/name`, or one of the hub's old names
/// without an organisation (`gpt2`), which it answers with a redirect.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RepoId(Box<str>);

impl RepoId {
    /// Checks and takes the text.
    ///
    /// # Errors
    /// [`IdError`] says which rule the text breaks.
    pub fn new(text: &str) -> Result<Self, IdError> {
        if text.contains('/') {
            HubId::new(text)?;
        } else {
            // A name alone obeys the rule of the part behind the slash.
            HubId::new(&format!("old/{text}"))?;
        }
        Ok(Self(text.into()))
    }

    /// The id as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<&HubId> for RepoId {
    fn from(id: &HubId) -> Self {
        Self(id.as_str().into())
    }
}

impl fmt::Display for RepoId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl FromStr for RepoId {
    type Err = IdError;

    fn from_str(text: &str) -> Result<Self, IdError> {
        Self::new(text)
    }
}

/// A repository at a branch, tag or commit: `organisation/name@revision`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    /// The repository.
    pub repo: RepoId,
    /// The state; `main` where nothing was said.
    pub revision: Revision,
}

impl FromStr for Target {
    type Err = IdError;

    fn from_str(text: &str) -> Result<Self, IdError> {
        let (repo, revision) = text.split_once('@').unwrap_or((text, "main"));
        Ok(Self {
            repo: RepoId::new(repo)?,
            revision: Revision::new(revision)?,
        })
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}@{}", self.repo, self.revision)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn targets_are_read_as_people_write_them() {
        let cases = [
            ("gpt2", "gpt2", "main"),
            ("acme/tiny", "acme/tiny", "main"),
            ("acme/tiny@v1.0", "acme/tiny", "v1.0"),
            ("acme/Tiny_2@refs/pr/1", "acme/Tiny_2", "refs/pr/1"),
        ];
        for (text, repo, revision) in cases {
            let target: Target = text.parse().expect(text);
            assert_eq!(target.repo.as_str(), repo);
            assert_eq!(target.revision.as_str(), revision);
        }
    }

    #[test]
    fn ids_that_could_climb_are_refused() {
        let cases = [
            "",
            "/",
            "a/",
            "/a",
            "..",
            "../x",
            "a/..",
            "a/b/c",
            "a--b",
            "a/b--c",
            "a/b@",
            "a b/c",
            "a/b@../x",
            "a\\b",
            "a/.b",
            "models--x",
            "a/b\0",
            "C:/x",
        ];
        for text in cases {
            assert!(text.parse::<Target>().is_err(), "{text:?}");
        }
    }
}
