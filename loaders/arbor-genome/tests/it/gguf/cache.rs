//! What a cache keeps, by the metadata.

use super::fixtures::file;
use super::read;
use arbor_genome::gguf::{Cache, Facts, Value};
use std::collections::BTreeMap;

fn facts(architecture: &str, numbers: &[(&str, u64)]) -> BTreeMap<String, Value> {
    let own = |(key, n): &(&str, u64)| (format!("{architecture}.{key}"), Value::Whole(*n));
    let mut metadata: BTreeMap<_, _> = numbers.iter().map(own).collect();
    let word = Value::Text(architecture.to_owned());
    metadata.insert("general.architecture".to_owned(), word);
    metadata
}

#[test]
fn keys_and_values_of_every_layer_are_kept() {
    let plain = [
        ("block_count", 32),
        ("embedding_length", 4096),
        ("attention.head_count", 32),
        ("attention.head_count_kv", 8),
    ];
    // LLaMA 3 8B: 128 KiB for a position in half precision.
    let full = Facts::of(&facts("llama", &plain)).cache().expect("a cache");
    assert_eq!(
        full,
        Cache {
            full: 65_536,
            latent: None
        }
    );
    let latent = [
        ("block_count", 61),
        ("attention.head_count", 128),
        ("attention.head_count_kv", 1),
        ("attention.key_length", 576),
        ("attention.value_length", 512),
        ("attention.key_length_mla", 192),
        ("attention.value_length_mla", 128),
        ("attention.kv_lora_rank", 512),
        ("rope.dimension_count", 64),
    ];
    // DeepSeek-V3.
    let found = Facts::of(&facts("deepseek2", &latent))
        .cache()
        .expect("a cache");
    assert_eq!(
        found,
        Cache {
            full: 61 * 128 * 320,
            latent: Some(61 * 576)
        }
    );
    // One layer of the fixture's two is for further tokens.
    let header = read(&file("experts.gguf")).expect("a header");
    let found = Facts::of(header.metadata()).cache().expect("a cache");
    assert_eq!(found.full, 2 * (16 + 8));
}

#[test]
fn what_is_not_said_is_not_guessed() {
    let heads = [("block_count", 2), ("attention.head_count", 4)];
    type Case<'c> = (&'c str, &'c [(&'c str, u64)], &'c str);
    let cases: [Case<'_>; 7] = [
        ("llama", &[], "block_count"),
        ("llama", &[("block_count", 2)], "head_count_kv"),
        ("llama", &heads, "key_length"),
        ("llama", &[("block_count", u64::MAX)], "block_count"),
        (
            "mamba",
            &[("block_count", 2), ("ssm.state_size", 16)],
            "ssm.state_size",
        ),
        ("t5", &heads, "source"),
        (
            "llama",
            &[
                ("block_count", 60_000),
                ("attention.head_count", u64::MAX),
                ("attention.key_length", u64::MAX),
                ("attention.value_length", u64::MAX),
            ],
            "key_length",
        ),
    ];
    for (architecture, numbers, word) in cases {
        let error = Facts::of(&facts(architecture, numbers)).cache();
        let error = error.expect_err(word).to_string();
        assert!(error.contains(word), "{error}");
    }
    let mut encoder = facts("bert", &heads);
    encoder.insert("bert.attention.causal".to_owned(), Value::Bool(false));
    assert_eq!(Facts::of(&encoder).cache().map(|cache| cache.full), Ok(0));
}
