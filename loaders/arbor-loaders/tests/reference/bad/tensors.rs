//! Tensors that do not fit the configuration, and weights that are subtly
//! wrong: these load, and only the numbers tell.

use super::repository::{Parts, Repository, WEIGHTS};
use super::{Case, broken, drifted, unloadable, verified};
use serde_json::json;

const Q: &str = "model.layers.0.self_attn.q_proj.weight";
const K: &str = "model.layers.0.self_attn.k_proj.weight";
const V: &str = "model.layers.0.self_attn.v_proj.weight";
const O: &str = "model.layers.1.self_attn.o_proj.weight";
const GATE: &str = "model.layers.0.mlp.gate_proj.weight";
const UP: &str = "model.layers.0.mlp.up_proj.weight";
const DOWN: &str = "model.layers.1.mlp.down_proj.weight";
const NORM: &str = "model.norm.weight";
const EMBED: &str = "model.embed_tokens.weight";

pub(super) const CASES: &[Case] = &[
    unloadable("transposed", GATE, |r| {
        r.entry(GATE, "shape", json!([32, 64]));
    }),
    unloadable("integers", "stored as I32", |r| {
        r.entry(Q, "dtype", json!("I32"));
    }),
    unloadable("another format", "has the shape [32, 64]", |r| {
        r.entry(Q, "dtype", json!("F16"));
        r.entry(Q, "shape", json!([32, 64]));
    }),
    unloadable("missing", UP, |r| r.weights(|p| drop(p.take(UP)))),
    unloadable("no final norm", NORM, |r| r.weights(|p| drop(p.take(NORM)))),
    unloadable("a bias too many", "q_proj.bias", |r| {
        add(r, "model.layers.0.self_attn.q_proj.bias", 32);
    }),
    unloadable("a layer too many", "model.layers.2.", |r| {
        add(r, "model.layers.2.input_layernorm.weight", 32);
    }),
    unloadable("a hostile name", "\\u{1b}[31m", |r| add(r, "\u{1b}[31m", 1)),
    unloadable("5,000 empty tensors", "5000 tensors have no place", |r| {
        r.weights(|p| {
            for at in 0..5_000 {
                let entry = json!({"dtype": "F32", "shape": [0]});
                p.push(&format!("t{at}"), &entry, &[]);
            }
        });
    }),
    unloadable("a row too few", "[95, 32]", |r| {
        r.weights(|p| {
            let (mut entry, bytes) = p.take("lm_head.weight");
            entry["shape"] = json!([95, 32]);
            p.push("lm_head.weight", &entry, &bytes[..95 * 32 * 4]);
        });
    }),
    verified("an old buffer", "rotary_emb.inv_freq", |r| {
        add(r, "model.layers.0.self_attn.rotary_emb.inv_freq", 4);
    }),
    broken("a NaN", "down_proj.weight` holds NaN", |r| {
        number(r, DOWN, 7, f32::NAN);
    }),
    broken("an infinity", "down_proj.weight` holds an infinity", |r| {
        number(r, DOWN, 2_047, f32::NEG_INFINITY);
    }),
    broken("numbers that overflow", "not finite", |r| {
        number(r, NORM, 0, f32::MAX);
        number(r, EMBED, 0, f32::MAX);
    }),
    broken("all zero", "the same number", |r| {
        r.weights(|p| p.data.fill(0));
    }),
    drifted("keys and values swapped", |r| swap(r, K, V)),
    drifted("gate and up swapped", |r| swap(r, GATE, UP)),
    drifted("norms swapped", |r| {
        swap(
            r,
            "model.layers.0.input_layernorm.weight",
            "model.layers.0.post_attention_layernorm.weight",
        );
    }),
    drifted("output transposed", |r| {
        r.weights(|p| {
            let old = p.bytes(O).to_vec();
            for (at, word) in p.bytes(O).chunks_exact_mut(4).enumerate() {
                let from = 4 * (at % 32 * 32 + at / 32);
                word.copy_from_slice(&old[from..from + 4]);
            }
        });
    }),
    drifted("embedding one row off", |r| {
        r.weights(|p| p.bytes(EMBED).rotate_right(32 * 4));
    }),
    drifted("one sign", |r| r.weights(|p| p.bytes(V)[3] ^= 0x80)),
    drifted("rounded to bfloat16", |r| {
        r.weights(|p| {
            for word in p.data.chunks_exact_mut(4) {
                word[..2].fill(0);
            }
        });
    }),
    verified("one lowest bit", "against transformers", |r| {
        r.weights(|p| p.bytes(V)[0] ^= 1);
    }),
    unloadable("a pickle alone", "--allow-pickle", |r| {
        r.files.remove(WEIGHTS);
        r.put("pytorch_model.bin", "cos\nsystem\n(S'true'\ntR.");
    }),
    unloadable("no weights", "no safetensors weights", |r| {
        r.files.remove(WEIGHTS);
    }),
];

fn add(repository: &mut Repository, name: &str, count: usize) {
    let entry = json!({"dtype": "F32", "shape": [count]});
    repository.weights(|parts| parts.push(name, &entry, &vec![0; count * 4]));
}

fn number(repository: &mut Repository, name: &str, at: usize, number: f32) {
    repository.weights(|parts| {
        parts.bytes(name)[at * 4..][..4].copy_from_slice(&number.to_le_bytes());
    });
}

fn swap(repository: &mut Repository, a: &str, b: &str) {
    repository.weights(|parts: &mut Parts| {
        let first = parts.bytes(a).to_vec();
        let second = parts.bytes(b).to_vec();
        parts.bytes(a).copy_from_slice(&second);
        parts.bytes(b).copy_from_slice(&first);
    });
}
