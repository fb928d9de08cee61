//! What is handed out: what was pulled, what passed, what is still right.

use super::{pulled, repo, sample, tiny};
use crate::http::client::Client;
use crate::world::{Ran, Server, World};
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
