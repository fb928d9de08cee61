//! The hub's JSON: what a repository is, what it holds, what there is.

use super::{client, sample, shared, tiny};
use crate::http::client::Client;
use crate::world::Server;
use arbor_hub_faults::{git_blob, sha256};
use serde_json::{Value, json};

const TREE: &str = "/api/models/acme/tiny/tree/main?recursive=true&expand=false";

fn paths(entries: &Value) -> Vec<&str> {
    let entries = entries.as_array().expect("entries").iter();
    entries
        .map(|entry| entry["path"].as_str().expect("a path"))
        .collect()
}

#[test]
fn a_repository_is_told_of_as_the_hub_does() {
    let _server = shared();
    let head = tiny().head().to_owned();
    for path in ["", "/revision/main", &format!("/revision/{head}")] {
        let info = client().json(&format!("/api/models/acme/tiny{path}"));
        assert_eq!(
            (&info["id"], &info["sha"]),
            (&json!("acme/tiny"), &json!(head))
        );
        assert_eq!(info["author"], "acme");
        assert_eq!(info["private"], false);
        assert_eq!(info["config"]["model_type"], "gpt2");
        // By transformers' own count.
        let counts = json!({ "parameters": { "F32": 11_776 }, "total": 11_776 });
        assert_eq!(info["safetensors"], counts);
        let siblings = info["siblings"].as_array().expect("siblings");
        assert_eq!(siblings.len(), 7);
        assert_eq!(siblings[0], json!({ "rfilename": "config.json" }));
        assert!(
            info["lastModified"]
                .as_str()
                .is_some_and(|moment| moment.ends_with(".000Z"))
        );
    }
    let info = client().json("/api/models/acme/tiny?blobs=true");
    let weights = sample("tiny-gpt2", "model.safetensors");
    let pointer = format!(
        "version https://git-lfs.github.com/spec/v1\noid sha256:{}\nsize {}\n",
        sha256(&weights),
        weights.len()
    );
    let large = json!({
        "rfilename": "model.safetensors", "size": weights.len(),
        "blobId": git_blob(pointer.as_bytes()),
        "lfs": { "sha256": sha256(&weights), "size": weights.len(), "pointerSize": pointer.len() },
    });
    assert_eq!(info["siblings"][1], large);
    let some = client().json("/api/models/acme/tiny?expand[]=sha&expand[]=baseModels");
    let keys: Vec<_> = some.as_object().expect("an object").keys().collect();
    assert_eq!(keys, ["_id", "id", "sha"]);
}

#[test]
fn a_tree_is_listed_whole_by_folder_and_in_pages() {
    let _server = shared();
    let whole = client().json(TREE);
    let all = [
        "config.json",
        "model.safetensors",
        "reference.safetensors",
        "sub dir",
        "sub dir/a#b.txt",
        "sub dir/deep",
        "sub dir/deep/x.txt",
        "tokenizer.json",
        "tokenizer_config.json",
    ];
    assert_eq!(paths(&whole), all);
    assert_eq!(
        (&whole[0]["type"], &whole[3]["type"]),
        (&json!("file"), &json!("directory"))
    );
    let flat = client().json("/api/models/acme/tiny/tree/main");
    assert_eq!(paths(&flat).len(), 6);
    let folder = client().json("/api/models/acme/tiny/tree/main/sub%20dir");
    assert_eq!(paths(&folder), ["sub dir/a#b.txt", "sub dir/deep"]);

    let (mut seen, mut path) = (Vec::new(), format!("{TREE}&limit=4"));
    for _ in 0..3 {
        let got = client().get(&path);
        let page = got.json();
        seen.extend(paths(&page).into_iter().map(str::to_owned));
        let link = got.header("link");
        if link.is_empty() {
            break;
        }
        let next = link.strip_prefix('<').and_then(|rest| rest.split_once('>'));
        let (next, rel) = next.expect("a link");
        assert_eq!(rel, "; rel=\"next\"");
        let address = format!("http://{}", client().address());
        path = next
            .strip_prefix(&address)
            .expect("the same server")
            .to_owned();
    }
    assert_eq!(seen, all);
}

#[test]
fn branches_and_repositories_are_listed() {
    let _server = shared();
    let refs = client().json("/api/models/acme/tiny/refs");
    let main = json!({ "name": "main", "ref": "refs/heads/main", "targetCommit": tiny().head() });
    assert_eq!(refs["branches"], json!([main]));
    let ids = |query: &str| {
        let list = client().json(&format!("/api/models{query}"));
        let list = list.as_array().expect("a list").clone();
        let ids = list
            .iter()
            .map(|entry| entry["id"].as_str().expect("an id").to_owned());
        ids.collect::<Vec<_>>()
    };
    assert_eq!(ids("?author=acme"), ["acme/tiny"]);
    assert_eq!(ids("?search=GPT"), ["arbor/tiny-gpt2"]);
    assert_eq!(ids("").len(), 6);
    assert_eq!(ids("?limit=2"), ["acme/tiny", "arbor/tiny-bert"]);
    let link = client()
        .get("/api/models?limit=2")
        .header("link")
        .to_owned();
    assert!(link.contains("cursor=arbor%2Ftiny-bert"), "{link}");
    assert_eq!(
        ids("?limit=1&cursor=arbor%2Ftiny-bert"),
        ["arbor/tiny-gpt2"]
    );
}

#[test]
fn paths_are_told_of_to_python_and_to_rust() {
    let asked = [
        (
            "application/x-www-form-urlencoded",
            "paths=config.json&paths=sub+dir&paths=absent",
        ),
        (
            "application/json",
            r#"{"paths":["config.json","sub dir","absent"],"expand":false}"#,
        ),
    ];
    let server = shared();
    for (kind, body) in asked {
        let url = server.url("/api/models/acme/tiny/paths-info/main");
        let mut answer = ureq::post(&url)
            .header("Content-Type", kind)
            .send(body)
            .expect("sent");
        let answer = answer.body_mut().read_to_string().expect("a text");
        let answer: Value = serde_json::from_str(&answer).expect("JSON");
        assert_eq!(paths(&answer), ["config.json", "sub dir"], "{kind}");
    }
}

#[test]
fn without_the_flag_nothing_is_handed_out() {
    let client = Client::of(Server::shared());
    for path in [
        "/api/models/arbor/tiny-gpt2",
        "/arbor/tiny-gpt2/resolve/main/config.json",
    ] {
        assert_eq!(client.get(path).status, 404, "{path}");
    }
}
