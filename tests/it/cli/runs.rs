//! Checks and what is recorded of them, and models named by what the hub's
//! cache holds.

use super::texts::roomy;
use crate::world::World;
use serde_json::Value;
use std::fs;
use std::path::Path;

const COMMIT: &str = "0123456789abcdef0123456789abcdef01234567";

fn found(world: &World, arguments: &[&str]) -> Value {
    let ran = world.run([arguments, &["--json"]].concat());
    serde_json::from_str(&ran.stdout).unwrap_or_else(|_| panic!("{arguments:?}: {}", ran.stderr))
}

fn ids(world: &World, arguments: &[&str]) -> Vec<String> {
    let out = world.run([arguments, &["-q"]].concat()).stdout;
    out.lines().map(str::to_owned).collect()
}

fn check<'v>(run: &'v Value, name: &str) -> &'v Value {
    let checks = run["checks"].as_array().expect("checks");
    let found = checks.iter().find(|check| check["name"] == name);
    found.unwrap_or_else(|| panic!("no check {name}"))
}

#[test]
fn a_check_is_recorded_with_its_files() {
    let world = World::new();
    roomy(&world, "words");
    let checked = world.run(["check", "./words"]);
    assert_eq!(checked.code, 0, "{}", checked.stdout);
    assert!(checked.stderr.contains("run 1"), "{}", checked.stderr);
    let listed = found(&world, &["runs"]);
    let run = &listed["runs"][0];
    assert_eq!(
        (&run["subject"], &run["verdict"]),
        (&"./words".into(), &"sound".into())
    );
    assert_eq!(
        (&run["model"], &run["model_type"]),
        (&Value::Null, &"gpt2".into())
    );
    let run = found(&world, &["runs", "show", "1"]);
    assert_eq!(run["checks"].as_array().map(Vec::len), Some(13));
    let files = run["files"].as_array().expect("files");
    let names: Vec<&str> = files
        .iter()
        .filter_map(|file| file["name"].as_str())
        .collect();
    assert_eq!(
        names,
        ["config.json", "model.safetensors", "tokenizer.json"]
    );
    for file in files {
        let path = world
            .path("words")
            .join(file["name"].as_str().expect("a name"));
        assert_eq!(file["bytes"], fs::metadata(path).expect("a file").len());
        assert_eq!(file["digest"].as_str().map(str::len), Some(64));
    }
    let page = world.run(["runs", "show", "1", "--mode", "human"]).stdout;
    assert!(
        page.contains("✓ factorisation") && page.contains("tokenizer.json"),
        "{page}"
    );
    assert_eq!(world.run(["runs", "show", "2"]).code, 3);
}

#[test]
fn runs_of_a_model_stand_with_it_and_the_newest_counts() {
    let world = World::new();
    roomy(&world, "words");
    let pass = ["list", "--runs", "pass"];
    let fail = ["list", "--runs", "fail"];
    assert!(ids(&world, &pass).is_empty());
    assert_eq!(
        found(&world, &["show", "gpt2-xl"])["validation"],
        Value::Null
    );
    world.run(["check", "./words", "--as", "gpt2-xl"]);
    assert_eq!(ids(&world, &pass), ["gpt2-xl"]);
    let shown = found(&world, &["show", "gpt2-xl"]);
    assert_eq!(shown["validation"]["verdict"], "sound");
    assert_eq!(shown["runs"][0]["id"], 1);

    let weights = world.path("words/model.safetensors");
    let whole = fs::read(&weights).expect("a file");
    fs::write(&weights, &whole[..whole.len() - 1]).expect("written");
    let broken = world.run(["check", "./words", "--as", "gpt2-xl"]);
    assert_eq!(broken.code, 1, "{}", broken.stdout);
    assert_eq!(
        (ids(&world, &pass), ids(&world, &fail)),
        (vec![], vec!["gpt2-xl".to_owned()])
    );
    assert_eq!(ids(&world, &["runs", "gpt2-xl"]), ["2", "1"]);
    assert_eq!(ids(&world, &["runs", "gpt2-xl", "--before", "2"]), ["1"]);
    assert!(ids(&world, &["runs", "bert-base"]).is_empty());
    assert_eq!(
        world
            .run(["check", "./words", "--as", "no-such-model"])
            .code,
        3
    );
}

#[test]
fn a_verdict_needs_no_database() {
    let world = World::new();
    roomy(&world, "words");
    fs::create_dir(world.path("arbor.db")).expect("a folder in its place");
    let checked = world.run(["check", "./words"]);
    assert_eq!(checked.code, 0, "{}", checked.stdout);
    assert!(
        checked.stderr.contains("could not be recorded"),
        "{}",
        checked.stderr
    );
    fs::remove_dir(world.path("arbor.db")).expect("removed");
    world.run(["check", "./words", "--no-record"]);
    assert!(ids(&world, &["runs"]).is_empty());
}

/// Puts a folder's files into the hub's cache, each under its digest.
#[cfg(unix)]
fn cache(world: &World, hub: &str, folder: &str) {
    roomy(world, folder);
    world.run(["check", &format!("./{folder}")]);
    let run = found(world, &["runs", "show", "1"]);
    let home = world.path(&format!(
        ".cache/huggingface/hub/models--{}",
        hub.replace('/', "--")
    ));
    let snapshot = home.join("snapshots").join(COMMIT);
    for folder in ["blobs", "refs"] {
        fs::create_dir_all(home.join(folder)).expect("made");
    }
    fs::create_dir_all(&snapshot).expect("made");
    fs::write(home.join("refs/main"), COMMIT).expect("written");
    for file in run["files"].as_array().expect("files") {
        let name = file["name"].as_str().expect("a name");
        let digest = file["digest"].as_str().expect("a digest");
        fs::copy(
            world.path(folder).join(name),
            home.join("blobs").join(digest),
        )
        .expect("copied");
        let blob = Path::new("../../blobs").join(digest);
        std::os::unix::fs::symlink(blob, snapshot.join(name)).expect("linked");
    }
}

#[cfg(unix)]
#[test]
fn ids_lead_to_the_hubs_cache() {
    let world = World::new();
    cache(&world, "openai-community/gpt2-xl", "words");
    let at = format!("openai-community/gpt2-xl@{COMMIT}");
    let named = found(&world, &["show", "openai-community/gpt2-xl"]);
    let id = named["id"].as_str().expect("an id").to_owned();
    for name in ["openai-community/gpt2-xl", &at, &id] {
        let checked = found(&world, &["check", name]);
        assert_eq!(checked["verdict"], "sound", "{name}");
        assert_eq!(check(&checked, "files")["outcome"], "pass", "{name}");
    }
    let run = &found(&world, &["runs", &id])["runs"][0];
    assert_eq!(
        (&run["hub"], &run["revision"]),
        (&"openai-community/gpt2-xl".into(), &COMMIT.into())
    );
    let scored = found(&world, &["score", &at, "--ids", "1,2,3"]);
    assert_eq!(scored["kind"], "causal");

    // A blob that is not what its name says.
    let blobs = world.path(".cache/huggingface/hub/models--openai-community--gpt2-xl/blobs");
    for blob in fs::read_dir(blobs).expect("blobs") {
        let path = blob.expect("a blob").path();
        let mut bytes = fs::read(&path).expect("bytes");
        if !bytes.starts_with(b"{") {
            let last = bytes.len() - 1;
            bytes[last] ^= 1;
            fs::write(path, bytes).expect("written");
        }
    }
    let checked = found(&world, &["check", &id]);
    assert_eq!(checked["verdict"], "broken");
    assert_eq!(check(&checked, "files")["outcome"], "fail");
}

#[test]
fn what_is_not_here_says_what_to_do() {
    let world = World::new();
    for (named, code, says) in [
        ("some-one/some-thing", 3, "arbor pull some-one/some-thing"),
        (
            "some-one/some-thing@v2",
            3,
            "arbor pull some-one/some-thing@v2",
        ),
        ("palm-540b", 1, "hub repository"),
        ("bert-bsae", 3, "bert-base"),
    ] {
        let refused = world.run(["check", named]);
        assert_eq!(refused.code, code, "{named}: {}", refused.stderr);
        assert!(refused.stderr.contains(says), "{named}: {}", refused.stderr);
    }
    assert!(ids(&world, &["runs"]).is_empty());
}
