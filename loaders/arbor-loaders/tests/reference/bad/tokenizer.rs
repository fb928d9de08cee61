//! Tokenizers, and the ids that files give a part.

use super::repository::Repository;
use super::{Case, broken, verified};
use serde_json::json;
use sha2::{Digest, Sha256};

const WORDS: &str = r#"{"version": "1.0", "truncation": null, "padding": null,
 "added_tokens": [{"id": 0, "content": "[UNK]", "single_word": false, "lstrip": false,
   "rstrip": false, "normalized": false, "special": true}],
 "normalizer": null, "pre_tokenizer": {"type": "Whitespace"}, "post_processor": null,
 "decoder": null, "model": {"type": "WordLevel", "unk_token": "[UNK]",
   "vocab": {"[UNK]": 0, "Hello": 1, "world": 2, "one": 3, "two": 4}}}"#;

pub(super) const CASES: &[Case] = &[
    verified("no file on record", "tokens for", |r| {
        r.put("tokenizer.json", WORDS);
    }),
    verified("the file on record", "tokens for", |r| {
        recorded(r);
        r.put("tokenizer.json", WORDS);
    }),
    // No text on record has either word.
    broken("two ids swapped", "by its SHA-256", |r| {
        recorded(r);
        let swapped = WORDS.replace(r#""one": 3, "two": 4"#, r#""one": 4, "two": 3"#);
        r.put("tokenizer.json", swapped);
    }),
    broken("an id beyond the embedding", "it knows the id 96", |r| {
        r.put(
            "tokenizer.json",
            WORDS.replace(r#""two": 4"#, r#""two": 96"#),
        );
    }),
    broken("an id beyond any", "1000000000 as `bos_token_id`", |r| {
        r.set("bos_token_id", json!(1_000_000_000));
    }),
    broken("files that disagree", "50256 as `eos_token_id`", |r| {
        r.set("eos_token_id", json!(50_256));
        r.put("generation_config.json", r#"{"eos_token_id": 2}"#);
    }),
    // GPT-2's class writes its own ids into the files of any vocabulary.
    verified("files that agree on a default", "", |r| {
        r.set("eos_token_id", json!([2, 50_256]));
        r.put("generation_config.json", r#"{"eos_token_id": [2, 50256]}"#);
    }),
];

fn recorded(repository: &mut Repository) {
    let digest: String = Sha256::digest(WORDS)
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    repository.part("reference.safetensors", |parts| {
        parts.header["__metadata__"]["tokenizer_sha256"] = json!(digest);
    });
}
