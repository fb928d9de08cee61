//! Pages that say no: what was wrong, and where to go from there; whatever
//! was typed stays text.

use super::{elements, links, words};
use crate::http::client::Client;

#[test]
fn what_is_missing_has_near_names() {
    let client = Client::new();
    for (path, near) in [
        ("/models/lama-65b", "/models/llama-65b"),
        ("/models/google/palm-54b", "/models/palm-540b"),
        ("/families/lama", "/families/llama"),
        ("/organisations/gogle", "/organisations/google"),
        ("/sources/own-knowledg", "/sources/own-knowledge"),
        ("/bert-base", "/models/bert-base"),
    ] {
        let got = client.get(path);
        assert_eq!(got.status, 404, "{path}");
        assert!(got.header("content-type").starts_with("text/html"));
        let page = got.text();
        assert!(
            links(&page).contains(&near.to_owned()),
            "{path}: {:?}",
            links(&page)
        );
    }
}

#[test]
fn what_is_quoted_is_set_as_code() {
    let client = Client::new();
    for (path, said) in [
        ("/nope", "called <code>/nope</code>."),
        ("/nope", "<p><code>/search?q=</code> looks through"),
        ("/models/zzzz%60zzzz", "called <code>zzzz</code>zzzz`."),
        (
            "/?label=shoe",
            "<p class=\"sub\"><code>label=shoe</code> is",
        ),
        ("/?view=cube", "expected <code>outline</code>."),
    ] {
        let page = client.get(path).text();
        assert!(page.contains(said), "{path}: {page}");
    }
}

#[test]
fn what_is_too_long_to_be_a_name_is_not_guessed() {
    let client = Client::new();
    for (letters, guessed) in [(96 - 11, true), (96 - 10, false)] {
        let path = format!("/{}/bert-base", "x".repeat(letters));
        let got = client.get(&path);
        assert_eq!(got.status, 404, "{path}");
        let near = links(&got.text()).contains(&"/models/bert-base".to_owned());
        assert_eq!(near, guessed, "{path}");
    }
}

#[test]
fn a_value_that_means_nothing_is_named_with_its_grammar() {
    let client = Client::new();
    for (path, said) in [
        ("/models?params=many", ["params=many", "1B..10B"]),
        ("/?date=2024-13", ["date=2024-13", "2022..2024-06"]),
        ("/?branch=oak", ["branch=oak", "encoder-only"]),
        ("/models?sort=beauty", ["sort=beauty", "descendants"]),
        ("/?k=0", ["k=0", "3000"]),
        ("/models?fits=24", ["fits=24", "24GiB@bf16"]),
        ("/models?ctx=long", ["ctx=long", "32k.."]),
        ("/models?attn=full", ["attn=full", "gqa"]),
        ("/models?cols=mood", ["cols=mood", "descendants"]),
        ("/?view=cube", ["view=cube", "outline"]),
        ("/?label=shoe", ["label=shoe", "licence"]),
        ("/models?page=0", ["page=0", "1000000"]),
    ] {
        let got = client.get(path);
        assert_eq!(got.status, 400, "{path}");
        let text = words(&got.text());
        for said in said {
            assert!(text.contains(said), "{path}: {text}");
        }
    }
}

#[test]
fn keys_that_are_unknown_are_ignored_and_named() {
    let client = Client::new();
    for path in [
        "/?fit=24GiB",
        "/models?fit=24GiB",
        "/models/palm-540b?fit=24GiB",
    ] {
        let text = words(&client.text(path));
        assert!(
            text.contains("Ignored:") && text.contains("knows no fit ;"),
            "{path}: {text}"
        );
    }
    assert!(!words(&client.text("/")).contains("Ignored:"));
}

#[test]
fn what_was_typed_stays_text() {
    let client = Client::new();
    let hostile = "%3Cscript%3Ealert(1)%3C/script%3E%22%20onload=%22x";
    for path in [
        format!("/search?q={hostile}"),
        format!("/models/{hostile}"),
        format!("/families/{hostile}"),
        format!("/sources/{hostile}"),
        format!("/{hostile}"),
        format!("/models?q={hostile}"),
        format!("/models?params={hostile}"),
        format!("/models?{hostile}=1"),
        format!("/models?licence={hostile}"),
        format!("/?q={hostile}"),
        format!("/?view=outline&q={hostile}"),
        format!("/compare?a={hostile}&b=llama"),
    ] {
        let got = client.get(&path);
        assert!(got.status < 500, "{path}: {}", got.status);
        let html = got.text();
        for element in elements(&html) {
            let source = element.get("src").unwrap_or_default();
            let own = source.starts_with("/assets/script-");
            assert!(own || element.name != "script", "{path}: {source}");
            assert!(element.get("onload").is_none(), "{path}");
        }
        assert_eq!(html.matches("<script").count(), 1, "{path}: the site's");
    }
}

#[test]
fn the_table_of_errors_explains_every_code() {
    let text = words(&Client::new().text("/errors"));
    for code in [
        "not-found 404",
        "bad-parameter 400",
        "withdrawn 410",
        "busy 503",
    ] {
        assert!(text.contains(code), "{code}: {text}");
    }
}
