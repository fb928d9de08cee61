//! Word vectors that gensim trained, in both formats, against its own answers.

use arbor_loaders::word2vec::{Files, Word2Vec};
use arbor_loaders::{Asked, Seat, examine};
use arbor_model::{Check, Outcome, Verdict};
use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures/word2vec")
}

fn open(path: &Path) -> Word2Vec {
    let files = Files::at(path).expect("word vectors");
    Word2Vec::open(&files.input, files.output.as_deref()).expect("a model")
}

fn ids(model: &Word2Vec, words: &Value) -> Vec<u32> {
    let word = |word: &Value| model.words().id(word.as_str()?.as_bytes());
    let words = words.as_array().into_iter().flatten().map(word);
    words.collect::<Option<_>>().expect("known words")
}

#[test]
fn both_formats_and_all_answers_are_gensims() {
    let golden = fs::read_to_string(folder().join("gensim.json")).expect("answers");
    let golden: Value = serde_json::from_str(&golden).expect("JSON");
    let model = open(&folder());
    let text = open(&folder().join("text/vectors.txt"));
    assert!(model.has_output() && !text.has_output());
    assert_eq!(model.words(), text.words());
    assert_eq!(ids(&model, &golden["words"]), (0..17).collect::<Vec<_>>());
    let number = |pair: &Value| pair[1].as_f64().expect("a number");
    for case in golden["filled"].as_array().expect("cases") {
        let context = ids(&model, &case["context"]);
        let scores = model.log_probabilities(&context).expect("scores");
        for pair in case["words"].as_array().expect("words") {
            let id = model
                .words()
                .id(pair[0].as_str().expect("a word").as_bytes());
            let ours = scores[id.expect("known") as usize].exp();
            assert!((ours - number(pair)).abs() < 1e-6, "{case}: {ours}");
        }
    }
    for case in golden["nearest"].as_array().expect("cases") {
        let mut sum = Vec::new();
        for (key, sign) in [("plus", 1.0), ("minus", -1.0)] {
            sum.extend(ids(&model, &case[key]).into_iter().map(|id| (id, sign)));
        }
        let near = text.nearest(&sum, 5).expect("neighbours");
        let wanted = case["words"].as_array().expect("words");
        assert_eq!(near.len(), wanted.len());
        for (near, pair) in near.iter().zip(wanted) {
            let word = model.words().word(near.id).expect("a word");
            assert_eq!(word, pair[0].as_str().expect("a word").as_bytes());
            assert!((near.cosine - number(pair)).abs() < 1e-6, "{case}");
        }
    }
}

#[test]
fn vectors_are_verified_and_those_without_answers_are_sound() {
    let found = examine(&folder(), Asked::default(), &Seat::plain());
    assert_eq!(found.verdict, Verdict::Verified, "{found:?}");
    let found = examine(
        &folder().join("text/vectors.txt"),
        Asked::default(),
        &Seat::plain(),
    );
    assert_eq!(found.verdict, Verdict::Sound, "{found:?}");
    let law = found
        .checks
        .iter()
        .find(|c| c.check == Check::Factorisation);
    assert_eq!(law.expect("the law").outcome, Outcome::Pass);
}

#[test]
fn vectors_of_another_text_or_cut_short_are_found_out() {
    let other = tempfile::tempdir().expect("a temporary folder");
    for name in ["vectors.bin", "vectors.output.bin", "reference.safetensors"] {
        fs::copy(folder().join(name), other.path().join(name)).expect("copied");
    }
    let path = other.path().join("vectors.output.bin");
    let good = fs::read(&path).expect("the file");
    let mut swapped = good.clone();
    // The sign of one number.
    let last = swapped.len() - 2;
    swapped[last] ^= 0x80;
    fs::write(&path, &swapped).expect("written");
    assert_eq!(
        examine(other.path(), Asked::default(), &Seat::plain()).verdict,
        Verdict::Drifted
    );
    fs::write(&path, &good[..good.len() - 4]).expect("written");
    let found = examine(other.path(), Asked::default(), &Seat::plain());
    assert_eq!(found.verdict, Verdict::Unloadable);
    let said = found.checks.iter().filter_map(|c| c.detail.as_ref());
    let mut said = said.map(arbor_model::Text::as_str);
    assert!(said.any(|said| said.contains("vectors.output.bin")));
}
