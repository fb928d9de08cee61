//! Texts and a checkpoint: a tiny one, made here.

use crate::world::World;
use serde_json::{Value, json};
use std::fs;

const WIDTH: usize = 4;
const WORDS: [&str; 8] = ["<end>", "the", "cat", "sat", "on", "a", "mat", "."];

/// A folder with a GPT-2 of eight words, and a tokenizer if wanted.
pub(super) fn checkpoint(world: &World, name: &str, with_tokenizer: bool) {
    sized(world, name, with_tokenizer, 16);
}

/// The same with room for more positions: 64 are enough for every law.
pub(crate) fn roomy(world: &World, name: &str) {
    sized(world, name, true, 64);
}

fn sized(world: &World, name: &str, with_tokenizer: bool, positions: usize) {
    let folder = world.path(name);
    fs::create_dir(&folder).expect("a folder");
    let write = |file: &str, value: &Value| {
        fs::write(folder.join(file), value.to_string()).expect("written");
    };
    write(
        "config.json",
        &json!({
            "model_type": "gpt2", "architectures": ["GPT2LMHeadModel"], "eos_token_id": 0,
            "vocab_size": WORDS.len(), "n_positions": positions, "n_embd": WIDTH, "n_layer": 1, "n_head": 2,
        }),
    );
    fs::write(folder.join("model.safetensors"), weights(positions)).expect("written");
    if with_tokenizer {
        let vocabulary: serde_json::Map<String, Value> = (0..)
            .zip(WORDS)
            .map(|(id, word): (u32, &str)| (word.to_owned(), id.into()))
            .collect();
        write(
            "tokenizer.json",
            &json!({
                "version": "1.0", "truncation": null, "padding": null, "normalizer": null,
                "added_tokens": [{"id": 0, "content": "<end>", "single_word": false,
                    "lstrip": false, "rstrip": false, "normalized": false, "special": true}],
                "pre_tokenizer": {"type": "Whitespace"}, "post_processor": null, "decoder": null,
                "model": {"type": "WordLevel", "vocab": vocabulary, "unk_token": "<end>"},
            }),
        );
    }
}

/// Its tensors, of numbers that look random and are the same everywhere.
fn weights(positions: usize) -> Vec<u8> {
    let (w, inner) = (WIDTH, 4 * WIDTH);
    let mut tensors = vec![
        ("wte.weight".to_owned(), vec![WORDS.len(), w]),
        ("wpe.weight".to_owned(), vec![positions, w]),
    ];
    for norm in ["ln_f", "h.0.ln_1", "h.0.ln_2"] {
        for part in ["weight", "bias"] {
            tensors.push((format!("{norm}.{part}"), vec![w]));
        }
    }
    let maps = [
        ("attn.c_attn", w, 3 * w),
        ("attn.c_proj", w, w),
        ("mlp.c_fc", w, inner),
        ("mlp.c_proj", inner, w),
    ];
    for (map, rows, columns) in maps {
        tensors.push((format!("h.0.{map}.weight"), vec![rows, columns]));
        tensors.push((format!("h.0.{map}.bias"), vec![columns]));
    }
    let (mut header, mut data) = (serde_json::Map::new(), Vec::new());
    let mut state = 1_u32;
    for (name, shape) in tensors {
        let begin = data.len();
        for _ in 0..shape.iter().product() {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let number = (state >> 8) as f32 / (1 << 23) as f32 - 1.0;
            data.extend(number.to_le_bytes());
        }
        let tensor = json!({"dtype": "F32", "shape": shape, "data_offsets": [begin, data.len()]});
        header.insert(format!("transformer.{name}"), tensor);
    }
    let header = Value::Object(header).to_string();
    let length = (header.len() as u64).to_le_bytes();
    [&length[..], header.as_bytes(), &data].concat()
}

#[test]
fn texts_are_scored_and_continued() {
    let world = World::new();
    checkpoint(&world, "words", true);
    let runs: [(&str, &[&str]); 2] = [
        ("score", &["score", "./words", "the cat sat on a mat ."]),
        ("run", &["run", "./words", "the cat", "--max-tokens", "6"]),
    ];
    for (name, arguments) in runs {
        let transcript = world
            .run([arguments, &["--mode", "human"]].concat())
            .transcript();
        let line = format!("$ arbor {}\n", arguments.join(" "));
        insta::assert_snapshot!(name, line + &transcript);
    }
}

#[test]
fn ids_need_no_tokenizer() {
    let world = World::new();
    checkpoint(&world, "words", true);
    checkpoint(&world, "bare", false);
    let found = |arguments: &[&str]| -> Value {
        let ran = world.run([arguments, &["--json"]].concat());
        assert_eq!(ran.code, 0, "{arguments:?}: {}", ran.stderr);
        serde_json::from_str(&ran.stdout).expect("JSON")
    };
    let text = found(&["score", "./words", "the cat sat"]);
    let ids = found(&["score", "./bare", "--ids", "1,2,3"]);
    assert_eq!(text["log_likelihood"], ids["log_likelihood"]);
    assert_eq!(
        (&ids["kind"], &ids["bits_per_byte"]),
        (&json!("causal"), &Value::Null)
    );
    let bits = text["bits_per_byte"].as_f64().expect("bits");
    let nats = text["log_likelihood"].as_f64().expect("nats");
    // " cat" and " sat": the first word is given.
    assert!((bits * 8.0 * std::f64::consts::LN_2 + nats).abs() < 1e-9);
    let written = |arguments: &[&str]| {
        let found = found(&[&["run"], arguments, &["--max-tokens", "6"]].concat());
        found["tokens"]
            .as_array()
            .expect("tokens")
            .iter()
            .map(|t| t["id"].clone())
            .collect::<Vec<_>>()
    };
    assert_eq!(
        written(&["./words", "the cat"]),
        written(&["./bare", "--ids", "1,2"])
    );
    let drawn = [
        "./bare",
        "--ids",
        "1,2",
        "--temperature",
        "2",
        "--seed",
        "3",
    ];
    assert_eq!(written(&drawn), written(&drawn));
    let refused = world.run(["run", "./bare", "the cat"]);
    assert!(
        refused.code != 0 && refused.stderr.contains("tokenizer.json"),
        "{}",
        refused.stderr
    );
}

#[test]
fn a_checkpoint_is_held_against_what_was_published_for_its_repository() {
    let world = World::new();
    checkpoint(&world, "words", true);
    let asked = ["check", "./words", "--hub", "openai-community/gpt2"];
    let ran_json = world.run([&asked[..], &["--json"]].concat());
    let found: Value = serde_json::from_str(&ran_json.stdout).expect("JSON");
    let rows = found["published"].as_array().expect("rows");
    assert!(rows.len() >= 4, "{found}");
    // Eight words are not GPT-2's vocabulary: what names a token cannot be
    // asked.
    for row in rows {
        let source = row["source"].as_str().expect("a source");
        assert!(source.starts_with("https://github.com/"), "{row}");
        assert!(
            row["tier"].is_string() && row["standing"].is_string(),
            "{row}"
        );
    }
    let ids = rows
        .iter()
        .find(|row| row["id"] == "openai-community/gpt2/greedy-ids/1");
    let ids = ids.expect("a row");
    assert_eq!(ids["standing"], "not-comparable");
    let detail = ids["detail"].as_str().expect("a reason");
    assert!(detail.contains("the vocabulary has 8"), "{detail}");
    let plain = world.run(asked).stdout;
    assert!(
        plain.contains("openai-community/gpt2/greedy-ids/1 (tier B)"),
        "{plain}"
    );
    let refused = world.run(["check", "./words", "--hub", "gpt2"]);
    assert_eq!(refused.code, 2, "{}", refused.stderr);
}
