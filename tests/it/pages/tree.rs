//! The tree on the first page: drawn, as lists, and as a picture.

use super::{elements, links, words};
use crate::http::client::Client;

#[test]
fn the_tree_is_drawn_with_links() {
    let client = Client::new();
    let page = client.text("/");
    let drawn = elements(&page);
    assert!(drawn.iter().any(|e| e.name == "svg"));
    let pills = links(&page);
    let pills = pills.iter().filter(|l| l.starts_with("/models/")).count();
    assert!(pills >= 60, "{pills}");
    let text = words(&page);
    for limb in [
        "Encoder-only",
        "Encoder–decoder",
        "Decoder-only",
        "2019",
        "2023",
    ] {
        assert!(text.contains(limb), "{limb}");
    }
}

#[test]
fn a_folded_branch_opens() {
    let client = Client::new();
    let folded: Vec<_> = links(&client.text("/"))
        .into_iter()
        .filter(|link| link.starts_with("/?root="))
        .collect();
    assert!(folded.len() > 5, "{folded:?}");
    let page = client.text(&folded[0]);
    assert!(words(&page).contains("What descends from"), "{}", folded[0]);
}

#[test]
fn a_selection_is_named_and_can_be_left() {
    let page = Client::new().text("/?sel=llama-65b");
    assert!(words(&page).contains("The lineage of LLaMA 65B stands out"));
    assert!(links(&page).contains(&"/".to_owned()));
    assert!(
        elements(&page)
            .iter()
            .any(|e| e.get("id") == Some("n-llama-65b"))
    );
}

#[test]
fn the_lists_hold_every_model_once() {
    let client = Client::new();
    let page = client.text("/?view=outline&branch=encoder-decoder");
    let lists = page
        .split("<ul class=\"outline whole\">")
        .nth(1)
        .expect("lists");
    let pills = elements(lists).into_iter().filter(|e| {
        e.get("class")
            .is_some_and(|class| class.starts_with("pill"))
    });
    let matched = client.json("/api/v1/models?branch=encoder-decoder")["matched"].clone();
    assert_eq!(matched, pills.count());
    assert!(!words(&page).contains("How to read this"));
}

#[test]
fn the_picture_stands_alone() {
    let client = Client::new();
    for path in ["/tree.svg", "/tree.svg?theme=dark", "/tree.svg?family=bert"] {
        let got = client.get(path);
        assert_eq!(got.status, 200, "{path}");
        assert_eq!(got.header("content-type"), "image/svg+xml");
        let svg = got.text();
        assert!(!svg.contains("var(") && !svg.contains("class="), "{path}");
        elements(&svg);
    }
    assert_eq!(client.get("/tree.svg?theme=mauve").status, 400);
}

#[test]
fn nothing_to_draw_is_said() {
    let client = Client::new();
    for path in ["/?q=zzzz", "/?view=outline&q=zzzz", "/models?q=zzzz"] {
        let text = words(&client.text(path));
        assert!(text.contains("No model matches"), "{path}: {text}");
    }
}
