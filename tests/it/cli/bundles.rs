//! A pulled model on its way to a machine without a network, by the program
//! alone: what arrives is right, says where it came from, and serves on.

use super::hubbed::Here;
use crate::world::{Ran, World};
use arbor_hub_faults::Repo;
use serde_json::Value;
use std::process::Command;

fn repo() -> Repo {
    Repo::new("acme/tiny")
        .large("model.safetensors", &[7; 300_000])
        .small("config.json", b"{}")
}

/// The program where no network is.
struct Inside(World);

impl Inside {
    fn new() -> Self {
        Self(World::new())
    }

    fn command(&self) -> Command {
        let mut command = self.0.command();
        command
            .env("HF_HOME", self.0.path("hf"))
            .env("HF_HUB_OFFLINE", "1");
        command
    }

    fn run(&self, arguments: &[&str]) -> Ran {
        Ran::of(self.command().args(arguments).output().expect("it starts"))
    }

    fn json(&self, arguments: &[&str]) -> Value {
        let ran = self.run(&[arguments, &["--json"]].concat());
        assert_eq!(ran.code, 0, "{arguments:?}: {}", ran.stderr);
        serde_json::from_str(&ran.stdout).expect("JSON")
    }
}

#[test]
fn a_model_goes_where_no_network_is() {
    let here = Here::of(repo());
    here.json(&["pull", "acme/tiny"]);
    here.hub.forget();
    let file = here.world.path("tiny.tar");
    let file = file.to_str().expect("a path");
    let packed = here.json(&["export", "--bundle", "acme/tiny", "-o", file]);
    assert_eq!(
        (&packed["files"][1]["size"], &packed["folder"]),
        (&300_000.into(), &Value::Null)
    );
    assert!(here.hub.requests().is_empty());

    let inside = Inside::new();
    let taken = inside.json(&["import", "--bundle", file]);
    assert_eq!(taken["manifest"], packed["manifest"]);
    assert_eq!(
        (&taken["moved"], &taken["commit"]),
        (&2.into(), &packed["commit"])
    );
    let manifest = packed["manifest"].as_str().expect("a digest");
    let endpoint = taken["endpoint"].as_str().expect("an endpoint");
    assert_eq!(endpoint, format!("bundle {manifest} of {}", here.hub.url()));
    let verified = inside.json(&["verify", "acme/tiny"]);
    assert_eq!(
        (&verified["right"], &verified["receipt"]),
        (&true.into(), &true.into())
    );
    // From there further on, by a pipe.
    let further = Inside::new();
    let out = inside
        .command()
        .args(["export", "--bundle", "acme/tiny", "-o", "-"])
        .output();
    let out = out.expect("it starts");
    let ran = {
        use std::io::Write as _;
        let mut command = further.command();
        command.args(["import", "--bundle", "-", "--json"]);
        command
            .stdin(std::process::Stdio::piped())
            .stdout(std::process::Stdio::piped());
        let mut child = command.spawn().expect("it starts");
        let mut stdin = child.stdin.take().expect("a pipe");
        stdin.write_all(&out.stdout).expect("written");
        drop(stdin);
        Ran::of(child.wait_with_output().expect("it ends"))
    };
    assert_eq!(ran.code, 0, "{}", ran.transcript());
    assert_eq!(further.json(&["verify", "acme/tiny"])["right"], true);
}

#[test]
fn what_cannot_be_bundled_or_taken_says_why() {
    let here = Here::of(repo());
    let refuse = |arguments: &[&str], code: i32, words: &str| {
        let ran = here.run(arguments);
        assert_eq!(ran.code, code, "{arguments:?}: {}", ran.transcript());
        assert!(ran.stderr.contains(words), "{arguments:?}: {}", ran.stderr);
    };
    refuse(
        &["export", "--bundle", "acme/tiny"],
        3,
        "arbor pull acme/tiny",
    );
    refuse(&["export"], 2, "--bundle");
    refuse(&["export", "csv", "--bundle", "acme/tiny"], 2, "--bundle");
    refuse(
        &["export", "--bundle", "acme/tiny", "--branch", "enc"],
        2,
        "--branch",
    );
    refuse(&["import", "--bundle", "no-such.tar"], 1, "no-such.tar");
    refuse(&["import"], 2, "--bundle");

    here.json(&["pull", "acme/tiny"]);
    let nowhere = here.world.path("no/such/folder/x.tar");
    let nowhere = nowhere.to_str().expect("a path");
    refuse(
        &["export", "--bundle", "acme/tiny", "-o", nowhere],
        1,
        "cannot be written",
    );
    let file = here.world.path("tiny.tar");
    here.json(&[
        "export",
        "--bundle",
        "acme/tiny",
        "-o",
        file.to_str().expect("a path"),
    ]);
    let mut bytes = std::fs::read(&file).expect("a bundle");
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    std::fs::write(&file, &bytes).expect("written");
    let inside = Inside::new();
    let ran = inside.run(&["import", "--bundle", file.to_str().expect("a path")]);
    assert_eq!(ran.code, 6, "{}", ran.transcript());
    assert!(
        ran.stderr.contains("model.safetensors is damaged"),
        "{}",
        ran.stderr
    );
    assert_eq!(inside.run(&["verify", "acme/tiny"]).code, 3);

    // Damaged in the cache: no bundle, and no half of one.
    let blob = walk_blob(&here);
    std::fs::write(blob, [8; 300_000]).expect("written");
    let other = here.world.path("other.tar");
    let ran = here.run(&[
        "export",
        "--bundle",
        "acme/tiny",
        "-o",
        other.to_str().expect("a path"),
    ]);
    assert_eq!(ran.code, 6, "{}", ran.transcript());
    assert!(!other.exists());
}

fn walk_blob(here: &Here) -> std::path::PathBuf {
    let digest = arbor_hub_faults::sha256(&[7; 300_000]);
    here.world
        .path("hf/hub/models--acme--tiny/blobs")
        .join(digest)
}

/// Standard input may stay silent for ever; an interrupt ends that too.
#[test]
fn an_interrupt_ends_waiting_for_the_rest_of_a_bundle() {
    use std::io::Write as _;
    use std::process::Stdio;
    let here = Here::of(repo());
    here.json(&["pull", "acme/tiny"]);
    let file = here.world.path("tiny.tar");
    here.json(&[
        "export",
        "--bundle",
        "acme/tiny",
        "-o",
        file.to_str().expect("a path"),
    ]);
    let bundle = std::fs::read(&file).expect("a bundle");
    let inside = Inside::new();
    let mut command = inside.command();
    command
        .args(["import", "--bundle", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut child = command.spawn().expect("it starts");
    let mut stdin = child.stdin.take().expect("a pipe");
    stdin
        .write_all(&bundle[..bundle.len() / 2])
        .expect("written");
    let own = inside.0.path("hf/hub/models--acme--tiny/.arbor");
    while std::fs::read_dir(&own).map_or(0, Iterator::count) == 0 {
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    let interrupt = Command::new("kill")
        .args(["-INT", &child.id().to_string()])
        .status();
    assert!(interrupt.expect("it runs").success());
    // The way in stays open all the time.
    let ran = Ran::of(child.wait_with_output().expect("it ends"));
    drop(stdin);
    assert_eq!(ran.code, 130, "{}", ran.transcript());
    assert!(
        ran.stderr.contains("whole files are kept"),
        "{}",
        ran.stderr
    );
    let taken = inside.json(&["import", "--bundle", file.to_str().expect("a path")]);
    assert_eq!(taken["manifest"].as_str().map(str::len), Some(64));
    assert_eq!(inside.json(&["verify", "acme/tiny"])["right"], true);
}
