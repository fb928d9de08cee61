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
fn a_folder_without_a_configuration_says_so() {
    let ran = arbor(&["memory", "./nowhere"]);
    assert_ne!(ran.code, 0);
    assert!(ran.stderr.contains("./nowhere"), "{}", ran.stderr);
}
