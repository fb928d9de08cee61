//! Indexes of shards.

use super::repository::{INDEX, Parts, Repository, SHARDS, WEIGHTS};
use super::{Case, unloadable, verified};
use serde_json::{Value, json};

const NORM: &str = "model.norm.weight";

pub(super) const CASES: &[Case] = &[
    verified("two shards", "well-formed", |r| r.shard(|_| {})),
    verified("a wrong total", "speaks of 1 bytes", |r| {
        r.shard(|index| index["metadata"]["total_size"] = json!(1));
    }),
    verified("no metadata", "well-formed", |r| {
        r.shard(|index| drop(index.as_object_mut().expect("an object").remove("metadata")));
    }),
    unloadable("a total of text", "invalid type", |r| {
        r.shard(|index| index["metadata"]["total_size"] = json!([[]]));
    }),
    unloadable("no shard", SHARDS[1], |r| {
        r.shard(|_| {});
        r.files.remove(SHARDS[1]);
    }),
    unloadable("up and away", "`../../../etc/passwd`", |r| {
        rename(r, "../../../etc/passwd");
    }),
    unloadable("absolute", "`/etc/passwd`", |r| rename(r, "/etc/passwd")),
    unloadable("backslashes", "no plain file name", |r| {
        rename(r, "..\\x.safetensors");
    }),
    unloadable("an address", "no plain file name", |r| {
        rename(r, "https://example.org/x.safetensors");
    }),
    unloadable("a NUL", "`model\\0.safetensors`", |r| {
        rename(r, "model\0.safetensors");
    }),
    unloadable("no name", "no plain file name", |r| rename(r, "")),
    unloadable("a folder's name", "no plain file name", |r| rename(r, "..")),
    unloadable("a long name", "no plain file name", |r| {
        rename(r, &("a".repeat(300) + ".safetensors"));
    }),
    unloadable("a link", "links out of the folder", |r| {
        r.shard(|_| {});
        r.files.remove(SHARDS[1]);
        r.links.push((SHARDS[1], "/etc/passwd"));
    }),
    unloadable("a linked index", "links out of the folder", |r| {
        r.shard(|_| {});
        r.files.remove(INDEX);
        r.links.push((INDEX, "/dev/zero"));
    }),
    unloadable("the wrong shard", NORM, |r| {
        r.shard(|index| index["weight_map"][NORM] = json!(SHARDS[0]));
    }),
    unloadable(
        "a ghost",
        "`model.ghost`, which its shard does not hold",
        |r| {
            r.shard(|index| index["weight_map"]["model.ghost"] = json!(SHARDS[0]));
        },
    ),
    unloadable("unlisted", NORM, |r| {
        r.shard(|index| drop(map(index).remove(NORM)));
    }),
    unloadable("in both", "does not name", |r| {
        r.shard(|_| {});
        let (entry, bytes) = Parts::of(&r.files[SHARDS[1]]).take(NORM);
        r.part(SHARDS[0], |parts| parts.push(NORM, &entry, &bytes));
    }),
    unloadable("named twice", "twice", |r| {
        r.shard(|_| {});
        let text = String::from_utf8(r.files[INDEX].clone()).expect("text");
        let again = format!("\"weight_map\":{{\"{NORM}\":\"{}\",", SHARDS[0]);
        r.put(INDEX, text.replace("\"weight_map\":{", &again));
    }),
    unloadable("no JSON", "expected", |r| {
        r.shard(|_| {});
        r.put(INDEX, "hello");
    }),
    unloadable("an empty map", "is empty", |r| {
        r.shard(|index| map(index).clear());
    }),
    unloadable("no map", "`weight_map`", |r| {
        r.shard(|index| *index = json!({}));
    }),
    unloadable("a number for a shard", "invalid type", |r| {
        r.shard(|index| index["weight_map"][NORM] = json!(2));
    }),
    unloadable("a shard beside a single file", "stands beside it", |r| {
        let single = r.files[WEIGHTS].clone();
        r.shard(|_| {});
        r.put(WEIGHTS, single);
    }),
];

fn map(index: &mut Value) -> &mut serde_json::Map<String, Value> {
    index["weight_map"].as_object_mut().expect("a map")
}

/// Names another file for one tensor.
fn rename(repository: &mut Repository, shard: &str) {
    repository.shard(|index| index["weight_map"][NORM] = json!(shard));
}
