//! The hub's addresses, read into types: whatever climbs or is no id ends
//! here. A revision is one part of the path, a file as many as it has folders;
//! each is decoded once. Ids have one or two parts, so the word behind them
//! tells where they end.

use arbor_model::{RepoId, RepoPath, Revision};
use percent_encoding::percent_decode_str;

/// What an address asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Address {
    /// The list of repositories.
    List,
    /// What is known of a repository.
    Info(RepoId, Revision),
    /// Its branches and tags.
    Refs(RepoId),
    /// The files of a folder, or of all.
    Tree(RepoId, Revision, Option<RepoPath>),
    /// Some of its files.
    PathsInfo(RepoId, Revision),
    /// A file.
    File(RepoId, Revision, RepoPath),
}

/// What cannot be read of an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unread {
    /// There is no such route.
    Route,
    /// The repository's id.
    Repository,
    /// The revision.
    Revision,
    /// The file's path.
    Path,
}

const MAIN: &str = "main";

/// Reads the path of an address as it came.
pub(super) fn read(path: &str) -> Result<Address, Unread> {
    let parts: Vec<&str> = path.trim_start_matches('/').split('/').collect();
    match parts.as_slice() {
        ["api", "models"] | ["api", "models", ""] => Ok(Address::List),
        ["api", "models", rest @ ..] => about(rest),
        ["api", ..] => Err(Unread::Route),
        [name, "resolve", revision, file @ ..] => content(&[name], revision, file),
        [maker, name, "resolve", revision, file @ ..] => content(&[maker, name], revision, file),
        _ => Err(Unread::Route),
    }
}

fn about(parts: &[&str]) -> Result<Address, Unread> {
    match parts {
        [name] | [name, ""] => Ok(Address::Info(repo(&[name])?, main()?)),
        [id @ .., "refs"] if fits(id) => Ok(Address::Refs(repo(id)?)),
        [id @ .., "revision", at] if fits(id) => Ok(Address::Info(repo(id)?, revision(at)?)),
        [id @ .., "paths-info", at] if fits(id) => Ok(Address::PathsInfo(repo(id)?, revision(at)?)),
        [name, "tree", at, folder @ ..] => tree(&[name], at, folder),
        [maker, name, "tree", at, folder @ ..] => tree(&[maker, name], at, folder),
        [maker, name] => Ok(Address::Info(repo(&[maker, name])?, main()?)),
        _ => Err(Unread::Route),
    }
}

fn fits(id: &[&str]) -> bool {
    matches!(id.len(), 1 | 2)
}

fn tree(id: &[&str], at: &str, folder: &[&str]) -> Result<Address, Unread> {
    let folder = match folder {
        [] | [""] => None,
        folder => Some(file(folder)?),
    };
    Ok(Address::Tree(repo(id)?, revision(at)?, folder))
}

fn content(id: &[&str], at: &str, path: &[&str]) -> Result<Address, Unread> {
    Ok(Address::File(repo(id)?, revision(at)?, file(path)?))
}

fn main() -> Result<Revision, Unread> {
    Revision::new(MAIN).map_err(|_| Unread::Revision)
}

fn decoded(part: &str) -> Option<String> {
    let text = percent_decode_str(part).decode_utf8().ok()?;
    Some(text.into_owned())
}

fn repo(parts: &[&str]) -> Result<RepoId, Unread> {
    let parts: Option<Vec<_>> = parts.iter().map(|part| decoded(part)).collect();
    let id = parts.ok_or(Unread::Repository)?.join("/");
    RepoId::new(&id).map_err(|_| Unread::Repository)
}

fn revision(part: &str) -> Result<Revision, Unread> {
    let text = decoded(part).ok_or(Unread::Revision)?;
    Revision::new(&text).map_err(|_| Unread::Revision)
}

fn file(parts: &[&str]) -> Result<RepoPath, Unread> {
    let parts: Option<Vec<_>> = parts.iter().map(|part| decoded(part)).collect();
    let path = parts.ok_or(Unread::Path)?.join("/");
    RepoPath::new(&path).map_err(|_| Unread::Path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_read_as_clients_write_them() {
        let id = |text: &str| RepoId::new(text).expect(text);
        let at = |text: &str| Revision::new(text).expect(text);
        let path = |text: &str| RepoPath::new(text).expect(text);
        let cases = [
            ("/api/models", Address::List),
            ("/api/models/gpt2", Address::Info(id("gpt2"), at("main"))),
            ("/api/models/a/b", Address::Info(id("a/b"), at("main"))),
            (
                "/api/models/a/b/revision/refs%2Fpr%2F1",
                Address::Info(id("a/b"), at("refs/pr/1")),
            ),
            (
                "/api/models/gpt2/tree/main",
                Address::Tree(id("gpt2"), at("main"), None),
            ),
            (
                "/api/models/a/b/tree/v1/sub%20dir/x",
                Address::Tree(id("a/b"), at("v1"), Some(path("sub dir/x"))),
            ),
            ("/api/models/a/b/refs", Address::Refs(id("a/b"))),
            (
                "/api/models/a/b/paths-info/main",
                Address::PathsInfo(id("a/b"), at("main")),
            ),
            (
                "/a/b/resolve/main/sub%20dir/a%23b.txt",
                Address::File(id("a/b"), at("main"), path("sub dir/a#b.txt")),
            ),
            (
                "/gpt2/resolve/main/config.json",
                Address::File(id("gpt2"), at("main"), path("config.json")),
            ),
        ];
        for (text, address) in cases {
            assert_eq!(read(text), Ok(address), "{text}");
        }
    }

    #[test]
    fn what_climbs_is_refused() {
        let cases = [
            ("/a/b/resolve/main/../../x", Unread::Path),
            ("/a/b/resolve/main/%2e%2e/%2e%2e/etc/passwd", Unread::Path),
            ("/a/b/resolve/main/..%2f..%2fx", Unread::Path),
            ("/a/b/resolve/main/%2Fetc%2Fpasswd", Unread::Path),
            ("/a/b/resolve/main/a%00b", Unread::Path),
            ("/a/b/resolve/main/a%5C..%5Cb", Unread::Path),
            ("/a/b/resolve/main/%FF", Unread::Path),
            ("/a/b/resolve/main/", Unread::Path),
            ("/a/b/resolve/main", Unread::Path),
            ("/a/b/resolve/..%2F..%2Fx/config.json", Unread::Revision),
            ("/../b/resolve/main/x", Unread::Repository),
            ("/a/%2e%2e/resolve/main/x", Unread::Repository),
            ("/a%2Fb/c/resolve/main/x", Unread::Repository),
            ("/api/models/a/..", Unread::Repository),
            ("/api/models/a/b/c/d", Unread::Route),
            ("/api/whoami-v2", Unread::Route),
        ];
        for (text, unread) in cases {
            assert_eq!(read(text), Err(unread), "{text}");
        }
    }
}
