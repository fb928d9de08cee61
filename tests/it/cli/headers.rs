//! Counting a repository's parameters without its weights, against a hub of
//! the tests' own. The totals are those of the makers' own library for the
//! same configurations, or a sum that is written here.

use super::hubbed::Here;
use crate::world::Ran;
use arbor_hub_faults::{Access, Repo};
use serde_json::{Value, json};

const GPT2: &str = include_str!("../../fixtures/models/gpt2/config.json");
const DEEPSEEK: &str = include_str!("../../fixtures/models/deepseek_v3/config.json");

struct Tensor {
    name: String,
    dtype: &'static str,
    bytes: u64,
    shape: Vec<u64>,
}

fn f32s(name: impl Into<String>, shape: &[u64]) -> Tensor {
    Tensor {
        name: name.into(),
        dtype: "F32",
        bytes: 4,
        shape: shape.to_vec(),
    }
}

/// A safetensors file of zeros, its header at least this long.
fn file(tensors: &[Tensor], metadata: &Value, header: usize) -> Vec<u8> {
    let (mut text, mut end) = (json!({"__metadata__": metadata}), 0);
    for tensor in tensors {
        let start = end;
        end += tensor.shape.iter().product::<u64>() * tensor.bytes;
        text[&tensor.name] = json!({
            "dtype": tensor.dtype, "shape": tensor.shape, "data_offsets": [start, end]
        });
    }
    let mut text = text.to_string();
    text.extend(std::iter::repeat_n(' ', header.saturating_sub(text.len())));
    let mut file = (text.len() as u64).to_le_bytes().to_vec();
    file.extend(text.as_bytes());
    file.extend(vec![0; usize::try_from(end).expect("a size")]);
    file
}

/// A small GPT-2 as its makers' library writes it, with a mask in every layer
/// and a second copy of the table.
fn gpt2() -> Vec<Tensor> {
    let config: Value = serde_json::from_str(GPT2).expect("JSON");
    let key = |key: &str| config[key].as_u64().expect("a number");
    let (width, positions) = (key("n_embd"), key("n_positions"));
    let vocabulary = key("vocab_size");
    let mut tensors = vec![
        f32s("transformer.wte.weight", &[vocabulary, width]),
        f32s("lm_head.weight", &[vocabulary, width]),
        f32s("transformer.wpe.weight", &[positions, width]),
        f32s("transformer.ln_f.weight", &[width]),
        f32s("transformer.ln_f.bias", &[width]),
    ];
    for layer in 0..key("n_layer") {
        let mut add = |name: &str, shape: &[u64]| {
            tensors.push(f32s(format!("transformer.h.{layer}.{name}"), shape));
        };
        for norm in ["ln_1", "ln_2"] {
            add(&format!("{norm}.weight"), &[width]);
            add(&format!("{norm}.bias"), &[width]);
        }
        add("attn.bias", &[1, 1, positions, positions]);
        for (name, from, to) in [
            ("attn.c_attn", 1, 3),
            ("attn.c_proj", 1, 1),
            ("mlp.c_fc", 1, 4),
            ("mlp.c_proj", 4, 1),
        ] {
            add(&format!("{name}.weight"), &[from * width, to * width]);
            add(&format!("{name}.bias"), &[to * width]);
        }
    }
    tensors
}

#[test]
fn headers_are_counted_and_held_against_the_genome() {
    let said = json!({"total_parameters": "7000000000"});
    let repo = Repo::new("acme/small")
        .small("config.json", GPT2.as_bytes())
        .large("model.safetensors", &file(&gpt2(), &said, 0))
        // Tensors that are no weights: what the model answered once.
        .large(
            "reference.safetensors",
            &file(&[f32s("logits", &[4, 5])], &said, 0),
        );
    let size = file(&gpt2(), &said, 0).len();
    let here = Here::of(repo);
    let plan = here.json(&["pull", "acme/small", "--dry-run"]);
    assert_eq!(plan["weights"], size);
    for command in ["params", "show"] {
        let found = here.json(&[command, "acme/small@main"]);
        // transformers' own count, `parameters` of the model's reference.
        assert_eq!(found["total"], 30_592, "{found}");
        assert_eq!(found["source"], "header");
        let headers = &found["headers"];
        assert_eq!(headers["genome"]["total"], 30_592);
        assert_eq!(headers["genome"]["agrees"], true, "{headers}");
        assert_eq!(headers["requests"], 2);
        let left_out = headers["left_out"].as_array().expect("a list");
        let named = |name: &str| left_out.iter().any(|left| left["tensor"] == name);
        assert!(named("lm_head.weight") && named("transformer.h.0.attn.bias"));
        assert!(found["buffers"].as_u64() > Some(0) && found["tied"].as_u64() > Some(0));
    }
    let ran = here.run(&["params", "acme/small", "--mode", "human"]);
    assert!(ran.stdout.contains("30,592"), "{}", ran.stdout);
    assert!(ran.stdout.contains("7000000000"), "{}", ran.stdout);
    assert!(ran.stdout.contains("in 2 requests"), "{}", ran.stdout);
    // Nothing is left behind, and a network is needed.
    assert!(!here.world.path("hf").exists());
    let mut command = here.command();
    command.args(["params", "acme/small"]);
    let offline = command.env("HF_HUB_OFFLINE", "1").output();
    let ran = Ran::of(offline.expect("it starts"));
    assert_eq!(ran.code, 5, "{}", ran.transcript());
    assert!(ran.stderr.contains("HF_HUB_OFFLINE"), "{}", ran.stderr);
}

/// DeepSeek-V3 of 20 narrow layers, in the order of the index.
fn deepseek() -> (String, Vec<Tensor>) {
    let mut config: Value = serde_json::from_str(DEEPSEEK).expect("JSON");
    config["num_hidden_layers"] = 20.into();
    let mut tensors = vec![
        f32s("model.embed_tokens.weight", &[96, 32]),
        f32s("lm_head.weight", &[96, 32]),
        f32s("model.norm.weight", &[32]),
    ];
    for layer in 0..20 {
        let mut add = |name: &str, shape: &[u64]| {
            tensors.push(f32s(format!("model.layers.{layer}.{name}"), shape));
        };
        add("input_layernorm.weight", &[32]);
        add("post_attention_layernorm.weight", &[32]);
        add("self_attn.q_a_proj.weight", &[16, 32]);
        add("self_attn.q_a_layernorm.weight", &[16]);
        add("self_attn.q_b_proj.weight", &[48, 16]);
        add("self_attn.kv_a_proj_with_mqa.weight", &[20, 32]);
        add("self_attn.kv_a_layernorm.weight", &[16]);
        add("self_attn.kv_b_proj.weight", &[64, 16]);
        add("self_attn.o_proj.weight", &[32, 32]);
        let mut mlp = |name: &str, inner: u64| {
            add(&format!("mlp.{name}gate_proj.weight"), &[inner, 32]);
            add(&format!("mlp.{name}up_proj.weight"), &[inner, 32]);
            add(&format!("mlp.{name}down_proj.weight"), &[32, inner]);
        };
        if layer == 0 {
            mlp("", 64);
            continue;
        }
        mlp("shared_experts.", 16);
        for expert in 0..8 {
            mlp(&format!("experts.{expert}."), 16);
        }
        add("mlp.gate.weight", &[8, 32]);
        add("mlp.gate.e_score_correction_bias", &[8]);
    }
    (config.to_string(), tensors)
}

/// Tables and norm, 20 layers of attention, one dense, 19 of experts: at two
/// layers the same sum is 34,528, which is transformers' count.
const DEEPSEEK_TOTAL: u64 = 6_144 + 32 + 20 * (4_000 + 64) + 6_144 + 19 * (256 + 13_824);

fn sharded(config: Option<&str>, tensors: &[Tensor]) -> Repo {
    let mut repo = Repo::new("acme/v3");
    if let Some(config) = config {
        repo = repo.small("config.json", config.as_bytes());
    }
    for shard in 0..163 {
        let range = shard * tensors.len() / 163..(shard + 1) * tensors.len() / 163;
        let name = format!("model-{:05}-of-00163.safetensors", shard + 1);
        repo = repo.large(&name, &file(&tensors[range], &json!({}), 95_000));
    }
    repo.small("model.safetensors.index.json", b"{\"weight_map\":{}}")
}

#[test]
fn of_many_shards_some_are_read_and_the_genome_counts() {
    let (config, tensors) = deepseek();
    let here = Here::of(sharded(Some(&config), &tensors));
    let found = here.json(&["params", "acme/v3"]);
    let made: Vec<_> = here.hub.requests();
    let sent: u64 = made.iter().map(|request| request.sent).sum();
    let resolved = made.iter().filter(|made| made.path.contains("/resolve/"));
    assert!(resolved.count() < 25);
    assert!(sent < 1_000_000, "{sent} bytes");
    assert_eq!(found["total"], DEEPSEEK_TOTAL);
    assert_eq!(found["source"], "genome");
    let headers = &found["headers"];
    assert_eq!(headers["genome"]["agrees"], true, "{headers}");
    assert!(headers["files_read"].as_u64() >= Some(8), "{headers}");
    assert_eq!(
        headers["files_read"].as_u64().unwrap_or(0) + headers["files_unread"].as_u64().unwrap_or(0),
        163
    );

    let found = here.json(&["params", "acme/v3", "--every-header"]);
    assert_eq!(found["total"], DEEPSEEK_TOTAL);
    assert_eq!(found["source"], "header");
    assert_eq!(found["headers"]["files_unread"], 0);
    assert_eq!(found["headers"]["genome"]["agrees"], true);
}

/// Where nothing is known of the architecture a part of the headers is no
/// total.
#[test]
fn some_headers_without_a_genome_are_no_total() {
    let (_, tensors) = deepseek();
    let here = Here::of(sharded(None, &tensors));
    let found = here.json(&["params", "acme/v3"]);
    assert_eq!(found["total"], Value::Null);
    assert!(found["headers"]["counted"].as_u64() > Some(0));
    let ran = here.run(&["params", "acme/v3", "--mode", "human"]);
    assert!(ran.stdout.contains("not known"), "{}", ran.stdout);
    assert!(ran.stdout.contains("--every-header"), "{}", ran.stdout);
}

#[test]
fn packed_weights_of_an_unknown_architecture_are_named() {
    let packed = Tensor {
        name: "up.weight".to_owned(),
        dtype: "F8_E4M3",
        bytes: 1,
        shape: vec![256, 128],
    };
    let tensors = [packed, f32s("up.weight_scale_inv", &[2, 1])];
    let repo = Repo::new("acme/odd")
        .small("config.json", b"{\"model_type\":\"nobody-knows\"}")
        .large("model.safetensors", &file(&tensors, &json!({}), 0));
    let found = Here::of(repo).json(&["params", "acme/odd"]);
    assert_eq!(found["total"], 256 * 128);
    assert_eq!(found["headers"]["packed"]["fp8"], 256 * 128);
    assert_eq!(found["headers"]["genome"], Value::Null);
    assert_eq!(found["by_dtype"]["F32"], 2);
}

#[test]
fn refusals_have_their_codes() {
    let whole = file(&gpt2(), &json!({}), 0);
    let twice = || Repo::new("acme/bad").large("model-00001-of-00002.safetensors", &whole);
    let cases = [
        (Repo::new("acme/other"), 3, "acme/bad"),
        (twice().access(Access::Gated), 4, "terms"),
        (
            Repo::new("acme/bad").large("model.safetensors", b"<html>"),
            5,
            "model.safetensors",
        ),
        (
            twice().large("model-00002-of-00002.safetensors", &whole),
            1,
            "twice",
        ),
        (
            Repo::new("acme/bad").large("pytorch_model.bin", b"x"),
            1,
            "no safetensors",
        ),
    ];
    for (repo, code, word) in cases {
        let ran = Here::of(repo).run(&["params", "acme/bad"]);
        assert_eq!(ran.code, code, "{}", ran.transcript());
        assert!(ran.stderr.contains(word), "{}", ran.transcript());
    }
}

/// What a folder holds, and what a pulled repository does, counts by the same
/// rules as on the hub.
#[test]
fn files_on_this_machine_are_counted_by_their_headers() {
    let whole = file(&gpt2(), &json!({}), 0);
    let repo = Repo::new("acme/small")
        .small("config.json", GPT2.as_bytes())
        .large("model.safetensors", &whole);
    let here = Here::of(repo);
    // Not pulled: from the configuration on the hub.
    let memory = here.json(&["memory", "acme/small", "--dtype", "f32"]);
    assert_eq!(memory["weights"], 30_592 * 4);
    assert!(!here.world.path("hf").exists());
    let ran = here.run(&["pull", "acme/small"]);
    assert_eq!(ran.code, 0, "{}", ran.transcript());
    let found = here.json(&["params", "acme/small"]);
    assert_eq!(found["total"], 30_592);
    assert_eq!(found["source"], "header");
    assert_eq!(found["headers"]["genome"]["agrees"], true, "{found}");
    assert_eq!(found["headers"]["requests"], 0);
    let pulled = here.json(&["memory", "acme/small", "--dtype", "f32"]);
    assert_eq!(pulled["total"], memory["total"]);

    // An architecture that nobody knows: headers, with a word on why.
    let folder = here.world.path("odd");
    std::fs::create_dir_all(&folder).expect("made");
    std::fs::write(folder.join("model.safetensors"), &whole).expect("written");
    let named = folder.display().to_string();
    for config in [None, Some("{\"model_type\":\"nobody-knows\"}"), Some("{")] {
        if let Some(config) = config {
            std::fs::write(folder.join("config.json"), config).expect("written");
        }
        let found = here.json(&["params", &named]);
        // Nothing says that the head is a copy, so it counts.
        assert!(found["total"].as_u64() > Some(30_592), "{found}");
        assert_eq!(found["source"], "header");
        assert!(found["headers"].get("commit").is_none());
        let remarks = found["headers"]["remarks"].to_string();
        assert_eq!(
            remarks.contains("the genome:"),
            config.is_some(),
            "{remarks}"
        );
        assert!(remarks.contains("may be a copy"), "{remarks}");
    }
    std::fs::write(folder.join("model.safetensors"), b"<html>").expect("written");
    let ran = here.run(&["params", &named]);
    assert_eq!(ran.code, 1, "{}", ran.transcript());
    assert!(ran.stderr.contains("model.safetensors"), "{}", ran.stderr);
}
