//! What the hub says about a repository: refusals, each with what to do next,
//! and answers that are wrong.

use crate::world::{World, assert_right, kind, noise};
use arbor_hub_faults::{Access, Fault, On, Repo};

fn repo() -> Repo {
    Repo::new("acme/tiny").large("model.safetensors", b"weights")
}

/// Each refusal has a name and tells the next step.
#[tokio::test]
async fn refusals_say_what_to_do() {
    let cases = [
        (
            Access::Gated,
            "",
            "acme/tiny",
            "Gated",
            "accept its terms at",
        ),
        (Access::Gated, "", "acme/tiny", "Gated", "set HF_TOKEN"),
        (
            Access::Gated,
            "hf_stranger",
            "acme/tiny",
            "Gated",
            "no access yet",
        ),
        (
            Access::Private,
            "",
            "acme/tiny",
            "RepoMissing",
            "set HF_TOKEN",
        ),
        (
            Access::Open,
            "",
            "acme/absent",
            "RepoMissing",
            "check the spelling",
        ),
        (
            Access::Open,
            "hf_good",
            "acme/absent",
            "RepoMissing",
            "token's rights",
        ),
        (
            Access::Open,
            "",
            "absent",
            "RepoMissing",
            "check the spelling",
        ),
        (
            Access::Disabled,
            "",
            "acme/tiny",
            "Disabled",
            "disabled by the hub",
        ),
        (
            Access::Open,
            "hf_bad",
            "acme/tiny",
            "BadToken",
            "make a new one",
        ),
        (Access::Open, "", "acme/tiny@v9", "RevisionMissing", "`v9`"),
    ];
    for (access, token, target, expected, advice) in cases {
        let world = World::new(repo().access(access)).token(token);
        let error = world.pull(target).await.expect_err(target);
        assert_eq!(
            kind(&error),
            expected,
            "{target} {access:?} {token}: {error}"
        );
        assert!(
            error.to_string().contains(advice),
            "{advice:?} is not in: {error}"
        );
        world.assert_clean(target);
        world.assert_unseen(target);
        // A refusal is no reason to ask again.
        let asked = world.hub.requests().len();
        assert!(asked <= 4, "{target}: {asked} requests");
    }
}

#[tokio::test]
async fn whoever_has_access_gets_it() {
    for access in [Access::Gated, Access::Private] {
        let world = World::new(repo().access(access)).token("hf_good");
        let pulled = world.pull("acme/tiny").await.expect("access");
        assert_right("access", &pulled, &[("model.safetensors", b"weights")]);
    }
}

/// Answers of the API that are wrong: never a file, never a panic.
#[tokio::test]
async fn wrong_descriptions_are_refused() {
    let json = |text: &str| {
        Fault::Answer(
            200,
            vec![("content-type", "application/json".to_owned())],
            text.to_owned(),
        )
    };
    let commit = repo().head().to_owned();
    let blob = "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391";
    let entry = |path: &str, oid: &str, size: &str| {
        json(&format!(
            r#"[{{"type":"file","path":{path},"oid":"{oid}","size":{size}}}]"#
        ))
    };
    let cases = vec![
        ("a page", On::Info, json("<html>"), "Malformed"),
        ("no commit", On::Info, json("{}"), "Malformed"),
        (
            "a commit that climbs",
            On::Info,
            json(r#"{"sha":"../../../../evil"}"#),
            "Malformed",
        ),
        (
            "a short commit",
            On::Info,
            json(r#"{"sha":"abc"}"#),
            "Malformed",
        ),
        (
            "an id that climbs",
            On::Info,
            json(&format!(r#"{{"sha":"{commit}","id":"../../x"}}"#)),
            "Malformed",
        ),
        (
            "disabled",
            On::Info,
            json(&format!(r#"{{"sha":"{commit}","disabled":true}}"#)),
            "Disabled",
        ),
        ("an array", On::Info, json("[]"), "Malformed"),
        ("deep", On::Info, json(&"[".repeat(100_000)), "Malformed"),
        ("no HTTP", On::Info, Fault::Garbage, "Network"),
        ("mute", On::Info, Fault::Mute, "Stalled"),
        ("cut", On::Tree, Fault::Cut(20), "Network"),
        ("a page", On::Tree, json("<html>"), "Malformed"),
        ("an object", On::Tree, json("{}"), "Malformed"),
        ("nothing", On::Tree, json("[]"), "NothingSelected"),
        (
            "a digest that climbs",
            On::Tree,
            entry("\"a\"", "../../evil", "1"),
            "Malformed",
        ),
        (
            "a sha256 in git",
            On::Tree,
            entry("\"a\"", &"a".repeat(64), "1"),
            "Malformed",
        ),
        (
            "a negative size",
            On::Tree,
            entry("\"a\"", blob, "-1"),
            "Malformed",
        ),
        (
            "a size beyond any file",
            On::Tree,
            entry("\"a\"", blob, "18446744073709551615"),
            "Malformed",
        ),
        (
            "more than the disk",
            On::Tree,
            entry("\"a\"", blob, "35184372088832"),
            "NoSpace",
        ),
        (
            "a link to itself",
            On::Tree,
            Fault::Header(
                "link",
                format!(
                    "</api/models/acme/tiny/tree/{commit}?recursive=true&expand=false>; rel=\"next\""
                ),
            ),
            "Malformed",
        ),
        (
            "a link elsewhere",
            On::Tree,
            Fault::Header("link", "<http://127.0.0.1:1/x>; rel=\"next\"".to_owned()),
            "Malformed",
        ),
        (
            "an error",
            On::Tree,
            Fault::Answer(500, vec![], String::new()),
            "Status",
        ),
    ];
    for (name, on, fault, expected) in cases {
        let mut world = World::new(repo());
        if name == "mute" {
            world.settings.limits.stall = std::time::Duration::from_millis(300);
        }
        world.hub.always(on, fault);
        let error = world.pull("acme/tiny").await.expect_err(name);
        assert_eq!(kind(&error), expected, "{name} on {on:?}: {error}");
        assert!(error.to_string().len() < 700, "{name}: {error}");
        world.assert_clean(name);
        world.assert_unseen(name);
        world.hub.heal();
        world.pull("acme/tiny").await.expect(name);
    }
}

/// Headers of the file's own route. The names in the cache come from digests
/// that were parsed, so that a hostile header can only fail.
#[tokio::test]
async fn wrong_headers_do_no_harm() {
    let evil = "\"../../../../../../evil\"".to_owned();
    let other = "1".repeat(40);
    let cases = vec![
        ("no etag", Fault::NoHeader("etag"), None),
        ("no linked etag", Fault::NoHeader("x-linked-etag"), None),
        ("no commit", Fault::NoHeader("x-repo-commit"), None),
        (
            "an etag that climbs",
            Fault::Header("etag", evil.clone()),
            None,
        ),
        (
            "an absolute etag",
            Fault::Header("etag", "\"/tmp/evil\"".to_owned()),
            None,
        ),
        (
            "a linked etag that climbs",
            Fault::Header("x-linked-etag", evil),
            None,
        ),
        (
            "another etag",
            Fault::Header("etag", format!("\"{}\"", "a".repeat(64))),
            None,
        ),
        (
            "a weak etag",
            Fault::Header("etag", "W/\"x\"".to_owned()),
            None,
        ),
        (
            "another size",
            Fault::Header("x-linked-size", "1".to_owned()),
            None,
        ),
        (
            "another commit",
            Fault::Header("x-repo-commit", other),
            Some("WrongCommit"),
        ),
        (
            "a commit that climbs",
            Fault::Header("x-repo-commit", "../../../../../evil".to_owned()),
            Some("WrongCommit"),
        ),
        (
            "no file",
            Fault::Answer(
                404,
                vec![("x-error-code", "EntryNotFound".to_owned())],
                String::new(),
            ),
            Some("FileMissing"),
        ),
        (
            "gated",
            Fault::Answer(
                403,
                vec![("x-error-code", "GatedRepo".to_owned())],
                String::new(),
            ),
            Some("Gated"),
        ),
    ];
    let content = noise(200_000, 30);
    for direct in [false, true] {
        for (name, fault, expected) in &cases {
            let repo = Repo::new("acme/tiny")
                .large("model.safetensors", &content)
                .small("config.json", b"{}");
            let hub = arbor_hub_faults::FaultyHub::start(vec![repo]);
            let world = World::with(if direct { hub.direct() } else { hub });
            world.hub.always(On::Resolve, fault.clone());
            match (world.pull("acme/tiny").await, expected) {
                (Ok(pulled), None) => {
                    assert_right(
                        name,
                        &pulled,
                        &[("model.safetensors", &content), ("config.json", b"{}")],
                    );
                }
                (Err(error), Some(expected)) => {
                    assert_eq!(kind(&error), *expected, "{name}: {error}");
                    world.assert_unseen(name);
                }
                (other, _) => panic!("{name}: {other:?}"),
            }
            world.assert_clean(name);
        }
    }
}

/// A branch that moves while files come: all are of the commit that it named
/// at the start.
#[tokio::test]
async fn a_branch_that_moves_changes_nothing() {
    let old = noise(150_000, 31);
    let repo = Repo::new("acme/tiny")
        .large("model.safetensors", &old)
        .small("config.json", b"old");
    let first = repo.head().to_owned();
    let repo = repo
        .commit()
        .large("model.safetensors", b"new")
        .small("config.json", b"new");
    let second = repo.head().to_owned();
    for on in [On::Tree, On::Resolve, On::Content] {
        let world = World::new(repo.clone().rewind());
        // Once it has said what `main` is.
        world.hub.times(1, on, Fault::Move);
        let pulled = world.pull("acme/tiny").await.expect("pulled");
        assert_eq!(pulled.receipt.commit.to_string(), first);
        assert_right(
            "moved",
            &pulled,
            &[("model.safetensors", &old), ("config.json", b"old")],
        );
        let reference = world.root().join("models--acme--tiny/refs/main");
        assert_eq!(
            std::fs::read_to_string(reference).expect("a reference"),
            first
        );

        let pulled = world.pull("acme/tiny").await.expect("pulled");
        assert_eq!(pulled.receipt.commit.to_string(), second);
        assert_right(
            "moved",
            &pulled,
            &[("model.safetensors", b"new"), ("config.json", b"new")],
        );
    }
}

/// Many pages are one list.
#[tokio::test]
async fn pages_are_followed() {
    let mut repo = Repo::new("acme/tiny");
    let names: Vec<String> = (0..25)
        .map(|n| format!("folder {n}/ü#{n}%41.json"))
        .collect();
    for name in &names {
        repo = repo.small(name, name.as_bytes());
    }
    let world = World::with(arbor_hub_faults::FaultyHub::start(vec![repo]).page(4));
    let pulled = world.pull("acme/tiny").await.expect("pulled");
    let files: Vec<(&str, &[u8])> = names.iter().map(|n| (n.as_str(), n.as_bytes())).collect();
    assert_right("pages", &pulled, &files);
}
