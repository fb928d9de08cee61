//! Headers of safetensors files.

use super::repository::{Repository, WEIGHTS, file};
use super::{Case, unloadable, verified};
use serde_json::json;

const Q: &str = "model.layers.0.self_attn.q_proj.weight";
const V: &str = "model.layers.0.self_attn.v_proj.weight";

pub(super) const CASES: &[Case] = &[
    verified("good", "well-formed", |_| {}),
    unloadable("data cut off", ", the data at", |r| cut(r, |n| n * 6 / 10)),
    unloadable("header cut off", "the file has 200", |r| cut(r, |_| 200)),
    unloadable("empty", "0 bytes, too few", |r| cut(r, |_| 0)),
    unloadable("seven bytes", "7 bytes, too few", |r| cut(r, |_| 7)),
    unloadable("length 2^63", "9223372036854775808", |r| length(r, 1 << 63)),
    unloadable("length 2^64-1", "18446744073709551615", |r| {
        length(r, u64::MAX);
    }),
    unloadable("length 1 GiB", "1073741824", |r| length(r, 1 << 30)),
    unloadable("length 0", "EOF", |r| length(r, 0)),
    unloadable("nested", "`__metadata__`", |r| {
        let deep = [vec![b'['; 100_000], vec![b']'; 100_000]].concat();
        text(r, &[b"{\"__metadata__\":", &deep[..], b"}"].concat());
    }),
    unloadable("no UTF-8", "utf-8", |r| text(r, b"{\"a\xff\":1}")),
    unloadable("no JSON", "key must be a string", |r| text(r, b"{{{{")),
    unloadable("an array", "an object of tensors", |r| text(r, b"[]")),
    unloadable("too long", "at most 16777216", |r| {
        text(r, &vec![b' '; 17 << 20]);
    }),
    unloadable("twice, elsewhere", "overlaps", |r| {
        twice(r, |text| text.replace("\"__q__\"", "\"model.norm.weight\""));
    }),
    unloadable("twice, empty", "`model.norm.weight` stands twice", |r| {
        r.weights(|parts| {
            parts.push("__q__", &json!({"dtype": "F32", "shape": [0]}), &[]);
        });
        twice(r, |text| text.replace("\"__q__\"", "\"model.norm.weight\""));
    }),
    unloadable("two metadata", "`__metadata__` stands twice", |r| {
        text(r, br#"{"__metadata__":{},"__metadata__":{}}"#);
    }),
    unloadable("metadata of objects", "`__metadata__`: invalid type", |r| {
        r.weights(|parts| {
            parts
                .header
                .insert("__metadata__".to_owned(), json!({"a": {}}));
        });
    }),
    unloadable("overlap", "overlaps", |r| {
        r.weights(|parts| parts.header[V] = parts.header[Q].clone());
    }),
    unloadable("overlap in part", "overlaps", |r| shift(r, -64)),
    unloadable("gap", "leaves a gap", |r| shift(r, 64)),
    unloadable("appended", "something is appended", |r| {
        r.weights(|parts| parts.data.extend([0; 4096]));
    }),
    unloadable("reversed", "before it begins", |r| {
        r.weights(|parts| {
            let range = parts.range(Q);
            parts.header[Q]["data_offsets"] = json!([range.end, range.start]);
        });
    }),
    unloadable("negative offset", Q, |r| {
        r.entry(Q, "data_offsets", json!([-4096, 0]));
    }),
    unloadable(
        "offset 2^63",
        "q_proj.weight` ends at 9223372036854779904",
        |r| {
            r.entry(
                Q,
                "data_offsets",
                json!([1_u64 << 63, (1_u64 << 63) + 4096]),
            );
        },
    ),
    unloadable("three offsets", Q, |r| {
        r.entry(Q, "data_offsets", json!([0, 1, 2]));
    }),
    unloadable("shape and bytes differ", "needs 4224", |r| {
        r.entry(Q, "shape", json!([32, 33]));
    }),
    unloadable("shape overflows", "beyond any file", |r| {
        r.entry(Q, "shape", json!([1_u64 << 33, 1_u64 << 33]));
    }),
    unloadable("a zero hides an overflow", "beyond any file", |r| {
        r.entry(Q, "shape", json!([1_u64 << 62, 8, 0]));
    }),
    unloadable("nine dimensions", "at most 8 dimensions", |r| {
        r.entry(Q, "shape", json!([1, 1, 1, 1, 1, 1, 1, 32, 32]));
    }),
    unloadable("no such format", "F13", |r| {
        r.entry(Q, "dtype", json!("F13"));
    }),
    unloadable("a key that nobody knows", "`scale`", |r| {
        r.entry(Q, "scale", json!(2));
    }),
    unloadable("a pointer", "git-lfs", |r| {
        r.put(
            WEIGHTS,
            "version https://git-lfs.github.com/spec/v1\nsize 1\n",
        );
    }),
    unloadable("a web page", "web page", |r| {
        r.put(WEIGHTS, "<!DOCTYPE html><title>404</title>");
    }),
];

fn cut(repository: &mut Repository, to: fn(usize) -> usize) {
    let mut bytes = repository.files[WEIGHTS].clone();
    bytes.truncate(to(bytes.len()));
    repository.put(WEIGHTS, bytes);
}

fn length(repository: &mut Repository, length: u64) {
    let mut bytes = repository.files[WEIGHTS].clone();
    bytes[..8].copy_from_slice(&length.to_le_bytes());
    repository.put(WEIGHTS, bytes);
}

fn text(repository: &mut Repository, header: &[u8]) {
    repository.put(WEIGHTS, file(header, &[]));
}

/// Says that a tensor lies elsewhere.
fn shift(repository: &mut Repository, by: i64) {
    repository.weights(|parts| {
        for at in 0..2 {
            let offset = &mut parts.header[Q]["data_offsets"][at];
            *offset = json!(offset.as_i64().expect("an offset") + by);
        }
    });
}

/// Changes the header's text, after a second entry under a name of its own.
fn twice(repository: &mut Repository, change: fn(&str) -> String) {
    repository.weights(|parts| {
        if !parts.header.contains_key("__q__") {
            let again = parts.header[Q].clone();
            parts.header.insert("__q__".to_owned(), again);
        }
    });
    let bytes = &repository.files[WEIGHTS];
    let length = u64::from_le_bytes(*bytes.first_chunk().expect("a length")) as usize;
    let header = change(std::str::from_utf8(&bytes[8..8 + length]).expect("text"));
    let bytes = file(header.as_bytes(), &bytes[8 + length..]);
    repository.put(WEIGHTS, bytes);
}
