//! Names that cannot stand side by side on every file system.

use arbor_model::RepoPath;
use std::collections::BTreeMap;

/// Two paths that cannot both be kept on every file system: equal but for
/// letter case, or one a file where the other needs a folder.
#[must_use]
pub(crate) fn collision<'a>(
    paths: impl Iterator<Item = &'a RepoPath>,
) -> Option<(&'a RepoPath, &'a RepoPath)> {
    let mut seen: BTreeMap<String, &RepoPath> = BTreeMap::new();
    for path in paths {
        if let Some(other) = seen.insert(path.as_str().to_lowercase(), path) {
            return Some((other, path));
        }
    }
    for (folded, path) in &seen {
        let mut end = folded.len();
        while let Some(at) = folded[..end].rfind('/') {
            if let Some(other) = seen.get(&folded[..at]) {
                return Some((other, path));
            }
            end = at;
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_cannot_stand_side_by_side_are_found() {
        let path = |text: &str| RepoPath::new(text).expect(text);
        let found = |texts: &[&str]| {
            let paths: Vec<_> = texts.iter().map(|text| path(text)).collect();
            collision(paths.iter()).is_some()
        };
        assert!(found(&["README.md", "readme.md"]));
        assert!(found(&["a/B/c", "A/b/C"]));
        assert!(found(&["a", "a/b"]));
        assert!(found(&["A/b/c", "a/B"]));
        assert!(found(&["a", "a"]));
        assert!(!found(&["a/b", "a/c", "a.b", "ab"]));
    }
}
