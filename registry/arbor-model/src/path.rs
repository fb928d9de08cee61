//! The name of a file in a repository, as the hub gives it: hostile until it
//! has passed here. A [`RepoPath`] stays below any folder it is joined to.

use std::fmt;
use std::path::{Path, PathBuf};
use std::str::FromStr;

const LIMIT_BYTES: usize = 1024;
const PART_BYTES: usize = 255;

/// Why a file's name is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PathFault {
    /// Nothing, or nothing between two slashes.
    #[error("has an empty part")]
    Empty,
    /// It begins with a slash.
    #[error("is absolute")]
    Absolute,
    /// `.` or `..` is a part of it.
    #[error("climbs out of its folder")]
    Climbs,
    /// A character that some system takes for a separator, a drive or an end.
    #[error("holds a backslash, a colon or a control character")]
    Character,
    /// It is too long for a file system.
    #[error("is longer than a file name can be")]
    TooLong,
    /// It would lie where this program keeps its own files.
    #[error("is reserved for git")]
    Reserved,
}

/// A file's path from the root of its repository: parts joined by `/`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RepoPath(Box<str>);

impl RepoPath {
    /// Checks and takes the text.
    ///
    /// # Errors
    /// [`PathFault`] says what is wrong.
    pub fn new(text: &str) -> Result<Self, PathFault> {
        if text.len() > LIMIT_BYTES {
            return Err(PathFault::TooLong);
        }
        if text.starts_with('/') {
            return Err(PathFault::Absolute);
        }
        if text
            .chars()
            .any(|c| matches!(c, '\\' | ':') || c.is_control())
        {
            return Err(PathFault::Character);
        }
        for part in text.split('/') {
            match part {
                "" => return Err(PathFault::Empty),
                "." | ".." => return Err(PathFault::Climbs),
                ".git" => return Err(PathFault::Reserved),
                part if part.len() > PART_BYTES => return Err(PathFault::TooLong),
                _ => {}
            }
        }
        Ok(Self(text.into()))
    }

    /// The path as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Its parts, outermost folder first.
    pub fn parts(&self) -> impl Iterator<Item = &str> {
        self.0.split('/')
    }

    /// Its last part.
    #[must_use]
    pub fn name(&self) -> &str {
        self.parts().last().unwrap_or_default()
    }

    /// Whether it lies in the root of its repository.
    #[must_use]
    pub fn is_top(&self) -> bool {
        !self.0.contains('/')
    }

    /// The path below a folder of the file system.
    #[must_use]
    pub fn below(&self, folder: &Path) -> PathBuf {
        self.parts()
            .fold(folder.to_owned(), |path, part| path.join(part))
    }
}

impl FromStr for RepoPath {
    type Err = PathFault;

    fn from_str(text: &str) -> Result<Self, PathFault> {
        Self::new(text)
    }
}

impl fmt::Display for RepoPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::path::Component;

    #[test]
    fn each_rule_has_its_fault() {
        let long = "x".repeat(256);
        let cases = [
            ("", PathFault::Empty),
            ("a//b", PathFault::Empty),
            ("a/", PathFault::Empty),
            ("/etc/passwd", PathFault::Absolute),
            ("../../x", PathFault::Climbs),
            ("a/../b", PathFault::Climbs),
            ("./a", PathFault::Climbs),
            ("a\\..\\b", PathFault::Character),
            ("C:/x", PathFault::Character),
            ("a\0b", PathFault::Character),
            ("a\nb", PathFault::Character),
            (".git/hooks/post-checkout", PathFault::Reserved),
            (&long, PathFault::TooLong),
        ];
        for (text, fault) in cases {
            assert_eq!(RepoPath::new(text), Err(fault), "{text:?}");
        }
        for good in [
            "config.json",
            "sub dir/a#b.txt",
            "a/.b/c..d",
            "ü/[x]%2F?.bin",
        ] {
            assert_eq!(RepoPath::new(good).expect(good).as_str(), good);
        }
    }

    proptest! {
        #[test]
        fn whatever_passes_stays_below(text in "[./\\\\a-c:\0%\u{ff0f}]{0,12}") {
            if let Ok(path) = RepoPath::new(&text) {
                let whole = path.below(Path::new("/root"));
                prop_assert!(whole.starts_with("/root"));
                prop_assert!(whole.components().all(|part| part != Component::ParentDir));
                prop_assert_eq!(whole.components().count(), 2 + path.parts().count());
            }
        }
    }
}
