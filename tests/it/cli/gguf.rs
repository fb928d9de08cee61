//! GGUF files through the program: on this machine, in the cache, and on a hub
//! of the tests' own. The files are those that the format's own package wrote
//! (`tests/reference/gguf_files.py`), some of them with a larger vocabulary.

use super::hubbed::Here;
use arbor_hub_faults::Repo;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};

/// Two layers of 32 wide with half the heads for keys and values, 12 words.
const TOTAL: u64 = 12 * 32 + 2 * (2 * 32 * 32 + 2 * 16 * 32 + 3 * 32 * 32) + 5 * 32;

fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/fixtures/gguf")
        .join(name)
}

fn file(name: &str) -> Vec<u8> {
    std::fs::read(fixture(name)).expect(name)
}

fn part(number: u32) -> String {
    format!("split-0000{number}-of-00003.gguf")
}

/// The file with so many words more before all that it says: 32 bytes each, so
/// that the tensors stay aligned.
fn grown(mut file: Vec<u8>, words: u64) -> Vec<u8> {
    let keys = file[16..24].first_chunk().map(|n| u64::from_le_bytes(*n));
    file[16..24].copy_from_slice(&(keys.expect("a number") + 1).to_le_bytes());
    let mut pair = 8_u64.to_le_bytes().to_vec();
    pair.extend(b"test.wrd");
    pair.extend(9_u32.to_le_bytes());
    pair.extend(8_u32.to_le_bytes());
    pair.extend(words.to_le_bytes());
    for word in 0..words {
        pair.extend(24_u64.to_le_bytes());
        pair.extend(format!("{word:024}").as_bytes());
    }
    file.splice(24..24, pair);
    file
}

#[test]
fn a_file_and_its_parts_are_counted() {
    let here = Here::of(Repo::new("acme/none"));
    let whole = fixture("tiny.gguf").display().to_string();
    let second = fixture(&part(2)).display().to_string();
    for named in [&whole, &second] {
        for command in ["params", "show"] {
            let found = here.json(&[command, named]);
            assert_eq!(found["total"], TOTAL, "{found}");
            assert_eq!(found["active"], TOTAL);
            assert_eq!(found["source"], "header");
            assert_eq!(found["buffers"], 4);
            assert_eq!(found["by_part"]["embedding"], 12 * 32);
            assert_eq!(found["by_part"]["head"], 0);
            assert_eq!(found["by_dtype"]["Q8_0"], 12 * 32);
            let headers = &found["headers"];
            assert_eq!(headers["left_out"][0]["tensor"], "rope_freqs.weight");
            assert_eq!(headers["requests"], 0);
            let gguf = &headers["gguf"];
            assert_eq!(gguf["architecture"], "llama");
            assert_eq!(gguf["context"], 2048);
            assert_eq!(gguf["kv_heads"], json!([2]));
            assert_eq!(gguf["vocabulary"], 12);
            // A scale of two bytes for 32 weights of a byte each.
            let stored =
                json!({"tensors": 1, "weights": 384, "bytes": 12 * 34, "bits_per_weight": 8.5});
            assert_eq!(gguf["storage"]["Q8_0"], stored);
        }
    }
    let split = here.json(&["params", &second]);
    assert_eq!(split["headers"]["files_read"], 3);
    let ran = here.run(&["params", &whole, "--mode", "human"]);
    for word in [
        "12,832",
        "llama",
        "4.5 bits each",
        "its own: `token_embd.weight`",
    ] {
        assert!(ran.stdout.contains(word), "{word}: {}", ran.stdout);
    }
    // No network was needed.
    assert!(here.hub.requests().is_empty());
}

/// Weights as they are stored; a key and a value of 8 for each of two heads of
/// two layers, in half precision.
#[test]
fn a_files_memory_is_its_tensors_and_what_its_metadata_say() {
    let here = Here::of(Repo::new("acme/none"));
    let whole = fixture("tiny.gguf").display().to_string();
    let found = here.json(&["memory", &whole, "--batch", "3"]);
    let half_a_byte = 2 * (2 * 32 * 32 + 2 * 16 * 32 + 3 * 32 * 32) / 32 * 18;
    assert_eq!(found["weights"], half_a_byte + 12 * 34 + (5 * 32 + 4) * 4);
    assert_eq!(found["cache_per_token"], 2 * 2 * (8 + 8) * 2);
    assert_eq!(found["context"], 2048);
    assert_eq!(found["cache"], 2 * 2 * (8 + 8) * 2 * 2048 * 3);
    assert_eq!(found["policies"][0]["policy"], "full");
    let ran = here.run(&["memory", &whole, "--context", "18446744073709551615"]);
    assert_eq!(ran.code, 2, "{}", ran.transcript());
}

#[test]
fn of_a_folder_one_quantisation_is_counted() {
    let here = Here::of(Repo::new("acme/none"));
    let folder = here.world.path("models");
    std::fs::create_dir_all(&folder).expect("made");
    let named = folder.display().to_string();
    for number in 1..=3 {
        std::fs::write(folder.join(part(number)), file(&part(number))).expect("written");
    }
    std::fs::write(folder.join("tiny.gguf"), file("tiny.gguf")).expect("written");
    std::fs::write(folder.join("mmproj-f16.gguf"), b"GGUF").expect("written");
    let found = here.json(&["params", &named]);
    assert_eq!(found["total"], TOTAL);
    let gguf = &found["headers"]["gguf"];
    assert_eq!(gguf["counted"], "tiny");
    let names: Vec<_> = gguf["quantisations"]
        .as_array()
        .expect("a list")
        .iter()
        .collect();
    assert_eq!((names.len(), &names[0]["name"]), (2, &json!("split")));
    assert_eq!(gguf["beside"], json!(["mmproj-f16"]));

    // A part that is missing is said to be.
    std::fs::remove_file(folder.join("tiny.gguf")).expect("removed");
    std::fs::remove_file(folder.join(part(3))).expect("removed");
    for named in [named, folder.join(part(1)).display().to_string()] {
        let ran = here.run(&["params", &named]);
        assert_eq!(ran.code, 1, "{}", ran.transcript());
        assert!(
            ran.stderr.contains("split into, 2 are there"),
            "{}",
            ran.stderr
        );
    }
    // A part of another model in its place, too.
    std::fs::write(folder.join(part(3)), file(&part(2))).expect("written");
    let ran = here.run(&["params", &folder.display().to_string()]);
    assert_eq!(ran.code, 1, "{}", ran.transcript());
    assert!(ran.stderr.contains("not the 3 parts"), "{}", ran.stderr);
}

#[test]
fn a_bad_file_is_named() {
    let here = Here::of(Repo::new("acme/none"));
    let mut cut = file("tiny.gguf");
    cut.truncate(4_000);
    let cases: [(&str, Vec<u8>, &str); 4] = [
        ("page.gguf", b"<!doctype html>".to_vec(), "web page"),
        ("cut.gguf", cut, "cut off or damaged"),
        (
            "short.gguf",
            file("tiny.gguf")[..2_000].to_vec(),
            "the file ends at 2000",
        ),
        ("empty.gguf", Vec::new(), "the file ends at 0"),
    ];
    for (name, content, word) in cases {
        let path = here.world.path(name);
        std::fs::write(&path, content).expect("written");
        for command in ["params", "show", "memory"] {
            let ran = here.run(&[command, &path.display().to_string()]);
            assert_eq!(ran.code, 1, "{}", ran.transcript());
            assert!(ran.stderr.contains(word), "{}", ran.transcript());
            assert!(ran.stderr.contains(name), "{}", ran.transcript());
        }
    }
    // What is whole is not run, and it is said what to do.
    let whole = fixture("tiny.gguf").display().to_string();
    let ran = here.run(&["check", &whole]);
    assert!(
        ran.stdout.contains("counted and not run"),
        "{}",
        ran.transcript()
    );
    let ran = here.run(&["params", "nowhere.gguf"]);
    assert_ne!(ran.code, 0);
    assert!(ran.stderr.contains("nowhere.gguf"), "{}", ran.stderr);
}

/// A repository of three quantisations, one of them split, one in a folder.
fn quantised(words: u64) -> Repo {
    let mut repo = Repo::new("acme/tiny-gguf")
        .small("README.md", b"# Tiny")
        .large("tiny-Q4_0.gguf", &grown(file("tiny.gguf"), words))
        .large("Q8_0/tiny.gguf", &vec![0; 3_000])
        .large("tiny.imatrix.gguf", b"GGUF");
    for number in 1..=3 {
        let name = format!("tiny-IQ4_NL-0000{number}-of-00003.gguf");
        repo = repo.large(&name, &file(&part(number)));
    }
    repo
}

#[test]
fn a_repository_of_quantisations_counts_one() {
    let here = Here::of(quantised(100));
    for command in ["params", "show"] {
        let found = here.json(&[command, "acme/tiny-gguf"]);
        assert_eq!(found["total"], TOTAL, "{found}");
        let headers = &found["headers"];
        assert_eq!(headers["repo"], "acme/tiny-gguf");
        assert_eq!(headers["requests"], 1);
        let gguf = &headers["gguf"];
        assert_eq!(gguf["counted"], "tiny-Q4_0");
        let names = gguf["quantisations"].as_array().expect("a list");
        let names: Vec<_> = names.iter().map(|set| set["name"].as_str()).collect();
        let expected = ["Q8_0/tiny", "tiny-IQ4_NL", "tiny-Q4_0"];
        assert_eq!(names, expected.map(Some));
        assert_eq!(gguf["beside"], json!(["tiny.imatrix"]));
    }
    let found = here.json(&["memory", "acme/tiny-gguf"]);
    assert_eq!(found["cache_per_token"], 128);
    let ran = here.run(&["params", "acme/tiny-gguf", "--mode", "human"]);
    assert!(ran.stdout.contains("tiny-IQ4_NL"), "{}", ran.stdout);
    assert!(!here.world.path("hf").exists());
}

#[test]
fn a_split_model_is_counted_from_all_its_headers() {
    let mut repo = Repo::new("acme/split");
    for number in [2, 3, 1] {
        repo = repo.large(&part(number), &file(&part(number)));
    }
    let here = Here::of(repo);
    let found = here.json(&["params", "acme/split"]);
    assert_eq!(found["total"], TOTAL);
    assert_eq!(found["headers"]["requests"], 3);
    assert_eq!(found["headers"]["gguf"]["kv_heads"], json!([2]));
}

/// A vocabulary of 3 MB: 1 MB does not reach the tensors, which is said with
/// what does; then it is read as far as it goes, and not much further.
#[test]
fn a_long_header_is_read_on_when_that_is_asked_for() {
    let words = 3 << 15;
    let here = Here::of(quantised(words));
    let found = here.json(&["params", "acme/tiny-gguf"]);
    assert_eq!(found["total"], Value::Null, "{found}");
    let remarks = found["headers"]["remarks"].to_string();
    assert!(remarks.contains("--every-header"), "{remarks}");
    let read = found["bytes_read"].as_u64().expect("a number");
    assert!((700_000..1_000_000).contains(&read), "{read}");
    let sent: u64 = here.hub.requests().iter().map(|made| made.sent).sum();
    assert!(sent < 1_000_000, "{sent} bytes");
    let ran = here.run(&["params", "acme/tiny-gguf", "--mode", "human"]);
    for word in ["not known", "lies beyond the first", "tiny-Q4_0"] {
        assert!(ran.stdout.contains(word), "{word}: {}", ran.stdout);
    }
    let ran = here.run(&["memory", "acme/tiny-gguf"]);
    assert_eq!(ran.code, 1, "{}", ran.transcript());
    assert!(ran.stderr.contains("--every-header"), "{}", ran.stderr);

    for command in ["params", "memory"] {
        let found = here.json(&[command, "acme/tiny-gguf", "--every-header"]);
        if command == "params" {
            assert_eq!(found["total"], TOTAL);
            let read = found["bytes_read"].as_u64().expect("a number");
            assert!(read >= words * 32 && read < words * 32 + 16_000, "{read}");
        } else {
            assert_eq!(found["cache_per_token"], 128);
        }
    }
}

/// A configuration beside the files says what their headers could not; it is
/// held against them where they were read.
#[test]
fn a_configuration_helps_where_headers_are_too_long() {
    let mut config = json!({
        "model_type": "llama", "architectures": ["LlamaForCausalLM"], "vocab_size": 12,
        "hidden_size": 32, "num_hidden_layers": 2, "num_attention_heads": 4,
        "num_key_value_heads": 2, "intermediate_size": 32, "tie_word_embeddings": true,
    });
    let with = |config: &Value, words| {
        let text = config.to_string();
        Here::of(quantised(words).small("config.json", text.as_bytes()))
    };
    let found = with(&config, 3 << 15).json(&["params", "acme/tiny-gguf"]);
    assert_eq!(found["total"], TOTAL, "{found}");
    assert_eq!(found["source"], "genome");
    assert!(found["bytes_read"].as_u64() < Some(1_000_000));
    let found = with(&config, 10).json(&["params", "acme/tiny-gguf"]);
    assert_eq!(
        (&found["total"], &found["source"]),
        (&json!(TOTAL), &json!("header"))
    );
    assert!(
        !found["headers"]["remarks"]
            .to_string()
            .contains("beside it")
    );
    config["vocab_size"] = json!(13);
    let found = with(&config, 10).json(&["params", "acme/tiny-gguf"]);
    assert_eq!(found["total"], TOTAL);
    let remarks = found["headers"]["remarks"].to_string();
    assert!(
        remarks.contains(&format!("has {} parameters", TOTAL + 32)),
        "{remarks}"
    );
}

/// Pulled files answer without a network.
#[test]
fn a_pulled_file_is_counted_where_it_lies() {
    let here = Here::of(quantised(10));
    let ran = here.run(&["pull", "acme/tiny-gguf", "--include", "tiny-*.gguf"]);
    assert_eq!(ran.code, 0, "{}", ran.transcript());
    let asked = here.hub.requests().len();
    let found = here.json(&["params", "acme/tiny-gguf"]);
    assert_eq!(found["total"], TOTAL);
    assert_eq!(found["headers"]["repo"], "acme/tiny-gguf");
    assert_eq!(found["headers"]["requests"], 0);
    assert_eq!(
        here.json(&["memory", "acme/tiny-gguf"])["cache_per_token"],
        128
    );
    assert_eq!(here.hub.requests().len(), asked);

    let repo = Repo::new("acme/folders").large("Q4_0/tiny.gguf", &file("tiny.gguf"));
    let here = Here::of(repo);
    let ran = here.run(&["pull", "acme/folders", "--all"]);
    assert_eq!(ran.code, 0, "{}", ran.transcript());
    let found = here.json(&["params", "acme/folders"]);
    assert_eq!(found["total"], TOTAL);
    assert_eq!(found["headers"]["gguf"]["counted"], "Q4_0/tiny");
}

#[test]
fn a_bad_file_on_the_hub_is_named() {
    let repo = Repo::new("acme/bad").large("tiny-Q4_0.gguf", b"<html>");
    let ran = Here::of(repo).run(&["params", "acme/bad"]);
    assert_eq!(ran.code, 5, "{}", ran.transcript());
    assert!(ran.stderr.contains("tiny-Q4_0.gguf"), "{}", ran.stderr);
    assert!(ran.stderr.contains("web page"), "{}", ran.stderr);
    let repo = Repo::new("acme/bad").large(&part(1), &file(&part(1)));
    let ran = Here::of(repo).run(&["params", "acme/bad"]);
    assert_eq!(ran.code, 1, "{}", ran.transcript());
    assert!(ran.stderr.contains("1 are there"), "{}", ran.stderr);
}
