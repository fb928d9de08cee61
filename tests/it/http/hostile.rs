//! Requests that mean harm or nothing: each gets a clear refusal, cheaply,
//! and the service goes on.

use super::client::Client;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

/// Sends bytes as they are and reads the first line of the answer.
fn raw(client: &Client, bytes: &[u8]) -> String {
    let mut stream = TcpStream::connect(client.address()).expect("a connection");
    let wait = Some(Duration::from_secs(10));
    stream.set_read_timeout(wait).expect("a timeout");
    // The service may answer and close before it has read everything.
    let _ = stream.write_all(bytes);
    let mut answer = Vec::new();
    let mut buffer = [0; 4_096];
    while let Ok(count @ 1..) = stream.read(&mut buffer) {
        answer.extend_from_slice(&buffer[..count]);
        if answer.windows(2).any(|pair| pair == b"\r\n") {
            break;
        }
    }
    let answer = String::from_utf8_lossy(&answer).into_owned();
    answer.lines().next().unwrap_or_default().to_owned()
}

fn request(target: &str) -> Vec<u8> {
    format!("GET {target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").into_bytes()
}

#[test]
fn no_path_leads_out_of_the_catalogue() {
    let client = Client::new();
    for path in [
        "/models/..%2f..",
        "/models/../../etc/passwd",
        "/models/..%2f..%2fetc%2fpasswd",
        "/models/%2e%2e%2f%2e%2e%2fetc%2fpasswd",
        "/models/..%252f..%252fetc%252fpasswd",
        "/models/%00",
        "/models/%ff%fe",
        "/models/file:%2f%2f%2fetc%2fpasswd",
        "/sources/..%2fsources.toml",
        "/families/llama.toml",
        "/assets/..%2f..%2fCargo.toml",
        "/assets/style.css",
        "/api/v1/models/..%2f..%2f",
        "/api/v1/sources/%2e%2e",
    ] {
        let line = raw(&client, &request(path));
        assert!(line.starts_with("HTTP/1.1 404"), "{path}: {line}");
    }
}

#[test]
fn redirects_stay_on_the_site() {
    let client = Client::new();
    for path in [
        "//evil.example/",
        "/models//evil.example",
        "/models/%2F%2Fevil.example",
    ] {
        let got = raw(&client, &request(path));
        assert!(!got.contains(" 30"), "{path}: {got}");
    }
    let got = client.get("/models/LLaMA");
    assert_eq!(got.status, 301);
    assert_eq!(got.header("location"), "/models/llama-65b");
}

#[test]
fn what_is_too_long_is_refused_at_once() {
    let client = Client::new();
    let long = "x".repeat(10_000);
    for (target, code) in [
        (format!("/?q={long}"), "414"),
        (format!("/api/v1/search?q={long}"), "414"),
        (format!("/models/{long}"), "414"),
        (format!("/search?q={}", "x".repeat(600)), "400"),
        (format!("/models/{}", "x".repeat(3_000)), "404"),
        (format!("/models?{}", "a=&".repeat(900)), "400"),
        (format!("/models?branch={}", "dec,".repeat(900)), "200"),
        (format!("/models?org={}", "a,".repeat(1_500)), "200"),
    ] {
        let began = Instant::now();
        let line = raw(&client, &request(&target));
        assert!(line.starts_with(&format!("HTTP/1.1 {code}")), "{line}");
        assert!(began.elapsed() < Duration::from_secs(2), "{code}");
    }
    let headers = format!("GET / HTTP/1.1\r\nHost: x\r\nX-Long: {long}{long}\r\n\r\n");
    let line = raw(&client, headers.as_bytes());
    assert!(line.starts_with("HTTP/1.1 431"), "{line}");
}

#[test]
fn only_reading_is_answered() {
    let client = Client::new();
    for path in [
        "/",
        "/models/palm-540b",
        "/api/v1/models",
        "/healthz",
        "/nope",
    ] {
        for method in ["POST", "PUT", "DELETE", "PATCH", "OPTIONS"] {
            let got = client.ask(method, path, &[]);
            assert_eq!(got.status, 405, "{method} {path}");
            assert_eq!(got.header("allow"), "GET, HEAD");
        }
        let head = client.ask("HEAD", path, &[]);
        let get = client.get(path);
        assert_eq!(head.status, get.status, "{path}");
        assert!(head.body.is_empty(), "{path}");
        let length = head.header("content-length");
        assert_eq!(length, get.body.len().to_string(), "{path}");
        assert_eq!(head.header("etag"), get.header("etag"), "{path}");
    }
}

#[test]
fn every_refusal_of_the_api_is_the_envelope() {
    let client = Client::new();
    let codes = client.text("/errors");
    for (path, status, code) in [
        ("/api/v1/nope", 404, "not-found"),
        ("/api/v1/models/lama-65b", 404, "not-found"),
        ("/api/v1/families/lama", 404, "not-found"),
        ("/api/v1/sources/own", 404, "not-found"),
        ("/api/v1/models?params=many", 400, "bad-parameter"),
        ("/api/v1/models?sort=beauty", 400, "bad-parameter"),
        ("/api/v1/models?root=lama-65b", 404, "not-found"),
        ("/api/v1/path?from=palm-540b", 400, "bad-parameter"),
        ("/api/v1/search", 400, "bad-parameter"),
        ("/api/v1/memory/claude", 404, "unknown"),
        (
            "/api/v1/path?from=word2vec-cbow&to=gpt-4&rel=weights",
            404,
            "unrelated",
        ),
        ("/api/v1/tree?depth=65", 400, "bad-parameter"),
    ] {
        let got = client.get(path);
        assert_eq!(got.status, status, "{path}: {}", got.text());
        assert!(got.header("content-type").starts_with("application/json"));
        assert_eq!(got.header("cache-control"), "no-store");
        let envelope = got.json();
        let keys: Vec<_> = envelope.as_object().expect("an object").keys().collect();
        assert_eq!(keys, ["code", "hint", "link", "message"], "{path}");
        assert_eq!(envelope["code"], code, "{path}");
        assert_eq!(envelope["link"], format!("/errors#{code}"));
        assert!(
            codes.contains(&format!("id=\"{code}\"")),
            "{code} is explained"
        );
    }
    let near = client.get("/api/v1/models/lama-65b").json();
    assert!(near["hint"].as_str().expect("a hint").contains("llama-65b"));
    let bad = client.get("/api/v1/models?params=many").json();
    let message = bad["message"].as_str().expect("a message");
    assert!(
        message.contains("params=many") && message.contains("1B..10B"),
        "{message}"
    );
}

#[test]
fn unknown_keys_do_not_fill_the_cache_and_change_nothing() {
    let client = Client::new();
    let plain = client.get("/api/v1/models?per_page=5");
    for at in 0..50 {
        let got = client.get(&format!("/api/v1/models?per_page=5&x{at}=1"));
        assert_eq!(got.body, plain.body);
    }
}

#[test]
fn broken_requests_do_not_break_the_service() {
    let client = Client::new();
    for bytes in [
        &b"\x00\x01\x02\r\n\r\n"[..],
        b"GET / HTTP/9.9\r\n\r\n",
        b"GET\r\n\r\n",
        b"GET / HTTP/1.1\r\nContent-Length: 99999999999999999999\r\n\r\n",
        b"GET /%zz?q=%zz&%=% HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
    ] {
        raw(&client, bytes);
    }
    assert_eq!(client.get("/healthz").status, 200);
}

#[test]
fn a_connection_that_asks_nothing_more_is_closed() {
    let client = Client::new();
    let mut stream = TcpStream::connect(client.address()).expect("a connection");
    let wait = Some(Duration::from_secs(20));
    stream.set_read_timeout(wait).expect("a timeout");
    stream
        .write_all(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
        .expect("sent");
    // Ends only when the service closes: those who keep places to themselves
    // would keep others waiting.
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).expect("closed in time");
    assert!(answer.starts_with(b"HTTP/1.1 200"));
}
