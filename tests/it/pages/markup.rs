//! Markup that works without a script, with a keyboard and with a screen
//! reader, on every kind of page.

use super::{Element, elements};
use crate::http::client::Client;
use std::collections::BTreeSet;

const PAGES: [&str; 19] = [
    "/",
    "/?sel=llama-65b",
    "/?sel=llama-65b&view=outline",
    "/?view=outline",
    "/?family=bert",
    "/models",
    "/models?family=palm",
    "/models/palm-540b",
    "/models/gpt-4",
    "/families",
    "/families/llama",
    "/organisations",
    "/sources",
    "/sources/own-knowledge",
    "/search?q=llama",
    "/compare",
    "/compare?m=llama-65b&m=llama-2-70b",
    "/compare?m=bert-base&m=gpt2-xl&m=t5-11b&m=palm-540b&m=gpt-4&m=mistral-7b-v0.1&only=differences",
    "/errors",
];

fn each(look: impl Fn(&str, &[Element])) {
    let client = Client::new();
    for page in PAGES {
        look(page, &elements(&client.text(page)));
    }
}

#[test]
fn no_page_has_a_script_or_a_style_of_its_own() {
    each(|page, elements| {
        let scripts: Vec<_> = elements.iter().filter(|e| e.name == "script").collect();
        assert_eq!(scripts.len(), 1, "{page}: the site's script");
        // A module waits for the page and runs once.
        assert_eq!(scripts[0].get("type"), Some("module"), "{page}");
        let source = scripts[0].get("src").unwrap_or_default();
        assert!(source.starts_with("/assets/script-"), "{page}: {source}");
        for element in elements {
            assert!(
                !["style", "iframe"].contains(&element.name.as_str()),
                "{page}"
            );
            for (name, value) in &element.attributes {
                assert!(!name.starts_with("on") && name != "style", "{page}: {name}");
                assert!(
                    !value.trim().to_lowercase().starts_with("javascript:"),
                    "{page}"
                );
            }
        }
    });
}

#[test]
fn everything_that_needs_a_name_has_one() {
    each(|page, elements| {
        let labelled: BTreeSet<_> = elements.iter().filter_map(|e| e.get("for")).collect();
        for element in elements {
            let named = element.get("aria-label").is_some()
                || element.get("id").is_some_and(|id| labelled.contains(id));
            match element.name.as_str() {
                "img" => assert!(element.get("alt").is_some(), "{page}: an image"),
                "input" if element.get("type") == Some("hidden") => {}
                "input" | "select" | "textarea" => {
                    assert!(named, "{page}: {:?}", element.get("name"));
                }
                "svg" => {
                    let is_ornament = element.get("aria-hidden") == Some("true");
                    assert!(named || is_ornament, "{page}: a drawing");
                }
                _ => {}
            }
            if element.get("tabindex").is_some() {
                assert!(named, "{page}: what takes the focus has a name");
            }
        }
    });
}

#[test]
fn every_page_has_its_landmarks() {
    each(|page, elements| {
        for name in ["header", "nav", "main", "footer", "h1", "title"] {
            assert!(elements.iter().any(|e| e.name == name), "{page}: {name}");
        }
        let first = elements.iter().find(|e| e.name == "a").expect("a link");
        assert_eq!(
            first.get("href"),
            Some("#main"),
            "{page}: the way past the top"
        );
        let html = elements.iter().find(|e| e.name == "html").expect("html");
        assert_eq!(html.get("lang"), Some("en-GB"));
        let mains = elements.iter().filter(|e| e.get("id") == Some("main"));
        assert_eq!(mains.count(), 1, "{page}");
    });
}

#[test]
fn ids_are_unique() {
    each(|page, elements| {
        let mut seen = BTreeSet::new();
        for id in elements.iter().filter_map(|e| e.get("id")) {
            assert!(seen.insert(id), "{page}: {id} stands twice");
        }
    });
}

#[test]
fn nothing_is_loaded_from_elsewhere() {
    each(|page, elements| {
        for element in elements {
            let loaded = match element.name.as_str() {
                "link" => element.get("href"),
                "img" | "script" | "source" => element.get("src"),
                "form" => element.get("action"),
                _ => None,
            };
            if let Some(address) = loaded {
                let own = address.starts_with('/') && !address.starts_with("//");
                assert!(own, "{page}: {address}");
            }
        }
    });
}

#[test]
fn a_page_is_not_too_many_elements() {
    each(|page, elements| {
        let most = if page.contains("outline") {
            8_000
        } else {
            2_600
        };
        assert!(elements.len() <= most, "{page}: {}", elements.len());
    });
}
