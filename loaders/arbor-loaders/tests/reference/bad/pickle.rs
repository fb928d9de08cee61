//! PyTorch's files: good ones give the same numbers, and those that ask for
//! something else, promise too much or are damaged are refused by name.

use super::repository::Repository;
use super::{Case, unloadable, verified};
use crate::fixture;
use serde_json::json;

const INDEX: &str = "pytorch_model.bin.index.json";

pub(super) const CASES: &[Case] = &[
    // Among its tensors are a transposed one and two in one storage.
    verified("a pickle of tensors", "without running", |r| {
        r.pickle(|_| {});
    }),
    verified("pickles with an index", "without running", |r| {
        shard(r, "pytorch_model-00001-of-00002.bin");
    }),
    unloadable(
        "an index of pickles out of the folder",
        "no plain file name",
        |r| {
            shard(r, "../second.bin");
        },
    ),
    unloadable(
        "a pickle's index that names safetensors",
        "no plain file name",
        |r| {
            shard(r, "model.safetensors");
        },
    ),
    unloadable(
        "a pickle that runs a command",
        "asks for `posix.system`",
        |r| {
            r.pickle(|file| *file = fixture::pickle("payload.bin"));
        },
    ),
    unloadable(
        "another class in a tensor's place",
        "asks for `torch.FloatSomethi`",
        |r| {
            r.pickle(|file| patch(file, b"torch\nFloatStorage\n", b"torch\nFloatSomethi"));
        },
    ),
    unloadable("the format before PyTorch 1.6", "before PyTorch 1.6", |r| {
        r.pickle(|file| *file = fixture::pickle("legacy.bin"));
    }),
    unloadable("one number for many", "more than once", |r| {
        r.pickle(|file| *file = fixture::pickle("expanded.bin"));
    }),
    unloadable("a pickle in a compressed file", "is compressed", |r| {
        r.pickle(|file| *file = fixture::pickle("compressed.bin"));
    }),
    unloadable(
        "a pickle of no dictionary",
        "no dictionary of tensors",
        |r| {
            r.pickle(|file| *file = fixture::pickle("list.bin"));
        },
    ),
    unloadable("a text called a pickle", "no zip file", |r| {
        r.pickle(|file| *file = b"not a pickle".to_vec());
    }),
    unloadable(
        "a pickle that is cut off",
        "zip directory cannot be read",
        |r| {
            r.pickle(|file| file.truncate(file.len() / 2));
        },
    ),
    unloadable("nothing called a pickle", "no zip file", |r| {
        r.pickle(Vec::clear);
    }),
];

/// Replaces bytes by others, as many.
fn patch(file: &mut [u8], from: &[u8], to: &[u8]) {
    let at = file.windows(from.len()).position(|window| window == from);
    let at = at.expect("the bytes");
    file[at..at + to.len()].copy_from_slice(to);
}

/// The two shards that PyTorch wrote, the first under another name.
fn shard(repository: &mut Repository, first: &str) {
    repository.pickle(|_| {});
    repository.files.remove("pytorch_model.bin");
    let (one, two) = (
        "pytorch_model-00001-of-00002.bin",
        "pytorch_model-00002-of-00002.bin",
    );
    repository.put(one, fixture::pickle(one));
    repository.put(two, fixture::pickle(two));
    let text = String::from_utf8(fixture::pickle(INDEX)).expect("text");
    let mut index: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    for file in index["weight_map"]
        .as_object_mut()
        .expect("a map")
        .values_mut()
    {
        if file == one {
            *file = json!(first);
        }
    }
    repository.put(INDEX, index.to_string());
}
