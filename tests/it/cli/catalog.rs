//! `arbor catalog check` on a catalogue that is broken in many ways.

use super::{arbor, broken_catalogue, json};
use crate::world::World;
use serde_json::Value;

fn problems() -> Vec<Value> {
    let ran = arbor(&["catalog", "check", &broken_catalogue(), "--json"]);
    assert_eq!(ran.code, 1, "{}", ran.transcript());
    let report: Value = serde_json::from_str(&ran.stdout).expect("JSON");
    report["problems"].as_array().expect("problems").clone()
}

#[test]
fn every_problem_has_a_place() {
    let problems = problems();
    assert!(problems.len() >= 25, "only {}", problems.len());
    for problem in &problems {
        let number = |key: &str| problem[key].as_u64().expect("a number");
        assert!(number("line") >= 1 && number("column") >= 1, "{problem}");
        let file = problem["file"].as_str().expect("a file");
        assert!(std::path::Path::new(file).is_file(), "{problem}");
    }
}

#[test]
fn lines_and_json_tell_the_same() {
    let ran = arbor(&["catalog", "check", &broken_catalogue()]);
    let lines: Vec<_> = ran
        .stdout
        .lines()
        .filter(|l| !l.starts_with("  hint: "))
        .collect();
    let problems = problems();
    assert_eq!(lines.len(), problems.len());
    for (line, problem) in lines.iter().zip(&problems) {
        let word = |key: &str| problem[key].as_str().expect("a word").to_owned();
        let (place, fault) = (word("file"), word("fault"));
        let number = |key: &str| problem[key].as_u64().expect("a number");
        let beginning = format!("{place}:{}:{}: {fault}: ", number("line"), number("column"));
        assert!(line.starts_with(&beginning), "{line}\n{beginning}");
    }
}

#[test]
fn what_is_no_file_is_refused() {
    let world = World::new();
    let pipe = world.path("families").join("pipe.toml");
    std::fs::create_dir_all(&pipe).expect("a folder where a file belongs");
    let ran = world.run(["catalog", "check", "."]);
    assert_eq!(ran.code, 1, "{}", ran.transcript());
    let line = "./families/pipe.toml:1:1: unreadable: this is no file";
    assert!(ran.stdout.contains(line), "{}", ran.transcript());
}

#[test]
fn the_curated_catalogue_has_no_problems() {
    let report = json(&["catalog", "check"]);
    assert_eq!(report["problems"].as_array().map(Vec::len), Some(0));
    assert!(report["models"].as_u64() >= Some(580));
}
