//! File names that lead out of the cache, or onto one another.

use crate::world::{World, kind};
use arbor_hub_faults::Repo;

#[tokio::test]
async fn hostile_names_are_refused_before_anything_is_fetched() {
    let cases = [
        ("../../../../../../evil", "Path"),
        ("../evil", "Path"),
        ("a/../../../evil", "Path"),
        ("/tmp/arbor-evil", "Path"),
        ("a//b", "Path"),
        ("./a", "Path"),
        ("a/.", "Path"),
        ("..", "Path"),
        ("", "Path"),
        ("a\\..\\..\\evil", "Path"),
        ("C:\\evil", "Path"),
        ("nul\0byte", "Path"),
        ("new\nline", "Path"),
        (".git/hooks/post-checkout", "Path"),
        ("CONFIG.JSON", "Collision"),
        ("config.json", "Collision"),
        ("config.json/inside", "Collision"),
    ];
    for (name, expected) in cases {
        let repo = Repo::new("acme/tiny")
            .small("config.json", b"{}")
            .small(name, b"evil");
        let world = World::new(repo);
        let error = world.pull("acme/tiny").await.expect_err(name);
        assert_eq!(kind(&error), expected, "{name:?}: {error}");
        assert!(!error.to_string().contains(['\0', '\n']), "{error:?}");
        assert_eq!(
            world.visible(),
            Vec::<std::path::PathBuf>::new(),
            "{name:?}"
        );
        world.assert_clean(name);
    }
}

/// What collides can be left out.
#[tokio::test]
async fn a_collision_can_be_resolved_by_choice() {
    let repo = Repo::new("acme/tiny")
        .small("README.md", b"a")
        .small("readme.md", b"b");
    let world = World::new(repo);
    let one = arbor_hub::Selection::new(&[], &["README.md".to_owned()], true).expect("a selection");
    let pulled = world
        .pull_some("acme/tiny", &one, arbor_hub::Progress::silent())
        .await
        .expect("pulled");
    crate::world::assert_right("one", &pulled, &[("readme.md", b"b")]);
}

/// A link that somebody has put into the cache is not followed.
#[cfg(unix)]
#[tokio::test]
async fn a_planted_link_is_not_followed() {
    use std::os::unix::fs::symlink;
    let repo = Repo::new("acme/tiny").small("sub/config.json", b"{}");
    let commit = repo.head().to_owned();
    let outside = tempfile::tempdir().expect("a folder");
    for place in [
        "blobs",
        "snapshots",
        ".arbor",
        &format!("snapshots/{commit}"),
        &format!("snapshots/{commit}/sub"),
    ] {
        let world = World::new(repo.clone());
        let link = world.root().join("models--acme--tiny").join(place);
        std::fs::create_dir_all(link.parent().expect("a parent")).expect("made");
        symlink(outside.path(), &link).expect("linked");
        let error = world.pull("acme/tiny").await.expect_err(place);
        assert_eq!(kind(&error), "Cache", "{place}: {error}");
        assert_eq!(crate::world::walk(outside.path()).len(), 0, "{place}");
    }
}
