//! Differences between released models, in plain words.

use crate::released;
use arbor_genome::Blueprint;

fn changes(parent: &str, child: &str) -> Vec<String> {
    released::read(child)
        .genome
        .changes_from(&released::read(parent).genome)
}

#[test]
fn llama_3_is_llama_2_with_a_few_numbers_changed() {
    assert_eq!(
        changes("llama-2-7b", "llama-3-8b"),
        [
            "context 4,096 → 8,192",
            "feed-forward width 11,008 → 14,336",
            "key-value heads 32 → 8",
            "rotary base 10,000 → 500,000",
            "vocabulary 32,000 → 128,256",
        ]
    );
    assert_eq!(
        changes("llama-3-8b", "llama-3.1-8b"),
        [
            "context 8,192 → 131,072",
            "rotary scaling none → Llama 3's × 8 from 8,192 positions, 1 to 4 rotations",
        ]
    );
}

#[test]
fn a_model_has_no_changes_from_itself() {
    for model in ["gpt2", "bert-base", "deepseek-v3", "t5-base", "mamba-130m"] {
        assert_eq!(changes(model, model), Vec::<String>::new());
    }
}

#[test]
fn llama_shares_little_with_gpt_2() {
    assert_eq!(
        changes("gpt2", "llama-7b"),
        [
            "activation gelu_pytorch_tanh → silu",
            "architecture gpt2 → llama",
            "attention bias queries, keys, values, output → none",
            "context 1,024 → 2,048",
            "feed-forward plain → gated",
            "feed-forward bias yes → no",
            "feed-forward width 3,072 → 11,008",
            "final norm layer norm and bias → root-mean-square norm",
            "head the embedding of the vocabulary → its own of the vocabulary",
            "head width 64 → 128",
            "heads 12 → 32",
            "key-value heads 12 → 32",
            "layers 12 → 32",
            "norm layer norm and bias → root-mean-square norm",
            "norm epsilon 1e-5 → 1e-6",
            "positions a learned table of 1,024 → none",
            "rotary base none → 10,000",
            "rotary pairs none → halves",
            "rotated none → all of a head",
            "vocabulary 50,257 → 32,000",
            "width 768 → 4,096",
        ]
    );
}

#[test]
fn roberta_is_bert_counted_otherwise() {
    assert_eq!(
        changes("bert-base-uncased (masked)", "roberta-base (masked)"),
        [
            "architecture bert → roberta",
            "norm epsilon 1e-12 → 1e-5",
            "positions a learned table of 512 → a learned table of 514, counted from the padding \
             token's number",
            "token types 2 → 1",
            "vocabulary 30,522 → 50,265",
        ]
    );
}

#[test]
fn layers_that_differ_are_counted() {
    let found = changes("gemma-2-2b", "gemma-3-1b");
    for expected in [
        "rotary base 10,000 → 1,000,000 in 4 layers and 10,000 in 22 layers",
        "score cap 50 → none",
        "window 4,096 in 13 layers and none in 13 layers → 512 in 22 layers and none in 4 layers",
    ] {
        assert!(found.iter().any(|change| change == expected), "{found:#?}");
    }
    let found = changes("mixtral-8x7b", "deepseek-v3");
    for expected in [
        "experts 8 → 256 in 58 layers and none in 3 layers",
        "keys and values one map each → through a latent of 512 and 64 rotated",
        "router corrections no → no in 3 layers and yes in 58 layers",
    ] {
        assert!(found.iter().any(|change| change == expected), "{found:#?}");
    }
    let found = changes("t5-base", "flan-t5-base");
    let expected = "logit scale 0.0360844 → 1";
    assert!(found.iter().any(|change| change == expected), "{found:#?}");
}

#[test]
fn a_pattern_that_is_shifted_is_seen() {
    let kinds = |first, second| {
        let config = format!(
            r#"{{"model_type": "gemma2", "architectures": ["Gemma2ForCausalLM"],
            "num_hidden_layers": 2, "hidden_size": 8, "num_attention_heads": 2,
            "num_key_value_heads": 1, "head_dim": 4, "intermediate_size": 8,
            "vocab_size": 10, "layer_types": ["{first}", "{second}"]}}"#
        );
        Blueprint::read(&config).expect("two layers").genome
    };
    let usual = kinds("sliding_attention", "full_attention");
    let shifted = kinds("full_attention", "sliding_attention");
    assert_eq!(shifted.changes_from(&usual), ["window in other layers"]);
}
