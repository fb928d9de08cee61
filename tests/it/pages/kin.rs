//! A model's page: what there is to run, where it comes from, who says so, and
//! what was observed of it here and on the hub.

use super::{elements, links, words};
use crate::cli::hubbed::Here;
use crate::http::client::Client;
use crate::world::Server;
use arbor_hub_faults::{FaultyHub, Repo};
use serde_json::json;
use std::sync::Arc;

/// The part of a page from a heading's id to the next heading of its kind.
fn section<'p>(page: &'p str, id: &str) -> &'p str {
    let start = format!("<h2 id=\"{id}\">");
    let (_, from) = page
        .split_once(&*start)
        .unwrap_or_else(|| panic!("no {id}"));
    from.split("<h2").next().unwrap_or_default()
}

#[test]
fn sections_come_in_the_order_in_which_questions_do() {
    let page = Client::new().text("/models/llama-2-7b");
    let order = [
        "run", "checked", "facts", "kin", "from", "to", "files", "sources",
    ];
    let places = order.map(|id| {
        let place = page.find(&format!("<h2 id=\"{id}\">"));
        place.unwrap_or_else(|| panic!("no {id}"))
    });
    assert!(places.is_sorted(), "{places:?}");
}

#[test]
fn what_fits_is_said_of_every_format() {
    let page = Client::new().text("/models/llama-2-70b");
    let run = section(&page, "run");
    let heads = words(run);
    assert!(heads.contains("On cpu "), "{heads}");
    let rows: Vec<_> = run.split("<tr><th scope=\"row\"").skip(1).collect();
    assert_eq!(rows.len(), 4);
    for row in &rows {
        let said = words(&format!("<th{row}"));
        assert!(
            ["fits", "too large", "up to", "the weights fit"]
                .iter()
                .any(|word| said.contains(word)),
            "{said}"
        );
    }
    // 70 billion parameters of 4 bytes are more than any machine of tests has
    // twice, and nothing that a format makes larger fits where a smaller does
    // not.
    let fits: Vec<bool> = rows.iter().map(|row| row.contains("✓ fits")).collect();
    assert!(fits.is_sorted(), "from f32 down to 4 bits: {fits:?}");
    let formula = words(run);
    assert!(formula.contains("How the cache is worked out"), "{formula}");
    assert!(
        formula.contains("80 layers × 8 key-value heads"),
        "{formula}"
    );
}

#[test]
fn weights_are_fetched_by_a_command_where_they_can_be() {
    let client = Client::new();
    for (model, command, said) in [
        (
            "bert-base",
            Some("arbor pull google-bert/bert-base-uncased"),
            "",
        ),
        (
            "llama-2-7b",
            Some("arbor pull meta-llama/Llama-2-7b-hf"),
            "Gated",
        ),
        ("gpt-4", None, "Its weights are not published"),
        ("palm-540b", None, "Its weights are not published"),
    ] {
        let page = client.text(&format!("/models/{model}"));
        let part = section(&page, "checked");
        let fetch = part.split("class=\"fetch\"").nth(1);
        assert_eq!(fetch.is_some(), command.is_some(), "{model}");
        let text = words(part);
        assert!(
            text.contains(command.unwrap_or_default()),
            "{model}: {text}"
        );
        assert!(text.contains(said), "{model}: {text}");
    }
}

#[test]
fn the_nearest_kin_is_drawn_with_who_says_so() {
    let client = Client::new();
    let page = client.text("/models/zephyr-7b-beta");
    let drawn = elements(&page);
    assert_eq!(page.matches("class=\"rg\"").count(), 1);
    let part = section(&page, "kin");
    let rows = part.split("<tbody>").nth(1).expect("edges");
    let up = client.json("/api/v1/models/zephyr-7b-beta/ancestors?depth=2");
    let edges = up["edges"].as_array().expect("edges");
    assert!(!edges.is_empty());
    for edge in edges {
        for end in ["child", "parent"] {
            let id = edge[end].as_str().expect("an id");
            let anchor = format!("n-{id}");
            assert!(drawn.iter().any(|e| e.get("id") == Some(&*anchor)), "{id}");
            assert!(rows.contains(&format!("href=\"/models/{id}\"")), "{id}");
        }
    }
    let cited = rows.matches("href=\"/sources/").count();
    assert_eq!(cited, rows.matches("<tr>").count());
    let picture = client.get("/figures/lineage-zephyr-7b-beta.svg");
    assert_eq!(picture.header("content-type"), "image/svg+xml");
    assert!(
        picture
            .text()
            .contains("in the family tree of language models")
    );
    assert_eq!(client.get("/figures/lineage-nobody.svg").status, 404);
}

#[test]
fn two_parents_each_have_their_row_and_what_changed() {
    let client = Client::new();
    let all = client.json("/api/v1/export/json");
    let models = all["models"].as_array().expect("models").iter();
    let two = models
        .filter(|m| m["parents"].as_array().is_some_and(|p| p.len() == 2))
        .map(|m| m["id"].as_str().expect("an id").to_owned())
        .take(5);
    let mut seen = 0;
    for id in two {
        seen += 1;
        let page = client.text(&format!("/models/{id}"));
        let from = section(&page, "from");
        assert_eq!(from.matches("What changed from").count(), 2, "{id}");
        let table = from.split("</tbody>").next().expect("parents");
        assert_eq!(table.matches("<td><span class=\"rel").count(), 2, "{id}");
    }
    assert_eq!(seen, 5);
}

#[test]
fn licences_stand_along_the_way_of_the_weights() {
    let client = Client::new();
    let page = client.text("/models/alpaca-7b");
    let text = words(section(&page, "from"));
    assert!(
        text.contains("Alpaca 7B : CC-BY-NC-4.0 LLaMA 7B : LLaMA non-commercial licence differs"),
        "{text}"
    );
    assert!(words(&page).contains("The licence differs from its parent’s"));
    let same = words(&client.text("/models/roberta-base"));
    assert!(!same.contains("differs from what came of it"));
}

#[test]
fn every_page_names_its_sources() {
    let client = Client::new();
    let json = client.json("/api/v1/models/llama-2-7b");
    let page = client.text("/models/llama-2-7b");
    let listed = links(section(&page, "sources"));
    let claims = json["claims"].as_object().expect("claims").values();
    let claims = claims.flat_map(|claims| claims.as_array().expect("a list"));
    let parents = json["parents"].as_array().expect("parents").iter();
    let mut count = 0;
    for cited in claims.chain(parents) {
        count += 1;
        let key = cited["source"].as_str().expect("a source");
        assert!(listed.contains(&format!("/sources/{key}")), "{key}");
    }
    let counts = section(&page, "sources").split("class=\"count\">").skip(1);
    let counts = counts.map(|part| part.split('<').next().unwrap_or_default());
    let sum: usize = counts
        .map(|count| count.parse::<usize>().expect("a count"))
        .sum();
    assert_eq!(sum, count);
}

/// A hub with one repository of the catalogue, and a list of models that name
/// it as their base.
fn hub() -> Here {
    let model = |id: &str, licence: &str, downloads: u64, relation: &str| {
        json!({
            "id": id, "lastModified": "2024-01-02T00:00:00.000Z", "downloads": downloads,
            "tags": [
                format!("base_model:{relation}:distilbert/distilgpt2"),
                format!("license:{licence}"),
            ],
        })
    };
    let repo = Repo::new("distilbert/distilgpt2")
        .large("model.safetensors", &[7; 4_096])
        .small("config.json", b"{}");
    let here = Here::new(FaultyHub::start(vec![repo]).page(10));
    here.hub.list(vec![
        json!({
            "id": "distilbert/distilgpt2", "lastModified": "2024-01-01T00:00:00.000Z",
            "tags": ["license:apache-2.0"],
        }),
        model("acme/one", "apache-2.0", 5, "finetune"),
        model("acme/two", "mit", 5_000, "finetune"),
        model("acme/three", "other", 70, "quantized"),
    ]);
    here
}

#[test]
fn what_the_hub_has_beneath_a_model_shows_once_it_is_imported() {
    let here = hub();
    for words in ["distilgpt2", "acme"] {
        here.json(&["import", "hub", "--search", words]);
    }
    let server = Arc::new(Server::on(here.world, &[]));
    let client = Client::of(server);
    let page = client.text("/models/distilgpt2");
    let text = words(section(&page, "to"));
    for said in [
        "3 imported models name distilbert/distilgpt2 as their base: 2 fine-tuned-from, 1 quantised-from",
        "of 3 whose licence is known, 2 say another than apache-2.0",
        "acme/two fine-tuned-from 5,000 mit differs acme/three quantised-from 70 other differs acme/one fine-tuned-from 5 apache-2.0",
    ] {
        assert!(text.contains(said), "{said}: {text}");
    }
    let other = client.text("/models/gpt2-xl");
    assert!(!other.contains("id=\"hub\""));
}

#[test]
fn pulled_files_show_with_their_digests_while_the_site_runs() {
    let here = hub();
    let server = Arc::new(Server::start(&[]));
    let client = Client::of(server.clone());
    let before = client.text("/models/distilgpt2");
    assert!(words(section(&before, "files")).contains("Nothing was pulled here"));
    let mut command = here.command();
    command.env("ARBOR_DB", server.world().path("arbor.db"));
    let ran = command
        .args(["pull", "distilbert/distilgpt2", "--json"])
        .output()
        .expect("it starts");
    assert!(
        ran.status.success(),
        "{}",
        String::from_utf8_lossy(&ran.stderr)
    );
    let pulled: serde_json::Value = serde_json::from_slice(&ran.stdout).expect("JSON");
    // The server looks for changes of others every two seconds.
    let digest = pulled["files"][1]["digest"].as_str().expect("a digest");
    let page = (0..100)
        .map(|_| {
            std::thread::sleep(std::time::Duration::from_millis(100));
            client.text("/models/distilgpt2")
        })
        .find(|page| page.contains(digest));
    let page = page.expect("the files show");
    let files = words(section(&page, "files"));
    for file in pulled["files"].as_array().expect("files") {
        for key in ["path", "digest"] {
            let said = file[key].as_str().expect("a text");
            assert!(files.contains(said), "{said}: {files}");
        }
    }
    let commit = pulled["commit"].as_str().expect("a commit");
    let pinned = format!("arbor pull distilbert/distilgpt2@{commit}");
    assert!(words(&page).contains(&pinned), "{pinned}");
}
