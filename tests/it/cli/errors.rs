//! What is said when something is wrong: the house style, its JSON, and that
//! nothing hostile comes through.

use super::{arbor, json};
use crate::world::{Ran, World};
use arbor_catalog::{CatalogueFiles, read_catalogue};
use arbor_model::Catalogue;
use arbor_service::catalogue_digest;
use arbor_store::Store as _;
use arbor_store_sqlite::{OpenOptions, SqliteStore};
use serde_json::Value;
use std::fs;

#[test]
fn errors_are_json_where_data_is() {
    for (arguments, code) in [
        (&["show", "no-such-model"][..], "not-found"),
        (&["list", "--columns", "nothing"], "usage"),
        (&["list", "--frobnicate"], "usage"),
        (&["list", "--params", "large"], "bad-parameter"),
        (&["list", "--fits", "24"], "bad-parameter"),
        (&["memory", "gpt-4"], "unknown"),
        (
            &["path", "gpt", "neural-lm-2003", "--rel", "weights"],
            "unrelated",
        ),
    ] {
        let ran = arbor(&[arguments, &["--json"]].concat());
        assert_ne!(ran.code, 0, "{arguments:?}");
        let error: Value = serde_json::from_str(&ran.stderr).expect("JSON on stderr");
        assert_eq!(error["error"]["code"], code, "{arguments:?}");
        for key in ["message", "hint", "link"] {
            assert!(
                error["error"].get(key).is_some(),
                "{arguments:?}: no `{key}`"
            );
        }
    }
}

#[test]
fn mistyped_words_are_guessed() {
    for (arguments, guess) in [
        (&["show", "bert-bsae"][..], "bert-base"),
        (&["list", "--family", "brt"], "bert"),
        (&["list", "--org", "gogle"], "google"),
        (&["list", "--famly", "bert"], "--family"),
        (&["list", "--columns", "parms"], "params"),
        (&["lst"], "list"),
        (&["export", "jsn"], "json"),
        (&["help", "tre"], "tree"),
    ] {
        let ran = arbor(arguments);
        let hint = ran.stderr.split("hint: ").nth(1).unwrap_or_default();
        assert!(
            hint.contains(&format!("`{guess}`")),
            "{arguments:?}\n{}",
            ran.stderr
        );
    }
}

#[test]
fn control_characters_do_not_come_through() {
    let hostile = "\u{1b}[31m\u{7}evil\u{202e}\r";
    for arguments in [
        &["show", hostile][..],
        &[hostile],
        &["list", hostile],
        &["list", "--branch", hostile],
        &["list", "--columns", hostile],
        &["list", "--params", hostile],
        &["list", "--family", hostile],
        &["list", "--q", hostile],
        &["search", hostile],
        &["help", hostile],
        &["export", "csv", "-o", hostile, "--q", "zzzzz"],
        &["catalog", "check", hostile],
        &["serve", "--bind", hostile],
        &["doctor", "--db", hostile],
    ] {
        let ran = arbor(arguments);
        for text in [&ran.stdout, &ran.stderr] {
            let bad = |c: char| (c.is_control() && c != '\n' && c != '\t') || c == '\u{202e}';
            assert!(!text.contains(bad), "{arguments:?}: {text:?}");
        }
    }
}

#[test]
fn a_file_that_is_no_database_is_left_alone() {
    let world = World::new();
    let path = world.path("notes.txt");
    fs::write(&path, "not a database, and long enough to be seen as none").expect("written");
    let ran = Ran::of(
        world
            .command()
            .args(["show", "gpt-3", "--db"])
            .arg(&path)
            .output()
            .expect("the program starts"),
    );
    assert_eq!(ran.code, 1, "{}", ran.transcript());
    assert!(ran.stderr.contains("no database"), "{}", ran.stderr);
    assert!(ran.stderr.contains("hint: `--db PATH`"), "{}", ran.stderr);
    let kept = fs::read_to_string(&path).expect("still there");
    assert!(kept.starts_with("not a database"));
}

#[test]
fn the_doctor_finds_a_bad_database() {
    let world = World::new();
    fs::write(world.path("arbor.db"), "not a database, and long enough").expect("written");
    let ran = world.run(["doctor"]);
    assert_eq!(ran.code, 1, "{}", ran.transcript());
    assert!(ran.stdout.contains('✕'), "{}", ran.stdout);
}

#[test]
fn the_doctor_repairs_what_differs_from_its_digest() {
    let world = World::new();
    let mut catalogue = read_catalogue(&CatalogueFiles::builtin()).expect("sound");
    let elmo = catalogue.models.get_mut("elmo").expect("in the catalogue");
    elmo.name = "Elmo".parse().expect("a name");
    store(&world, &catalogue);
    let found = world.run(["doctor"]);
    assert_eq!(found.code, 1, "{}", found.transcript());
    for said in ["✕ synchronised", "`elmo`", "--repair`"] {
        assert!(found.stdout.contains(said), "{}", found.stdout);
    }
    let repaired = world.run(["doctor", "--repair"]);
    assert_eq!(repaired.code, 0, "{}", repaired.transcript());
    let note = "note: repaired: model ~1\n";
    assert_eq!(repaired.stderr, note);
    let again = world.run(["doctor", "--repair"]);
    assert_eq!((again.code, again.stderr.as_str()), (0, ""));
}

#[test]
fn the_doctor_says_what_to_do_with_what_cannot_be_read() {
    let world = World::new();
    store(
        &world,
        &read_catalogue(&CatalogueFiles::builtin()).expect("sound"),
    );
    let file = world.path("arbor.db");
    let mut bytes = fs::read(&file).expect("read");
    let (key, bad) = (b"own-knowledge", b"own-Knowledge");
    let mut at = 0;
    while let Some(found) = bytes[at..].windows(key.len()).position(|w| w == key) {
        at += found;
        bytes[at..at + bad.len()].copy_from_slice(bad);
    }
    fs::write(&file, bytes).expect("written");
    for arguments in [["doctor", "--no-truncate"], ["doctor", "--repair"]] {
        let found = world.run(arguments);
        assert_eq!(found.code, 1, "{}", found.transcript());
        for said in ["✕ synchronised", "own-Knowledge", "move the file away"] {
            assert!(found.stdout.contains(said), "{}", found.stdout);
        }
    }
}

/// Stores a catalogue as if it were the compiled-in one, all in one file.
fn store(world: &World, catalogue: &Catalogue) {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    runtime.block_on(async {
        let path = world.path("arbor.db");
        let store = SqliteStore::open(&path, &OpenOptions::default()).await;
        let store = store.expect("opened");
        let digest = catalogue_digest(&CatalogueFiles::builtin());
        let synchronised = store.sync_catalogue(catalogue, &digest).await;
        synchronised.expect("stored");
        store.close().await;
    });
}

#[test]
fn an_alias_is_remarked_on_once() {
    let note = "note: `llama` is an alias of `llama-65b`\n";
    for arguments in [
        &["path", "llama", "llama"][..],
        &["path", "llama", "llama-7b"],
        &["path", "llama-7b", "llama"],
        &["lineage", "common", "llama", "llama"],
        &["diff", "llama", "llama"],
    ] {
        assert_eq!(arbor(arguments).stderr, note, "{arguments:?}");
    }
}

#[test]
fn what_needs_no_database_makes_none() {
    let world = World::new();
    for arguments in [
        &["help", "exit-codes"][..],
        &["completions", "bash"],
        &["catalog", "check"],
        &["doctor"],
        &["--version"],
        &["list", "--columns", "nothing"],
    ] {
        let mut command = world.command();
        command
            .args(arguments)
            .output()
            .expect("the program starts");
        assert!(!world.path("arbor.db").exists(), "{arguments:?}");
    }
}

#[test]
fn a_second_start_changes_nothing() {
    let before = json(&["doctor"])["checks"].clone();
    arbor(&["show", "gpt-3"]);
    assert_eq!(before, json(&["doctor"])["checks"]);
}
