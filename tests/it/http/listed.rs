//! Lists a page at a time: every entry once, and links that lead through.

use super::client::{Client, Got};
use std::collections::BTreeSet;

/// The address that a `Link` header gives for a relation.
fn link(got: &Got, relation: &str) -> Option<String> {
    let end = format!("; rel=\"{relation}\"");
    let links = got.header("link").split(", <");
    links
        .filter_map(|link| link.strip_suffix(&end))
        .map(|link| link.trim_matches(['<', '>']).to_owned())
        .next()
}

/// Follows `next` to the end and collects every id.
fn walk(client: &Client, start: &str, list: &str) -> Vec<String> {
    let mut all = Vec::new();
    let mut at = Some(start.to_owned());
    while let Some(path) = at.filter(|_| all.len() < 5_000) {
        let got = client.get(&path);
        assert_eq!(got.status, 200, "{path}");
        all.extend(got.ids(list));
        at = link(&got, "next");
    }
    all
}

#[test]
fn next_leads_through_every_model_once() {
    let client = Client::new();
    let total = client.json("/api/v1/models?per_page=1")["total"].clone();
    let all = walk(&client, "/api/v1/models?per_page=97&sort=name", "models");
    let once: BTreeSet<_> = all.iter().collect();
    assert_eq!(once.len(), all.len());
    assert_eq!(total, all.len());
}

#[test]
fn next_leads_through_a_lineage() {
    let client = Client::new();
    let path = "/api/v1/models/bert-base/descendants?limit=7";
    let total = client.json(path)["total"].clone();
    let all = walk(&client, path, "nodes");
    let once: BTreeSet<_> = all.iter().collect();
    assert_eq!(once.len(), all.len());
    assert_eq!(total, all.len());
}

#[test]
fn links_keep_the_query_and_lead_back() {
    let client = Client::new();
    let got = client.get("/api/v1/models?branch=encoder-only&page=2&per_page=10");
    let next = link(&got, "next").expect("a third page");
    assert_eq!(
        next,
        "/api/v1/models?branch=encoder-only&page=3&per_page=10"
    );
    let back = client.get(&next);
    let previous = link(&back, "prev").expect("a second page");
    assert_eq!(client.get(&previous).body, got.body);
    let last = link(&got, "last").expect("a last page");
    assert!(link(&client.get(&last), "next").is_none());
    let beyond = client.get("/api/v1/models?page=9999");
    assert_eq!(beyond.status, 200);
    assert!(beyond.ids("models").is_empty());
}

#[test]
fn a_sources_models_come_a_page_at_a_time() {
    let client = Client::new();
    let got = client.get("/api/v1/sources/own-knowledge?per_page=20");
    assert_eq!(got.json()["models"].as_array().expect("models").len(), 20);
    let next = link(&got, "next").expect("a second page");
    let second = client.get(&next);
    assert_ne!(second.json()["models"], got.json()["models"]);
    assert_eq!(second.json()["cited"], got.json()["cited"]);
}

#[test]
fn pages_have_bounds() {
    let client = Client::new();
    for query in [
        "page=0",
        "page=-1",
        "per_page=0",
        "per_page=1001",
        "page=x",
        "page=1e9",
    ] {
        let got = client.get(&format!("/api/v1/models?{query}"));
        assert_eq!(got.status, 400, "{query}");
        assert_eq!(got.json()["code"], "bad-parameter");
    }
    for query in [
        "limit=0",
        "limit=1001",
        "depth=65",
        "depth=0",
        "offset=-1",
        "rel=cousin",
    ] {
        let got = client.get(&format!("/api/v1/models/bert-base/descendants?{query}"));
        assert_eq!(got.status, 400, "{query}");
    }
}
