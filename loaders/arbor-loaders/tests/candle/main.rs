//! candle-transformers beside us: both read the fixtures' checkpoints, and both
//! are held against the recorded outputs of the independent implementation and
//! against each other.
//!
//! What is expected of each of its models is the table in `docs/CANDLE.md`. A
//! version of candle-transformers that gives another answer fails here, and the
//! failure prints the table to put there. Nothing of the product leans on
//! these models: they are compared with, never served.
//!
//! `models/` wraps them, `compare.rs` asks, `table.rs` reads the document.

mod checkpoint;
mod compare;
#[path = "../reference/fixture.rs"]
#[allow(dead_code, reason = "shared with the other tests")]
mod fixture;
mod models;
#[path = "../reference/seed.rs"]
mod seed;
mod table;

use compare::Finding;
use models::{Failure, Reads, Row};
use std::collections::BTreeSet;

#[test]
fn the_table_in_the_documents_is_what_is_found() {
    let fixtures = fixture::all();
    let mut found = Vec::new();
    let mut unlike = Vec::new();
    for row in models::all() {
        let fixture = fixtures.iter().find(|fixture| fixture.name == row.fixture);
        let fixture = fixture.unwrap_or_else(|| panic!("no fixture {}", row.fixture));
        // Ours is right, whatever theirs is.
        let ours = compare::ours(fixture, &row).unwrap_or_else(|error| panic!("{error}"));
        let theirs = compare::theirs(fixture, &row, &ours);
        if let Finding::Answers(far) = &theirs {
            // One distance follows from the other, since ours is right.
            if (far.from_reference - far.from_ours).abs() > ours.limit {
                unlike.push(format!("{}: {far:?}", row.fixture));
            }
        }
        found.push(table::Line::new(&row, &theirs, ours.limit));
    }
    assert!(unlike.is_empty(), "{unlike:?}");
    found.sort_by(|a, b| a.key().cmp(&b.key()));
    let wanted = table::read();
    let mut broken: Vec<String> = table::differences(&wanted, &found);
    let summary = table::summary(&found);
    if !table::says(&summary) {
        broken.push(format!("summary: {summary}"));
    }
    table::explain(&mut found, &wanted);
    let all: String = found.iter().map(table::Line::row).collect();
    assert!(
        broken.is_empty(),
        "docs/CANDLE.md has another table:\n{}\nfound:\n{all}",
        broken.join("\n")
    );
}

#[test]
fn each_line_of_the_table_stands_once_and_in_order() {
    let lines = table::read();
    assert!(lines.is_sorted_by(|a, b| a.key() < b.key()));
    let words: BTreeSet<&str> = lines.iter().map(|line| line.finding.as_str()).collect();
    assert!(words.contains("same") && words.contains("differs"));
    // Whatever is not right has its cause.
    let silent = lines
        .iter()
        .filter(|line| line.finding != "same" && line.cause.is_empty());
    let silent: Vec<&str> = silent.map(|line| line.fixture.as_str()).collect();
    assert!(silent.is_empty(), "without a cause: {silent:?}");
}

/// What a table that no longer holds would look like is seen.
#[test]
fn another_finding_is_named() {
    let wanted = table::read();
    assert!(table::differences(&wanted, &wanted).is_empty());
    for (at, line) in wanted.iter().enumerate() {
        let mut found = wanted.clone();
        found[at].finding = "another".to_owned();
        assert_eq!(table::differences(&wanted, &found).len(), 1);
        found.remove(at);
        assert_eq!(table::differences(&wanted, &found).len(), 1);
        assert_eq!(table::differences(&found, &wanted).len(), 1, "{line:?}");
    }
    let mut found = wanted.clone();
    let far = found.iter_mut().find(|line| line.detail.starts_with("5e0"));
    far.expect("a distance").detail = "5e-1 from 9 tokens on".to_owned();
    assert_eq!(table::differences(&wanted, &found).len(), 1);
}

#[test]
fn a_model_that_panics_is_a_finding() {
    let fixtures = fixture::all();
    let fixture = fixtures.iter().find(|fixture| fixture.name == "llama2");
    let fixture = fixture.expect("the fixture");
    let mut row = Row {
        fixture: "llama2",
        module: "none",
        build: |_, _, _| Ok(Box::new(|_, _| panic!("as some do"))),
        reads: Reads::Both,
        help: &[],
    };
    let ours = compare::ours(fixture, &row).expect("an answer");
    let found = |row: &Row| compare::theirs(fixture, row, &ours);
    assert!(matches!(found(&row), Finding::Panics));
    row.build = |_, weights, _| {
        weights.get((1, 1), "nothing")?;
        Ok(Box::new(|_, _| panic!("not asked")))
    };
    let refused = found(&row);
    assert!(matches!(refused, Finding::Fails(Failure::Weights(_))));
}
