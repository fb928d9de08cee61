//! Models in bulk: from a file, from a hub that misbehaves on request, and
//! what is seen of them afterwards.

use super::hubbed::Here;
use crate::world::Ran;
use arbor_hub_faults::{Fault, FaultyHub, On};
use serde_json::{Value, json};
use std::process::Command;

/// Beside a hub of a long list.
fn listed() -> Here {
    Here::new(FaultyHub::start(Vec::new()).page(3))
}

/// Requests for pages of the list so far; they are then forgotten.
fn pages(here: &Here) -> usize {
    let asked = here.hub.requests();
    let pages = asked
        .iter()
        .filter(|request| request.path.starts_with("/api/models?"));
    let pages = pages.count();
    here.hub.forget();
    pages
}

/// A record that changed on the day of that number.
fn record(id: &str, day: u32, tags: &[&str]) -> Value {
    json!({
        "id": id, "lastModified": format!("2024-01-{day:02}T00:00:00.000Z"), "likes": day,
        "tags": tags, "downloadsAllTime": 10 * day, "safetensors": {"total": 7_000},
    })
}

fn repaired(report: &Value, kind: &str) -> u64 {
    let repairs = report["repairs"].as_array().expect("repairs").iter();
    let mut counts = repairs.filter(|repair| repair["kind"] == kind);
    counts.next().expect("a kind")["count"]
        .as_u64()
        .expect("a count")
}

#[test]
fn a_file_is_imported_once() {
    let here = listed();
    let file = here.world.path("models.parquet");
    arbor_import::sample::write(&file, 6_000).expect("written");
    let file = file.to_str().expect("a path");
    let first = here.json(&["import", "parquet", file]);
    let count = |report: &Value, key: &str| report[key].as_u64().expect("a count");
    assert_eq!(count(&first, "records"), 6_000);
    assert_eq!(
        (count(&first, "added"), count(&first, "models")),
        (6_000, 6_000)
    );
    assert_eq!(first["edges_changed"], true);
    assert!(count(&first, "edges") > 2_000);
    for kind in ["ghost", "self-parent", "cycle", "renamed"] {
        assert!(repaired(&first, kind) > 0, "{kind}");
    }
    for kind in ["record", "value", "malformed"] {
        assert_eq!(repaired(&first, kind), 0, "{kind}");
    }

    let again = here.json(&["import", "parquet", file]);
    assert_eq!((count(&again, "added"), count(&again, "updated")), (0, 0));
    assert_eq!(count(&again, "unchanged"), 6_000);
    assert_eq!(again["edges_changed"], false);
    assert_eq!(again["repairs"], first["repairs"]);

    // The curated catalogue is as it was.
    let doctor = here.json(&["doctor"]);
    let checks = doctor["checks"].as_array().expect("checks").iter();
    let details: Vec<_> = checks
        .filter_map(|check| check["detail"].as_str())
        .collect();
    let details = details.join("\n");
    assert!(details.contains("imported: 6000 models"), "{details}");
    assert!(
        details.contains("the database holds the compiled-in catalogue"),
        "{details}"
    );
    let listed = here.json(&["list", "--limit", "1"]);
    let curated = crate::cli::json(&["list", "--limit", "1"]);
    assert_eq!(listed["matched"], curated["matched"]);

    let page = here.json(&["list", "--imported", "--limit", "2"]);
    assert_eq!(page["models"].as_array().expect("models").len(), 2);
    let after = page["after"].as_str().expect("more");
    let next = here.run(&["list", "--imported", "--limit", "1", "--after", after, "-q"]);
    assert!(next.stdout.trim() > after, "{}", next.stdout);
}

#[test]
fn what_is_no_such_file_is_refused() {
    let here = listed();
    std::fs::write(here.world.path("x.parquet"), [b'x'; 999]).expect("written");
    for (file, says) in [
        ("absent.parquet", "cannot be opened"),
        ("x.parquet", "cannot be read as Parquet"),
    ] {
        let ran = here.run(&["import", "parquet", file]);
        assert_eq!(ran.code, 2, "{}", ran.transcript());
        assert!(
            ran.stderr.contains(file) && ran.stderr.contains(says),
            "{}",
            ran.stderr
        );
    }
    let ran = here.run(&["import", "hub"]);
    assert_eq!(ran.code, 2, "{}", ran.transcript());
    for wrong in [["--author", "a/b"], ["--base", "../x"], ["--search", " "]] {
        let ran = here.run(&[&["import", "hub"], &wrong[..]].concat());
        assert_eq!(ran.code, 2, "{}", ran.transcript());
    }
    assert_eq!(pages(&here), 0);
}

#[test]
fn the_hubs_list_is_imported_and_then_only_what_changed() {
    let here = listed();
    let mut records: Vec<Value> = (1..=8)
        .map(|day| record(&format!("acme/m{day}"), day, &[]))
        .collect();
    records.push(record("other/m9", 9, &[]));
    here.hub.list(records.clone());
    let limited = vec![("ratelimit", "\"api\";r=0;t=0".to_owned())];
    let limited = Fault::Answer(429, limited, "slow down".to_owned());
    here.hub.times(1, On::List, limited);
    let first = here.json(&["import", "hub", "--author", "acme"]);
    assert_eq!((&first["records"], &first["added"]), (&8.into(), &8.into()));
    assert_eq!(pages(&here), 4);

    // One page has all that is new, and the last change once more.
    records[0] = record("acme/m1", 20, &[]);
    here.hub.list(records);
    here.hub.times(1, On::List, Fault::Cut(10));
    let again = here.json(&["import", "hub", "--author", "acme"]);
    assert_eq!((&again["added"], &again["updated"]), (&0.into(), &1.into()));
    assert_eq!(again["records"], 2);
    assert_eq!(pages(&here), 2);
    assert_eq!(here.json(&["show", "acme/m1"])["likes"], 20);

    let words = here.json(&["import", "hub", "--search", "m9"]);
    assert_eq!(
        (&words["records"], &words["models"]),
        (&1.into(), &9.into())
    );
}

#[test]
fn an_import_goes_on_where_it_was() {
    let here = listed();
    let records: Vec<Value> = (1..=9)
        .map(|day| record(&format!("acme/m{day}"), day, &[]))
        .collect();
    here.hub.list(records);
    here.hub
        .always(On::List, Fault::Answer(403, vec![], "no".to_owned()));
    let ran = here.run(&["import", "hub", "--author", "acme"]);
    assert_eq!(ran.code, 5, "{}", ran.transcript());
    here.hub.heal();

    // A list of which only the first page comes: its `Link` leads elsewhere.
    let link = "<http://127.0.0.1:1/api/models?cursor=3>; rel=\"next\"".to_owned();
    here.hub.times(9, On::List, Fault::Header("link", link));
    let ran = here.run(&["import", "hub", "--author", "acme"]);
    assert_eq!(ran.code, 5, "{}", ran.transcript());
    assert!(
        ran.stderr.contains("leads to another server"),
        "{}",
        ran.stderr
    );
    assert!(here.hub.requests().iter().all(|request| !request.proxied));
    here.hub.heal();
    here.hub.forget();

    // Interrupted between two pages.
    let mut command = here.command();
    here.hub
        .always(On::List, Fault::Late(std::time::Duration::from_millis(300)));
    command.args(["import", "hub", "--author", "acme"]);
    command
        .stdout(std::process::Stdio::null())
        .stderr(std::process::Stdio::piped());
    let child = command.spawn().expect("it starts");
    while here.hub.requests().len() < 2 {
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    let interrupt = Command::new("kill")
        .args(["-INT", &child.id().to_string()])
        .status();
    assert!(interrupt.expect("it runs").success());
    let ran = Ran::of(child.wait_with_output().expect("it ends"));
    assert_eq!(ran.code, 130, "{}", ran.transcript());
    assert!(
        ran.stderr.contains("what was read is kept"),
        "{}",
        ran.stderr
    );
    here.hub.heal();
    here.hub.forget();
    let rest = here.json(&["import", "hub", "--author", "acme"]);
    assert_eq!((&rest["records"], &rest["models"]), (&6.into(), &9.into()));
    assert_eq!(pages(&here), 2);
}

#[test]
fn records_that_are_none_cost_only_themselves() {
    let here = listed();
    here.hub
        .always(On::List, Fault::Answer(200, vec![], "<html>".to_owned()));
    let ran = here.run(&["import", "hub", "--search", "x"]);
    assert_eq!(ran.code, 5, "{}", ran.transcript());
    assert!(ran.stderr.contains("its JSON"), "{}", ran.stderr);
    here.hub.heal();
    // Records that are none, among one that is.
    here.hub.list(vec![
        json!({"id": "a/x", "lastModified": "2098-01-01T00:00:00Z", "likes": "many"}),
        json!({"id": "../x"}),
        json!(7),
    ]);
    let report = here.json(&["import", "hub", "--search", "x"]);
    assert_eq!(
        (&report["records"], &report["models"]),
        (&2.into(), &1.into())
    );
    assert_eq!(
        (repaired(&report, "record"), repaired(&report, "value")),
        (1, 1)
    );
    // What claims to be of the future hides nothing that follows.
    here.hub.list(vec![record("a/x1", 3, &[])]);
    assert_eq!(here.json(&["import", "hub", "--search", "x"])["added"], 1);
}

#[test]
fn a_cursor_that_is_too_old_begins_anew() {
    let here = listed();
    let records = (1..=9).map(|day| record(&format!("acme/m{day}"), day, &[]));
    here.hub.list(records.collect());
    let link = format!("<{}/api/nothing>; rel=\"next\"", here.hub.url());
    here.hub.times(1, On::List, Fault::Header("link", link));
    let report = here.json(&["import", "hub", "--author", "acme"]);
    assert_eq!(
        (&report["records"], &report["models"]),
        (&12.into(), &9.into())
    );
    assert_eq!(pages(&here), 4);
}

#[test]
fn imported_models_hang_beneath_the_catalogues() {
    let here = listed();
    let base = "base_model:finetune:Meta-Llama/llama-2-7b-hf";
    here.hub.list(vec![
        record("acme/tuned", 2, &[base, "license:mit"]),
        record("acme/tuned-gguf", 3, &["base_model:quantized:acme/tuned"]),
        record(
            "acme/ghost",
            4,
            &["base_model:adapter:gone/away", "base_model:merge:/tmp/x"],
        ),
    ]);
    let report = here.json(&["import", "hub", "--search", "acme"]);
    assert_eq!(report["edges"], 2);
    assert_eq!(
        (repaired(&report, "ghost"), repaired(&report, "malformed")),
        (1, 1)
    );

    let shown = here.json(&["show", "ACME/tuned"]);
    assert_eq!(
        (&shown["id"], &shown["imported"]),
        (&"acme/tuned".into(), &true.into())
    );
    assert_eq!(shown["declared"][0]["catalogue"], "llama-2-7b");
    assert_eq!(
        (&shown["licence"], &shown["parameters"]),
        (&"mit".into(), &7_000.into())
    );
    let ran = here.run(&["show", "acme/ghost", "--mode", "human"]);
    assert!(ran.stdout.starts_with("acme/ghost\n"), "{}", ran.stdout);
    assert!(ran.stdout.contains("unchecked"), "{}", ran.stdout);
    assert!(
        ran.stdout
            .contains("adapter-of gone/away, which is not in the lineage"),
        "{}",
        ran.stdout
    );

    let up = here.json(&["lineage", "acme/tuned-gguf", "--ancestors"]);
    let nodes: Vec<_> = up["nodes"]
        .as_array()
        .expect("nodes")
        .iter()
        .take(2)
        .collect();
    assert_eq!(
        (&nodes[0]["id"], &nodes[0]["curated"]),
        (&"acme/tuned".into(), &false.into())
    );
    assert_eq!(
        (&nodes[1]["id"], &nodes[1]["curated"]),
        (&"llama-2-7b".into(), &true.into())
    );
    // From there on the catalogue leads, as it does alone.
    let alone = crate::cli::json(&["lineage", "llama-2-7b", "--ancestors"]);
    assert_eq!(
        up["total"].as_u64(),
        alone["total"].as_u64().map(|total| total + 2)
    );

    let down = here.run(&["lineage", "llama-2-7b", "--imported", "--descendants", "-q"]);
    assert_eq!(down.stdout, "acme/tuned\nacme/tuned-gguf\n");
    let none = here.run(&["lineage", "acme/absent"]);
    assert_eq!(none.code, 3, "{}", none.transcript());
    let curated = here.run(&["lineage", "llama-2-7b", "--descendants", "-q"]);
    assert!(!curated.stdout.contains("acme/"));
}
