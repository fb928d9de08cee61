//! The table of models: its columns, what all that match come to, and the
//! filters that only a table's reader asks for.

use super::{elements, links, words};
use crate::http::client::Client;

/// The heads of the table, and the cells of each row.
fn table(page: &str) -> (Vec<String>, Vec<Vec<String>>) {
    let table = page
        .split("<table class=\"tall\">")
        .nth(1)
        .expect("a table");
    let (head, body) = table.split_once("</thead>").expect("a head");
    let body = body.split("</tbody>").next().expect("a body");
    let cells = |row: &str| {
        let cells = row.split("<t").skip(1);
        let cells = cells.map(|cell| words(&format!("<t{cell}")));
        cells.collect::<Vec<_>>()
    };
    let heads = head
        .split("<th ")
        .skip(1)
        .map(|cell| words(&format!("<th {cell}")));
    let rows = body.split("<tr>").skip(1).map(cells);
    (heads.collect(), rows.collect())
}

#[test]
fn columns_are_chosen_by_the_address_and_by_a_form() {
    let client = Client::new();
    let (heads, rows) = table(&client.text("/models?cols=memory,ctx,attn&family=llama"));
    assert_eq!(heads, ["Model", "In bf16", "Context", "Attention"]);
    assert!(rows.len() > 10);
    for row in &rows {
        assert_eq!(row.len(), 4, "{row:?}");
        assert!(row.iter().all(|cell| !cell.is_empty()), "{row:?}");
    }
    let seven = rows.iter().find(|row| row[0] == "LLaMA 7B").expect("a row");
    assert_eq!(seven[1..], ["12.6 GiB", "2,048", "mha"]);
    // What the form sends is tidied: one key, in the order of the table.
    let sent = client.get("/models?family=llama&cols=attn&cols=ctx&cols=memory");
    assert_eq!(sent.status, 302);
    let tidy = "/models?cols=memory,ctx,attn&family=llama";
    assert_eq!(sent.header("location"), tidy);
    let page = client.text(tidy);
    let boxes = elements(&page).into_iter();
    let boxes: Vec<_> = boxes
        .filter(|e| e.get("type") == Some("checkbox"))
        .collect();
    assert_eq!(boxes.len(), 15);
    let on = boxes.iter().filter(|e| e.get("checked").is_some());
    let on: Vec<_> = on.filter_map(|e| e.get("value")).collect();
    assert_eq!(on, ["memory", "ctx", "attn"]);
    assert!(links(&page).contains(&"/models?family=llama".to_owned()));
    // Every link of the table keeps them, and the usual ones are not said.
    assert!(
        links(&page).contains(&"/models?cols=memory,ctx,attn&family=llama&sort=name".to_owned())
    );
    let usual = "org,family,branch,date,params,access,descendants";
    let got = client.get(&format!("/models?cols={usual}"));
    assert_eq!((got.status, got.header("location")), (302, "/models"));
}

#[test]
fn every_column_says_something_of_every_model() {
    let client = Client::new();
    let all = "active,memory,ctx,attn,objective,licence,hub,runs,access,org,family,branch,date,\
               params,descendants";
    let tidy = client.get(&format!("/models?cols={all}&per_page=1000"));
    let page = client.text(tidy.header("location"));
    let (heads, rows) = table(&page);
    assert_eq!(heads.len(), 16);
    assert!(rows.len() > 700);
    for row in rows {
        assert_eq!(row.len(), 16, "{row:?}");
        assert!(row.iter().all(|cell| !cell.is_empty()), "{row:?}");
    }
}

#[test]
fn totals_are_those_of_all_that_match() {
    let client = Client::new();
    let page = client.text("/models?branch=encoder-only");
    let text = words(&page);
    let listing = client.json("/models.json?branch=encoder-only");
    let models = listing["models"].as_array().expect("models");
    assert!(models.len() > 50, "more than a page");
    let count = |word: &str| models.iter().filter(|m| m["openness"] == word).count();
    let said = format!(
        "All {} {} open, {} gated, {} closed",
        models.len(),
        count("open-weights"),
        count("gated-weights"),
        count("api-only") + count("unreleased"),
    );
    assert!(text.contains(&said), "{said}: {text}");
    let sizes = models.iter().filter(|m| m["parameters"].is_u64()).count();
    assert!(text.contains(&format!("{sizes} of known size")), "{text}");
}

#[test]
fn what_fits_is_what_its_memory_says() {
    let client = Client::new();
    let room = 24_u64 << 30;
    let listed = client.json("/models.json?fits=24GiB@bf16");
    let models = listed["models"].as_array().expect("models");
    let ids: Vec<_> = models.iter().filter_map(|m| m["id"].as_str()).collect();
    assert!(ids.contains(&"llama-7b") && !ids.contains(&"llama-65b"));
    // Twice two bytes: no model of more parameters than bytes is among them,
    // and none that is far smaller is missing.
    for model in client.json("/models.json")["models"]
        .as_array()
        .expect("all")
    {
        let id = model["id"].as_str().expect("an id");
        match model["parameters"].as_u64() {
            Some(count) if count * 2 > room => assert!(!ids.contains(&id), "{id}"),
            Some(count) if count * 4 < room => assert!(ids.contains(&id), "{id}"),
            Some(_) => {}
            None => assert!(!ids.contains(&id), "{id}"),
        }
    }
    let half = client.json("/models.json?fits=24GiB@q8_0")["matched"].as_u64();
    assert!(half > Some(ids.len() as u64));
    let page = client.text("/models?fits=24GiB@bf16");
    let field = elements(&page)
        .into_iter()
        .find(|e| e.get("name") == Some("fits"));
    assert_eq!(field.expect("a field").get("value"), Some("24GiB@bf16"));
}

#[test]
fn files_hold_the_same_models_in_the_same_order() {
    let client = Client::new();
    let query = "family=llama&sort=-params";
    let page = client.text(&format!("/models?{query}"));
    let csv = format!("/models.csv?{query}");
    let json = format!("/models.json?{query}");
    assert!(links(&page).contains(&csv) && links(&page).contains(&json));
    let (_, rows) = table(&page);
    let shown: Vec<_> = rows.into_iter().map(|row| row[0].clone()).collect();
    let listing = client.json(&json);
    let models = listing["models"].as_array().expect("models");
    let named: Vec<_> = models.iter().filter_map(|m| m["name"].as_str()).collect();
    assert_eq!(named[..shown.len()], shown);
    let rows = client.text(&csv);
    let ids: Vec<_> = rows
        .lines()
        .skip(1)
        .filter_map(|row| row.split(',').next())
        .collect();
    let same: Vec<_> = models.iter().filter_map(|m| m["id"].as_str()).collect();
    assert_eq!(ids, same);
}
