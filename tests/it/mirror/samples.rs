//! The samples: pulled and checked by a program that can reach nothing.

use crate::world::World;
use serde_json::Value;

const SAMPLES: [&str; 5] = [
    "tiny-bert",
    "tiny-gpt2",
    "tiny-llama",
    "tiny-mamba",
    "tiny-t5",
];

fn json(world: &World, arguments: &[&str]) -> Value {
    let ran = world.run([arguments, &["--json"]].concat());
    assert_eq!(ran.code, 0, "{arguments:?}: {}", ran.transcript());
    serde_json::from_str(&ran.stdout).expect("JSON")
}

#[test]
fn every_sample_is_pulled_and_verified_without_a_network() {
    let world = World::new();
    for name in SAMPLES {
        let id = format!("arbor/{name}");
        let pulled = json(&world, &["pull", &id]);
        assert_eq!(pulled["fetched"], 5, "{id}");
        let endpoint = pulled["endpoint"].as_str().expect("an endpoint");
        assert!(endpoint.starts_with("http://127.0.0.1:"), "{endpoint}");
        let found = json(&world, &["check", &id]);
        assert_eq!(found["verdict"], "verified", "{id}: {found}");
        assert_eq!(json(&world, &["verify", &id])["right"], true, "{id}");
    }
}

/// Settings that would lead elsewhere have no part in it.
#[test]
fn no_setting_of_the_hub_leads_a_sample_astray() {
    let world = World::new();
    let mut command = world.command();
    command
        .env("HF_ENDPOINT", "http://127.0.0.1:9")
        .env("HTTP_PROXY", "http://127.0.0.1:9")
        .env("HF_HUB_OFFLINE", "1")
        .args(["pull", "arbor/tiny-gpt2", "--quiet"]);
    let output = command.output().expect("it starts");
    assert!(output.status.success(), "{output:?}");
    let ran = world.run(["pull", "arbor/tiny-gpt2", "--mirror", "http://127.0.0.1:9"]);
    assert_eq!(ran.code, 5, "{}", ran.transcript());
}

#[test]
fn a_sample_that_is_none_is_the_hubs() {
    let world = World::new();
    let mut command = world.command();
    command
        .env("HF_HUB_OFFLINE", "1")
        .args(["pull", "arbor/tiny"]);
    assert_eq!(command.output().expect("it starts").status.code(), Some(5));
}
