//! Configurations.

use super::repository::CONFIG;
use super::{Case, drifted, unloadable, verified};
use serde_json::json;

pub(super) const CASES: &[Case] = &[
    unloadable("no file", "config.json", |r| {
        r.files.remove(CONFIG);
    }),
    unloadable("empty file", "EOF", |r| r.put(CONFIG, "")),
    unloadable("no JSON", "expected", |r| r.put(CONFIG, "hello")),
    unloadable("an array", "not an object", |r| r.put(CONFIG, "[]")),
    unloadable("no UTF-8", "UTF-8", |r| r.put(CONFIG, [b'{', 0xff])),
    unloadable("too large", "at most", |r| {
        r.put(CONFIG, vec![b' '; 5 << 20]);
    }),
    unloadable("nested", "recursion limit", |r| {
        let deep = [vec![b'['; 100_000], vec![b']'; 100_000]].concat();
        r.put(CONFIG, [b"{\"a\":", &deep[..], b"}"].concat());
    }),
    unloadable("byte order mark", "byte order mark", |r| {
        r.swap("{", "\u{feff}{");
    }),
    unloadable("NaN", "line", |r| r.swap("0.001", "NaN")),
    unloadable("a key twice", "`hidden_size` stands twice", |r| {
        r.swap("\"hidden_size\"", "\"hidden_size\": 64, \"hidden_size\"");
    }),
    unloadable("a link", "links out of the folder", |r| {
        r.files.remove(CONFIG);
        r.links.push((CONFIG, "/etc/passwd"));
    }),
    unloadable("a device", "links out of the folder", |r| {
        r.files.remove(CONFIG);
        r.links.push((CONFIG, "/dev/zero"));
    }),
    unloadable("a folder", "no regular file", |r| {
        r.files.remove(CONFIG);
        r.links.push((CONFIG, "."));
    }),
    unloadable("a key that nobody knows", "`frobnicate`", |r| {
        r.set("frobnicate", json!(1));
    }),
    unloadable("quantised", "quantization_config", |r| {
        r.set("quantization_config", json!({"quant_method": "gptq"}));
    }),
    unloadable("an unknown type", "`frobnicator`", |r| {
        r.set("model_type", json!("frobnicator"));
    }),
    unloadable("the type of another class", "`BertForMaskedLM`", |r| {
        r.set("architectures", json!(["BertForMaskedLM"]));
    }),
    unloadable("hidden_size 2^40", "`hidden_size`", |r| {
        r.set("hidden_size", json!(1_u64 << 40));
    }),
    unloadable("hidden_size 2^31", "model", |r| {
        r.set("hidden_size", json!(1_u64 << 31));
    }),
    unloadable("vocab_size 2^60", "`vocab_size`", |r| {
        r.set("vocab_size", json!(1_u64 << 60));
    }),
    unloadable("10^9 layers", "`num_hidden_layers`", |r| {
        r.set("num_hidden_layers", json!(1_000_000_000));
    }),
    unloadable("1,024 layers", "9198 tensors are in no file", |r| {
        r.set("num_hidden_layers", json!(1_024));
    }),
    unloadable("-1 layers", "`num_hidden_layers` is -1", |r| {
        r.set("num_hidden_layers", json!(-1));
    }),
    unloadable("2.5 layers", "`num_hidden_layers` is 2.5", |r| {
        r.set("num_hidden_layers", json!(2.5));
    }),
    unloadable("a layer fewer", "9 tensors have no place", |r| {
        r.set("num_hidden_layers", json!(1));
    }),
    unloadable("a layer more", "9 tensors are in no file", |r| {
        r.set("num_hidden_layers", json!(3));
    }),
    unloadable("context 2^50", "`max_position_embeddings`", |r| {
        r.set("max_position_embeddings", json!(1_u64 << 50));
    }),
    verified("context 2^31", "against", |r| {
        r.set("max_position_embeddings", json!(1_u64 << 31));
    }),
    unloadable("no heads", "`num_attention_heads` is 0", |r| {
        r.set("num_attention_heads", json!(0));
    }),
    unloadable(
        "three key heads of four",
        "`num_key_value_heads` is 3",
        |r| {
            r.set("num_key_value_heads", json!(3));
        },
    ),
    unloadable("odd heads", "`head_dim`", |r| r.set("head_dim", json!(7))),
    unloadable("a number as text", "`hidden_size` is \"32\"", |r| {
        r.set("hidden_size", json!("32"));
    }),
    unloadable("no hidden_size", "no `hidden_size`", |r| {
        r.swap("\"hidden_size\": 32,", "");
    }),
    unloadable(
        "an unknown activation",
        "`hidden_act` is \"os.system\"",
        |r| {
            r.set("hidden_act", json!("os.system"));
        },
    ),
    unloadable("an unknown rotation", "\"spiral\"", |r| {
        r.set(
            "rope_scaling",
            json!({"rope_type": "spiral", "factor": 2.0}),
        );
    }),
    unloadable("epsilon -1", "`rms_norm_eps` is -1", |r| {
        r.set("rms_norm_eps", json!(-1.0));
    }),
    unloadable("base 0", "`rope_theta` is 0", |r| {
        r.set("rope_theta", json!(0.0));
    }),
    verified("remote code", "against", |r| {
        r.set("auto_map", json!({"AutoModel": "code.Model"}));
        r.put("code.py", "raise SystemExit");
    }),
    verified("another format than the file's", "against", |r| {
        r.set("torch_dtype", json!("bfloat16"));
    }),
    drifted("epsilon tenfold", |r| r.set("rms_norm_eps", json!(0.01))),
    drifted("base a hundredth off", |r| {
        r.set("rope_theta", json!(505_000.0));
    }),
    drifted("gelu", |r| r.set("hidden_act", json!("gelu"))),
    drifted("no scaling", |r| r.set("rope_scaling", json!(null))),
    drifted("tied", |r| r.set("tie_word_embeddings", json!(true))),
    drifted("smaller heads", |r| {
        r.set("num_attention_heads", json!(8));
        r.set("num_key_value_heads", json!(4));
        r.set("head_dim", json!(4));
    }),
];
