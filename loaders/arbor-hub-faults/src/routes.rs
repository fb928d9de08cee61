//! What each route answers while nothing is wrong; what a fault makes of it is
//! in `spoil.rs`.

use crate::fault::{Fault, On};
use crate::repo::{Access, File, Repo, git_blob};
use crate::server::{Inner, Server, State};
use crate::spoil::{body, spoil};
use crate::wire::{Answer, Request};
use serde_json::json;

/// The answer, or `None` if there shall be none.
pub(crate) fn answer(state: &State, request: &Request) -> Option<Answer> {
    let mut inner = state.inner();
    let (path, query) = request.path.split_once('?').unwrap_or((&request.path, ""));
    let path = decode(path);
    let found = match request.server {
        Server::Content => (On::Content, content_server(&inner, &path, query, request)),
        Server::Hub => hub(&inner, state, &path, query, request),
    };
    let (on, mut plain) = found;
    let mut faults = inner.faults(on);
    // What the hub sends itself is both its answer and the content.
    let is_body = matches!(plain.1, Some(ref file) if request.server == Server::Hub && !file.content.is_empty());
    if on == On::Resolve && is_body {
        faults.extend(inner.faults(On::Content));
    }
    for fault in &faults {
        if matches!(fault, Fault::Mute) {
            return None;
        }
        if matches!(fault, Fault::Move) {
            advance(&mut inner);
        }
        if let Fault::Late(pause) = fault {
            drop(inner);
            std::thread::sleep(*pause);
            inner = state.inner();
        }
    }
    drop(inner);
    if let Some(file) = plain.1.take() {
        plain.0 = body(plain.0, &file, request, &faults);
    }
    Some(spoil(plain.0, faults))
}

/// An answer, and the file whose bytes are to be its body.
pub(crate) type Plain = (Answer, Option<File>);

fn refused(status: u16, code: &str, message: &str) -> Plain {
    let body = json!({ "error": message }).to_string();
    let answer = Answer::new(status, body).with("content-type", "application/json");
    let answer = answer.with("x-error-message", message);
    match code {
        "" => (answer, None),
        code => (answer.with("x-error-code", code), None),
    }
}

fn hub(inner: &Inner, state: &State, path: &str, query: &str, request: &Request) -> (On, Plain) {
    let token = request
        .header("authorization")
        .and_then(|v| v.strip_prefix("Bearer "));
    if path == "/api/models" {
        return (On::List, crate::list::list(inner, state, query));
    }
    let kinds = [
        ("/api/resolve-cache/models/", "/", On::Content),
        ("/api/models/", "/revision/", On::Info),
        ("/api/models/", "/tree/", On::Tree),
        ("/", "/resolve/", On::Resolve),
    ];
    for (prefix, marker, on) in kinds {
        let Some(rest) = path.strip_prefix(prefix) else {
            continue;
        };
        let found = inner.repos.iter().find_map(|repo| {
            let rest = rest.strip_prefix(repo.id.as_str())?.strip_prefix(marker)?;
            Some((repo, rest))
        });
        let Some((repo, rest)) = found else { continue };
        if let Some(refusal) = access(repo, token, on) {
            return (on, refusal);
        }
        let plain = match on {
            On::Info => info(repo, rest),
            On::Tree => tree(inner, state, repo, rest, query),
            On::Resolve => resolve(inner, state, repo, rest),
            On::Content => cached(repo, rest),
            On::List => continue,
        };
        return (on, plain);
    }
    let on = if path.contains("/tree/") {
        On::Tree
    } else {
        On::Info
    };
    let status = if token.is_some() { 404 } else { 401 };
    (on, refused(status, "RepoNotFound", "Repository not found"))
}

fn access(repo: &Repo, token: Option<&str>, on: On) -> Option<Plain> {
    let files = matches!(on, On::Resolve | On::Content);
    match (repo.access, token) {
        (_, Some("hf_bad")) => Some(refused(
            401,
            "",
            "Invalid credentials in Authorization header",
        )),
        (Access::Private, None) => Some(refused(401, "RepoNotFound", "Repository not found")),
        (Access::Gated, None) if files => Some(refused(
            401,
            "GatedRepo",
            "Access to this model is restricted",
        )),
        (Access::Gated, Some("hf_stranger")) if files => Some(refused(
            403,
            "GatedRepo",
            "You are not in the authorized list",
        )),
        (Access::Disabled, _) => Some(refused(403, "", "Access to this resource is disabled.")),
        (Access::Open | Access::Private | Access::Gated, _) => None,
    }
}

fn info(repo: &Repo, revision: &str) -> Plain {
    let Some((sha, files)) = repo.resolve(revision) else {
        return refused(404, "RevisionNotFound", "Invalid rev id");
    };
    let siblings: Vec<_> = files
        .iter()
        .map(|file| json!({ "rfilename": file.path }))
        .collect();
    let gated = match repo.access {
        Access::Gated => json!("auto"),
        Access::Open | Access::Private | Access::Disabled => json!(false),
    };
    let body = json!({
        "_id": "000000000000000000000000", "id": repo.id, "modelId": repo.id, "sha": sha,
        "private": repo.access == Access::Private, "gated": gated, "disabled": false,
        "tags": [], "siblings": siblings,
    });
    let answer = Answer::new(200, body.to_string()).with("content-type", "application/json");
    (answer, None)
}

fn tree(inner: &Inner, state: &State, repo: &Repo, revision: &str, query: &str) -> Plain {
    let Some((sha, files)) = repo.resolve(revision) else {
        return refused(404, "RevisionNotFound", "Invalid rev id");
    };
    let cursor = query
        .split('&')
        .find_map(|pair| pair.strip_prefix("cursor="));
    let from: usize = cursor.and_then(|text| text.parse().ok()).unwrap_or(0);
    let entries: Vec<_> = files
        .iter()
        .skip(from)
        .take(inner.page)
        .map(entry)
        .collect();
    let next = from + entries.len();
    let body = serde_json::Value::from(entries).to_string();
    let answer = Answer::new(200, body).with("content-type", "application/json");
    if next >= files.len() {
        return (answer, None);
    }
    let link = format!(
        "<http://{}/api/models/{}/tree/{sha}?recursive=true&expand=false&cursor={next}>; rel=\"next\"",
        state.hub, repo.id
    );
    (answer.with("link", link), None)
}

fn entry(file: &File) -> serde_json::Value {
    let size = file.content.len();
    if !file.large {
        return json!({ "type": "file", "oid": file.digest(), "size": size, "path": file.path });
    }
    let pointer = format!(
        "version https://git-lfs.github.com/spec/v1\noid sha256:{}\nsize {size}\n",
        file.digest()
    );
    json!({
        "type": "file", "oid": git_blob(pointer.as_bytes()), "size": size, "path": file.path,
        "lfs": { "oid": file.digest(), "size": size, "pointerSize": pointer.len() },
    })
}

fn resolve(inner: &Inner, state: &State, repo: &Repo, rest: &str) -> Plain {
    let Some((revision, path)) = rest.split_once('/') else {
        return refused(404, "EntryNotFound", "Entry not found");
    };
    let Some((sha, files)) = repo.resolve(revision) else {
        return refused(404, "RevisionNotFound", "Invalid rev id");
    };
    let Some(file) = files.iter().find(|file| file.path == path) else {
        let (answer, _) = refused(404, "EntryNotFound", "Entry not found");
        return (answer.with("x-repo-commit", sha), None);
    };
    let etag = format!("\"{}\"", file.digest());
    if inner.direct {
        let answer = Answer::new(200, "")
            .with("etag", etag)
            .with("x-repo-commit", sha);
        return (answer, Some(file.clone()));
    }
    let answer = if file.large {
        let to = format!(
            "http://{}/{}?signature={}",
            state.content,
            file.digest(),
            inner.signature
        );
        Answer::new(302, "Found. Redirecting")
            .with("location", to)
            .with("x-linked-size", file.content.len().to_string())
            .with("x-linked-etag", etag)
    } else {
        let to = format!(
            "/api/resolve-cache/models/{}/{sha}/{}",
            repo.id,
            encode(path)
        );
        Answer::new(307, "Temporary Redirect").with("location", to)
    };
    (
        answer
            .with("x-repo-commit", sha)
            .with("accept-ranges", "bytes"),
        None,
    )
}

fn cached(repo: &Repo, rest: &str) -> Plain {
    let found = rest.split_once('/').and_then(|(sha, path)| {
        let (sha, files) = repo.resolve(sha)?;
        Some((sha, files.iter().find(|file| file.path == path)?))
    });
    let Some((sha, file)) = found else {
        return refused(404, "EntryNotFound", "Entry not found");
    };
    let etag = format!("\"{}\"", file.digest());
    let answer = Answer::new(200, "")
        .with("etag", etag)
        .with("x-repo-commit", sha);
    (answer, Some(file.clone()))
}

fn content_server(inner: &Inner, path: &str, query: &str, request: &Request) -> Plain {
    let files = inner
        .repos
        .iter()
        .flat_map(|repo| &repo.commits)
        .flat_map(|(_, files)| files);
    let wanted = path.trim_start_matches('/');
    let file = files
        .into_iter()
        .find(|file| file.large && file.digest() == wanted);
    if query != format!("signature={}", inner.signature)
        || request.header("authorization").is_some()
    {
        // As the real ones do: a token beside a signature is refused.
        let body = "<?xml version=\"1.0\"?><Error><Code>AccessDenied</Code></Error>";
        return (
            Answer::new(403, body).with("content-type", "application/xml"),
            None,
        );
    }
    match file {
        Some(file) => (
            Answer::new(200, "").with("etag", "\"md5-of-something-else\""),
            Some(file.clone()),
        ),
        None => (Answer::new(404, "<Error>NoSuchKey</Error>"), None),
    }
}

/// Lets `main` of every repository name the commit after the one it names.
fn advance(inner: &mut Inner) {
    for repo in &mut inner.repos {
        let now = repo.refs.get("main").cloned();
        let mut commits = repo.commits.iter();
        let at = commits.position(|(sha, _)| Some(sha) == now.as_ref());
        if let Some((sha, _)) = at.and_then(|at| repo.commits.get(at + 1)) {
            repo.refs.insert("main".to_owned(), sha.clone());
        }
    }
}

fn encode(path: &str) -> String {
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"-._~/".contains(&b);
    let encoded = path.bytes().map(|b| {
        if plain(b) {
            char::from(b).to_string()
        } else {
            format!("%{b:02X}")
        }
    });
    encoded.collect()
}

pub(crate) fn decode(path: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = path.as_bytes();
    while let [first, after @ ..] = rest {
        let digits = after.get(..2).and_then(|two| std::str::from_utf8(two).ok());
        let byte = digits.and_then(|two| u8::from_str_radix(two, 16).ok());
        match (first, byte) {
            (b'%', Some(byte)) => {
                bytes.push(byte);
                rest = &after[2..];
            }
            _ => {
                bytes.push(*first);
                rest = after;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}
