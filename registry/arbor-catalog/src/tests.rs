//! The catalogue's files and checks from outside: the curated catalogue is
//! sound, and each planted fault of the broken one is found on its line.

use super::*;
use std::collections::BTreeSet;
use std::path::Path;

fn broken() -> CatalogueFiles {
    let folder =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures/broken-catalogue");
    CatalogueFiles::from_folder(&folder).expect("the fixture is there")
}

#[test]
fn the_curated_catalogue_has_no_problem() {
    if let Err(Problems(problems)) = read_catalogue(&CatalogueFiles::builtin()) {
        let lines: Vec<_> = problems.iter().map(ToString::to_string).collect();
        panic!("{} problems:\n{}", lines.len(), lines.join("\n"));
    }
}

#[test]
fn a_fault_is_told_once() {
    let deep = format!("a = {}", "[".repeat(1_000));
    let files = CatalogueFiles::from_texts([("families/deep.toml", deep.as_str())]);
    let Err(Problems(problems)) = read_catalogue(&files) else {
        panic!("nothing was found")
    };
    let once: BTreeSet<_> = problems.iter().collect();
    assert_eq!(once.len(), problems.len(), "{problems:#?}");
}

#[test]
fn every_planted_fault_is_found_on_its_line_and_nothing_else() {
    let files = broken();
    let mut planted = BTreeSet::new();
    for (file, text) in files.iter() {
        for (number, line) in text.lines().enumerate() {
            if let Some((_, fault)) = line.split_once("#! ") {
                planted.insert((file.to_owned(), number + 1, fault.to_owned()));
            }
        }
    }
    assert!(
        planted.len() >= 25,
        "only {} faults are planted",
        planted.len()
    );

    let Err(Problems(problems)) = read_catalogue(&files) else {
        panic!("nothing was found")
    };
    let found: BTreeSet<_> = problems
        .iter()
        .map(|p| (p.place.file.clone(), p.place.line, p.fault.to_string()))
        .collect();
    let missed: Vec<_> = planted.difference(&found).collect();
    let surplus: Vec<_> = found.difference(&planted).collect();
    assert!(
        missed.is_empty() && surplus.is_empty(),
        "missed {missed:#?}\nsurplus {surplus:#?}"
    );
    assert_eq!(problems.len(), planted.len(), "a fault was reported twice");
}

#[test]
fn the_broken_catalogue_has_every_kind_of_fault() {
    let Err(Problems(problems)) = read_catalogue(&broken()) else {
        panic!("nothing was found")
    };
    let found: BTreeSet<_> = problems.iter().map(|p| p.fault).collect();
    // A file that cannot be read comes back before anything is checked.
    let absent: Vec<_> = Fault::ALL
        .iter()
        .filter(|f| !found.contains(f) && **f != Fault::Unreadable)
        .collect();
    assert!(absent.is_empty(), "no example of {absent:?}");
}

#[test]
fn messages_say_what_is_meant() {
    let Err(Problems(problems)) = read_catalogue(&broken()) else {
        panic!("nothing was found")
    };
    let text: String = problems.iter().map(|p| format!("{p}\n")).collect();
    for part in [
        "descends from itself: `ring-a` → `ring-c` → `ring-b` → `ring-a`",
        "descends from itself: `narcissus` → `narcissus`",
        "did you mean `lab-one`?",
        "did you mean `parameters`?",
        "did you mean `root`?",
        "`root-1b` is an alias; write `root`",
        "`early-child` (2019) appears before its parent `root` (2020-06)",
    ] {
        assert!(text.contains(part), "`{part}` is not in:\n{text}");
    }
}

#[test]
fn a_missing_folder_is_a_problem_not_a_panic() {
    let Err(Problems(problems)) = CatalogueFiles::from_folder(Path::new("/nowhere/at/all")) else {
        panic!("it was read");
    };
    assert!(problems.iter().all(|p| p.fault == Fault::Unreadable));
    assert_eq!(problems.len(), 3);
}

#[test]
fn hostile_files_end_in_problems() {
    let deep = format!("x = {}{}", "[".repeat(5_000), "]".repeat(5_000));
    let cases = [
        deep.as_str(),
        "= = =",
        "[family]\nid = 3\nname = {}\n[[model]]\nclaims = 3\nparents = [3]\naliases = [[]]",
        "model = 4\ntombstone = \"x\"\nfamily = []",
        "\u{feff}[family]\nid = \"x\u{202e}\"",
        "[family]\nid = \"hostile\"\nname = \"a\\u0000b\"",
    ];
    for case in cases {
        let files = CatalogueFiles::from_texts([("families/hostile.toml", case)]);
        assert!(read_catalogue(&files).is_err(), "{case:.60}");
    }
}

#[test]
fn suggestions_are_near_or_absent() {
    let known = ["llama-2-7b", "llama-2-70b", "mistral-7b", "bert-base"];
    let cases = [
        ("llama-2-7", Some("llama-2-7b")),
        ("mistal-7b", Some("mistral-7b")),
        ("bert", Some("bert-base")),
        ("MISTRAL-7B", Some("mistral-7b")),
        ("zzzzzz", None),
        ("", None),
    ];
    for (typed, meant) in cases {
        assert_eq!(nearest(typed, known), meant, "{typed}");
    }
}
