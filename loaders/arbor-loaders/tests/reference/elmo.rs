//! ELMo against an implementation of its own; see `tests/reference/elmo.py`.

use crate::seed;
use arbor_loaders::elmo::{Elmo, Word};
use arbor_loaders::reference::Reference;
use arbor_loaders::{Asked, Seat, examine};
use arbor_model::{Check, Outcome, Text, Verdict};
use safetensors::tensor::{Dtype, TensorView};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

const FOLDERS: [&str; 2] = ["published", "training"];

fn fixture(name: &str) -> PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    root.join("../../tests/fixtures/elmo").join(name)
}

fn value(path: &Path) -> Value {
    let text = fs::read_to_string(path).expect("the file");
    serde_json::from_str(&text).expect("JSON")
}

type Shapes = BTreeMap<String, Vec<u64>>;

/// A checkpoint with weights made from names, after a change.
fn checkpoint(name: &str, change: impl FnOnce(&mut Value, &mut Shapes)) -> TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let mut options = value(&fixture(name).join("options.json"));
    let shapes = value(&fixture(name).join("tensors.json"));
    let mut shapes: Shapes = serde_json::from_value(shapes).expect("shapes");
    change(&mut options, &mut shapes);
    let write = |file: &str, bytes: &[u8]| {
        fs::write(folder.path().join(file), bytes).expect("written");
    };
    let data = shapes.iter().map(|(name, dims)| {
        let sizes: Vec<usize> = dims.iter().map(|dim| *dim as usize).collect();
        (name, sizes, seed::weights(name, dims))
    });
    let data: Vec<_> = data.collect();
    let views = data.iter().map(|(name, dims, bytes)| {
        let view = TensorView::new(Dtype::F32, dims.clone(), bytes);
        (name.as_str(), view.expect("a tensor"))
    });
    let file = safetensors::serialize(views, None).expect("a file");
    write("model.safetensors", &file);
    write("options.json", options.to_string().as_bytes());
    let recorded = fs::read(fixture(name).join("reference.safetensors"));
    write("reference.safetensors", &recorded.expect("a reference"));
    folder
}

fn examined(folder: &TempDir) -> (Verdict, String) {
    let found = examine(folder.path(), Asked::default(), &Seat::plain());
    let checks = found
        .checks
        .iter()
        .filter(|check| check.outcome != Outcome::Skip);
    let said: Vec<_> = checks
        .filter_map(|check| check.detail.as_ref().map(Text::as_str))
        .collect();
    (found.verdict, said.join("; "))
}

#[test]
fn every_number_both_ways_is_the_references() {
    for name in FOLDERS {
        let folder = checkpoint(name, |_, _| {});
        let (verdict, said) = examined(&folder);
        assert_eq!(verdict, Verdict::Verified, "{name}: {said}");
        assert!(said.contains("backward ones the future alone"), "{said}");
        let reference = fixture(name).join("reference.safetensors");
        let reference = Reference::read(&reference).expect("a reference");
        let model = Elmo::load(folder.path()).expect("a model");
        assert_eq!(Some(model.parameters()), reference.parameters);
        assert_eq!(model.has_softmax(), name == "training");
        let chain = examine(folder.path(), Asked::default(), &Seat::plain());
        let chain = chain.checks.iter().find(|c| c.check == Check::Chain);
        let held = chain.is_some_and(|chain| chain.outcome == Outcome::Pass);
        assert_eq!(held, model.has_softmax());
    }
}

#[test]
fn words_are_spelled_as_on_record() {
    let reference = fixture("published").join("reference.safetensors");
    let reference = Reference::read(&reference).expect("a reference");
    let texts = value(&fixture("texts.json"));
    let folder = checkpoint("published", |_, _| {});
    let model = Elmo::load(folder.path()).expect("a model");
    for case in &reference.cases {
        let rows = texts[&case.name].as_array().expect("texts");
        let rows: Vec<Vec<Word>> = rows
            .iter()
            .map(|text| Word::sentence(text.as_str().expect("a text"), model.length()))
            .collect();
        let answer = model.both(&rows).expect("an answer");
        let far = case.distance(&answer).expect("the same shape");
        assert!(far / reference.spread < 2e-5, "{}: {far}", case.name);
    }
}

#[test]
fn single_mistakes_are_found() {
    let mistakes: [(&str, &str, Value); 6] = [
        ("lstm", "cell_clip", json!(0.51)),
        ("lstm", "proj_clip", json!(0.31)),
        ("lstm", "cell_clip", json!(null)),
        ("lstm", "proj_clip", json!(null)),
        ("lstm", "use_skip_connections", json!(false)),
        ("char_cnn", "activation", json!("tanh")),
    ];
    for name in FOLDERS {
        for (part, key, value) in &mistakes {
            let folder = checkpoint(name, |options, _| options[part][key] = value.clone());
            let (verdict, said) = examined(&folder);
            assert_eq!(verdict, Verdict::Drifted, "{name} {key} {value}: {said}");
        }
    }
}

#[test]
fn what_does_not_fit_is_named() {
    type Change = fn(&mut Value, &mut Shapes);
    let cases: [(&str, Change); 9] = [
        ("`lstm.dim` is 0", |o, _| o["lstm"]["dim"] = json!(0)),
        ("`lstm.n_layers` is 1000000", |o, _| {
            o["lstm"]["n_layers"] = json!(1_000_000);
        }),
        ("unknown field `frobnicate`", |o, _| {
            o["frobnicate"] = json!(1);
        }),
        ("a clip is not above 0", |o, _| {
            o["lstm"]["cell_clip"] = json!(-3);
        }),
        ("`char_cnn.filters` is 51", |o, _| {
            o["char_cnn"]["filters"][0][0] = json!(51);
        }),
        ("`bidirectional` is false", |o, _| {
            o["bidirectional"] = json!(false);
        }),
        ("CNN_proj/b_proj", |_, s| drop(s.remove("CNN_proj/b_proj"))),
        ("`extra`", |_, s| {
            drop(s.insert("extra".to_owned(), vec![1]));
        }),
        ("has the shape [262, 4]", |_, s| {
            s.insert("char_embed".to_owned(), vec![262, 4]);
        }),
    ];
    for (wanted, change) in cases {
        let (verdict, said) = examined(&checkpoint("published", change));
        assert_eq!(verdict, Verdict::Unloadable, "{wanted}: {said}");
        assert!(said.contains(wanted), "{wanted}: {said}");
    }
}

#[test]
fn the_published_format_is_read_and_damage_is_told() {
    let folder = checkpoint("published", |_, _| {});
    fs::remove_file(folder.path().join("model.safetensors")).expect("removed");
    let file = folder.path().join("elmo_weights.hdf5");
    let good = fs::read(fixture("published").join("weights.hdf5")).expect("the file");
    fs::write(&file, &good).expect("written");
    let (verdict, said) = examined(&folder);
    assert_eq!(verdict, Verdict::Verified, "{said}");
    assert!(said.contains("well-formed HDF5"), "{said}");
    let mut ended = 0;
    for at in (0..good.len()).step_by(211) {
        let mut bad = good.clone();
        bad[at] ^= 0x55;
        fs::write(&file, &bad).expect("written");
        // Other numbers load, and are the reference's to notice.
        ended += usize::from(Elmo::load(folder.path()).is_err());
    }
    // What lies between the structures is nobody's.
    assert!(ended > 0);
    for length in [0, 7, 100, good.len() / 2, good.len() - 1] {
        fs::write(&file, &good[..length]).expect("written");
        let (verdict, said) = examined(&folder);
        assert_eq!(verdict, Verdict::Unloadable, "{length}: {said}");
        assert!(said.contains("elmo_weights.hdf5"), "{length}: {said}");
    }
}
