//! Reading references, and what is refused.

use super::*;
use std::io::Write;

fn read(name: &str, bytes: &[u8]) -> Result<Reference, ReferenceError> {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join(name);
    fs::File::create(&path)
        .and_then(|mut file| file.write_all(bytes))
        .expect("written");
    Reference::read(&path)
}

const GOLDEN: &str = r#"{"format": 1, "logits_std": 2.0, "noise": {"float64": {"rel_to_std": 1e-6}},
 "params": {"unique": 7}, "source": {"transformers": "4.57.6"}, "attn_implementation": "eager",
 "cases": {"main": {"input_ids": [1, 2], "logits": [[0.5, 1.0, 2.0], [1.0, 0.0, -1.0]]},
           "greedy": {"input_ids": [1], "new_ids": [2]}}}"#;

#[test]
fn a_golden_file_is_read() {
    let reference = read("golden.json", GOLDEN.as_bytes()).expect("read");
    assert_eq!(reference.parameters, Some(7));
    assert_eq!(
        reference.cases.len(),
        1,
        "greedy records no numbers for positions"
    );
    let case = &reference.cases[0];
    assert_eq!(
        (case.width, case.input.ids.as_slice()),
        (3, &[vec![1, 2]][..])
    );
    assert_eq!(reference.limit(), LIMIT);
}

#[test]
fn a_case_about_boxes_is_left_out() {
    let boxed = GOLDEN.replace(
        "\"greedy\": {",
        "\"bbox\": {\"input_ids\": [1], \"bbox\": [[0, 0, 1, 1]], \"logits\": [[1.0, 2.0, 3.0]]}, \"greedy\": {",
    );
    assert_ne!(boxed, GOLDEN);
    let reference = read("golden.json", boxed.as_bytes()).expect("read");
    let names: Vec<_> = reference.cases.iter().map(|case| &*case.name).collect();
    assert_eq!(names, ["main"]);
}

#[test]
fn what_is_no_reference_is_refused() {
    for (name, bytes) in [
        ("golden.json", "".to_owned()),
        ("golden.json", "[]".to_owned()),
        (
            "golden.json",
            GOLDEN.replace("\"format\": 1", "\"format\": 2"),
        ),
        (
            "golden.json",
            GOLDEN.replace("2.0, \"noise\"", "0.0, \"noise\""),
        ),
        (
            "golden.json",
            GOLDEN.replace("[1.0, 0.0, -1.0]", "[1.0, 0.0]"),
        ),
        (
            "golden.json",
            GOLDEN.replace("[1.0, 0.0, -1.0]", "[1.0, 0.0, null]"),
        ),
        ("golden.json", GOLDEN.replace("\"logits\"", "\"other\"")),
        ("golden.json", "[".repeat(100_000)),
        ("reference.safetensors", "not one".to_owned()),
    ] {
        let refused = read(name, bytes.as_bytes());
        assert!(
            matches!(refused, Err(ReferenceError::Malformed { .. })),
            "{bytes:.60}"
        );
    }
}

#[test]
fn distances_are_judged_in_three_steps() {
    let mut reference = read("golden.json", GOLDEN.as_bytes()).expect("read");
    assert_eq!(reference.judge(1.9e-5), Agreement::Same);
    assert_eq!(reference.judge(1.9e-4), Agreement::Suspect);
    assert_eq!(reference.judge(2.1e-4), Agreement::Different);
    assert_eq!(reference.judge(f64::NAN), Agreement::Different);
    reference.noise = 1e-5;
    assert_eq!(reference.judge(3.9e-5), Agreement::Same);
}
