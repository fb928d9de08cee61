//! Connections that end in the middle. What has arrived is not fetched again.

use crate::world::{World, assert_right, noise};
use arbor_hub::{Event, Progress, Selection};
use arbor_hub_faults::{Fault, FaultyHub, On, Repo, Server};
use std::sync::{Arc, Mutex};

const SIZE: usize = 1_000_003;

fn world(content: &[u8], direct: bool) -> World {
    let hub = FaultyHub::start(vec![
        Repo::new("acme/tiny").large("model.safetensors", content),
    ]);
    World::with(if direct { hub.direct() } else { hub })
}

/// Bytes of the file that were sent.
fn sent(world: &World) -> u64 {
    let requests = world.hub.requests();
    let files = requests
        .iter()
        .filter(|r| r.server == Server::Content || r.path.contains("/resolve/"));
    // Not the text of a redirect.
    files.filter(|r| r.sent != 18).map(|r| r.sent).sum()
}

#[tokio::test]
async fn a_cut_at_every_twentieth_costs_nothing() {
    let content = noise(SIZE, 10);
    for direct in [false, true] {
        for twentieth in 1..20 {
            let at = SIZE as u64 * twentieth / 20;
            let world = world(&content, direct);
            world.hub.times(1, On::Content, Fault::Cut(at));
            let pulled = world.pull("acme/tiny").await.expect("pulled");
            let case = format!("cut at {at}, direct {direct}");
            assert_right(&case, &pulled, &[("model.safetensors", &content)]);
            assert_eq!(sent(&world), SIZE as u64, "{case}");
        }
    }
}

#[tokio::test]
async fn twenty_cuts_in_one_pull_cost_nothing() {
    let content = noise(SIZE, 11);
    let world = world(&content, false);
    world.hub.always(On::Content, Fault::Cut(50_001));
    let pulled = world.pull("acme/tiny").await.expect("pulled");
    assert_right("twenty cuts", &pulled, &[("model.safetensors", &content)]);
    assert_eq!(sent(&world), SIZE as u64);
}

/// The next process goes on where the last one stopped, and says so.
#[tokio::test]
async fn the_next_run_resumes() {
    let content = noise(SIZE, 12);
    for (direct, per_file) in [(false, 1), (true, 1), (false, 3)] {
        let mut world = world(&content, direct);
        world.settings.limits.per_file = per_file;
        world.settings.limits.attempts = 1;
        world.hub.always(On::Content, Fault::Cut(100_000));
        world.pull("acme/tiny").await.expect_err("a cut");
        // What is still on its way to nobody counts too.
        let mut first = sent(&world);
        loop {
            tokio::time::sleep(std::time::Duration::from_millis(200)).await;
            match sent(&world) {
                now if now == first => break,
                now => first = now,
            }
        }
        world.hub.heal();
        let resumed = Arc::new(Mutex::new(0));
        let seen = Arc::clone(&resumed);
        let progress = Progress::new(move |event| {
            if let Event::FileStarted { resumed_at, .. } = event {
                *seen.lock().expect("no panic") = *resumed_at;
            }
        });
        let all = Selection::new(&[], &[], true).expect("a selection");
        let pulled = world
            .pull_some("acme/tiny", &all, progress)
            .await
            .expect("pulled");
        let case = format!("direct {direct}, {per_file} connections");
        assert_right(&case, &pulled, &[("model.safetensors", &content)]);
        let resumed = *resumed.lock().expect("no panic");
        assert!(resumed >= 100_000, "{case}: resumed at {resumed}");
        // What was on its way when the pull ended may come twice.
        assert!(sent(&world) <= SIZE as u64 + first - resumed, "{case}");
    }
}

/// A part that somebody has spoilt meanwhile is found out by its digest.
#[tokio::test]
async fn a_spoilt_part_is_fetched_again() {
    let content = noise(SIZE, 13);
    let mut world = world(&content, false);
    world.settings.limits.attempts = 1;
    world.hub.times(1, On::Content, Fault::Cut(500_000));
    world.pull("acme/tiny").await.expect_err("a cut");
    let parts = crate::world::walk(world.root());
    let part = parts
        .iter()
        .find(|path| path.extension().is_some_and(|e| e == "part"));
    let part = part.expect("a part");
    let mut bytes = std::fs::read(part).expect("read");
    bytes[1234] ^= 0x40;
    std::fs::write(part, bytes).expect("written");
    let pulled = world.pull("acme/tiny").await.expect("pulled");
    assert_right("a spoilt part", &pulled, &[("model.safetensors", &content)]);
    world.assert_clean("a spoilt part");
}

/// Content that changes at the same address is not joined to what came before.
#[tokio::test]
async fn a_changed_content_begins_again() {
    let content = noise(SIZE, 14);
    let world = world(&content, true);
    world.hub.times(1, On::Content, Fault::Cut(400_000));
    // From the second request on the server calls its content something else.
    world.hub.times(
        1,
        On::Resolve,
        Fault::Header("etag", "\"before\"".to_owned()),
    );
    let pulled = world.pull("acme/tiny").await.expect("pulled");
    assert_right("changed", &pulled, &[("model.safetensors", &content)]);
    let requests = world.hub.requests();
    let conditional = requests.iter().find(|r| r.header("if-range").is_some());
    let conditional = conditional.expect("a conditional request");
    assert_eq!(conditional.header("if-range"), Some("\"before\""));
    assert_eq!(conditional.range(), Some((400_000, Some(SIZE as u64 - 1))));
}
