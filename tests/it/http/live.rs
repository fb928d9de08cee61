//! A run as it goes: its page, its events, and what is left of one that never
//! ended. The examination is played by the test, so that nothing depends on
//! how quick a machine is.

use super::client::Client;
use crate::world::{Server, World};
use arbor_catalog::CatalogueFiles;
use arbor_model::RunId;
use arbor_service::{Manifest, Registry, Span, Subject, run_of};
use arbor_store_sqlite::{OpenOptions, SqliteStore};
use serde_json::{Value, json};
use std::io::{BufRead, BufReader, Write};
use std::net::TcpStream;
use std::sync::Arc;
use std::time::Duration;
use tokio::runtime::{Builder, Runtime};

const SPAN: Span = Span {
    began_us: 1_700_000_000_000_000,
    took_us: 2,
};

/// An examination, played.
pub(crate) struct Played {
    runtime: Runtime,
    registry: Registry,
    id: RunId,
}

impl Played {
    pub(crate) fn begin(world: &World, named: &str) -> Self {
        let runtime = Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .expect("a runtime");
        let path = world.path("arbor.db");
        let (registry, id) = runtime.block_on(async {
            let store = SqliteStore::open(&path, &OpenOptions::default()).await;
            let store = Arc::new(store.expect("a store"));
            let files = CatalogueFiles::builtin();
            let (registry, _) = Registry::open(store, &files).await.expect("a registry");
            let subject = subject(named);
            let begun = registry.attempt_begins(&subject, SPAN.began_us).await;
            (registry, begun.expect("it begins"))
        });
        Self {
            runtime,
            registry,
            id,
        }
    }

    pub(crate) fn check(&self, name: &str, detail: &str) {
        let check = checked(name, detail);
        let heard = self.registry.attempt_heard(self.id, &check);
        self.runtime.block_on(heard).expect("it is noted");
    }

    pub(crate) fn end(&self, named: &str) {
        let found = json!({
            "model_type": "gpt2", "verdict": "sound",
            "checks": [checked("load", "tensors")],
            "environment": {"device": "cpu", "dtype": "f32", "loader": "l 1", "threads": 2},
        });
        let run = run_of(&found, &subject(named), Manifest::default(), SPAN).expect("a run");
        let ended = self.registry.record(&run, Some(self.id));
        assert_eq!(self.runtime.block_on(ended).expect("recorded"), self.id);
    }
}

fn subject(named: &str) -> Subject {
    Subject {
        named: named.to_owned(),
        model: None,
        hub: None,
        revision: None,
    }
}

fn checked(name: &str, detail: &str) -> Value {
    json!({"name": name, "outcome": "pass", "figure": 0.5, "detail": detail})
}

/// The events of a run, as they come.
struct Events(BufReader<TcpStream>);

impl Events {
    fn open(server: &Server, id: RunId, last: Option<u64>) -> Self {
        let url = server.url("");
        let host = url.trim_start_matches("http://");
        let mut stream = TcpStream::connect(host).expect("it connects");
        let patience = Some(Duration::from_secs(30));
        stream.set_read_timeout(patience).expect("a limit");
        let last = last.map_or(String::new(), |last| format!("Last-Event-ID: {last}\r\n"));
        let ask = format!(
            "GET /runs/{}/events HTTP/1.1\r\nHost: {host}\r\n{last}\r\n",
            id.0
        );
        stream.write_all(ask.as_bytes()).expect("it is asked");
        let mut events = Self(BufReader::new(stream));
        let head = events.until(str::is_empty).join("\n");
        assert!(head.starts_with("HTTP/1.1 200"), "{head}");
        let head = head.to_lowercase();
        assert!(head.contains("content-type: text/event-stream"), "{head}");
        assert!(head.contains("cache-control: no-store"), "{head}");
        events
    }

    fn until(&mut self, is_last: impl Fn(&str) -> bool) -> Vec<String> {
        let mut lines = Vec::new();
        loop {
            let mut line = String::new();
            let read = self.0.read_line(&mut line).expect("a line in time");
            assert!(read > 0, "the events ended: {lines:?}");
            let line = line.trim_end().to_owned();
            let is_end = is_last(&line);
            lines.push(line);
            if is_end {
                return lines;
            }
        }
    }

    /// The next event's number and data.
    fn next(&mut self) -> (String, Value) {
        let lines = self.until(|line| line.starts_with("data: "));
        let of = |name: &str| {
            let found = lines.iter().rev().find_map(|line| line.strip_prefix(name));
            found.unwrap_or_default().to_owned()
        };
        let data = serde_json::from_str(&of("data: ")).expect("JSON");
        (of("event: ") + &of("id: "), data)
    }
}

#[test]
fn a_run_is_followed_to_its_end() {
    let named = "./<b>words</b>";
    let world = World::new();
    let played = Played::begin(&world, named);
    played.check("header", "bytes\nof it");
    let server = Arc::new(Server::on(world, &[]));
    let client = Client::of(server.clone());

    let page = client.get("/runs/1");
    assert_eq!(page.header("cache-control"), "no-store");
    let html = page.text();
    assert!(html.contains("1 of 13 checks made"), "{html}");
    // Without a script it comes again by itself.
    assert!(html.contains("<noscript><meta http-equiv=\"refresh\""));
    assert!(html.contains("data-events=\"/runs/1/events\""));
    assert!(!html.contains("<b>words"), "{html}");
    assert!(client.text("/runs").contains("has begun and not ended"));
    // A run that has not ended is none yet.
    assert_eq!(client.get("/api/v1/runs/1").status, 404);

    let mut events = Events::open(&server, played.id, None);
    let (which, check) = events.next();
    assert_eq!(
        (which.as_str(), &check["name"]),
        ("check1", &json!("header"))
    );
    played.check("load", "tensors");
    assert_eq!(events.next().0, "check2");
    assert!(client.text("/runs/1").contains("2 of 13 checks made"));
    // Cut off and come back: only what is new is told.
    drop(events);
    played.check("finite", "numbers");
    let mut events = Events::open(&server, played.id, Some(2));
    let (which, check) = events.next();
    assert_eq!(
        (which.as_str(), &check["name"]),
        ("check3", &json!("finite"))
    );

    played.end(named);
    assert_eq!(events.next().0, "end");
    let html = client.text("/runs/1");
    assert!(
        html.contains("sound") && !html.contains("data-events"),
        "{html}"
    );
    // Who asks later is told the end at once.
    assert_eq!(Events::open(&server, played.id, Some(3)).next().0, "end");
}

#[test]
fn nothing_is_told_of_a_run_that_never_began() {
    let client = Client::new();
    for path in ["/runs/99/events", "/runs/0/events", "/runs/x/events"] {
        assert_eq!(client.get(path).status, 404, "{path}");
    }
}
