//! What is handed out: what was pulled, what passed, what is still right.

use super::{pulled, repo, sample, tiny};
use crate::http::client::Client;
use crate::world::{Ran, Server, World};
use arbor_hub_faults::Repo;
use std::sync::Arc;

fn mirror(world: World, policy: &str) -> (Arc<Server>, Client) {
    let server = Arc::new(Server::on(world, &["--mirror", policy]));
    (server.clone(), Client::of(server))
}

/// Which of the repositories a mirror has.
fn has(client: &Client, id: &str) -> bool {
    let api = client.get(&format!("/api/models/{id}"));
    let file = client.get(&format!("/{id}/resolve/main/config.json"));
    assert_eq!(api.status, file.status, "{id}");
    let code = if api.status == 200 {
        ""
    } else {
        "RepoNotFound"
    };
    assert_eq!(
        (api.header("x-error-code"), file.header("x-error-code")),
        (code, code)
    );
    api.status == 200
}

#[test]
fn verified_hands_out_what_passed_and_nothing_else() {
    let repos = vec![
        tiny(),
        repo("acme/drifted", "tiny-gpt2", "tiny-llama"),
        repo("acme/unchecked", "tiny-bert", "tiny-bert"),
    ];
    let world = pulled(repos, &["acme/tiny", "acme/drifted", "acme/unchecked"]);
    assert_eq!(
        world.run(["check", "acme/tiny", "--quiet"]).stdout,
        "verified\n"
    );
    assert_eq!(
        world.run(["check", "acme/drifted", "--quiet"]).stdout,
        "drifted\n"
    );
    let (server, client) = mirror(world, "verified");
    let found = [
        "acme/tiny",
        "acme/drifted",
        "acme/unchecked",
        "arbor/tiny-t5",
    ];
    assert_eq!(found.map(|id| has(&client, id)), [true, false, false, true]);
    let listed = client.json("/api/models?author=acme");
    assert_eq!(listed.as_array().map(Vec::len), Some(1), "{listed}");
    // A later run that fails takes it back.
    let other = server.world().path("other.safetensors");
    std::fs::write(&other, sample("tiny-llama", "reference.safetensors")).expect("written");
    let other = other.to_str().expect("a path");
    let ran = server
        .world()
        .run(["check", "acme/tiny", "--reference", other, "--quiet"]);
    assert_eq!(ran.stdout, "drifted\n", "{}", ran.transcript());
    assert!(!has(&client, "acme/tiny"));
}

/// This program's own pull, from this program's mirror, by the variable that
/// all clients have.
#[test]
fn what_was_pulled_can_be_pulled_on() {
    let (first, _) = mirror(pulled(vec![tiny()], &["acme/tiny"]), "all");
    let second = World::new();
    let mut command = second.command();
    command
        .env("HF_ENDPOINT", first.url(""))
        .args(["pull", "acme/tiny", "--all", "--json"]);
    let ran = Ran::of(command.output().expect("it starts"));
    assert_eq!(ran.code, 0, "{}", ran.transcript());
    let pulled: serde_json::Value = serde_json::from_str(&ran.stdout).expect("JSON");
    assert_eq!(
        (&pulled["fetched"], &pulled["commit"]),
        (&7.into(), &tiny().head().into())
    );
    let ran = second.run(["check", "acme/tiny", "--quiet"]);
    assert_eq!(ran.stdout, "verified\n", "{}", ran.transcript());
}

/// A file of many pieces, whole and in parts that begin and end within them.
#[test]
fn large_files_arrive_whole_and_in_parts() {
    let content: Vec<u8> = (0..3_000_001_u32)
        .map(|n| n.wrapping_mul(2_654_435_761).to_be_bytes()[0])
        .collect();
    let big = Repo::new("acme/big").large("big.bin", &content);
    let (server, client) = mirror(pulled(vec![big], &["acme/big"]), "all");
    let path = "/acme/big/resolve/main/big.bin";
    assert!(client.get(path).body == content);
    for (first, last) in [(0, 2_999_999), (262_143, 262_144), (1_000, 2_500_000)] {
        let range = format!("bytes={first}-{last}");
        let got = client.ask("GET", path, &[("Range", &range)]);
        assert_eq!(got.status, 206, "{range}");
        assert!(got.body == content[first..=last], "{range}");
    }
    let head = client.ask("HEAD", path, &[]);
    assert_eq!(head.header("content-length"), "3000001");
    let other = World::new();
    let mut command = other.command();
    command
        .env("HF_ENDPOINT", server.url(""))
        .args(["pull", "acme/big", "--all", "--quiet"]);
    let ran = Ran::of(command.output().expect("it starts"));
    assert_eq!(ran.code, 0, "{}", ran.transcript());
    let file = std::path::Path::new(ran.stdout.trim()).join("big.bin");
    assert!(std::fs::read(file).expect("a file") == content);
}

#[test]
fn what_is_damaged_or_gone_is_not_handed_out() {
    let world = pulled(vec![tiny()], &["acme/tiny"]);
    let (server, client) = mirror(world, "all");
    let cache = server
        .world()
        .path(".cache/huggingface/hub/models--acme--tiny");
    let weights = std::fs::canonicalize(
        cache
            .join("snapshots")
            .join(tiny().head())
            .join("model.safetensors"),
    );
    let weights = weights.expect("a blob");
    let mut content = std::fs::read(&weights).expect("read");
    content[20_000] ^= 1;
    std::fs::write(&weights, content).expect("written");
    let path = "/acme/tiny/resolve/main/model.safetensors";
    assert_eq!(client.get(path).header("x-error-code"), "EntryNotFound");
    assert!(has(&client, "acme/tiny"));
    let ran = server.world().run(["rm", "acme/tiny"]);
    assert_eq!(ran.code, 0, "{}", ran.transcript());
    assert!(!has(&client, "acme/tiny"));
}
