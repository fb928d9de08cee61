//! What readers and caches keep: ETags, 304, encodings, immutable assets.

use super::client::Client;

const ADDRESSES: [&str; 6] = [
    "/",
    "/models",
    "/models/palm-540b",
    "/api/v1/models",
    "/api/v1/tree?branch=encoder-only",
    "/tree.svg",
];

#[test]
fn what_is_unchanged_is_not_sent_again() {
    let client = Client::new();
    for address in ADDRESSES {
        let first = client.get(address);
        let tag = first.header("etag");
        assert!(tag.starts_with('"'), "{address}: {tag} is not strong");
        assert_eq!(first.header("cache-control"), "no-cache", "{address}");
        let again = client.ask("GET", address, &[("if-none-match", tag)]);
        assert_eq!(again.status, 304, "{address}");
        assert_eq!(again.header("etag"), tag);
        assert!(again.body.is_empty());
        let list = format!("\"other\", {tag}");
        let listed = client.ask("GET", address, &[("if-none-match", &list)]);
        assert_eq!(listed.status, 304, "{address}");
        let weak = format!("W/{tag}");
        let weak = client.ask("GET", address, &[("if-none-match", &weak)]);
        assert_eq!(weak.status, 304, "{address}");
        let other = client.ask("GET", address, &[("if-none-match", "\"other\"")]);
        assert_eq!(other.status, 200, "{address}");
    }
}

#[test]
fn each_encoding_has_its_own_tag() {
    let client = Client::new();
    for address in ADDRESSES {
        let plain = client.get(address);
        let mut tags = vec![plain.header("etag").to_owned()];
        for encoding in ["gzip", "br"] {
            let got = client.ask("GET", address, &[("accept-encoding", encoding)]);
            assert_eq!(got.header("content-encoding"), encoding, "{address}");
            assert_eq!(got.header("vary"), "Accept-Encoding");
            assert!(got.body.len() * 2 < plain.body.len(), "{address}");
            tags.push(got.header("etag").to_owned());
        }
        tags.dedup();
        assert_eq!(tags.len(), 3, "{address}");
    }
}

#[test]
fn the_order_of_keys_does_not_matter() {
    let client = Client::new();
    let one = client.get("/api/v1/models?branch=encoder-only&access=open");
    let other = client.get("/api/v1/models?access=open&branch=encoder-only");
    assert_eq!(one.header("etag"), other.header("etag"));
    assert_eq!(one.body, other.body);
}

#[test]
fn assets_are_kept_for_ever_under_their_digest() {
    let client = Client::new();
    let page = client.text("/");
    let at = page.find("/assets/style-").expect("a stylesheet");
    let end = page[at..].find('"').expect("its end") + at;
    let style = client.get(&page[at..end]);
    assert_eq!(style.status, 200);
    assert!(style.header("cache-control").contains("immutable"));
    assert!(style.header("content-type").starts_with("text/css"));
    // A cache takes the headers of a 304 for those it has.
    let known = [("if-none-match", style.header("etag"))];
    let again = client.ask("GET", &page[at..end], &known);
    assert_eq!(again.status, 304);
    let control = again.header("cache-control");
    assert_eq!(control, style.header("cache-control"));
    assert_eq!(client.get("/healthz").header("cache-control"), "no-store");
    let at = page.find("/assets/script-").expect("a script");
    let end = page[at..].find('"').expect("its end") + at;
    let script = client.get(&page[at..end]);
    assert!(script.header("cache-control").contains("immutable"));
    let media = script.header("content-type");
    assert!(media.starts_with("text/javascript"), "{media}");
    assert!(style.body.len() < 40_000, "{}", style.body.len());
    assert_eq!(client.get("/assets/style-0000000000000000.css").status, 404);
}

#[test]
fn pages_are_light() {
    let client = Client::new();
    // The budget of the first page; the others must not be heavier.
    for address in ["/", "/models", "/models/palm-540b", "/families", "/sources"] {
        let got = client.ask("GET", address, &[("accept-encoding", "gzip")]);
        assert!(got.body.len() <= 30 << 10, "{address}: {}", got.body.len());
    }
}

#[test]
fn every_response_says_what_it_may_load() {
    let client = Client::new();
    for address in [
        "/",
        "/nope",
        "/api/v1/models",
        "/api/v1/nope",
        "/models?params=x",
    ] {
        let got = client.get(address);
        let policy = got.header("content-security-policy");
        assert!(policy.contains("default-src 'none'"), "{address}");
        assert!(policy.contains("frame-ancestors 'none'"), "{address}");
        // Scripts and what they fetch come from here or not at all.
        let parts: Vec<_> = policy.split(';').map(str::trim).collect();
        for part in ["script-src 'self'", "connect-src 'self'", "base-uri 'none'"] {
            assert!(parts.contains(&part), "{address}: {part}");
        }
        assert!(!policy.contains("unsafe"), "{address}");
        assert_eq!(got.header("x-content-type-options"), "nosniff");
        assert_eq!(got.header("referrer-policy"), "same-origin");
    }
}
