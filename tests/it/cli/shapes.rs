//! The JSON that other programs rely on: `DESIGN.md` section 6, key by key.

use super::{arbor, json};
use serde_json::Value;

/// The keys of an object, sorted.
fn keys(value: &Value) -> Vec<&str> {
    let object = value.as_object().expect("an object");
    let mut keys: Vec<_> = object.keys().map(String::as_str).collect();
    keys.sort_unstable();
    keys
}

/// A command line, a pointer into its JSON, and keys that must be there.
type Shape<'a> = (&'a [&'a str], &'a str, &'a [&'a str]);

const SHAPES: &[Shape<'_>] = &[
    (
        &["params", "bert-base"],
        "",
        &[
            "total",
            "active",
            "by_part",
            "by_dtype",
            "tied",
            "buffers",
            "source",
            "bytes_read",
        ],
    ),
    (
        &["params", "bert-base"],
        "/by_part",
        &[
            "embedding",
            "attention",
            "feed_forward",
            "norm",
            "head",
            "experts",
            "other",
        ],
    ),
    (
        &["memory", "llama-2-7b"],
        "",
        &["weights", "cache_per_token", "cache", "total", "policies"],
    ),
    (
        &["lineage", "llama-7b", "--descendants"],
        "",
        &["model", "nodes", "edges"],
    ),
    (
        &["lineage", "llama-7b", "--descendants"],
        "/nodes/0",
        &["id", "depth"],
    ),
    (
        &["lineage", "llama-7b", "--descendants"],
        "/edges/0",
        &["child", "parent", "relation"],
    ),
    (
        &["lineage", "elmo"],
        "",
        &["model", "ancestors", "descendants"],
    ),
    (
        &["lineage", "path", "bert-base", "gpt"],
        "",
        &["from", "to", "models", "edges"],
    ),
    (
        &["path", "bert-base", "gpt"],
        "",
        &["from", "to", "models", "edges"],
    ),
    (
        &["lineage", "common", "bert-base", "gpt"],
        "",
        &["a", "b", "ancestors"],
    ),
    (
        &["lineage", "bases"],
        "/bases/0",
        &["id", "name", "dominated", "descendants"],
    ),
    (&["tree", "elmo"], "", &["shown", "matched", "roots"]),
    (
        &["tree", "elmo"],
        "/roots/0",
        &["id", "name", "relation", "children", "hidden", "repeated"],
    ),
    (
        &["list", "--limit", "2"],
        "",
        &["total", "matched", "page", "pages", "models"],
    ),
    (
        &["list", "--limit", "2"],
        "/models/0",
        &[
            "id",
            "name",
            "branch",
            "released",
            "parameters",
            "density",
            "openness",
            "organisations",
        ],
    ),
    (&["search", "bert"], "", &["query", "hits", "suggestions"]),
    (&["search", "bert"], "/hits/0", &["rank", "matched", "id"]),
    (
        &["show", "bert-base"],
        "",
        &[
            "id",
            "claims",
            "parents",
            "children",
            "published",
            "runs",
            "formula",
        ],
    ),
    (
        &["show", "bert-base"],
        "/claims/parameters/0",
        &[
            "value",
            "kind",
            "display",
            "shown",
            "source",
            "at",
            "confidence",
        ],
    ),
    (
        &["diff", "bert-base", "bert-large"],
        "",
        &["a", "b", "rows", "path"],
    ),
    (
        &["diff", "bert-base", "bert-large"],
        "/rows/0",
        &["field", "change", "a", "b", "delta"],
    ),
    (&["catalog", "check"], "", &["files", "models", "problems"]),
    (
        &["doctor"],
        "",
        &[
            "version",
            "database",
            "catalogue",
            "sound",
            "checks",
            "devices",
        ],
    ),
    (&["doctor"], "/checks/0", &["name", "outcome", "detail"]),
    (
        &["doctor"],
        "/devices/devices/0",
        &[
            "kind",
            "state",
            "device",
            "memory_total",
            "memory_free",
            "largest",
        ],
    ),
    (
        &["doctor"],
        "/devices/models/0",
        &["model", "dtype", "needs", "fits"],
    ),
    (
        &["help", "exit-codes"],
        "/exit_codes/0",
        &["code", "meaning"],
    ),
];

#[test]
fn json_has_its_keys_and_a_version() {
    for (arguments, pointer, wanted) in SHAPES {
        let value = json(arguments);
        assert_eq!(value["schema_version"], 1, "{arguments:?}");
        let part = value.pointer(pointer).expect("the pointer leads somewhere");
        let found = keys(part);
        for key in *wanted {
            assert!(
                found.contains(key),
                "{arguments:?} {pointer}: no `{key}` in {found:?}"
            );
        }
    }
}

#[test]
fn params_counts_each_learned_tensor_once() {
    let params = json(&["params", "bert-base"]);
    assert_eq!(params["total"], 109_482_240);
    assert_eq!(params["source"], "claim");
    let withheld = json(&["params", "gpt-4"]);
    assert_eq!(withheld["total"], Value::Null);
}

#[test]
fn memory_adds_up() {
    let memory = json(&["memory", "llama-2-7b", "--context", "100", "--batch", "3"]);
    let number = |key: &str| memory[key].as_u64().expect("a number");
    assert_eq!(number("cache"), number("cache_per_token") * 300);
    assert_eq!(number("total"), number("weights") + number("cache"));
    assert_eq!(memory["policies"][0]["policy"], "full");
}

#[test]
fn lineage_answers_who_carries_llamas_weights() {
    let lineage = json(&["lineage", "llama-7b", "--descendants", "--rel", "weights"]);
    assert_eq!(lineage["model"], "llama-7b");
    let edges = lineage["edges"].as_array().expect("edges");
    assert!(edges.iter().all(|edge| edge["carries"] == "weights"));
    let nodes = lineage["nodes"].as_array().expect("nodes");
    assert!(nodes.iter().any(|node| node["id"] == "alpaca-7b"));
    assert!(nodes.iter().all(|node| node["id"] != "llama-2-7b"));
}

#[test]
fn lineage_names_the_relation_to_each_parent() {
    let name = "deepseek-r1-distill-qwen-32b";
    let lineage = json(&["lineage", name, "--ancestors", "--depth", "1"]);
    let mut parents: Vec<_> = lineage["edges"]
        .as_array()
        .expect("edges")
        .iter()
        .map(|edge| (edge["parent"].as_str(), edge["relation"].as_str()))
        .collect();
    parents.sort_unstable();
    assert_eq!(
        parents,
        [
            (Some("deepseek-r1"), Some("distilled-from")),
            (Some("qwen2.5-32b"), Some("fine-tuned-from")),
        ]
    );
}

#[test]
fn every_edge_below_a_root_is_in_its_tree() {
    let tree = json(&["tree", "bert-base"]);
    let lineage = json(&["lineage", "bert-base", "--descendants"]);
    let mut in_tree = Vec::new();
    let mut opened = 0;
    let mut open = vec![&tree["roots"][0]];
    while let Some(node) = open.pop() {
        opened += usize::from(node["repeated"] == false);
        for child in node["children"].as_array().expect("children") {
            in_tree.push((child["id"].as_str(), node["id"].as_str()));
            open.push(child);
        }
    }
    in_tree.sort_unstable();
    let edges = lineage["edges"].as_array().expect("edges");
    let mut edges: Vec<_> = edges
        .iter()
        .map(|edge| (edge["child"].as_str(), edge["parent"].as_str()))
        .collect();
    edges.sort_unstable();
    // Two relations between the same two models are one line of the tree.
    edges.dedup();
    assert_eq!(in_tree, edges);
    assert_eq!(
        opened,
        lineage["nodes"].as_array().expect("nodes").len() + 1
    );
}

#[test]
fn every_format_is_exported() {
    for (format, beginning) in [
        ("json", "{"),
        ("csv", "id,name,"),
        ("dot", "digraph"),
        ("graphml", "<?xml"),
        ("mermaid", "flowchart"),
        ("newick", ""),
    ] {
        let ran = arbor(&["export", format, "--family", "bert"]);
        assert_eq!(ran.code, 0, "{format}: {}", ran.stderr);
        assert!(
            ran.stdout.starts_with(beginning),
            "{format}: {}",
            ran.stdout
        );
        assert!(
            ran.stdout.contains("bert-base") || ran.stdout.contains("BERT"),
            "{format}"
        );
    }
}
