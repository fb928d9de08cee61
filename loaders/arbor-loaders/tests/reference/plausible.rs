//! The rung `plausible` passes a model that knows some English, and fails one
//! whose weights lie wrong or at random.
//!
//! The model that knows some English is made, not trained: each token's state
//! is a direction of its own, and the head holds the logarithms of how often
//! words follow each other in this repository's documents.

use crate::seed;
use arbor_genome::Blueprint;
use arbor_loaders::{Asked, Seat, examine};
use arbor_model::{Check, Outcome};
use safetensors::tensor::{Dtype, TensorView};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

/// The width too: each token has a direction of its own.
const WORDS: usize = 800;

/// Runs of letters and digits, and of signs.
fn words(text: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    for part in text.to_lowercase().split_whitespace() {
        let mut last = None;
        for c in part.chars() {
            let kind = c.is_alphanumeric() || c == '_';
            match words.last_mut() {
                Some(word) if last == Some(kind) => word.push(c),
                Some(_) | None => words.push(c.to_string()),
            }
            last = Some(kind);
        }
    }
    words
}

fn documents() -> Vec<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut all = String::new();
    for folder in [root.clone(), root.join("docs")] {
        for entry in fs::read_dir(folder).expect("a folder").flatten() {
            if entry
                .path()
                .extension()
                .is_some_and(|ending| ending == "md")
            {
                all += &fs::read_to_string(entry.path()).expect("a document");
            }
        }
    }
    words(&all)
}

/// The commonest words, the most common first; 0 stands for all others.
fn vocabulary(text: &[String]) -> BTreeMap<&str, usize> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for word in text {
        *counts.entry(word).or_default() += 1;
    }
    let mut ranked: Vec<_> = counts.into_iter().collect();
    ranked.sort_by_key(|(word, count)| (std::cmp::Reverse(*count), *word));
    let ranked = ranked.into_iter().take(WORDS - 1);
    ranked
        .enumerate()
        .map(|(rank, (word, _))| (word, rank + 1))
        .collect()
}

/// `[after][before]`: log-probabilities, nearly all from pairs, some from single
/// words.
fn pairs(ids: &[usize]) -> Vec<f32> {
    let mut pairs = vec![0_u32; WORDS * WORDS];
    let mut single = vec![1_u32; WORDS];
    for pair in ids.windows(2) {
        pairs[pair[1] * WORDS + pair[0]] += 1;
        single[pair[1]] += 1;
    }
    let all: u32 = single.iter().sum();
    let mut table = vec![0.0; WORDS * WORDS];
    for before in 0..WORDS {
        let seen: u32 = (0..WORDS).map(|after| pairs[after * WORDS + before]).sum();
        for after in 0..WORDS {
            let pair = f64::from(pairs[after * WORDS + before]) / f64::from(seen.max(1));
            let alone = f64::from(single[after]) / f64::from(all);
            table[after * WORDS + before] = (0.95 * pair + 0.05 * alone).ln() as f32;
        }
    }
    table
}

fn config() -> Value {
    json!({
        "model_type": "llama", "architectures": ["LlamaForCausalLM"], "vocab_size": WORDS,
        "hidden_size": WORDS, "num_hidden_layers": 1, "num_attention_heads": 8,
        "num_key_value_heads": 1, "intermediate_size": 8, "max_position_embeddings": 512,
        "rms_norm_eps": 1e-6, "tie_word_embeddings": false,
    })
}

fn tokenizer(vocabulary: &BTreeMap<&str, usize>) -> Value {
    let mut ids: Map<String, Value> = vocabulary
        .iter()
        .map(|(word, id)| ((*word).to_owned(), json!(id)))
        .collect();
    ids.insert("[UNK]".to_owned(), json!(0));
    json!({
        "version": "1.0", "truncation": null, "padding": null, "added_tokens": [],
        "normalizer": {"type": "Lowercase"}, "pre_tokenizer": {"type": "Whitespace"},
        "post_processor": null, "decoder": null,
        "model": {"type": "WordLevel", "vocab": ids, "unk_token": "[UNK]"},
    })
}

/// How the check ends for weights made by their names.
fn plausible(tokenizer: &Value, weights: impl Fn(&str, &[u64]) -> Vec<u8>) -> (Outcome, String) {
    let config = config().to_string();
    let blueprint = Blueprint::read(&config).expect("a blueprint");
    let tensors = blueprint.inventory.tensors().iter();
    let data: Vec<_> = tensors
        .map(|(name, spec)| {
            let dims = spec.shape.dims();
            let sizes: Vec<usize> = dims.iter().map(|dim| *dim as usize).collect();
            (name.to_string(), sizes, weights(name, dims))
        })
        .collect();
    let views = data.iter().map(|(name, dims, bytes)| {
        let view = TensorView::new(Dtype::F32, dims.clone(), bytes);
        (name, view.expect("a tensor"))
    });
    let folder = tempfile::tempdir().expect("a folder");
    let put = |name: &str, bytes: &[u8]| fs::write(folder.path().join(name), bytes);
    put("config.json", config.as_bytes()).expect("written");
    put("tokenizer.json", tokenizer.to_string().as_bytes()).expect("written");
    let file = safetensors::serialize(views, None).expect("a file");
    put("model.safetensors", &file).expect("written");
    let found = examine(folder.path(), Asked::default(), &Seat::plain());
    let check = found.checks.iter().find(|c| c.check == Check::Plausible);
    let check = check.expect("the check");
    (check.outcome, format!("{check:?}"))
}

fn bytes(numbers: impl IntoIterator<Item = f32>) -> Vec<u8> {
    numbers.into_iter().flat_map(f32::to_le_bytes).collect()
}

#[test]
fn a_model_that_knows_some_english_is_told_from_others() {
    let text = documents();
    let vocabulary = vocabulary(&text);
    assert_eq!(vocabulary.len(), WORDS - 1);
    let ids: Vec<usize> = text
        .iter()
        .map(|word| vocabulary.get(word.as_str()).copied().unwrap_or(0))
        .collect();
    let table = pairs(&ids);
    let tokenizer = tokenizer(&vocabulary);
    // The last norm makes a direction's length the root of the width.
    let root = (WORDS as f32).sqrt();
    let model = |transposed: bool| {
        plausible(&tokenizer, |name, dims| {
            let count = dims.iter().product::<u64>() as usize;
            let square = (0..WORDS * WORDS).map(|at| (at / WORDS, at % WORDS));
            match name {
                "model.embed_tokens.weight" => bytes(square.map(|(a, b)| f32::from(a == b))),
                "lm_head.weight" => bytes(square.map(|(a, b)| {
                    let (after, before) = if transposed { (b, a) } else { (a, b) };
                    table[after * WORDS + before] / root
                })),
                _ if name.ends_with("norm.weight") => bytes(vec![1.0; count]),
                _ => bytes(vec![0.0; count]),
            }
        })
    };
    let (outcome, said) = model(false);
    assert_eq!(outcome, Outcome::Pass, "{said}");
    let (outcome, said) = model(true);
    assert_eq!(outcome, Outcome::Fail, "the head transposed: {said}");
    let (outcome, said) = plausible(&tokenizer, seed::weights);
    assert_eq!(outcome, Outcome::Fail, "random weights: {said}");
}
