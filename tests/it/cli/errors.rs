//! What is said when something is wrong: the house style, its JSON, and that
//! nothing hostile comes through.

use super::{arbor, json};
use crate::world::{Ran, World};
use serde_json::Value;
use std::fs;

#[test]
fn errors_are_json_where_data_is() {
    for (arguments, code) in [
        (&["show", "no-such-model"][..], "not-found"),
        (&["list", "--columns", "nothing"], "usage"),
        (&["list", "--frobnicate"], "usage"),
        (&["list", "--params", "large"], "bad-parameter"),
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
