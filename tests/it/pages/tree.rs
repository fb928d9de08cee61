//! The tree on the first page: drawn, as lists, and as a picture.

use super::{GENES, elements, links, words};
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
    let to = links(&page);
    assert!(to.contains(&"/".to_owned()));
    // Beside the tree: its page, and its kin as selections.
    assert!(to.contains(&"/models/llama-65b".to_owned()));
    assert!(to.contains(&"/?sel=llama-7b".to_owned()), "{to:?}");
    assert!(
        elements(&page)
            .iter()
            .any(|e| e.get("id") == Some("n-llama-65b"))
    );
}

#[test]
fn a_selection_keeps_the_rest_of_the_address() {
    let client = Client::new();
    let page = client.text("/?k=60&label=org&sel=llama-65b&z=1.40");
    let to = links(&page);
    for kept in [
        "/?k=60&label=org&z=1.4",
        "/?k=60&label=org&sel=llama-65b&z=2",
    ] {
        assert!(to.contains(&kept.to_owned()), "{kept} is not in {to:?}");
    }
    // A picture has a size of its own.
    assert!(to.contains(&"/tree.svg?k=60&label=org&sel=llama-65b".to_owned()));
}

#[test]
fn pills_say_where_they_come_from() {
    let page = Client::new().text("/");
    let drawn = elements(&page);
    let pills: Vec<_> = drawn
        .iter()
        .filter(|e| e.get("id").is_some_and(|id| id.starts_with("n-")))
        .collect();
    let ids: Vec<_> = pills.iter().filter_map(|e| e.get("id")).collect();
    let mut edges = 0;
    for parent in pills.iter().filter_map(|e| e.get("data-up")) {
        for parent in parent.split(' ') {
            assert!(ids.contains(&&*format!("n-{parent}")), "{parent}");
            edges += 1;
        }
    }
    assert!(edges > 100, "{edges}");
}

#[test]
fn the_drawing_is_shown_larger_and_smaller() {
    let client = Client::new();
    let width = |path: &str| {
        let page = client.text(path);
        let drawn = elements(&page);
        let svg = drawn.iter().find(|e| e.get("class") == Some("tree"));
        let svg = svg.expect("a drawing");
        let box_of = svg.get("viewBox").expect("a box").to_owned();
        let width: i64 = svg.get("width").expect("a width").parse().expect("pixels");
        (width, box_of)
    };
    let (plain, within) = width("/");
    for (z, hundredths) in [("0.5", 50), ("1.4", 140), ("2", 200)] {
        let (shown, same) = width(&format!("/?z={z}"));
        assert!(
            (shown * 100 - plain * hundredths).abs() < 200,
            "{z}: {shown}"
        );
        assert_eq!(same, within);
    }
    for wrong in ["0.4", "3", "big", "NaN"] {
        assert_eq!(client.get(&format!("/?z={wrong}")).status, 400, "{wrong}");
    }
}

#[test]
fn a_selection_that_the_filter_hides_is_drawn_and_said() {
    let client = Client::new();
    let page = client.text("/?branch=encoder-only&sel=llama-65b");
    let text = words(&page);
    assert!(text.contains("It does not pass the filter, and is drawn all the same"));
    let drawn = elements(&page);
    assert!(drawn.iter().any(|e| e.get("id") == Some("n-llama-65b")));
    let matched = client.json("/api/v1/models?branch=encoder-only")["matched"].clone();
    assert!(text.contains(&format!(" {matched} models shown")), "{text}");
    let passes = words(&client.text("/?branch=decoder-only&sel=llama-65b"));
    assert!(!passes.contains("does not pass the filter"));
    // Nothing else passes: the selection alone is drawn.
    let alone = client.text("/?q=zzzz&sel=llama-65b");
    assert!(
        elements(&alone)
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
    for wrong in ["by=mood", "gene=hair", "by=gene&gene=attn"] {
        assert_eq!(client.get(&format!("/?{wrong}")).status, 400, "{wrong}");
    }
}

#[test]
fn nothing_to_draw_is_said() {
    let client = Client::new();
    for path in ["/?q=zzzz", "/?view=outline&q=zzzz", "/models?q=zzzz"] {
        let text = words(&client.text(path));
        assert!(text.contains("No model matches"), "{path}: {text}");
    }
}

#[test]
fn a_gene_colours_the_tree_and_names_who_had_it_first() {
    let client = Client::new();
    for gene in GENES {
        let page = client.text(&format!("/?by=gene&gene={gene}"));
        let firsts = page.matches("class=\"rg\"").count();
        let named = words(&page).matches("first: ").count();
        assert!(firsts >= 2 && firsts == named, "{gene}: {firsts} {named}");
        assert!(links(&page).contains(&format!("/genes/{gene}")), "{gene}");
    }
    // The published histories: rotary positions (Su et al. 2021) came to
    // released language models with GPT-J, ALiBi with BLOOM, latent attention
    // with DeepSeek-V2.
    let page = words(&client.text("/genes"));
    for first in [
        "rotary GPT-J-6B 2021",
        "learned GPT-1 2018",
        "disentangled DeBERTa large 2020",
        "ALiBi BLOOM 176B 2022",
        "latent (MLA) DeepSeek-V2 2024",
    ] {
        assert!(page.contains(first), "{first} is not in {page}");
    }
}

#[test]
fn families_colour_the_tree() {
    let page = Client::new().text("/?by=family");
    let text = words(&page);
    assert!(
        text.contains("other families") && text.contains("Qwen"),
        "{text}"
    );
    assert!(page.contains(" v0\"") && page.contains(" v5\""));
}

#[test]
fn the_picture_is_had_in_pixels() {
    let client = Client::new();
    let got = client.get("/tree.png?fit=card");
    assert_eq!((got.status, got.header("content-type")), (200, "image/png"));
    let number = |at: usize| {
        let bytes = &got.body[at..at + 4];
        bytes
            .iter()
            .fold(0_u32, |sum, byte| sum << 8 | u32::from(*byte))
    };
    assert_eq!((number(16), number(20)), (1_200, 630));
    assert_eq!(client.get("/tree.png?scale=9").status, 400);
    assert!(client.text("/").contains("property=\"og:image\""));
}

#[test]
fn the_first_page_is_light() {
    let client = Client::new();
    for path in ["/", "/?by=gene", "/?sel=llama-65b&z=1.2"] {
        let got = client.ask("GET", path, &[("Accept-Encoding", "gzip")]);
        assert_eq!(got.header("content-encoding"), "gzip");
        assert!(
            got.body.len() <= 30 << 10,
            "{path}: {} bytes",
            got.body.len()
        );
        // An element for each opening tag.
        let page = client.text(path);
        let elements = elements(&page).len();
        assert!(elements <= 1_600, "{path}: {elements} elements");
    }
}
