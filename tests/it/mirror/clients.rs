//! The hub's own clients, unchanged, against the mirror: the crate `hf-hub`
//! always; Python's where `ARBOR_TEST_PYTHON` names an interpreter that has
//! `huggingface_hub` and `transformers`. Without it that is said.

use super::{sample, shared, tiny};
use crate::world::{Ran, World};
use arbor_hub_faults::sha256;
use hf_hub::api::sync::{Api, ApiBuilder};
use hf_hub::{Repo, RepoType};
use serde_json::Value;
use std::process::Command;

const SCRIPT: &str = r#"
import hashlib, json, os, pathlib
import huggingface_hub
from huggingface_hub import HfApi, hf_hub_download, snapshot_download
from huggingface_hub.errors import EntryNotFoundError, RepositoryNotFoundError, RevisionNotFoundError
from transformers import AutoConfig, AutoTokenizer
import transformers

def refused(error, *arguments, **more):
    try:
        hf_hub_download(*arguments, **more)
    except error as raised:
        return type(raised).__name__
    return "nothing"

api = HfApi()
folder = pathlib.Path(snapshot_download("acme/tiny"))
files = {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
         for path in folder.rglob("*") if path.is_file()}
tokenizer = AutoTokenizer.from_pretrained("acme/tiny")
text = "Two trees, one root."
print(json.dumps({
    "versions": [huggingface_hub.__version__, transformers.__version__],
    "commit": folder.name,
    "files": files,
    "blobs": [[file.rfilename, file.lfs.sha256 if file.lfs else file.blob_id]
              for file in api.model_info("acme/tiny", files_metadata=True).siblings],
    "tree": [entry.path for entry in api.list_repo_tree("acme/tiny", recursive=True)],
    "infos": [info.path for info in api.get_paths_info("acme/tiny", ["config.json", "absent"])],
    "listed": sorted(model.id for model in api.list_models(author="acme")),
    "refs": [branch.name for branch in api.list_repo_refs("acme/tiny").branches],
    "model_type": AutoConfig.from_pretrained("acme/tiny").model_type,
    "text": tokenizer.decode(tokenizer(text)["input_ids"]) == text,
    "sample": AutoConfig.from_pretrained("arbor/tiny-t5").model_type,
    "refused": [
        refused(RepositoryNotFoundError, "acme/absent", "config.json"),
        refused(RevisionNotFoundError, "acme/tiny", "config.json", revision="v9"),
        refused(EntryNotFoundError, "acme/tiny", "absent.json"),
    ],
}))
"#;

#[test]
fn python_clients_fetch_from_the_mirror_as_from_the_hub() {
    let Some(python) = std::env::var_os("ARBOR_TEST_PYTHON") else {
        eprintln!("skipped: ARBOR_TEST_PYTHON names no interpreter");
        return;
    };
    let server = shared();
    let home = tempfile::tempdir().expect("a folder");
    let output = Command::new(python)
        .args(["-c", SCRIPT])
        .env("HF_HOME", home.path())
        .env("HF_ENDPOINT", server.url(""))
        .env("HF_HUB_DISABLE_TELEMETRY", "1")
        .env("TRANSFORMERS_VERBOSITY", "error")
        .output()
        .expect("it starts");
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{told}");
    let got: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    eprintln!("huggingface_hub and transformers: {}", got["versions"]);
    assert_eq!(got["commit"], tiny().head());
    let files = got["files"].as_object().expect("files");
    assert_eq!(files.len(), 7);
    for name in ["model.safetensors", "config.json", "tokenizer.json"] {
        assert_eq!(files[name], sha256(&sample("tiny-gpt2", name)), "{name}");
    }
    assert_eq!(files["sub dir/a#b.txt"], sha256(b"hello\n"));
    assert_eq!(got["blobs"][1][1], files["model.safetensors"]);
    assert_eq!(got["tree"].as_array().map(Vec::len), Some(9));
    assert_eq!(got["infos"], serde_json::json!(["config.json"]));
    assert_eq!(got["listed"], serde_json::json!(["acme/tiny"]));
    assert_eq!(got["refs"], serde_json::json!(["main"]));
    assert_eq!(
        (&got["model_type"], &got["sample"]),
        (&"gpt2".into(), &"t5".into())
    );
    assert_eq!(got["text"], true);
    let refused = [
        "RepositoryNotFoundError",
        "RevisionNotFoundError",
        "EntryNotFoundError",
    ];
    let names: Vec<_> = got["refused"]
        .as_array()
        .expect("names")
        .iter()
        .map(|name| name.as_str().unwrap_or_default().replace("Remote", ""))
        .collect();
    assert_eq!(names, refused);
}

fn hf_hub(home: &std::path::Path, endpoint: String) -> Api {
    let builder = ApiBuilder::new()
        .with_cache_dir(home.to_owned())
        .with_endpoint(endpoint)
        .with_token(None)
        .with_progress(false);
    builder.build().expect("a client")
}

#[test]
fn the_hubs_crate_fetches_from_the_mirror_as_from_the_hub() {
    let server = shared();
    let home = tempfile::tempdir().expect("a folder");
    let endpoint = server.url("").trim_end_matches('/').to_owned();
    let api = hf_hub(home.path(), endpoint);
    let repo = api.model("acme/tiny".to_owned());
    let info = repo.info().expect("information");
    assert_eq!(info.sha, tiny().head());
    assert_eq!(info.siblings.len(), 7);
    // That crate sends a name with a space as it stands, which is no address.
    let plain = |name: &&str| !name.contains(' ');
    let names = info.siblings.iter().map(|file| file.rfilename.as_str());
    let names: Vec<_> = names.filter(plain).collect();
    assert_eq!(names.len(), 5);
    for name in names {
        let path = repo.get(name).expect(name);
        let held = std::fs::read(path).expect("a file");
        assert_eq!(held, sample("tiny-gpt2", name), "{name}");
    }
    // By commit too, from what is cached; and what is not there is no file.
    let commit = Repo::with_revision("acme/tiny".to_owned(), RepoType::Model, info.sha);
    let found = api.repo(commit).get("config.json").expect("a file");
    assert_eq!(
        sha256(&std::fs::read(found).expect("read")),
        sha256(&sample("tiny-gpt2", "config.json"))
    );
    assert!(repo.get("absent.json").is_err());
    assert!(api.model("acme/absent".to_owned()).info().is_err());

    // What that crate has put into a cache is right, and is used from there.
    let world = World::new();
    let mut command = world.command();
    command.env("HF_HUB_CACHE", home.path());
    command.args(["verify", "acme/tiny"]);
    let verified = Ran::of(command.output().expect("it starts"));
    assert_eq!(verified.code, 0, "{}", verified.transcript());
}
