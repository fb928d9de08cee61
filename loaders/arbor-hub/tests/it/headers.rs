//! Headers by range: what is read, how much of it, and what is wrong.

use crate::world::{World, kind, noise};
use arbor_hub::{Budget, Headers, Hub, HubError};
use arbor_hub_faults::{Fault, On, Repo};

/// A safetensors file with one tensor and a header of at least this length.
fn shard(name: &str, header: usize, data: usize) -> Vec<u8> {
    let mut text =
        format!(r#"{{"{name}":{{"dtype":"U8","shape":[{data}],"data_offsets":[0,{data}]}}}}"#);
    text.extend(std::iter::repeat_n(' ', header.saturating_sub(text.len())));
    let mut file = (text.len() as u64).to_le_bytes().to_vec();
    file.extend(text.as_bytes());
    file.extend(noise(data, 90));
    file
}

async fn read(world: &World) -> Result<Headers, HubError> {
    let hub = Hub::new(world.settings.clone())?;
    hub.headers(&"acme/tiny".parse().expect("a target"), Budget::default())
        .await
}

#[tokio::test]
async fn a_header_is_read_and_nothing_behind_it() {
    for (length, requests, bytes) in [
        (100, 2, 100_007),
        (99_992, 2, 100_007),
        (250_000, 3, 250_015),
    ] {
        let file = shard("w", length, 300_000);
        let world = World::new(
            Repo::new("acme/tiny")
                .small("config.json", b"{\"a\":1}")
                .large("model.safetensors", &file),
        );
        let headers = read(&world).await.expect("headers");
        assert_eq!(headers.config.as_deref(), Some("{\"a\":1}"));
        assert_eq!(
            (headers.requests, headers.bytes_read),
            (requests, bytes),
            "{length}"
        );
        assert_eq!(headers.read.len(), 1);
        let one = &headers.read[0];
        assert_eq!(one.text.len(), length);
        assert!(one.text.starts_with(b"{\"w\":"));
        assert_eq!(one.data, 300_000);
        // Nothing is written for it.
        assert_eq!(world.visible(), Vec::<std::path::PathBuf>::new());
        let sent = world.hub.content_sent();
        assert!(sent < bytes + 100, "{sent} bytes were sent");
    }
}

/// Of 163 shards some are read and the others are named; whatever their
/// number, the requests stay under 25 and the bytes under 1 MB.
#[tokio::test]
async fn many_shards_cost_no_more_than_a_few() {
    let mut repo = Repo::new("acme/tiny").small("config.json", b"{}");
    for n in 1..=163 {
        let file = shard(&format!("w{n}"), 62_000, 120_000);
        repo = repo.large(&format!("model-{n:05}-of-00163.safetensors"), &file);
    }
    let repo = repo.small("model.safetensors.index.json", b"{\"weight_map\":{}}");
    let world = World::new(repo);
    let headers = read(&world).await.expect("headers");
    assert_eq!(headers.read.len() + headers.unread.len(), 163);
    assert!(headers.read.len() >= 8, "{}", headers.read.len());
    assert_eq!(
        headers.read[0].file.path.as_str(),
        "model-00001-of-00163.safetensors"
    );
    let last = headers.read.last().expect("the last");
    assert_eq!(last.file.path.as_str(), "model-00163-of-00163.safetensors");
    let requests = world.hub.requests();
    let sent: u64 = requests.iter().map(|request| request.sent).sum();
    // A request of ours may take two: the hub's redirect and where it leads.
    let resolved = requests
        .iter()
        .filter(|request| request.path.contains("/resolve/"))
        .count();
    assert!(resolved < 25, "{resolved}");
    assert!(sent < 1_000_000, "{sent} bytes");
}

#[tokio::test]
async fn what_has_no_header_is_named() {
    let pointer = b"version https://git-lfs.github.com/spec/v1\n".to_vec();
    let cases = [
        ("a pointer", pointer),
        ("a page", b"<!doctype html>".to_vec()),
        ("nothing", b"abc".to_vec()),
        ("a length beyond the file", 1000_u64.to_le_bytes().to_vec()),
        ("a length beyond all files", u64::MAX.to_le_bytes().to_vec()),
    ];
    for (name, file) in cases {
        let world = World::new(Repo::new("acme/tiny").large("model.safetensors", &file));
        let error = read(&world).await.expect_err(name);
        assert_eq!(kind(&error), "Malformed", "{name}: {error}");
        assert!(error.to_string().contains("model.safetensors"), "{error}");
    }
}

/// A server that sends all of a file for its beginning is stopped.
#[tokio::test]
async fn a_server_without_ranges_is_not_read_to_the_end() {
    let world =
        World::new(Repo::new("acme/tiny").large("model.safetensors", &shard("w", 100, 64 << 20)));
    world.hub.always(On::Content, Fault::IgnoreRange);
    let error = read(&world).await.expect_err("no ranges");
    assert_eq!(kind(&error), "Malformed", "{error}");
    assert!(world.hub.content_sent() < 32 << 20);
}

/// Cuts within a header are continued.
#[tokio::test]
async fn cuts_are_continued() {
    let file = shard("w", 80_000, 1000);
    let world = World::new(Repo::new("acme/tiny").large("model.safetensors", &file));
    world.hub.times(3, On::Content, Fault::Cut(20_000));
    let headers = read(&world).await.expect("headers");
    assert_eq!(headers.read[0].text, file[8..80_008]);
}
