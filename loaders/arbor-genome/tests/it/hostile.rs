//! Configurations that are wrong in one thing: each ends in the error that
//! names it.

use allocation_counter::measure;
use arbor_genome::Blueprint;
use serde_json::{Map, Value, json};

fn llama() -> Map<String, Value> {
    let config = json!({
        "architectures": ["LlamaForCausalLM"], "model_type": "llama",
        "hidden_size": 64, "intermediate_size": 128, "num_hidden_layers": 2,
        "num_attention_heads": 4, "num_key_value_heads": 2, "vocab_size": 100,
        "max_position_embeddings": 256, "rms_norm_eps": 1e-5, "rope_theta": 10000.0,
        "hidden_act": "silu", "tie_word_embeddings": false,
    });
    config.as_object().expect("an object").clone()
}

fn error(text: &str) -> String {
    let mut found = String::new();
    let spent = measure(|| {
        let read = Blueprint::read(text).map(|blueprint| blueprint.inventory.total());
        found = read.expect_err(text.get(..200).unwrap_or(text)).to_string();
    });
    assert!(spent.bytes_max <= 64 << 20, "{} bytes", spent.bytes_max);
    found
}

fn with(key: &str, value: Value) -> String {
    let mut config = llama();
    config.insert(key.to_owned(), value);
    serde_json::to_string(&config).expect("JSON")
}

#[test]
fn the_base_is_good() {
    let text = serde_json::to_string(&llama()).expect("JSON");
    assert!(Blueprint::read(&text).is_ok());
}

#[test]
fn wrong_values_are_named() {
    let whole = "expected a whole number from 0 to 2^31";
    for (key, value, expected) in [
        ("hidden_size", json!(0), "is 0, expected at least 1"),
        ("hidden_size", json!(-64), whole),
        ("hidden_size", json!("64"), whole),
        ("hidden_size", json!(64.0), whole),
        ("hidden_size", json!(0.5), whole),
        ("hidden_size", json!(true), whole),
        ("hidden_size", json!([64]), whole),
        ("hidden_size", json!({"of": 64}), whole),
        ("hidden_size", json!(1_u64 << 40), whole),
        ("hidden_size", json!(u64::MAX), whole),
        ("hidden_size", json!(1e300), whole),
        ("num_hidden_layers", json!(0), "at least 1"),
        ("num_hidden_layers", json!(-2), whole),
        ("num_hidden_layers", json!(1_025), "at most 1024 layers"),
        (
            "num_hidden_layers",
            json!(1_u64 << 31),
            "at most 1024 layers",
        ),
        ("num_attention_heads", json!(0), "at least 1"),
        ("num_attention_heads", json!(3), "a divisor of 64"),
        ("num_key_value_heads", json!(0), "at least 1"),
        ("num_key_value_heads", json!(3), "a divisor of 4"),
        ("head_dim", json!(0), "at least 1"),
        ("head_dim", json!(7), "an even number of at least 2"),
        ("vocab_size", json!(0), "at least 1"),
        ("vocab_size", json!((1_u64 << 31) + 1), whole),
        ("max_position_embeddings", json!("many"), whole),
        ("rms_norm_eps", json!(0), "a number above 0"),
        ("rms_norm_eps", json!(-1e-5), "a number above 0"),
        ("rms_norm_eps", json!("1e-5"), "a finite number"),
        ("rope_theta", json!(0), "a number above 0"),
        ("rope_theta", json!([1, 2]), "a finite number"),
        ("rope_scaling", json!("linear"), "an object"),
        ("hidden_act", json!("frobnicate"), "an activation function"),
        ("hidden_act", json!(3), "an activation function"),
        ("tie_word_embeddings", json!("yes"), "true or false"),
        ("attention_bias", json!(1), "true or false"),
        (
            "architectures",
            json!("LlamaForCausalLM"),
            "a list of words",
        ),
        ("architectures", json!([5]), "a list of words"),
        ("model_type", json!(5), "a word"),
        ("quantization_config", json!("int8"), "an object"),
    ] {
        let found = error(&with(key, value.clone()));
        assert!(
            found.contains(&format!("`{key}`")) && found.contains(expected),
            "{key} = {value}: {found}"
        );
    }
}

#[test]
fn wrong_wholes_are_named() {
    for (key, value, expected) in [
        (
            "model_type",
            json!("llamma"),
            "no architecture is known for model_type `llamma`",
        ),
        (
            "architectures",
            json!(["BertModel"]),
            "model_type is `llama`, but architectures names `BertModel`",
        ),
        (
            "frobnicate",
            json!(1),
            "keys that are not understood: `frobnicate`",
        ),
        (
            "rope_scaling",
            json!({"type": "frobnicate", "factor": 2.0}),
            "`rope_scaling.type` = \"frobnicate\" is not supported",
        ),
        (
            "rope_scaling",
            json!({"type": "linear"}),
            "no `rope_scaling.factor`",
        ),
        (
            "rope_scaling",
            json!({"type": "linear", "factor": 2.0, "more": 1}),
            "not understood: `rope_scaling.more`",
        ),
        (
            "quantization_config",
            json!({"bits": 4}),
            "no `quantization_config.quant_method`",
        ),
    ] {
        let found = error(&with(key, value));
        assert!(found.contains(expected), "{key}: {found}");
    }
    for key in [
        "hidden_size",
        "num_hidden_layers",
        "vocab_size",
        "model_type",
    ] {
        let mut config = llama();
        config.remove(key);
        let found = error(&serde_json::to_string(&config).expect("JSON"));
        assert!(found.contains(&format!("has no `{key}`")), "{key}: {found}");
    }
    let mut config = llama();
    config.insert("vocab_size".to_owned(), json!(1_u64 << 31));
    config.insert("hidden_size".to_owned(), json!(1_u64 << 31));
    let found = error(&serde_json::to_string(&config).expect("JSON"));
    assert!(found.contains("larger than any model's"), "{found}");
}

#[test]
fn experts_keep_to_bounds() {
    for (layers, count, best, expected) in [
        (2, 0, 1, "`num_local_experts` is 0, expected at least 1"),
        (2, 4_097, 2, "1 to 4096 in a layer"),
        (1_024, 4_096, 2, "at most 32768 in all"),
        (2, 8, 0, "`num_experts_per_tok` is 0, expected at least 1"),
        (2, 8, 9, "`num_experts_per_tok` is 9"),
    ] {
        let mut config = llama();
        config.insert("model_type".to_owned(), json!("mixtral"));
        config.insert("architectures".to_owned(), json!(["MixtralForCausalLM"]));
        config.insert("num_hidden_layers".to_owned(), json!(layers));
        config.insert("num_local_experts".to_owned(), json!(count));
        config.insert("num_experts_per_tok".to_owned(), json!(best));
        let found = error(&serde_json::to_string(&config).expect("JSON"));
        assert!(found.contains(expected), "{layers} × {count}: {found}");
    }
}

#[test]
fn what_is_no_configuration_is_said_to_be_none() {
    let deep = format!("{{\"a\": {}", "[".repeat(100_000));
    let deep_objects = "{\"a\":".repeat(100_000);
    let long = format!("{{\"a\": \"{}\"}}", "x".repeat(1 << 20));
    let many = format!("{{\"a\": [{}0]}}", "0,".repeat(300_000));
    let many_objects = format!("{{\"a\": [{}0]}}", "{\"a\":0},".repeat(100_000));
    for (text, expected) in [
        ("", "EOF"),
        ("[]", "not an object"),
        ("null", "not an object"),
        ("\u{feff}{}", "byte order mark"),
        ("{} {}", "trailing characters"),
        ("{\"hidden_size\": NaN}", "expected value"),
        ("{\"hidden_size\": 1e999}", "number out of range"),
        ("{\"a\": 1, \"a\": 2}", "`a` stands twice"),
        ("{\"s\": {\"b\": 1, \"b\": 1}}", "`b` stands twice"),
        ("{\"a\": [{\"c\": 1, \"c\": 1}]}", "`c` stands twice"),
        ("{'a': 1}", "key must be a string"),
        ("{\"a\": 1,}", "trailing comma"),
        ("{\"a\u{1}\": 1}", "control character"),
        (&deep, "recursion limit"),
        (&deep_objects, "recursion limit"),
        (&long, "more than 1048576 bytes"),
        (&many, "more than 200000 values"),
        (&many_objects, "more than 200000 values"),
    ] {
        let found = error(text);
        let start: String = text.chars().take(40).collect();
        assert!(found.starts_with("config.json: "), "{start}: {found}");
        assert!(found.contains(expected), "{start}: {found}");
    }
}
