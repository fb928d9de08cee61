//! Whole addresses: written where the site's own is told, and never taken from
//! a request.

use super::{Element, elements};
use crate::http::client::Client;
use crate::world::{Server, World};
use std::sync::Arc;

const SITE: &str = "https://arboretum.example";

fn content<'e>(found: &'e [Element], key: &str, name: &str, value: &str) -> Option<&'e str> {
    let mut named = found.iter().filter(|e| e.get(key) == Some(name));
    named.find_map(|e| e.get(value))
}

#[test]
fn pages_know_where_they_are_reached_if_they_are_told() {
    let server = Arc::new(Server::start(&[
        "--public-url",
        "https://Arboretum.example/",
    ]));
    let client = Client::of(server);
    for (path, image) in [
        ("/", Some("/tree.png?fit=card")),
        (
            "/?root=llama-65b",
            Some("/tree.png?fit=card&root=llama-65b"),
        ),
        (
            "/models/llama-2-7b",
            Some("/figures/lineage-llama-2-7b.png"),
        ),
        ("/models?family=palm", None),
    ] {
        // Whoever asks chooses this header, and it is not believed.
        let hostile = [
            ("Host", "evil.example"),
            ("X-Forwarded-Host", "evil.example"),
        ];
        let page = client.ask("GET", path, &hostile).text();
        assert!(!page.contains("evil.example"), "{path}");
        let found = elements(&page);
        let canonical = content(&found, "rel", "canonical", "href");
        assert_eq!(canonical, Some(&*format!("{SITE}{path}")));
        let whole = image.map(|image| format!("{SITE}{image}"));
        assert_eq!(
            content(&found, "property", "og:image", "content"),
            whole.as_deref()
        );
        let Some(image) = image else { continue };
        let got = client.get(image);
        assert_eq!(
            (got.status, got.header("content-type")),
            (200, "image/png"),
            "{image}"
        );
        let number = |at: usize| u32::from_be_bytes(got.body[at..at + 4].try_into().expect("four"));
        assert_eq!((number(16), number(20)), (1_200, 630), "{image}");
    }
}

#[test]
fn without_being_told_they_stay_on_their_own() {
    let client = Client::new();
    let hostile = [
        ("Host", "evil.example"),
        ("X-Forwarded-Host", "evil.example"),
    ];
    for path in ["/", "/models/llama-2-7b"] {
        let page = client.ask("GET", path, &hostile).text();
        assert!(!page.contains("evil.example"), "{path}");
        let found = elements(&page);
        assert_eq!(content(&found, "rel", "canonical", "href"), Some(path));
        let image = content(&found, "property", "og:image", "content");
        assert!(
            image.is_some_and(|image| image.starts_with('/')),
            "{image:?}"
        );
    }
}

#[test]
fn what_is_no_address_of_a_site_is_refused() {
    let world = World::new();
    for text in [
        "javascript:alert(1)",
        "arboretum.example",
        "https://a.example/b",
    ] {
        let ran = world.run(["serve", "--public-url", text]);
        assert_eq!(ran.code, 2, "{text}: {}", ran.stderr);
        assert!(
            ran.stderr.contains("https://arboretum.example"),
            "{}",
            ran.stderr
        );
    }
}
