//! Every link of the main pages leads somewhere.

use super::links;
use crate::http::client::Client;
use std::collections::BTreeSet;

const MAIN: [&str; 21] = [
    "/",
    "/?view=outline&branch=encoder-decoder",
    "/?root=llama-65b",
    "/?by=gene&gene=position",
    "/figures",
    "/genes",
    "/genes/attention",
    "/models/llama-2-70b",
    "/models",
    "/models?page=2&sort=params",
    "/models/palm-540b",
    "/models/deepseek-r1-distill-qwen-32b",
    "/models/transformer-big",
    "/families",
    "/families/llama",
    "/organisations",
    "/organisations/google",
    "/sources",
    "/sources/own-knowledge",
    "/search?q=llama",
    "/compare?m=llama-65b&m=llama-2-70b&m=mistral-7b-v0.1",
];

/// More than the pages above link to, and few enough for a test.
const MOST: usize = 2_500;

#[test]
fn every_link_of_the_main_pages_answers() {
    let client = Client::new();
    let mut seen = BTreeSet::new();
    for page in MAIN {
        let html = client.text(page);
        let own = links(&html);
        assert!(own.len() > 10, "{page} links nowhere");
        for link in own {
            if !link.starts_with('/') {
                let web = link.starts_with("https://") || link.starts_with("http://");
                assert!(web, "{page}: {link}");
                continue;
            }
            assert!(!link.starts_with("//"), "{page}: {link}");
            if seen.len() >= MOST || !seen.insert(link.clone()) {
                continue;
            }
            let got = client.ask("HEAD", &link, &[]);
            assert_eq!(got.status, 200, "{page}: {link} {}", got.header("location"));
        }
    }
    assert!(seen.len() > 400, "{} links", seen.len());
}

#[test]
fn every_model_has_its_page() {
    let client = Client::new();
    let listing = client.json("/models.json");
    let models = listing["models"].as_array().expect("models");
    assert!(models.len() > 570);
    for model in models {
        let id = model["id"].as_str().expect("an id");
        let got = client.get(&format!("/models/{id}"));
        assert_eq!(got.status, 200, "{id}");
        let page = got.text();
        assert!(page.contains("What is claimed, and by whom"), "{id}");
    }
}
