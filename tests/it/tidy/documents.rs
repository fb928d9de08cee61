//! What people read: links lead somewhere, and what the documents list is
//! what the program knows.

use super::{files, none, root};
use arbor_model::{
    AttentionKind, Branch, Confidence, CountKind, DateKind, Density, FeedForwardKind, Field, Joins,
    Mask, NormKind, Objective, Openness, PositionKind, Relation, SourceKind,
};
use std::fs;
use std::path::Path;

#[test]
fn links_between_documents_lead_somewhere() {
    let mut broken = Vec::new();
    for file in files(&[".md"]) {
        let folder = root().join(&file.name);
        let folder = folder.parent().unwrap_or(Path::new("."));
        for target in file
            .text
            .split("](")
            .skip(1)
            .filter_map(|rest| rest.split(')').next())
        {
            let path = target.split('#').next().unwrap_or_default();
            let outside = target.contains("://") || path.is_empty();
            if !outside && !folder.join(path).exists() {
                broken.push(format!("{}: {target}", file.name));
            }
        }
    }
    none(&broken, "links that lead nowhere");
}

#[test]
fn the_catalogue_document_knows_every_word() {
    let text = fs::read_to_string(root().join("docs/CATALOGUE.md")).expect("the document");
    let vocabularies = [
        AttentionKind::WORDS,
        Confidence::WORDS,
        CountKind::WORDS,
        DateKind::WORDS,
        Density::WORDS,
        FeedForwardKind::WORDS,
        Field::WORDS,
        NormKind::WORDS,
        Objective::WORDS,
        Openness::WORDS,
        PositionKind::WORDS,
        Relation::WORDS,
    ];
    let mut missing: Vec<String> = vocabularies
        .concat()
        .into_iter()
        .filter(|word| !text.contains(&format!("`{word}`")))
        .map(str::to_owned)
        .collect();
    // These stand in comments of the examples, without backticks.
    let plain = [Branch::WORDS, Mask::WORDS, SourceKind::WORDS].concat();
    missing.extend(
        plain
            .into_iter()
            .filter(|word| !text.contains(word))
            .map(str::to_owned),
    );
    none(&missing, "words that docs/CATALOGUE.md does not explain");
}

#[test]
fn the_relation_table_is_the_programs() {
    let text = fs::read_to_string(root().join("docs/CATALOGUE.md")).expect("the document");
    for relation in Relation::ALL {
        let row = text
            .lines()
            .find(|line| line.starts_with(&format!("| `{relation}` |")));
        let row = row.unwrap_or_else(|| panic!("no row for {relation}"));
        let joins = match relation.joins() {
            Joins::OneBranch => "one branch",
            Joins::AnyBranches => "any branches",
        };
        let end = format!("| {} | {joins} |", relation.carries());
        assert!(row.ends_with(&end), "{row} should end with {end}");
    }
}

#[test]
fn the_readme_has_its_two_commands() {
    let text = fs::read_to_string(root().join("README.md")).expect("the document");
    for command in ["cargo run --release -- serve", "cargo test"] {
        assert!(
            text.lines().any(|line| line.trim() == command),
            "`{command}` is not in README.md"
        );
    }
    let ci = fs::read_to_string(root().join(".ci/run")).expect(".ci/run");
    assert!(
        ci.lines().any(|line| line.trim() == "cargo test"),
        ".ci/run calls another command"
    );
}
