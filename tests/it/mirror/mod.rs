//! The mirror from outside: what `arbor serve --mirror` hands out, to this
//! program and to the hub's own clients, and the samples that need no network.

mod clients;
mod files;
mod policy;
mod routes;
mod samples;

use crate::http::client::Client;
use crate::world::{Ran, Server, World};
use arbor_hub_faults::{FaultyHub, Repo};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError, Weak};

/// The files of a sample as they stand in the repository.
fn sample(name: &str, file: &str) -> Vec<u8> {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let path = root.join("registry/zoo").join(name).join(file);
    std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// A repository of the hub with a sample's files, and a reference that may be
/// another one's.
fn repo(id: &str, name: &str, reference: &str) -> Repo {
    Repo::new(id)
        .large("model.safetensors", &sample(name, "model.safetensors"))
        .large(
            "reference.safetensors",
            &sample(reference, "reference.safetensors"),
        )
        .small("config.json", &sample(name, "config.json"))
        .small("sub dir/a#b.txt", b"hello\n")
        .small("sub dir/deep/x.txt", b"")
        .small("tokenizer.json", &sample(name, "tokenizer.json"))
        .small(
            "tokenizer_config.json",
            &sample(name, "tokenizer_config.json"),
        )
}

fn tiny() -> Repo {
    repo("acme/tiny", "tiny-gpt2", "tiny-gpt2")
}

/// A world that has pulled these from a hub.
fn pulled(repos: Vec<Repo>, ids: &[&str]) -> World {
    let hub = FaultyHub::start(repos);
    let world = World::new();
    for id in ids {
        let mut command = world.command();
        command
            .env("HF_ENDPOINT", hub.url())
            .args(["pull", id, "--all"]);
        let ran = Ran::of(command.output().expect("it starts"));
        assert_eq!(ran.code, 0, "{}", ran.transcript());
    }
    world
}

/// A mirror of `acme/tiny` that tests share.
fn shared() -> Arc<Server> {
    static SHARED: Mutex<Weak<Server>> = Mutex::new(Weak::new());
    let mut shared = SHARED.lock().unwrap_or_else(PoisonError::into_inner);
    shared.upgrade().unwrap_or_else(|| {
        let world = pulled(vec![tiny()], &["acme/tiny"]);
        let server = Arc::new(Server::on(world, &["--mirror", "all"]));
        *shared = Arc::downgrade(&server);
        server
    })
}

fn client() -> Client {
    Client::of(shared())
}
