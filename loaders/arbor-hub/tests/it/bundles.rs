//! Bundles: what goes in comes out elsewhere without a network, the system's
//! own `tar` reads it, and one that anybody may have made leaves nothing that
//! is not what its list says.

use crate::world::{World, noise, walk};
use arbor_hub::{Cache, Found, HubError, Progress, Pulled};
use arbor_hub_faults::{Repo, git_blob, sha256};
use arbor_model::Target;
use serde_json::{Value, json};
use std::fs;
use std::io::Cursor;
use std::path::Path;
use std::process::Command;
use std::sync::{Arc, Mutex};
use tar::{Builder, EntryType, Header};

const NAME: &str = "models--acme--tiny";

fn repo(content: &[u8]) -> Repo {
    let long = "deep/".repeat(30) + "config.json";
    Repo::new("acme/tiny")
        .large("model.safetensors", content)
        // One content under two names.
        .large("copy/model.safetensors", content)
        .small("empty.txt", b"")
        .small(&long, b"{}")
        .tag("v1")
}

fn target() -> Target {
    "acme/tiny@v1".parse().expect("a target")
}

/// A writer whose bytes are seen from outside.
#[derive(Clone, Default)]
struct Kept(Arc<Mutex<Vec<u8>>>);

impl std::io::Write for Kept {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().expect("no panic").extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

async fn pack(world: &World, pulled: &Pulled) -> Result<Vec<u8>, HubError> {
    let kept = Kept::default();
    let cache = Cache::new(world.root().to_owned());
    let packed = cache
        .pack(&pulled.receipt, kept.clone(), Progress::silent())
        .await?;
    let bytes = std::mem::take(&mut *kept.0.lock().expect("no panic"));
    assert_eq!(packed.bytes, bytes.len() as u64);
    Ok(bytes)
}

async fn unpack(root: &Path, bundle: &[u8]) -> Result<arbor_hub::Unpacked, HubError> {
    let cache = Cache::new(root.to_owned());
    let from = Cursor::new(bundle.to_vec());
    cache.unpack(from, Progress::silent(), None).await
}

fn right(root: &Path) -> bool {
    let cache = Cache::new(root.to_owned());
    let checked = cache.verify(&target(), None, |_| {}).expect("a snapshot");
    checked.len() == 4
        && checked
            .iter()
            .all(|one| matches!(one.found, Found::Right(_)))
}

#[tokio::test]
async fn a_bundle_carries_a_commit_to_another_cache() {
    let content = noise(300_000, 70);
    let world = World::new(repo(&content));
    let pulled = world.pull("acme/tiny@v1").await.expect("pulled");
    let bundle = pack(&world, &pulled).await.expect("packed");
    assert_eq!(bundle, pack(&world, &pulled).await.expect("packed"));
    // The content that two names share is in it once.
    assert!(bundle.len() < 2 * content.len());

    let elsewhere = tempfile::tempdir().expect("a folder");
    let unpacked = unpack(elsewhere.path(), &bundle).await.expect("unpacked");
    assert_eq!((unpacked.receipt, unpacked.fetched), (pulled.receipt, 3));
    assert!(right(elsewhere.path()));
    let model = unpacked.folder.join("copy/model.safetensors");
    assert!(fs::read(model).expect("a file") == content);
    // Again: nothing is copied.
    let again = unpack(elsewhere.path(), &bundle).await.expect("unpacked");
    assert_eq!(again.fetched, 0);
    let left = walk(&elsewhere.path().join(NAME).join(".arbor"));
    let is_mark = |path: &std::path::PathBuf| path.extension().is_some_and(|e| e == "verified");
    assert!(left.iter().all(is_mark), "{left:?}");
}

/// An air-gapped machine may have nothing but `tar`.
#[tokio::test]
async fn the_systems_tar_makes_a_cache_of_it() {
    let content = noise(100_000, 71);
    let world = World::new(repo(&content));
    let pulled = world.pull("acme/tiny@v1").await.expect("pulled");
    let bundle = pack(&world, &pulled).await.expect("packed");
    let elsewhere = tempfile::tempdir().expect("a folder");
    let file = elsewhere.path().join("bundle.tar");
    fs::write(&file, &bundle).expect("written");
    let root = elsewhere.path().join("hub");
    fs::create_dir(&root).expect("made");
    let ran = Command::new("tar")
        .arg("-xf")
        .arg(&file)
        .arg("-C")
        .arg(&root)
        .status();
    assert!(ran.expect("tar").success());
    assert!(right(&root));
}

/// What the cache holds is compared before it travels.
#[tokio::test]
async fn damaged_and_lost_files_are_not_packed() {
    let content = noise(100_000, 72);
    let world = World::new(repo(&content));
    let pulled = world.pull("acme/tiny@v1").await.expect("pulled");
    let blob = world.root().join(NAME).join("blobs").join(sha256(&content));
    let mut flipped = content.clone();
    flipped[99_999] ^= 1;
    for spoilt in [
        &flipped[..],
        &content[..99_999],
        &[&content[..], b"x"].concat(),
    ] {
        fs::write(&blob, spoilt).expect("written");
        let error = pack(&world, &pulled).await.expect_err("refused");
        assert!(matches!(error, HubError::Spoilt { .. }), "{error}");
    }
    fs::remove_file(&blob).expect("removed");
    let error = pack(&world, &pulled).await.expect_err("refused");
    assert!(matches!(error, HubError::Lost { .. }), "{error}");
}

/// Whatever is cut off or flipped, what becomes visible is right.
#[tokio::test]
async fn no_damage_gets_into_the_cache() {
    let content = noise(20_000, 73);
    let world = World::new(repo(&content));
    let pulled = world.pull("acme/tiny@v1").await.expect("pulled");
    let bundle = pack(&world, &pulled).await.expect("packed");
    let mut refused = 0;
    let mut damaged = Vec::new();
    for twentieth in 0..20 {
        damaged.push(bundle[..bundle.len() * twentieth / 20].to_vec());
    }
    for at in (0..bundle.len()).step_by(97) {
        let mut flipped = bundle.clone();
        flipped[at] ^= 1 << (at % 8);
        damaged.push(flipped);
    }
    for bundle in damaged {
        let elsewhere = tempfile::tempdir().expect("a folder");
        let root = elsewhere.path().join("a/b/c/hub");
        match unpack(&root, &bundle).await {
            // A bit that nothing hangs on: a time, a link that is made anew.
            Ok(_) => {}
            Err(error) => {
                let known = matches!(
                    error,
                    HubError::Bundle { .. } | HubError::WrongDigest { .. }
                );
                assert!(known, "{error}");
                refused += 1;
            }
        }
        for path in walk(elsewhere.path()) {
            assert!(path.starts_with(&root), "{}", path.display());
            let held = fs::read(&path).unwrap_or_default();
            let name = path.file_name().expect("a name").to_string_lossy();
            let in_blobs = path
                .parent()
                .is_some_and(|parent| parent.ends_with("blobs"));
            assert!(!in_blobs || name == sha256(&held) || name == git_blob(&held));
            assert!(!name.contains(".part"), "{}", path.display());
        }
    }
    assert!(refused > 150, "only {refused} were refused");
}

/// A list as the program writes it, of one small file.
fn list() -> Value {
    json!({
        "format": "arbor-bundle",
        "version": 1,
        "repo": "acme/tiny",
        "revision": "main",
        "commit": "0123456789012345678901234567890123456789",
        "endpoint": "https://hub",
        "time_us": 1,
        "files": [{"path": "config.json", "size": 2, "digest": git_blob(b"{}")}],
    })
}

/// An archive of entries: kind, size that the header claims, content.
fn archive(entries: &[(EntryType, u64, &[u8])]) -> Vec<u8> {
    let mut builder = Builder::new(Vec::new());
    for (kind, size, content) in entries {
        let mut header = Header::new_gnu();
        header.set_path("whatever").expect("a name");
        header.set_entry_type(*kind);
        header.set_size(*size);
        header.set_cksum();
        builder.append(&header, *content).expect("appended");
    }
    builder.into_inner().expect("an archive")
}

fn of(list: &Value) -> Vec<u8> {
    let text = list.to_string();
    let regular = EntryType::Regular;
    archive(&[
        (regular, text.len() as u64, text.as_bytes()),
        (regular, 2, b"{}"),
    ])
}

#[tokio::test]
async fn hostile_bundles_are_refused_with_what_is_wrong() {
    let elsewhere = tempfile::tempdir().expect("a folder");
    let root = elsewhere.path().join("a/b/c/hub");
    unpack(&root, &of(&list()))
        .await
        .expect("the case is right");
    fs::remove_dir_all(&root).expect("removed");

    let file = |path: &str| json!({"path": path, "size": 2, "digest": git_blob(b"{}")});
    let lists: [(&str, &str, Value, &str); 16] = [
        ("format", "/format", json!("zip"), "something else"),
        ("version", "/version", json!(2), "version 2"),
        ("repo", "/repo", json!("../../etc"), "repository"),
        ("revision", "/revision", json!("../../../x"), "revision"),
        ("commit", "/commit", json!("main"), "commit"),
        ("commit", "/commit", json!("../../../../../x"), "commit"),
        ("endpoint", "/endpoint", json!("a\u{0}b"), "server"),
        ("no files", "/files", json!([]), "no file"),
        ("climbs", "/files/0/path", json!("../../../x"), "refused"),
        ("absolute", "/files/0/path", json!("/etc/passwd"), "refused"),
        ("huge", "/files/0/size", json!(u64::MAX), "bytes"),
        (
            "negative",
            "/files/0/size",
            json!(-1),
            "list cannot be read",
        ),
        ("longer", "/files/0/size", json!(3), "where its list says"),
        ("digest", "/files/0/digest", json!("../../x"), "digest"),
        ("twice", "/files", json!([file("a"), file("a")]), "sorted"),
        ("cases", "/files", json!([file("A"), file("a")]), "both"),
    ];
    for (name, at, value, expected) in lists {
        let mut list = list();
        *list.pointer_mut(at).expect(at) = value;
        let error = unpack(&root, &of(&list)).await.expect_err(name);
        let text = error.to_string();
        assert!(matches!(error, HubError::Bundle { .. }), "{name}: {text}");
        assert!(text.contains(expected), "{name}: {text}");
        assert!(walk(elsewhere.path()).is_empty(), "{name}");
    }

    let text = list().to_string();
    let (regular, length) = (EntryType::Regular, text.len() as u64);
    let first = (regular, length, text.as_bytes());
    let archives = [
        ("nothing", Vec::new()),
        ("no archive", noise(4096, 74)),
        ("no list", archive(&[(regular, 2, b"{}")])),
        ("an endless list", archive(&[(regular, 1 << 40, b"{")])),
        ("a list of nothing", archive(&[(regular, 0, b"")])),
        ("no content", archive(&[first])),
        ("a link", archive(&[first, (EntryType::Symlink, 0, b"")])),
        (
            "a sparse file",
            archive(&[first, (EntryType::GNUSparse, 2, b"{}")]),
        ),
        ("a device", archive(&[first, (EntryType::Char, 2, b"{}")])),
        (
            "a long name",
            archive(&[first, (EntryType::GNULongName, 1 << 30, b"x")]),
        ),
        (
            "cut off",
            archive(&[first, (regular, 2, b"")])[..1024].to_vec(),
        ),
    ];
    for (name, bundle) in archives {
        let error = unpack(&root, &bundle).await.expect_err(name);
        assert!(matches!(error, HubError::Bundle { .. }), "{name}: {error}");
        assert!(walk(elsewhere.path()).is_empty(), "{name}");
    }
    let wrong = archive(&[first, (regular, 2, b"[]")]);
    let error = unpack(&root, &wrong).await.expect_err("damaged");
    assert!(matches!(error, HubError::WrongDigest { .. }), "{error}");
    assert!(!root.join(NAME).join("snapshots").exists());
    // What comes after a bundle's content is not looked at.
    let more = archive(&[first, (regular, 2, b"{}"), (EntryType::Char, 0, b"")]);
    unpack(&root, &more).await.expect("unpacked");
}

/// A part that a pull has begun is not taken from it.
#[tokio::test]
async fn a_begun_pull_can_go_on() {
    let content = noise(300_000, 75);
    let world = World::new(repo(&content));
    let pulled = world.pull("acme/tiny@v1").await.expect("pulled");
    let bundle = pack(&world, &pulled).await.expect("packed");
    let elsewhere = tempfile::tempdir().expect("a folder");
    let own = elsewhere.path().join(NAME).join(".arbor");
    fs::create_dir_all(&own).expect("made");
    let part = own.join(format!("{}.part", sha256(&content)));
    fs::write(&part, b"begun").expect("written");
    let mut damaged = bundle.clone();
    let at = bundle.len() / 2;
    damaged[at] ^= 1;
    unpack(elsewhere.path(), &damaged)
        .await
        .expect_err("damaged");
    assert_eq!(fs::read(&part).expect("kept"), b"begun");
    unpack(elsewhere.path(), &bundle).await.expect("unpacked");
    assert!(right(elsewhere.path()));
}
