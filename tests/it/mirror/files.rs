//! Files by the hub's addresses: whole, in parts, not again, not at all.

use super::{client, sample, shared, tiny};
use crate::http::client::Got;
use arbor_hub_faults::sha256;

const WEIGHTS: &str = "/acme/tiny/resolve/main/model.safetensors";

fn weights() -> Vec<u8> {
    sample("tiny-gpt2", "model.safetensors")
}

fn ask(headers: &[(&str, &str)]) -> Got {
    client().ask("GET", WEIGHTS, headers)
}

#[test]
fn a_large_file_has_the_headers_that_clients_live_on() {
    let _server = shared();
    let (content, head) = (weights(), tiny().head().to_owned());
    let tag = format!("\"{}\"", sha256(&content));
    for method in ["GET", "HEAD"] {
        for revision in ["main", &head] {
            let path = format!("/acme/tiny/resolve/{revision}/model.safetensors");
            let got = client().ask(method, &path, &[]);
            assert_eq!(got.status, 200, "{method} {path}");
            for (name, value) in [
                ("content-length", content.len().to_string().as_str()),
                ("etag", &tag),
                ("x-linked-etag", &tag),
                ("x-linked-size", &content.len().to_string()),
                ("x-repo-commit", &head),
                ("accept-ranges", "bytes"),
                ("content-encoding", ""),
            ] {
                assert_eq!(got.header(name), value, "{method} {path}: {name}");
            }
            let sent: &[u8] = if method == "GET" { &content } else { &[] };
            assert!(got.body == sent, "{method} {path}");
        }
    }
}

/// From `git hash-object` of `hello\n` and of nothing.
#[test]
fn small_files_have_gits_own_digests() {
    let _server = shared();
    for (path, digest, length) in [
        (
            "sub%20dir/a%23b.txt",
            "ce013625030ba8dba906f756967f9e9ca394464a",
            "6",
        ),
        (
            "sub%20dir/deep/x.txt",
            "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391",
            "0",
        ),
    ] {
        let path = format!("/acme/tiny/resolve/main/{path}");
        let got = client().get(&path);
        assert_eq!((got.status, got.header("content-length")), (200, length));
        assert_eq!(got.header("etag"), format!("\"{digest}\""));
        assert_eq!(got.header("x-linked-etag"), "");
    }
}

#[test]
fn ranges_are_the_bytes_that_were_asked_for() {
    let _server = shared();
    let content = weights();
    let (size, tag) = (content.len(), format!("\"{}\"", sha256(&content)));
    let cases = [
        ("bytes=0-0", 0..1),
        ("bytes=100-199", 100..200),
        ("bytes=49000-", 49_000..size),
        ("bytes=-7", size - 7..size),
        ("bytes=10-99999999", 10..size),
    ];
    for (range, bytes) in cases {
        let got = ask(&[("Range", range), ("If-Range", &tag)]);
        assert_eq!(got.status, 206, "{range}");
        let said = format!("bytes {}-{}/{size}", bytes.start, bytes.end - 1);
        assert_eq!(got.header("content-range"), said);
        assert!(got.body == content[bytes], "{range}");
        let head = client().ask("HEAD", WEIGHTS, &[("Range", range)]);
        assert_eq!(
            (head.status, head.header("content-range")),
            (206, said.as_str())
        );
        assert!(head.body.is_empty());
    }
    let beyond = ask(&[("Range", &format!("bytes={size}-"))]);
    assert_eq!(beyond.status, 416);
    assert_eq!(beyond.header("content-range"), format!("bytes */{size}"));
    // Of another state, or several: all of it.
    for headers in [
        [("Range", "bytes=5-9"), ("If-Range", "\"other\"")],
        [("Range", "bytes=5-9,11-12"), ("If-Range", tag.as_str())],
    ] {
        let got = ask(&headers);
        assert_eq!(got.status, 200, "{headers:?}");
        assert!(got.body == content);
    }
}

#[test]
fn what_the_asker_has_is_not_sent_again() {
    let _server = shared();
    let tag = format!("\"{}\"", sha256(&weights()));
    for known in [tag.clone(), format!("\"x\", W/{tag}"), "*".to_owned()] {
        let got = ask(&[("If-None-Match", &known)]);
        assert_eq!(got.status, 304, "{known}");
        assert_eq!(got.header("etag"), tag);
        assert_eq!(got.header("x-repo-commit"), tiny().head());
        assert!(got.body.is_empty());
    }
    assert_eq!(ask(&[("If-None-Match", "\"other\"")]).status, 200);
}

#[test]
fn what_is_not_there_has_its_code() {
    let _server = shared();
    let zero = "0".repeat(40);
    let head = tiny().head().to_owned();
    let cases = [
        ("/acme/absent/resolve/main/x".to_owned(), "RepoNotFound", ""),
        (
            "/acme/tiny/resolve/v9/config.json".to_owned(),
            "RevisionNotFound",
            "",
        ),
        (
            format!("/acme/tiny/resolve/{zero}/config.json"),
            "RevisionNotFound",
            "",
        ),
        (
            "/acme/tiny/resolve/main/absent.json".to_owned(),
            "EntryNotFound",
            head.as_str(),
        ),
        (
            "/acme/tiny/resolve/main/sub%20dir".to_owned(),
            "EntryNotFound",
            &head,
        ),
        (
            "/acme/tiny/resolve/main/CONFIG.json".to_owned(),
            "EntryNotFound",
            &head,
        ),
        ("/api/models/acme/absent".to_owned(), "RepoNotFound", ""),
        (
            "/api/models/acme/tiny/revision/v9".to_owned(),
            "RevisionNotFound",
            "",
        ),
        (
            "/api/models/acme/tiny/tree/main/absent".to_owned(),
            "EntryNotFound",
            &head,
        ),
    ];
    for (path, code, commit) in cases {
        for method in ["GET", "HEAD"] {
            let got = client().ask(method, &path, &[]);
            assert_eq!(
                (got.status, got.header("x-error-code")),
                (404, code),
                "{path}"
            );
            assert_eq!(got.header("x-repo-commit"), commit, "{path}");
            assert_eq!(got.header("content-type"), "application/json", "{path}");
        }
    }
    for method in ["POST", "PUT", "DELETE"] {
        assert_eq!(client().ask(method, WEIGHTS, &[]).status, 405, "{method}");
    }
}

/// However it is written, nothing that climbs reaches the disk.
#[test]
fn nothing_outside_the_cache_can_be_asked_for() {
    let server = shared();
    let database = server.world().path("arbor.db");
    assert!(database.exists());
    let climbs = [
        "/acme/tiny/resolve/main/%2e%2e/%2e%2e/%2e%2e/%2e%2e/%2e%2e/%2e%2e/arbor.db",
        "/acme/tiny/resolve/main/..%2F..%2F..%2F..%2F..%2F..%2Farbor.db",
        "/acme/tiny/resolve/main/%2Fetc%2Fpasswd",
        "/acme/tiny/resolve/main/sub%20dir/..%5C..%5Carbor.db",
        "/acme/tiny/resolve/main/config.json%00.txt",
        "/acme/tiny/resolve/..%2F..%2F..%2Frefs/main",
        "/acme/..%2F..%2Fetc/resolve/main/passwd",
        "/%2e%2e/%2e%2e/resolve/main/arbor.db",
        "/api/models/acme/tiny/tree/main/%2e%2e",
        "/api/models/%2e%2e/tiny",
    ];
    for path in climbs {
        let got = client().get(path);
        assert_eq!(got.status, 404, "{path}: {}", got.text());
        assert!(got.json()["error"].is_string(), "{path}");
    }
}
