//! Figures and genes: drawn, as tables, and as pictures.

use super::{GENES, elements, links, words};
use crate::http::client::Client;

#[test]
fn every_figure_is_also_a_table() {
    let client = Client::new();
    let page = client.text("/figures");
    let drawings = elements(&page)
        .into_iter()
        .filter(|e| e.name == "svg" && e.get("aria-hidden").is_none());
    let svgs = drawings.count();
    let tables = elements(&page).iter().filter(|e| e.name == "table").count();
    assert_eq!((svgs, tables), (3, 3));
    let named = page.matches("class=\"fg ").count();
    assert!(named > 100, "{named} named dots");
    for link in links(&page).iter().filter(|l| l.ends_with(".svg")) {
        let got = client.get(link);
        assert_eq!(
            (got.status, got.header("content-type")),
            (200, "image/svg+xml"),
            "{link}"
        );
        assert!(!got.text().contains("var("), "{link}");
    }
}

#[test]
fn the_seed_systems_are_named() {
    let page = Client::new().text("/figures");
    let text = words(&page);
    for name in ["BERT-large", "T5 11B", "GPT-3", "PaLM 540B", "LLaMA 65B"] {
        assert!(text.contains(name), "{name}");
    }
}

#[test]
fn a_cache_grows_with_the_context_by_its_attention() {
    let client = Client::new();
    // Llama 2 70B keeps 2 x 80 layers x 8 heads x 128 x 2 bytes a token:
    // 320 KiB, so 320 MiB at 1,024 tokens; with 64 heads 2.5 GiB.
    let page = words(&client.text("/models/llama-2-70b"));
    assert!(page.contains("1K 2.5 GiB 320 MiB 40 MiB 90 MiB"), "{page}");
    let svg = client.get("/figures/memory-llama-2-70b.svg");
    assert_eq!(svg.status, 200);
    assert_eq!(client.get("/figures/memory-bert-base.svg").status, 404);
    assert_eq!(client.get("/figures/parameters.png").status, 404);
}

#[test]
fn genes_have_pages() {
    let client = Client::new();
    let all = client.text("/genes");
    for gene in GENES {
        let link = format!("/genes/{gene}");
        assert!(links(&all).contains(&link), "{link}");
        let page = client.text(&link);
        assert!(words(&page).contains("Where each value appeared"));
        assert_eq!(client.get(&format!("/figures/gene-{gene}.svg")).status, 200);
    }
    assert_eq!(client.get("/genes/hair").status, 404);
}
