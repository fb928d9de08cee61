//! Checkpoints named by their folder: what follows from `config.json` alone.

use super::{arbor, human, json};

fn fixture(name: &str) -> String {
    let root = env!("CARGO_MANIFEST_DIR");
    format!("{root}/tests/fixtures/models/{name}")
}

#[test]
fn a_folders_memory_follows_from_its_configuration() {
    let folder = fixture("llama3");
    let found = json(&["memory", &folder, "--batch", "3"]);
    // Two layers of two key-value heads, 8 wide, 64 positions, two bytes.
    assert_eq!(found["weights"], 2 * 24_736);
    assert_eq!(found["cache_per_token"], 2 * 2 * 2 * 8 * 2);
    assert_eq!(found["cache"], 3 * 64 * 128);
    assert_eq!(found["total"], 2 * 24_736 + 3 * 64 * 128);
    assert_eq!(found["policies"][0]["policy"], "full");
    let text = human(&["memory", &folder]).stdout;
    assert!(text.contains("full cache"), "{text}");
    let params = json(&["params", &folder]);
    assert_eq!(params["total"], 24_736);
}

#[test]
fn memory_is_held_against_what_this_machine_has() {
    let line = |arguments: &[&str]| {
        let text = human(arguments).stdout;
        let line = text.lines().find(|line| line.contains("On cpu, now"));
        line.map(str::to_owned).unwrap_or(text)
    };
    let folder = fixture("llama3");
    assert!(line(&["memory", &folder]).contains(" fits, "));
    let much = ["memory", "llama-2-70b", "--batch", "1000000"];
    assert!(line(&much).contains("does not fit"));
}

#[test]
fn a_folder_without_a_configuration_says_so() {
    let ran = arbor(&["memory", "./nowhere"]);
    assert_ne!(ran.code, 0);
    assert!(ran.stderr.contains("./nowhere"), "{}", ran.stderr);
}

#[test]
fn word_vectors_are_asked_by_their_file_or_folder() {
    let root = env!("CARGO_MANIFEST_DIR");
    let folder = format!("{root}/tests/fixtures/word2vec");
    let text = format!("{folder}/text/vectors.txt");
    assert_eq!(json(&["check", &folder])["verdict"], "verified");
    assert_eq!(json(&["check", &text])["verdict"], "sound");
    assert_eq!(json(&["params", &folder])["total"], 2 * 17 * 12);
    assert_eq!(json(&["params", &text])["total"], 17 * 12);
    // `hovered` is no word of theirs and takes no place in the window.
    let sentence = "the cat [MASK] on hovered the mat";
    let with = json(&["run", &folder, sentence]);
    assert_eq!(with["kind"], "masked");
    // As gensim.json has it for this context.
    let golden = std::fs::read_to_string(format!("{folder}/gensim.json")).expect("answers");
    let golden: serde_json::Value = serde_json::from_str(&golden).expect("JSON");
    let wanted = &golden["filled"][0]["words"][0];
    let first = &with["masks"][0]["candidates"][0];
    assert_eq!(first["text"], wanted[0]);
    let (ours, theirs) = (first["logprob"].as_f64(), wanted[1].as_f64());
    let apart = ours.zip(theirs).map(|(a, b)| (a.exp() - b).abs());
    assert!(apart.is_some_and(|apart| apart < 1e-6), "{first} {wanted}");
    let without = json(&["run", &text, sentence]);
    assert_eq!(without["kind"], "near");
    assert_eq!(without["masks"][0]["candidates"], serde_json::json!([]));
    let near = json(&["run", &text, "--nearest", "king - man + woman"]);
    let wanted = &golden["nearest"][1]["words"];
    for at in 0..5 {
        assert_eq!(near["neighbours"][at]["text"], wanted[at][0]);
    }
    let scored = json(&["score", &folder, "the cat sat"]);
    assert_eq!(scored["tokens"].as_array().map(Vec::len), Some(3));
    let refused = arbor(&["score", &text, "the cat sat"]);
    assert!(
        refused.stderr.contains("output vectors"),
        "{}",
        refused.stderr
    );
}

#[test]
fn pickles_are_read_only_where_that_is_allowed() {
    let root = env!("CARGO_MANIFEST_DIR");
    let folder = tempfile::tempdir().expect("a temporary folder");
    for (from, name) in [
        ("models/llama3", "config.json"),
        ("models/llama3", "reference.safetensors"),
        ("pickles", "pytorch_model.bin"),
    ] {
        let from = format!("{root}/tests/fixtures/{from}/{name}");
        std::fs::copy(from, folder.path().join(name)).expect("copied");
    }
    let path = folder.path().display().to_string();
    let refused = arbor(&["check", &path]);
    assert!(
        refused.stdout.contains("--allow-pickle"),
        "{}",
        refused.stdout
    );
    assert_eq!(
        json(&["check", &path, "--allow-pickle"])["verdict"],
        "verified"
    );
    let ids = ["--ids", "5,6,7", "--allow-pickle"];
    let scored = json(&[&["score", path.as_str()][..], &ids].concat());
    assert_eq!(scored["tokens"].as_array().map(Vec::len), Some(3));
    let asked = json(&[&["logits", path.as_str()][..], &ids].concat());
    assert_eq!(asked["logits"].as_array().map(Vec::len), Some(3));
    let written = json(&[&["run", path.as_str(), "--max-tokens", "2"][..], &ids].concat());
    assert_eq!(written["tokens"].as_array().map(Vec::len), Some(2));
}
