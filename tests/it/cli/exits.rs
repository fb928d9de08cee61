//! Exit codes, case by case; the table itself is `arbor help exit-codes`.

use super::{arbor, broken_catalogue};

#[test]
fn every_way_to_end_has_its_code() {
    let folder = broken_catalogue();
    let cases: &[(&[&str], i32)] = &[
        (&["show", "gpt-3"], 0),
        (&["show", "GPT-3"], 0),
        (&["show", "google-bert/bert-base-uncased"], 0),
        (&["list", "--q", "no such model"], 0),
        (&["search", "zzzzzzzz"], 0),
        (&["--version"], 0),
        (&["--help"], 0),
        (&["catalog", "check"], 0),
        (&["catalog", "check", &folder], 1),
        (&["catalog", "check", "/nonexistent"], 1),
        (&["memory", "gpt-4"], 1),
        (&["export", "csv", "-o", "/nonexistent/file.csv"], 1),
        (&[], 2),
        (&["frobnicate"], 2),
        (&["list", "--frobnicate"], 2),
        (&["list", "--columns", "nothing"], 2),
        (&["list", "--sort", "nothing"], 2),
        (&["list", "--params", "large"], 2),
        (&["list", "--limit", "0"], 2),
        (&["list", "--since", "2023-13"], 2),
        (&["list", "--json", "--quiet"], 2),
        (&["tree", "--depth", "65"], 2),
        (&["tree", "--invert"], 2),
        (&["tree", "gpt", "--invert", "--branch", "enc"], 2),
        (&["lineage"], 2),
        (&["lineage", "gpt", "--rel", "nothing"], 2),
        (&["memory", "gpt-3", "--dtype", "f12"], 2),
        (&["memory", "gpt-3", "--batch", "0"], 2),
        (&["export", "pdf"], 2),
        (&["search", "   "], 2),
        (&["help", "nothing"], 2),
        (&["serve", "--bind", "0.0.0.0:0"], 2),
        (&["serve", "--bind", "nowhere"], 2),
        (&["show", "no-such-model"], 3),
        (&["tree", "no-such-model"], 3),
        (&["diff", "gpt", "no-such-model"], 3),
        (&["list", "--family", "no-such-family"], 3),
        (&["list", "--org", "no-such-maker"], 3),
        (&["list", "--root", "no-such-model"], 3),
    ];
    for (arguments, code) in cases {
        let ran = arbor(arguments);
        assert_eq!(ran.code, *code, "{arguments:?}\n{}", ran.transcript());
        if *code > 1 {
            assert_eq!(ran.stdout, "", "{arguments:?}");
            assert!(!ran.stderr.is_empty(), "{arguments:?}");
        }
    }
}

#[test]
fn unrelated_models_are_no_path() {
    let ran = arbor(&["path", "gpt", "neural-lm-2003", "--rel", "weights"]);
    assert_eq!(ran.code, 1, "{}", ran.transcript());
    assert!(ran.stderr.contains("not related"), "{}", ran.stderr);
}

#[test]
fn the_table_lists_what_is_used() {
    let ran = arbor(&["help", "exit-codes"]);
    let codes: Vec<u8> = ran
        .stdout
        .lines()
        .filter_map(|line| line.split_whitespace().next()?.parse().ok())
        .collect();
    assert_eq!(codes, [0, 1, 2, 3, 4, 5, 6, 7, 8, 130]);
}
