//! The hub's JSON for what is on a shelf. Fields that a mirror cannot know
//! have the value that means nothing: no likes, no downloads, no tags.

use super::query::Query;
use arbor_model::RepoPath;
use arbor_service::{Opened, Shelf, Shelves, StockedFile, content_id};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use std::io::Read as _;

/// A larger `config.json` is not looked into.
const CONFIG_BYTES: u64 = 1 << 20;

/// A repository among others.
pub(super) fn brief(shelf: &Shelf) -> Map<String, Value> {
    let id = shelf.repo.as_str();
    let mut shape = Map::new();
    let mut put = |key: &str, value: Value| shape.insert(key.to_owned(), value);
    // Clients want an identifier of 24 digits and never ask by it.
    let key = content_id(id.as_bytes());
    put("_id", key.get(..24).unwrap_or_default().into());
    put("id", id.into());
    put("modelId", id.into());
    if let Some((author, _)) = id.split_once('/') {
        put("author", author.into());
    }
    put("sha", shelf.commit.to_string().into());
    if let Some(moment) = shelf.moment() {
        put("lastModified", moment.as_str().into());
        put("createdAt", moment.into());
    }
    for flag in ["private", "gated", "disabled"] {
        put(flag, false.into());
    }
    put("downloads", 0.into());
    put("likes", 0.into());
    put("tags", json!([]));
    shape
}

/// All that is known of a repository at a commit.
pub(super) fn info(
    shelf: &Shelf,
    config: Option<Value>,
    numbers: &BTreeMap<String, u64>,
    query: &Query,
) -> Value {
    let mut shape = brief(shelf);
    let blobs = query.flag("blobs");
    let siblings: Vec<Value> = shelf
        .files
        .iter()
        .map(|file| sibling(file, blobs))
        .collect();
    shape.insert("siblings".to_owned(), siblings.into());
    shape.insert("spaces".to_owned(), json!([]));
    if let Some(config) = config {
        shape.insert("config".to_owned(), config);
    }
    if !numbers.is_empty() {
        let total = numbers.values().copied().fold(0, u64::saturating_add);
        let counts = json!({ "parameters": numbers, "total": total });
        shape.insert("safetensors".to_owned(), counts);
    }
    let bytes = shelf.files.iter().map(|file| file.size);
    let bytes = bytes.fold(0, u64::saturating_add);
    shape.insert("usedStorage".to_owned(), bytes.into());
    let wanted = query.all(&["expand", "expand[]"]);
    if !wanted.is_empty() {
        shape.retain(|key, _| {
            matches!(key.as_str(), "_id" | "id") || wanted.contains(&key.as_str())
        });
    }
    shape.into()
}

fn sibling(file: &StockedFile, blobs: bool) -> Value {
    let mut shape = json!({ "rfilename": file.path.as_str() });
    if blobs {
        shape["size"] = file.size.into();
        shape["blobId"] = file.git_id().to_string().into();
        if file.is_large() {
            shape["lfs"] = large(file, "sha256");
        }
    }
    shape
}

fn large(file: &StockedFile, key: &str) -> Value {
    let pointer = file.pointer().len();
    json!({ key: file.digest.to_string(), "size": file.size, "pointerSize": pointer })
}

/// What the hub tells of a `config.json`.
pub(super) fn config(shelves: &Shelves, shelf: &Shelf) -> Option<Value> {
    let file = shelf
        .files
        .iter()
        .find(|file| file.path.as_str() == "config.json")?;
    if file.size > CONFIG_BYTES {
        return None;
    }
    let mut bytes = Vec::new();
    match shelves.read(&shelf.repo, file).ok()?? {
        Opened::Bytes(content) => bytes.extend_from_slice(content),
        Opened::File(file) => {
            file.take(CONFIG_BYTES).read_to_end(&mut bytes).ok()?;
        }
    }
    let whole: Map<String, Value> = serde_json::from_slice(&bytes).ok()?;
    let told = |key: &str| Some((key.to_owned(), whole.get(key)?.clone()));
    let told: Map<_, _> = ["architectures", "model_type"]
        .iter()
        .filter_map(|key| told(key))
        .collect();
    Some(told.into())
}

/// The entries of a folder, or of everything below it; none if there is no
/// such folder.
pub(super) fn tree(shelf: &Shelf, folder: Option<&RepoPath>, deep: bool) -> Option<Vec<Value>> {
    let above = folder.map_or(String::new(), |folder| format!("{folder}/"));
    let mut entries: BTreeMap<String, Value> = BTreeMap::new();
    for file in &shelf.files {
        let Some(rest) = file.path.as_str().strip_prefix(above.as_str()) else {
            continue;
        };
        for (slash, _) in rest.match_indices('/') {
            let path = format!("{above}{}", &rest[..slash]);
            if deep || !rest[..slash].contains('/') {
                entries
                    .entry(path.clone())
                    .or_insert_with(|| directory(shelf, &path));
            }
        }
        if deep || !rest.contains('/') {
            entries.insert(file.path.to_string(), entry(file));
        }
    }
    let found = folder.is_none() || !entries.is_empty();
    found.then(|| entries.into_values().collect())
}

/// The entries of just these paths; unknown ones are left out.
pub(super) fn paths(shelf: &Shelf, asked: &[String]) -> Vec<Value> {
    let one = |path: &String| {
        let file = shelf.files.iter().find(|file| file.path.as_str() == path);
        if let Some(file) = file {
            return Some(entry(file));
        }
        let below = format!("{path}/");
        let mut files = shelf.files.iter();
        let is_folder = files.any(|file| file.path.as_str().starts_with(&below));
        is_folder.then(|| directory(shelf, path))
    };
    asked.iter().filter_map(one).collect()
}

fn entry(file: &StockedFile) -> Value {
    let mut shape = json!({
        "type": "file", "oid": file.git_id().to_string(), "size": file.size,
        "path": file.path.as_str(),
    });
    if file.is_large() {
        shape["lfs"] = large(file, "oid");
    }
    shape
}

/// A folder. Git's own id of it needs files that were never pulled; this one
/// changes with what is here.
fn directory(shelf: &Shelf, path: &str) -> Value {
    let below = format!("{path}/");
    let files = shelf.files.iter();
    let files = files.filter(|file| file.path.as_str().starts_with(&below));
    let listing: Vec<String> = files
        .map(|file| format!("{} {}\n", file.digest, file.path))
        .collect();
    json!({ "type": "directory", "oid": content_id(listing.concat().as_bytes()), "size": 0, "path": path })
}

/// Branches and tags. Which of both a name is, a pull does not learn.
pub(super) fn refs(shelves: &Shelves) -> Option<Value> {
    let there = shelves.there();
    if there.is_empty() {
        return None;
    }
    let mut newest: BTreeMap<&str, (usize, String)> = BTreeMap::new();
    for shelf in &there {
        for (name, age) in &shelf.revisions {
            let found = newest
                .entry(name)
                .or_insert((*age, shelf.commit.to_string()));
            if *age < found.0 {
                *found = (*age, shelf.commit.to_string());
            }
        }
    }
    let branch = |(name, (_, commit)): (&str, (usize, String))| json!({ "name": name, "ref": format!("refs/heads/{name}"), "targetCommit": commit });
    let branches: Vec<Value> = newest.into_iter().map(branch).collect();
    Some(json!({ "branches": branches, "tags": [], "converts": [], "pullRequests": [] }))
}
