//! Models side by side: up to six, the differing facts first, memory to one
//! scale, and where their lines of descent meet.

use super::{elements, links, words};
use crate::http::client::Client;

const SIX: &str = "/compare?m=bert-base&m=gpt2-xl&m=t5-11b&m=palm-540b&m=gpt-4&m=mistral-7b-v0.1";

/// The rows of the table of facts, each as its class and its cells.
fn facts(page: &str) -> Vec<(String, Vec<String>)> {
    let table = page.split("<table class=\"diff\">").nth(1).expect("facts");
    let body = table.split("<tbody>").nth(1).expect("rows");
    let body = body.split("</tbody>").next().expect("their end");
    let rows = body.split("<tr class=\"").skip(1);
    rows.map(|row| {
        let (class, row) = row.split_once('"').expect("a class");
        let cells = row.split("<td>").skip(1);
        let cells = cells.map(|cell| words(cell.split("</td>").next().unwrap_or_default()));
        (class.to_owned(), cells.collect())
    })
    .collect()
}

#[test]
fn six_models_stand_side_by_side_and_what_differs_comes_first() {
    let client = Client::new();
    let rows = facts(&client.text(SIX));
    assert!(rows.len() > 20, "{}", rows.len());
    for (class, cells) in &rows {
        assert_eq!(cells.len(), 6, "{cells:?}");
        assert!(cells.iter().all(|cell| !cell.is_empty()), "{cells:?}");
        // The page's own word against the cells, changes left out.
        let json = client.json(&SIX.replace("/compare", "/api/v1/compare"));
        assert_eq!(json["models"].as_array().map(Vec::len), Some(6));
        let known = cells.iter().filter(|cell| *cell != "not recorded").count();
        if class == "same" {
            assert_eq!(known, 6, "{cells:?}");
        }
    }
    let order: Vec<usize> = rows
        .iter()
        .map(|(class, _)| {
            ["differs", "one-sided", "same"]
                .iter()
                .position(|c| c == class)
        })
        .map(|place| place.expect("a known class"))
        .collect();
    assert!(order.is_sorted(), "{order:?}");
    assert!(order.contains(&0));
}

#[test]
fn only_what_differs_can_be_shown() {
    let client = Client::new();
    let both = "/compare?m=llama-7b&m=llama-13b";
    let page = client.text(both);
    let only = format!("{both}&only=differences");
    assert!(links(&page).contains(&only), "{:?}", links(&page));
    let few = client.text(&only);
    assert!(links(&few).contains(&both.to_owned()));
    let all = facts(&page);
    let differing = all.iter().filter(|(class, _)| class != "same").count();
    assert!(differing < all.len());
    assert_eq!(facts(&few).len(), differing);
    assert!(facts(&few).iter().all(|(class, _)| class != "same"));
}

#[test]
fn models_are_added_and_taken_out_by_links_and_a_form() {
    let client = Client::new();
    let page = client.text("/compare?m=llama-65b&m=gpt2-xl&m=palm-540b");
    for without in [
        "/compare?m=gpt2-xl&m=palm-540b",
        "/compare?m=llama-65b&m=palm-540b",
        "/compare?m=llama-65b&m=gpt2-xl",
    ] {
        assert!(links(&page).contains(&without.to_owned()), "{without}");
    }
    let fields = |page: &str| {
        let all = elements(page).into_iter();
        all.filter(|e| e.name == "input" && e.get("name") == Some("m"))
            .map(|e| e.get("value").unwrap_or_default().to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(fields(&page), ["llama-65b", "gpt2-xl", "palm-540b", ""]);
    assert_eq!(fields(&client.text("/compare")), ["", ""]);
    let full = client.text(SIX);
    assert!(fields(&full).is_empty());
    assert!(words(&full).contains("Six models are the most"));
}

#[test]
fn ways_lead_to_the_nearest_common_ancestor_and_are_drawn() {
    let client = Client::new();
    let page = client.text("/compare?m=alpaca-7b&m=vicuna-13b&m=mistral-7b-v0.1");
    let text = words(&page);
    assert!(text.contains("Nearest common ancestor: LLaMA"), "{text}");
    let json = client.json("/api/v1/compare?m=alpaca-7b&m=vicuna-13b&m=mistral-7b-v0.1");
    let drawn = elements(&page);
    let is_drawn = |id: &str| {
        let anchor = format!("n-{id}");
        drawn.iter().any(|e| e.get("id") == Some(&*anchor))
    };
    // Each way is a chain from its model to the ancestor, all of it drawn.
    let goal = json["ancestors"][0]["id"].as_str().expect("an ancestor");
    for way in json["ways"].as_array().expect("ways") {
        let mut at = way["model"].as_str().expect("a model");
        assert!(is_drawn(at), "{at}");
        for step in way["steps"].as_array().expect("steps") {
            assert_eq!(step["child"], at);
            at = step["parent"].as_str().expect("a parent");
            assert!(is_drawn(at), "{at}");
        }
        assert_eq!(at, goal);
    }
    let ringed = page.matches("class=\"rg\"").count();
    assert_eq!(ringed, 3);
    let none = words(&client.text("/compare?m=grok-1&m=llama-65b"));
    assert!(none.contains("No line of descent joins them all"), "{none}");
}

#[test]
fn memory_is_drawn_to_one_scale() {
    let client = Client::new();
    let models = ["llama-7b", "llama-65b", "gpt-4"];
    let page = client.text("/compare?m=llama-7b&m=llama-65b&m=gpt-4");
    let drawn = elements(&page);
    let bars = drawn
        .iter()
        .filter(|e| e.name == "rect" && e.get("class") == Some("w"));
    let bars: Vec<f64> = bars
        .map(|e| {
            e.get("width")
                .and_then(|w| w.parse().ok())
                .expect("a width")
        })
        .collect();
    let weights = |id: &str| {
        let memory = client.json(&format!("/api/v1/memory/{id}?dtype=bf16"));
        memory["weights"].as_f64().expect("a number")
    };
    assert_eq!(bars.len(), 2);
    let ratio = weights(models[1]) / weights(models[0]);
    assert!(
        (bars[1] / bars[0] / ratio - 1.0).abs() < 0.02,
        "{bars:?} {ratio}"
    );
    let text = words(&page);
    assert!(
        text.contains("GPT-4 not known: its parameter count"),
        "{text}"
    );
}

#[test]
fn what_cannot_be_compared_is_refused_with_the_grammar() {
    let client = Client::new();
    let long = format!("/compare?m={}", "x".repeat(201));
    let seven = format!("{SIX}&m=llama-7b");
    for (path, status, said) in [
        (long.as_str(), 400, "two to six models, each by id"),
        ("/compare?m=llama-65b%0Agpt-2", 400, "two to six models"),
        (seven.as_str(), 400, "m=llama-7b"),
        (
            "/compare?m=llama-65b&m=gpt2-xl&only=all",
            400,
            "expected differences",
        ),
        ("/compare?m=lama-65b&m=gpt2-xl", 404, "llama-65b"),
        ("/api/v1/compare?m=gpt2-xl", 400, "2 to 6 different models"),
        (
            "/api/v1/compare?m=gpt2-xl&m=gpt2-xl",
            400,
            "2 to 6 different models",
        ),
    ] {
        let got = client.get(path);
        assert_eq!(got.status, status, "{path}");
        let text = words(&got.text());
        assert!(text.contains(said), "{path}: {text}");
    }
    // One model is no comparison yet, and no mistake.
    let one = words(&client.text("/compare?m=gpt2-xl"));
    assert!(one.contains("Give two to six models"), "{one}");
}
