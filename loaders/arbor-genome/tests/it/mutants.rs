//! Thousands of configurations with values that no model has: none ends in a
//! panic, none takes more than 64 MiB to read.

use crate::released::lines;
use allocation_counter::measure;
use arbor_genome::{Blueprint, Policy, arch};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::{fs, iter};

type Text = Map<String, Value>;

const MOST_BYTES: u64 = 64 << 20;

/// Small configurations of every architecture: those of the references, of
/// released models, and for the rest keys that most of them read.
fn bases() -> Vec<Text> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures/models");
    let references = fs::read_dir(folder).expect("the fixtures").flatten();
    let mut found: Vec<Text> = references
        .filter_map(|entry| fs::read_to_string(entry.path().join("config.json")).ok())
        .filter_map(|text| serde_json::from_str(&text).ok())
        .collect();
    let released = lines().into_iter().map(|line| line.config);
    found.extend(released.filter(|config| !config.contains_key("n_routed_experts")));
    let known: BTreeSet<_> = found.iter().map(|c| c["model_type"].to_string()).collect();
    for architecture in arch::ALL {
        let word = json!(architecture.model_type);
        if !known.contains(&word.to_string()) {
            let plain = json!({
                "model_type": word, "vocab_size": 50, "hidden_size": 16, "num_hidden_layers": 2,
                "num_attention_heads": 2, "num_key_value_heads": 1, "intermediate_size": 32,
                "max_position_embeddings": 64, "n_layer": 2, "n_head": 2, "n_embd": 16,
                "num_experts": 4, "d_model": 16, "num_layers": 2, "num_heads": 2, "d_ff": 32,
            });
            found.extend(plain.as_object().cloned());
        }
    }
    found.sort_by_key(|config| serde_json::to_string(config).expect("JSON"));
    found
}

/// Keys that some configuration has, with the values they have there.
fn pool(bases: &[Text]) -> Vec<(String, Value)> {
    let all: BTreeMap<_, _> = bases.iter().flatten().collect();
    all.into_iter()
        .map(|(key, value)| (key.clone(), value.clone()))
        .collect()
}

fn hostile(kind: u32, now: &Value) -> Value {
    let number = now.as_u64().unwrap_or(3);
    let deep = iter::repeat_n((), 90).fold(json!(1), |value, ()| json!([value]));
    let values = [
        json!(0),
        json!(1),
        json!(7),
        json!(-1),
        json!(0.5),
        json!(1e300),
        json!(-1e300),
        json!(1e-320),
        json!(1_u64 << 31),
        json!(1_u64 << 40),
        json!(u64::MAX),
        json!(i64::MIN),
        json!(number.saturating_add(1)),
        json!(number.saturating_mul(2)),
        json!(number.saturating_mul(50)),
        json!(number / 2),
        json!(1_000),
        json!(4_096),
        json!(""),
        json!("x"),
        json!("sliding_attention"),
        json!("64"),
        json!(true),
        json!(false),
        json!(null),
        json!([]),
        json!([0, 1]),
        json!(["full_attention", "sliding_attention"]),
        json!([[["global"], 1_000_000_000_000_u64]]),
        json!({}),
        json!({"type": "yarn", "factor": -1}),
        json!({"rope_type": "longrope", "short_factor": [1.0], "long_factor": []}),
        json!({"rope_type": "dynamic", "factor": 1e300}),
        json!(vec![1; 5_000]),
        deep,
    ];
    values[kind as usize % values.len()].clone()
}

fn mutate(base: &Text, pool: &[(String, Value)], picks: &[(u32, u32)]) -> Text {
    let mut config = base.clone();
    for (place, action) in picks {
        let place = *place as usize;
        let (key, value) = match action % 8 {
            // Another model's key.
            0 => pool[place % pool.len()].clone(),
            1 => (
                pool[place % pool.len()].0.clone(),
                hostile(action / 8, &Value::Null),
            ),
            _ => {
                let own = config.iter().nth(place % config.len().max(1));
                let Some((key, now)) = own.map(|(k, v)| (k.clone(), v.clone())) else {
                    continue;
                };
                if action % 8 == 2 {
                    config.remove(&key);
                    continue;
                }
                let value = hostile(action / 8, &now);
                (key, value)
            }
        };
        if key != "model_type" {
            config.insert(key, value);
        }
    }
    config
}

/// Reads it and asks all that can be asked; says how much memory that took,
/// and whether it was understood.
fn read(text: &str) -> (u64, bool) {
    let mut understood = false;
    let spent = measure(|| {
        let Ok(blueprint) = Blueprint::read(text) else {
            return;
        };
        understood = true;
        let active = blueprint.active();
        assert!(active <= blueprint.inventory.total());
        let parts: u64 = blueprint.inventory.by_part().values().sum();
        assert_eq!(parts, blueprint.inventory.total());
        let _ = blueprint.genome.kept(Policy::Full);
    });
    (spent.bytes_max, understood)
}

#[test]
fn mutants_end_in_a_genome_or_an_error() {
    let bases = bases();
    let pool = pool(&bases);
    let picks = vec((any::<u32>(), any::<u32>()), 1..4);
    let cases = Config {
        cases: 20_000,
        failure_persistence: None,
        ..Config::default()
    };
    let rng = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
    let understood = std::cell::Cell::new(0);
    let tested = TestRunner::new_with_rng(cases, rng).run(
        &(any::<prop::sample::Index>(), picks),
        |(base, picks)| {
            let config = mutate(&bases[base.index(bases.len())], &pool, &picks);
            let text = serde_json::to_string(&config).expect("JSON");
            let (bytes, good) = read(&text);
            understood.set(understood.get() + u32::from(good));
            prop_assert!(bytes <= MOST_BYTES, "{bytes} bytes for {text}");
            Ok(())
        },
    );
    tested.expect("no panic and little memory");
    // Were all refused, little would be tested.
    assert!(understood.get() > 4_000, "{} understood", understood.get());
}

#[test]
fn the_largest_of_each_architecture_takes_little() {
    let mut understood = 0;
    let bases = bases()
        .into_iter()
        .map(|c| (c["model_type"].to_string(), c));
    for mut config in bases.collect::<BTreeMap<_, _>>().into_values() {
        for (key, value) in [
            ("num_hidden_layers", 1_024),
            ("n_layer", 1_024),
            ("n_layers", 1_024),
            ("num_layers", 1_024),
            ("num_decoder_layers", 1_024),
            ("encoder_layers", 1_024),
            ("decoder_layers", 1_024),
            ("num_experts", 32),
            ("num_local_experts", 32),
            ("n_routed_experts", 32),
            ("moe_num_experts", 32),
        ] {
            if config.get(key).is_some_and(Value::is_u64) {
                config.insert(key.to_owned(), json!(value));
            }
        }
        let lists = ["layer_types", "attention_layers", "attention_types"];
        config.retain(|key, _| !lists.contains(&key.as_str()));
        let text = serde_json::to_string(&config).expect("JSON");
        let (bytes, good) = read(&text);
        understood += u32::from(good);
        assert!(bytes <= MOST_BYTES, "{bytes} bytes for {text}");
    }
    assert!(understood > 60, "only {understood} were understood");
}
