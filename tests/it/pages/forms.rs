//! Forms and addresses: what a form sends becomes the address that a link
//! would have.

use super::{elements, links, words};
use crate::http::client::Client;

#[test]
fn what_a_form_sends_is_tidied() {
    let client = Client::new();
    for (sent, tidy) in [
        (
            "/models?q=&family=&org=&params=&date=&figure=&drawn=",
            "/models",
        ),
        (
            "/?q=&figure=open&drawn=encoder-decoder",
            "/?drawn=encoder-decoder&figure=open",
        ),
        (
            "/?branch=encoder-only&branch=decoder-only",
            "/?branch=encoder-only,decoder-only",
        ),
        (
            "/models?q=chat&family=llama&sort=-date&org=",
            "/models?family=llama&q=chat",
        ),
        ("/compare?a=llama&b=", "/compare?m=llama-65b"),
        (
            "/compare?a=llama-65b&b=llama-2-70b",
            "/compare?m=llama-65b&m=llama-2-70b",
        ),
        (
            "/compare?m=llama-65b&m=&m=gpt2-xl",
            "/compare?m=llama-65b&m=gpt2-xl",
        ),
        (
            "/compare?m=llama&m=palm-540b&m=llama-65b",
            "/compare?m=llama-65b&m=palm-540b",
        ),
    ] {
        let got = client.get(sent);
        assert_eq!(got.status, 302, "{sent}");
        assert_eq!(got.header("location"), tidy, "{sent}");
        assert_eq!(client.get(tidy).status, 200);
    }
}

#[test]
fn filters_remove_and_say_how_many_are_left() {
    let client = Client::new();
    let page = client.text("/models?family=palm");
    let total = client.json("/healthz")["models"].clone();
    let left = client.json("/api/v1/models?family=palm")["matched"].clone();
    assert!(words(&page).contains(&format!("{left} of {total} — clear")));
    assert!(links(&page).contains(&"/models".to_owned()));
    let none = words(&client.text("/models?family=palm&branch=encoder-only"));
    assert!(none.contains("No model matches"), "{none}");
}

#[test]
fn a_switch_leads_on_and_back() {
    let client = Client::new();
    let on = "/models?branch=encoder-only&family=bert";
    let off = "/models?family=bert";
    assert!(links(&client.text(off)).contains(&on.to_owned()));
    assert!(links(&client.text(on)).contains(&off.to_owned()));
}

#[test]
fn heads_sort_and_pages_lead_on() {
    let client = Client::new();
    let page = client.text("/models?branch=encoder-only");
    for link in [
        "/models?branch=encoder-only&sort=-params",
        "/models?branch=encoder-only&sort=name",
        "/models?branch=encoder-only&page=2",
        "/models?branch=encoder-only&sort=date",
    ] {
        assert!(links(&page).contains(&link.to_owned()), "{link}");
    }
    let sorted = client.text("/models?branch=encoder-only&sort=-params");
    let now = elements(&sorted)
        .into_iter()
        .find(|e| e.get("aria-sort") == Some("descending"));
    assert!(now.is_some());
    // Every page of the table is linked from the one before and has others.
    let second = client.text("/models?branch=encoder-only&page=2");
    assert!(links(&second).contains(&"/models?branch=encoder-only".to_owned()));
}

#[test]
fn a_canonical_address_is_its_own() {
    let client = Client::new();
    for page in [
        "/",
        "/?branch=encoder-only,decoder-only",
        "/?view=outline",
        "/models?access=open&date=2023&sort=params",
        "/models?rel=weights&root=llama-7b",
        "/models?rel=weights,scales-up&root=llama-65b",
        "/models/palm-540b",
        "/search?q=llama%202",
    ] {
        let html = client.text(page);
        let link = elements(&html)
            .into_iter()
            .find(|e| e.name == "link" && e.get("rel") == Some("canonical"));
        let link = link.expect("a canonical link");
        assert_eq!(link.get("href"), Some(page));
    }
}

#[test]
fn the_form_keeps_what_it_does_not_show() {
    let page = Client::new().text("/models?rel=weights&root=llama-7b&sort=params");
    let hidden: Vec<_> = elements(&page)
        .into_iter()
        .filter(|e| e.get("type") == Some("hidden"))
        .map(|e| {
            format!(
                "{}={}",
                e.get("name").unwrap_or(""),
                e.get("value").unwrap_or("")
            )
        })
        .collect();
    for pair in ["rel=weights", "root=llama-7b", "sort=params"] {
        assert!(hidden.contains(&pair.to_owned()), "{hidden:?}");
    }
}

#[test]
fn the_form_chooses_what_the_figure_draws() {
    let client = Client::new();
    for (page, chosen) in [
        ("/", vec![]),
        ("/models?figure=open", vec!["open"]),
        (
            "/?drawn=encoder-decoder&figure=closed",
            vec!["closed", "encoder-decoder"],
        ),
        (
            "/models?drawn=encoder-only,decoder-only",
            vec!["encoder-only,decoder-only"],
        ),
    ] {
        let html = client.text(page);
        let form = html.split("id=\"f-figure\"").nth(1).expect("the field");
        let options = elements(form.split("</form>").next().expect("its end"));
        let options = options.iter().filter(|e| e.name == "option");
        let values: Vec<_> = options.clone().filter_map(|e| e.get("value")).collect();
        for value in ["open", "closed", "encoder-only", "decoder-only"] {
            assert!(values.contains(&value), "{page}: {values:?}");
        }
        let selected = options.filter(|e| e.get("selected").is_some());
        let selected: Vec<_> = selected.filter_map(|e| e.get("value")).collect();
        assert_eq!(selected, chosen, "{page}");
        // What has a field is not sent a second time.
        let form = html
            .split("<details class=\"more columns-of")
            .next()
            .expect("the form");
        let hidden = elements(form)
            .into_iter()
            .filter(|e| e.get("type") == Some("hidden"));
        for field in hidden {
            assert!(!["figure", "drawn"].contains(&field.get("name").unwrap_or("")));
        }
    }
}

#[test]
fn tables_are_files_too() {
    let client = Client::new();
    let csv = client.get("/models.csv?family=palm");
    assert!(csv.header("content-type").starts_with("text/csv"));
    let rows = csv.text().lines().count();
    let json = client.json("/models.json?family=palm");
    assert_eq!(json["matched"], rows - 1);
}
