//! Validation runs, as pages and as answers, before and after there are any.

use super::client::Client;
use crate::cli::texts::roomy;
use crate::world::{Server, World};
use std::sync::Arc;
use std::thread;
use std::time::Duration;

fn check(world: &World, arguments: &[&str]) {
    let mut command = world.command();
    let ran = command.arg("check").args(arguments).output();
    assert!(ran.expect("the program starts").status.success());
}

#[test]
fn runs_show_on_their_pages_and_their_models() {
    let world = World::new();
    roomy(&world, "words");
    check(&world, &["./words", "--as", "gpt2-xl"]);
    check(&world, &["./words"]);
    let server = Arc::new(Server::on(world, &[]));
    let client = Client::of(server.clone());

    let listed = client.json("/api/v1/runs");
    let ids: Vec<_> = listed["runs"]
        .as_array()
        .expect("runs")
        .iter()
        .map(|run| &run["id"])
        .collect();
    assert_eq!(ids, [2, 1]);
    let first = client.get("/api/v1/runs?limit=1");
    assert_eq!(first.json()["before"], 2);
    assert!(
        first.header("link").contains("before=2"),
        "{}",
        first.header("link")
    );
    assert_eq!(client.json("/api/v1/runs?before=2")["runs"][0]["id"], 1);
    let of_model = client.json("/api/v1/models/gpt2-xl/runs");
    assert_eq!(of_model["runs"].as_array().map(Vec::len), Some(1));
    assert_eq!(
        client.json("/api/v1/runs/1")["files"]
            .as_array()
            .map(Vec::len),
        Some(3)
    );
    assert_eq!(
        client.json("/api/v1/models/gpt2-xl")["validation"]["run"],
        1
    );

    let list = client.text("/runs");
    assert!(list.contains("href=\"/runs/2\"") && list.contains("href=\"/models/gpt2-xl\""));
    let run = client.text("/runs/1");
    for part in ["factorisation", "tokenizer.json", "Every law holds", "✓"] {
        assert!(run.contains(part), "{part} is not on the run's page");
    }
    let page = client.text("/models/gpt2-xl");
    assert!(page.contains("href=\"/runs/1\""));
    assert!(
        page.contains("factorisation <span class=\"num\">"),
        "{page}"
    );
    assert!(client.text("/models?runs=pass").contains("/models/gpt2-xl"));
    assert!(
        !client
            .text("/models?runs=fail")
            .contains("/models/gpt2-xl\"")
    );
    for nobody in [
        "/runs/3",
        "/runs/0",
        "/runs/x",
        "/runs/-1",
        "/runs/99999999999999999999",
    ] {
        assert_eq!(client.get(nobody).status, 404, "{nobody}");
        assert_eq!(
            client.get(&format!("/api/v1{nobody}")).status,
            404,
            "{nobody}"
        );
    }
    assert_eq!(client.get("/runs?before=x").status, 400);

    // What another process records, the running site shows.
    check(server.world(), &["./words", "--as", "bert-base"]);
    let seen = (0..100).any(|_| {
        thread::sleep(Duration::from_millis(100));
        client.text("/runs").contains("href=\"/runs/3\"")
    });
    assert!(seen, "the site never showed the third run");
}

#[test]
fn without_runs_the_page_says_how_to_make_one() {
    let client = Client::new();
    assert!(
        client
            .text("/runs")
            .contains("Nothing was validated here yet")
    );
    assert_eq!(client.json("/api/v1/runs")["runs"], serde_json::json!([]));
}
