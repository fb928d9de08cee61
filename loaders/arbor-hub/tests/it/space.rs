//! A disk that is full.

use crate::world::{World, assert_right, kind, noise, settings};
use arbor_hub::{Hub, Selection};
use arbor_hub_faults::Repo;
use std::path::Path;
use std::process::{Command, Output};

const SIZE: usize = 3 << 20;

/// Run by the tests below under a limit.
#[tokio::test]
async fn child_that_runs_out_of_space() {
    let Ok(hub) = std::env::var("ARBOR_TEST_SPACE_HUB") else {
        return;
    };
    let cache = std::env::var_os("ARBOR_TEST_SPACE_CACHE").expect("a folder");
    let hub = Hub::new(settings(&hub, cache.into())).expect("a hub");
    let all = Selection::new(&[], &[], true).expect("a selection");
    let target = "acme/tiny".parse().expect("a target");
    let plan = hub.plan(&target, &all).await.expect("a plan");
    let error = hub
        .pull(&plan, arbor_hub::Progress::silent(), None)
        .await
        .expect_err("no space");
    println!("\n{}: {error}", kind(&error));
}

fn child(world: &World, cache: &Path, shell: &str) -> Output {
    let program = std::env::current_exe().expect("this program");
    let test = "space::child_that_runs_out_of_space";
    let command = format!(
        "{shell} exec {} --exact {test} --nocapture",
        program.display()
    );
    Command::new("sh")
        .args(["-c", &command])
        .env("ARBOR_TEST_SPACE_HUB", world.hub.url())
        .env("ARBOR_TEST_SPACE_CACHE", cache)
        .output()
        .expect("it runs")
}

fn world(content: &[u8]) -> World {
    World::new(Repo::new("acme/tiny").large("model.safetensors", content))
}

/// The limit on a file's size is met in the middle of the file, as a quota is:
/// no look at the free space beforehand can know of it.
#[tokio::test(flavor = "multi_thread")]
async fn what_was_fetched_before_the_disk_was_full_is_kept() {
    let content = noise(SIZE, 50);
    let world = world(&content);
    // In blocks of 512 bytes: 1 MiB.
    let output = child(&world, world.root(), "trap '' XFSZ; ulimit -f 2048;");
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(text.contains("NoSpace: no room for"), "{text}");
    assert!(text.contains("is kept, free some space"), "{text}");
    world.assert_clean("a full disk");
    world.assert_unseen("a full disk");

    world.hub.forget();
    let pulled = world.pull("acme/tiny").await.expect("pulled");
    assert_right("space again", &pulled, &[("model.safetensors", &content)]);
    let sent = world.hub.content_sent();
    assert!(
        sent < (SIZE - (1 << 20) + 100) as u64,
        "{sent} bytes were fetched again"
    );
}

/// A real file system without room, where the system lets us make one.
#[tokio::test(flavor = "multi_thread")]
async fn a_file_system_that_is_full_is_seen_beforehand() {
    let content = noise(SIZE, 51);
    let world = world(&content);
    let folder = tempfile::tempdir().expect("a folder");
    let cache = folder.path();
    let mount = format!("mount -t tmpfs -o size=2m tmpfs {}", cache.display());
    let probe = Command::new("unshare")
        .args(["-rm", "sh", "-c", &mount])
        .output();
    if !probe.is_ok_and(|output| output.status.success()) {
        println!("skipped: no file system can be made here");
        return;
    }
    let program = std::env::current_exe().expect("this program");
    let test = "space::child_that_runs_out_of_space";
    let command = format!(
        "{mount} && exec {} --exact {test} --nocapture",
        program.display()
    );
    let output = Command::new("unshare")
        .args(["-rm", "sh", "-c", &command])
        .env("ARBOR_TEST_SPACE_HUB", world.hub.url())
        .env("ARBOR_TEST_SPACE_CACHE", cache)
        .output()
        .expect("it runs");
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let text = format!("{text}{}", String::from_utf8_lossy(&output.stderr));
    assert!(text.contains("NoSpace: no room for"), "{text}");
    assert!(text.contains("3303014 bytes are needed, "), "{text}");
    // Not a byte of it was asked for.
    assert_eq!(world.hub.content_sent(), 0);
}
