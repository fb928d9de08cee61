//! The cache as others see it: what they left is used if it is right, what we
//! leave has their shape; looking again, adding up, taking away.

use crate::world::{World, assert_right, kind, noise};
use arbor_hub::{Cache, Found};
use arbor_hub_faults::{Repo, Server, git_blob, sha256};
use arbor_model::{RepoId, Target};
use std::fs;
use std::path::PathBuf;

fn repo(content: &[u8]) -> Repo {
    Repo::new("acme/tiny")
        .large("model.safetensors", content)
        .small("sub/config.json", b"{}")
        .tag("v1")
}

fn target(text: &str) -> Target {
    text.parse().expect(text)
}

/// The shape that `huggingface_hub` documents: blobs by ETag, relative links,
/// references without a line's end.
#[tokio::test]
async fn the_shape_is_the_standard_one() {
    let content = noise(200_000, 80);
    let repo = repo(&content);
    let commit = repo.head().to_owned();
    let world = World::new(repo);
    world.pull("acme/tiny@v1").await.expect("pulled");
    let home = world.root().join("models--acme--tiny");
    let link =
        |path: &str| fs::read_link(home.join("snapshots").join(&commit).join(path)).expect(path);
    let blob = sha256(&content);
    assert_eq!(
        link("model.safetensors"),
        PathBuf::from(format!("../../blobs/{blob}"))
    );
    let small = git_blob(b"{}");
    assert_eq!(
        link("sub/config.json"),
        PathBuf::from(format!("../../../blobs/{small}"))
    );
    assert_eq!(
        fs::read_to_string(home.join("refs/v1")).expect("a reference"),
        commit
    );
    assert!(!home.join("refs/main").exists());
    let left = crate::world::walk(&home.join(".arbor"));
    assert!(
        left.iter()
            .all(|path| path.extension().is_some_and(|e| e == "verified")),
        "{left:?}"
    );
}

/// What another tool has left is read once, and not fetched if it is right.
#[tokio::test]
async fn blobs_of_others_are_used_if_they_are_right() {
    let content = noise(200_000, 81);
    let mut flipped = content.clone();
    flipped[77] ^= 1;
    let short = &content[..1000];
    let cases: [(&str, &[u8], bool); 4] = [
        ("right", &content, true),
        ("flipped", &flipped, false),
        ("short", short, false),
        ("empty", b"", false),
    ];
    for (name, left, is_right) in cases {
        let world = World::new(repo(&content));
        let blobs = world.root().join("models--acme--tiny/blobs");
        fs::create_dir_all(&blobs).expect("made");
        fs::write(blobs.join(sha256(&content)), left).expect("written");
        let pulled = world.pull("acme/tiny").await.expect(name);
        assert_right(
            name,
            &pulled,
            &[("model.safetensors", &content), ("sub/config.json", b"{}")],
        );
        let fetched = world
            .hub
            .requests()
            .iter()
            .any(|r| r.server == Server::Content);
        assert_eq!(fetched, !is_right, "{name}");
        world.assert_clean(name);
    }
}

/// A second pull asks what the revision is, and fetches nothing.
#[tokio::test]
async fn a_second_pull_fetches_nothing() {
    let content = noise(200_000, 82);
    let world = World::new(repo(&content));
    assert_eq!(world.pull("acme/tiny").await.expect("pulled").fetched, 2);
    world.hub.forget();
    assert_eq!(world.pull("acme/tiny").await.expect("pulled").fetched, 0);
    assert_eq!(world.hub.requests().len(), 2);
    assert_eq!(world.hub.content_sent(), 0);
    // A blob that was changed since is not taken for what it was.
    let blob = world
        .root()
        .join("models--acme--tiny/blobs")
        .join(sha256(&content));
    let mut bytes = content.clone();
    bytes[5] ^= 1;
    fs::write(&blob, bytes).expect("written");
    assert_eq!(world.pull("acme/tiny").await.expect("pulled").fetched, 1);
    world.assert_clean("changed");
}

#[tokio::test]
async fn verifying_believes_nobody() {
    let content = noise(200_000, 83);
    let world = World::new(repo(&content));
    let pulled = world.pull("acme/tiny").await.expect("pulled");
    let cache = Cache::new(world.root().to_owned());
    let check = |receipt| {
        let mut seen = 0;
        let checked = cache
            .verify(&target("acme/tiny"), receipt, |_| seen += 1)
            .expect("checked");
        assert_eq!(seen, checked.len());
        checked
            .into_iter()
            .map(|one| (one.path.to_string(), one.found))
            .collect::<Vec<_>>()
    };
    let right = |found: &[(String, Found)]| {
        found
            .iter()
            .filter(|(_, found)| matches!(found, Found::Right(_)))
            .count()
    };
    assert_eq!(right(&check(None)), 2);
    assert_eq!(right(&check(Some(&pulled.receipt))), 2);

    let file = pulled.folder.join("model.safetensors");
    let blob = fs::canonicalize(&file).expect("a blob");
    let mut bytes = content.clone();
    bytes[0] ^= 1;
    // With the size and the time of before: no mark may be believed.
    let time = fs::metadata(&blob)
        .expect("metadata")
        .modified()
        .expect("a time");
    fs::write(&blob, &bytes).expect("written");
    fs::File::options()
        .write(true)
        .open(&blob)
        .expect("opened")
        .set_modified(time)
        .expect("set");
    let found = check(None);
    assert_eq!(right(&found), 1);
    assert!(
        found
            .iter()
            .any(|(path, found)| path == "model.safetensors"
                && matches!(found, Found::Damaged { .. }))
    );

    fs::remove_file(&blob).expect("removed");
    assert!(
        check(None)
            .iter()
            .any(|(_, found)| matches!(found, Found::Missing { .. }))
    );
    fs::remove_file(&file).expect("removed");
    assert_eq!(check(None).len(), 1);
    assert!(
        check(Some(&pulled.receipt))
            .iter()
            .any(|(_, found)| matches!(found, Found::Missing { .. }))
    );
    fs::write(pulled.folder.join("stray.txt"), "x").expect("written");
    assert!(
        check(Some(&pulled.receipt))
            .iter()
            .any(|(path, found)| path == "stray.txt" && *found == Found::Unknown)
    );
}

#[tokio::test]
async fn room_is_added_up_and_given_back() {
    let content = noise(200_000, 84);
    let world = World::new(repo(&content));
    let cache = Cache::new(world.root().to_owned());
    assert_eq!(cache.usage().expect("usage"), vec![]);
    world.pull("acme/tiny").await.expect("pulled");
    let usage = cache.usage().expect("usage");
    assert_eq!(usage.len(), 1);
    assert_eq!(
        (usage[0].bytes, usage[0].blobs, usage[0].snapshots),
        (200_002, 2, 1)
    );
    let id = RepoId::new("acme/tiny").expect("an id");
    let removed = cache.remove(&id).expect("removed");
    assert!(removed.bytes >= 200_002);
    assert_eq!(cache.usage().expect("usage"), vec![]);
    assert_eq!(kind(&cache.remove(&id).expect_err("gone")), "NotCached");
    assert_eq!(
        kind(&cache.snapshot(&target("acme/tiny")).expect_err("gone")),
        "NotCached"
    );
    world.pull("acme/tiny").await.expect("pulled again");
}
