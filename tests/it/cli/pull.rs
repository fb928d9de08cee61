//! Pulling, verifying, measuring and removing, against a hub that misbehaves
//! on request.

use super::hubbed::Here;
use crate::world::Ran;
use arbor_hub_faults::{Access, Fault, FaultyHub, On, Repo, sha256};
use std::process::{Command, Stdio};

const WEIGHTS: &[u8] = &[7; 300_000];

fn repo() -> Repo {
    Repo::new("acme/tiny")
        .large("model.safetensors", WEIGHTS)
        .small("config.json", b"{}")
        .small("README.md", b"# tiny")
}

#[test]
fn a_model_is_pulled_verified_measured_and_removed() {
    let here = Here::of(repo());
    let plan = here.json(&["pull", "acme/tiny", "--dry-run"]);
    assert_eq!(
        (&plan["bytes"], &plan["missing"]),
        (&300_002.into(), &300_002.into())
    );
    assert_eq!(
        (&plan["left_out"], &plan["fits_disk"]),
        (&1.into(), &true.into())
    );
    assert!(!here.world.path("hf").exists());

    let pulled = here.json(&["pull", "acme/tiny"]);
    let folder = pulled["folder"].as_str().expect("a folder");
    let read = std::fs::read(format!("{folder}/model.safetensors"));
    assert!(read.expect("a file") == WEIGHTS);
    assert_eq!(pulled["files"][1]["digest"], sha256(WEIGHTS));
    assert_eq!(
        (&pulled["fetched"], &pulled["commit"]),
        (&2.into(), &repo().head().into())
    );
    assert_eq!(here.json(&["pull", "acme/tiny"])["fetched"], 0);

    // Without a network, and against the receipt.
    here.hub.forget();
    let verified = here.json(&["verify", "acme/tiny"]);
    assert_eq!(
        (&verified["right"], &verified["receipt"]),
        (&true.into(), &true.into())
    );
    let used = here.json(&["du"]);
    assert_eq!(used["repositories"][0]["repo"], "acme/tiny");
    assert_eq!(used["repositories"][0]["bytes"], 300_002);
    assert!(here.hub.requests().is_empty());

    std::fs::remove_file(format!("{folder}/config.json")).expect("removed");
    let ran = here.run(&["verify", "acme/tiny"]);
    assert_eq!(ran.code, 6, "{}", ran.transcript());
    assert!(
        ran.stdout.contains("missing\tconfig.json"),
        "{}",
        ran.stdout
    );

    assert!(here.json(&["rm", "acme/tiny"])["bytes"].as_u64() >= Some(300_002));
    assert_eq!(here.run(&["rm", "acme/tiny"]).code, 3);
    assert_eq!(here.run(&["verify", "acme/tiny"]).code, 3);
}

#[test]
fn patterns_choose_files() {
    let here = Here::of(repo());
    let taken = |arguments: &[&str]| {
        let plan = here.json(&[&["pull", "acme/tiny", "--dry-run"], arguments].concat());
        let files = plan["files"].as_array().expect("files").iter();
        let paths = files.map(|file| file["path"].as_str().expect("a path").to_owned());
        paths.collect::<Vec<_>>()
    };
    assert_eq!(taken(&["--include", "*.md"]), ["README.md"]);
    assert_eq!(taken(&["--exclude", "*.safetensors"]), ["config.json"]);
    assert_eq!(taken(&["--all"]).len(), 3);
}

/// Every failure has its code, and says what to do.
#[test]
fn failures_have_their_codes() {
    let page = Fault::Answer(200, vec![], "<html>".to_owned());
    let cases: Vec<(&str, Access, Option<Fault>, i32, &str)> = vec![
        ("acme/tiny", Access::Gated, None, 4, "accept its terms at"),
        ("acme/absent", Access::Open, None, 3, "check the spelling"),
        ("acme/tiny@v9", Access::Open, None, 3, "no revision `v9`"),
        ("acme/../x", Access::Open, None, 2, "is not understood"),
        (
            "acme/tiny",
            Access::Open,
            Some(Fault::Flip(3)),
            6,
            "is damaged",
        ),
        ("acme/tiny", Access::Open, Some(page), 6, "bytes at"),
    ];
    for (model, access, fault, code, says) in cases {
        // Without small files, which the hub sends itself.
        let here = Here::of(
            Repo::new("acme/tiny")
                .large("model.safetensors", WEIGHTS)
                .access(access),
        );
        if let Some(fault) = fault {
            here.hub.always(On::Content, fault);
        }
        let ran = here.run(&["pull", model]);
        assert_eq!(ran.code, code, "{model}: {}", ran.transcript());
        assert!(
            ran.stderr.contains(says),
            "{says:?} is not in: {}",
            ran.stderr
        );
        assert_eq!(ran.stdout, "", "{model}");
    }
    let here = Here::of(repo());
    let mut offline = here.command();
    let ran = offline
        .env("HF_HUB_OFFLINE", "1")
        .args(["pull", "acme/tiny"]);
    let ran = Ran::of(ran.output().expect("it starts"));
    assert_eq!(ran.code, 5, "{}", ran.transcript());
    assert!(here.hub.requests().is_empty());
}

/// An interrupt leaves a part, and the next run goes on from it.
#[cfg(unix)]
#[test]
fn an_interrupt_leaves_what_was_fetched() {
    let content: Vec<u8> = (0..8_u32 << 20)
        .map(|n| n.wrapping_mul(2_654_435_761).to_be_bytes()[0])
        .collect();
    let here = Here::of(Repo::new("acme/tiny").large("model.safetensors", &content));
    here.hub.always(On::Content, Fault::Slow(4 << 20));
    let mut command = here.command();
    command
        .args(["pull", "acme/tiny"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let child = command.spawn().expect("it starts");
    while here.hub.content_sent() < 3 << 20 {
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    let interrupt = Command::new("kill")
        .args(["-INT", &child.id().to_string()])
        .status();
    assert!(interrupt.expect("it runs").success());
    let ran = Ran::of(child.wait_with_output().expect("it ends"));
    assert_eq!(ran.code, 130, "{}", ran.transcript());
    assert!(ran.stderr.contains("pull: 10 % ("), "{}", ran.stderr);
    assert!(
        ran.stderr.contains("what was fetched is kept"),
        "{}",
        ran.stderr
    );

    here.hub.heal();
    let ran = here.run(&["pull", "acme/tiny"]);
    assert_eq!(ran.code, 0, "{}", ran.transcript());
    assert!(
        ran.stderr.contains("model.safetensors: resumed at "),
        "{}",
        ran.stderr
    );
    assert!(
        ran.stderr.contains("pull: 100 % (8 MiB of 8 MiB"),
        "{}",
        ran.stderr
    );
    let folder = ran.stdout.trim();
    assert!(std::fs::read(format!("{folder}/model.safetensors")).expect("a file") == content);
}

#[test]
fn a_mirror_is_asked_first() {
    let here = Here::of(repo());
    let mirror = FaultyHub::start(vec![repo()]).direct();
    let pulled = here.json(&["pull", "acme/tiny", "--mirror", &mirror.url()]);
    assert_eq!(pulled["endpoint"], mirror.url());
    assert!(here.hub.requests().is_empty());
}
