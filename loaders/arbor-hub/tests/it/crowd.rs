//! Several processes that want the same file at the same time: one fetches.

use crate::world::{World, noise, settings};
use arbor_hub::{Hub, Progress, Selection};
use arbor_hub_faults::{Fault, On, Repo, Server};
use std::process::{Child, Command, Stdio};

const SIZE: usize = 2 << 20;

/// Run by the tests here and in `kills.rs`, in a process of its own.
#[tokio::test(flavor = "multi_thread")]
async fn child_that_pulls() {
    let Ok(hub) = std::env::var("ARBOR_TEST_PULL_HUB") else {
        return;
    };
    let cache = std::env::var_os("ARBOR_TEST_PULL_CACHE").expect("a folder");
    let mut settings = settings(&hub, cache.into());
    if let Ok(per_file) = std::env::var("ARBOR_TEST_PULL_CONNECTIONS") {
        settings.limits.per_file = per_file.parse().expect("a number");
    }
    let hub = Hub::new(settings).expect("a hub");
    let all = Selection::new(&[], &[], true).expect("a selection");
    let target = "acme/tiny".parse().expect("a target");
    let plan = hub.plan(&target, &all).await.expect("a plan");
    let pulled = hub
        .pull(&plan, Progress::silent(), None)
        .await
        .expect("pulled");
    println!("\npulled {} files", pulled.fetched);
}

pub(crate) fn child(world: &World, connections: usize) -> Child {
    Command::new(std::env::current_exe().expect("this program"))
        .args(["--exact", "crowd::child_that_pulls", "--nocapture"])
        .env("ARBOR_TEST_PULL_HUB", world.hub.url())
        .env("ARBOR_TEST_PULL_CACHE", world.root())
        .env("ARBOR_TEST_PULL_CONNECTIONS", connections.to_string())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("it starts")
}

#[tokio::test(flavor = "multi_thread")]
async fn one_of_two_and_one_of_eight_fetches() {
    let content = noise(SIZE, 60);
    for processes in [2, 8] {
        let repo = Repo::new("acme/tiny")
            .large("model.safetensors", &content)
            .small("config.json", b"{}");
        let world = World::new(repo);
        // Long enough that all of them want it at once.
        world.hub.always(On::Content, Fault::Slow(2 << 20));
        let children: Vec<Child> = (0..processes).map(|_| child(&world, 1)).collect();
        let mut fetched = 0;
        for child in children {
            let output = child.wait_with_output().expect("it ends");
            let text = String::from_utf8_lossy(&output.stdout);
            let count = text
                .lines()
                .find_map(|line| line.strip_prefix("pulled ")?.strip_suffix(" files"));
            let error = String::from_utf8_lossy(&output.stderr);
            fetched += count
                .unwrap_or_else(|| panic!("{text}{error}"))
                .parse::<usize>()
                .expect("a number");
        }
        assert_eq!(fetched, 2, "{processes} processes");
        let requests = world.hub.requests();
        let content_requests = requests.iter().filter(|r| r.server == Server::Content);
        assert_eq!(content_requests.clone().count(), 1, "{processes} processes");
        assert_eq!(content_requests.map(|r| r.sent).sum::<u64>(), SIZE as u64);
        world.assert_clean("a crowd");
        let file = world
            .root()
            .join("models--acme--tiny/snapshots")
            .join(Repo::new("acme/tiny").head());
        assert!(std::fs::read(file.join("model.safetensors")).expect("a file") == content);
    }
}

/// Within one process too.
#[tokio::test(flavor = "multi_thread")]
async fn one_of_eight_tasks_fetches() {
    let content = noise(SIZE, 61);
    let world = World::new(Repo::new("acme/tiny").large("model.safetensors", &content));
    world.hub.always(On::Content, Fault::Slow(8 << 20));
    let pull = || world.pull("acme/tiny");
    let pulled = tokio::join!(
        pull(),
        pull(),
        pull(),
        pull(),
        pull(),
        pull(),
        pull(),
        pull()
    );
    let pulled = <[_; 8]>::from(pulled);
    let fetched: usize = pulled
        .into_iter()
        .map(|pulled| pulled.expect("pulled").fetched)
        .sum();
    assert_eq!(fetched, 1);
    assert_eq!(
        world
            .hub
            .requests()
            .iter()
            .filter(|r| r.server == Server::Content)
            .count(),
        1
    );
}

/// If the one that fetches dies, another goes on from where it was.
#[tokio::test(flavor = "multi_thread")]
async fn a_dead_leader_is_succeeded() {
    let content = noise(SIZE, 62);
    let world = World::new(Repo::new("acme/tiny").large("model.safetensors", &content));
    world.hub.always(On::Content, Fault::Slow(4 << 20));
    let mut leader = child(&world, 1);
    while world.hub.content_sent() < SIZE as u64 / 4 {
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    let followers: Vec<Child> = (0..2).map(|_| child(&world, 1)).collect();
    std::thread::sleep(std::time::Duration::from_millis(150));
    leader.kill().expect("killed");
    leader.wait().expect("ended");
    for follower in followers {
        let output = follower.wait_with_output().expect("it ends");
        assert!(
            output.status.success(),
            "{}",
            String::from_utf8_lossy(&output.stdout)
        );
    }
    let requests = world.hub.requests();
    let ranges: Vec<_> = requests
        .iter()
        .filter(|r| r.server == Server::Content)
        .filter_map(arbor_hub_faults::Request::range)
        .collect();
    assert_eq!(ranges.len(), 2, "{ranges:?}");
    assert!(ranges[1].0 >= SIZE as u64 / 8, "{ranges:?}");
    world.assert_clean("a dead leader");
}
