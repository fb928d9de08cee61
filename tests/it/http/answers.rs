//! The API's answers to the questions that the registry is for.

use super::client::{Client, ids};

#[test]
fn every_route_of_the_description_answers() {
    let client = Client::new();
    let description = client.json("/api/v1/openapi.json");
    assert_eq!(description["openapi"], "3.1.0");
    let paths = description["paths"].as_object().expect("paths");
    assert!(paths.len() >= 16, "{}", paths.len());
    for path in paths.keys() {
        // Nothing ran on the shared server; `runs.rs` has one where something did.
        if path == "/api/v1/runs/{id}" {
            continue;
        }
        let id = match path.as_str() {
            "/api/v1/export/{id}" => "newick",
            "/api/v1/families/{id}" => "palm",
            "/api/v1/sources/{id}" => "own-knowledge",
            _ => "palm-540b",
        };
        let query = match path.as_str() {
            "/api/v1/common" => "?a=alpaca-7b&b=vicuna-7b",
            "/api/v1/compare" => "?m=alpaca-7b&m=vicuna-7b&m=palm-540b",
            "/api/v1/path" => "?from=alpaca-7b&to=vicuna-7b",
            "/api/v1/search" | "/api/v1/suggest" => "?q=palm",
            _ => "",
        };
        client.text(&format!("{}{query}", path.replace("{id}", id)));
    }
}

#[test]
fn what_descends_from_llama_with_weights() {
    let client = Client::new();
    let below = client.json("/api/v1/models/llama-7b/descendants?rel=weights");
    let below = ids(&below["nodes"]);
    for id in ["alpaca-7b", "vicuna-7b"] {
        assert!(below.contains(&id.to_owned()), "{id}: {below:?}");
    }
    let listed = client.json("/api/v1/models?root=llama-7b&rel=weights");
    assert_eq!(listed["matched"], below.len() + 1, "and the root itself");
}

#[test]
fn the_ancestors_of_a_distilled_model_have_their_relations() {
    let lineage = Client::new().json("/api/v1/models/deepseek-r1-distill-qwen-32b/ancestors");
    let edges = lineage["edges"].as_array().expect("edges");
    for (parent, relation) in [
        ("deepseek-r1", "distilled-from"),
        ("qwen2.5-32b", "fine-tuned-from"),
    ] {
        let found = edges.iter().any(|edge| {
            edge["child"] == "deepseek-r1-distill-qwen-32b"
                && edge["parent"] == parent
                && edge["relation"] == relation
        });
        assert!(found, "{parent}: {relation}");
    }
    let ancestors = ids(&lineage["nodes"]);
    assert!(ancestors.contains(&"deepseek-v3-base".to_owned()) || ancestors.len() > 10);
}

#[test]
fn parameters_come_with_who_says_so() {
    let params = Client::new().json("/api/v1/params/palm-540b");
    let claims = params["claims"].as_array().expect("claims");
    assert!(claims.len() >= 2, "rivals stand beside the first");
    assert_eq!(claims[0]["shown"], true);
    assert_eq!(claims[0]["source"], "epoch-2025-02-24");
    assert_eq!(params["total"], claims[0]["value"]);
}

#[test]
fn the_figures_open_encoder_decoders() {
    let listed = Client::new().get("/api/v1/models?figure=open&branch=encoder-decoder");
    let ids = listed.ids("models");
    assert!(ids.contains(&"t5-11b".to_owned()), "{ids:?}");
    assert!(ids.len() >= 10, "{ids:?}");
    for model in listed.json()["models"].as_array().expect("models") {
        assert_eq!(model["branch"], "encoder-decoder");
    }
}

#[test]
fn a_model_answers_to_all_its_names() {
    let client = Client::new();
    let by_hub = client.json("/api/v1/models/meta-llama%2FLlama-2-7b-hf");
    assert_eq!(by_hub["id"], "llama-2-7b");
    assert_eq!(client.json("/api/v1/models/llama")["id"], "llama-65b");
}

#[test]
fn memory_is_planned_as_asked() {
    let client = Client::new();
    let path = "/api/v1/memory/llama-7b?context=2048&batch=2&dtype=f16";
    let memory = client.json(path);
    assert_eq!(memory["batch"], 2);
    assert_eq!(memory["weights"], 6_738_415_616_u64 * 2);
    assert_eq!(memory["cache"], 2_u64 * 32 * 32 * 128 * 2 * 2_048 * 2);
    let refused = client.get("/api/v1/memory/llama-7b?batch=0");
    assert_eq!(refused.status, 400);
}

#[test]
fn exports_are_files() {
    let client = Client::new();
    for format in ["csv", "dot", "graphml", "json", "mermaid", "newick"] {
        let got = client.get(&format!("/api/v1/export/{format}?family=palm"));
        assert_eq!(got.status, 200, "{format}");
        let disposition = got.header("content-disposition");
        assert!(disposition.starts_with("attachment; filename=\"arboretum."));
        let text = got.text();
        assert!(
            text.contains("palm-540b") || text.contains("PaLM 540B"),
            "{format}"
        );
    }
    assert_eq!(client.get("/api/v1/export/exe").status, 404);
}

#[test]
fn health_is_never_kept() {
    let got = Client::new().get("/healthz");
    assert_eq!(got.status, 200);
    assert_eq!(got.header("cache-control"), "no-store");
    assert_eq!(got.json()["status"], "ok");
}
