//! Who sees the token, where redirects lead, which server is asked.

use crate::world::{World, assert_right, kind, noise};
use arbor_hub::{Progress, Selection};
use arbor_hub_faults::{Access, Fault, FaultyHub, On, Repo, Server};

/// Every request to the hub carries the token, none to another origin does,
/// whichever way the client is led there.
#[tokio::test]
async fn the_token_stays_with_the_hub() {
    let content = noise(500_000, 40);
    let repo = Repo::new("acme/tiny")
        .large("model.safetensors", &content)
        .small("config.json", b"{}")
        .access(Access::Private);
    let mut world = World::new(repo).token("hf_good");
    world.settings.limits.per_file = 4;
    world.hub.times(2, On::Content, Fault::Cut(1000));
    let pulled = world.pull("acme/tiny").await.expect("pulled");
    assert_right(
        "token",
        &pulled,
        &[("model.safetensors", &content), ("config.json", b"{}")],
    );
    let requests = world.hub.requests();
    let with = |server| {
        let of = requests.iter().filter(move |r| r.server == server);
        of.map(|r| r.header("authorization").is_some())
            .collect::<Vec<_>>()
    };
    assert!(with(Server::Hub).iter().all(|token| *token));
    assert!(with(Server::Content).len() > 2);
    assert!(with(Server::Content).iter().all(|token| !token));
    for request in &requests {
        assert_eq!(request.header("accept-encoding"), Some("identity"));
    }

    // A page of a list on another server, and another name of the same one.
    for to in [
        world.hub.content_url(),
        world.hub.url().replace("127.0.0.1", "localhost"),
    ] {
        world.hub.forget();
        world.hub.always(
            On::Info,
            Fault::Answer(307, vec![("location", format!("{to}/x"))], String::new()),
        );
        let error = world.pull("acme/tiny").await.expect_err("a redirect");
        let requests = world.hub.requests();
        assert!(
            matches!(kind(&error).as_str(), "Redirect" | "Status" | "RepoMissing"),
            "{error}"
        );
        for request in requests.iter().filter(|r| r.path == "/x") {
            assert_eq!(request.header("authorization"), None, "{to}");
        }
        assert!(requests.iter().any(|r| r.path == "/x"));
        world.hub.heal();
    }
}

#[tokio::test]
async fn redirects_that_lead_nowhere_are_named() {
    let to = |location: &str| Fault::Header("location", location.to_owned());
    let cases = [
        ("no address", Fault::NoHeader("location")),
        ("another protocol", to("ftp://127.0.0.1/x")),
        ("a file", to("file:///etc/passwd")),
        ("no URL", to("http://")),
        ("itself", to("model.safetensors")),
    ];
    for (name, fault) in cases {
        let world = World::new(Repo::new("acme/tiny").large("model.safetensors", b"weights"));
        world.hub.always(On::Resolve, fault);
        let error = world.pull("acme/tiny").await.expect_err(name);
        assert_eq!(kind(&error), "Redirect", "{name}: {error}");
        world.assert_clean(name);
        world.assert_unseen(name);
    }
}

/// The address that a redirect gave is used until it expires.
#[tokio::test]
async fn an_expired_address_is_resolved_again() {
    let content = noise(1 << 20, 41);
    let world = World::new(Repo::new("acme/tiny").large("model.safetensors", &content));
    world.hub.times(4, On::Content, Fault::Cut(100_000));
    let hub = &world.hub;
    let all = Selection::new(&[], &[], true).expect("a selection");
    let pull = world.pull_some("acme/tiny", &all, Progress::silent());
    let expire = async {
        while hub.content_sent() < 250_000 {
            tokio::time::sleep(std::time::Duration::from_millis(1)).await;
        }
        hub.expire();
    };
    let (pulled, ()) = tokio::join!(pull, expire);
    assert_right(
        "expired",
        &pulled.expect("pulled"),
        &[("model.safetensors", &content)],
    );
    let resolved = world
        .hub
        .requests()
        .iter()
        .filter(|r| r.path.contains("/resolve/"))
        .count();
    assert!((1..=2).contains(&resolved), "{resolved} resolutions");
}

/// A mirror goes first, and the hub steps in for whatever it cannot give.
#[tokio::test]
async fn servers_stand_in_for_one_another() {
    let content = noise(300_000, 42);
    let repo = Repo::new("acme/tiny").large("model.safetensors", &content);
    let faults: [(&str, Option<(On, Fault)>); 7] = [
        ("sound", None),
        (
            "without the repository",
            Some((On::Info, Fault::Answer(404, vec![], String::new()))),
        ),
        (
            "failing",
            Some((On::Info, Fault::Answer(500, vec![], String::new()))),
        ),
        (
            "without the file",
            Some((On::Resolve, Fault::Answer(404, vec![], String::new()))),
        ),
        ("damaged", Some((On::Content, Fault::Flip(9)))),
        ("cut", Some((On::Content, Fault::Cut(0)))),
        ("mute", Some((On::Content, Fault::Mute))),
    ];
    for (name, fault) in faults {
        let mirror = FaultyHub::start(vec![repo.clone()]).direct();
        let mut world = World::new(repo.clone()).token("hf_good");
        world.settings.mirrors = vec![mirror.url().parse().expect("an endpoint")];
        if name == "mute" {
            world.settings.limits.stall = std::time::Duration::from_millis(300);
        }
        let sound = fault.is_none();
        if let Some((on, fault)) = fault {
            mirror.always(on, fault.clone());
            if on == On::Resolve {
                mirror.always(On::Content, fault);
            }
        }
        let pulled = world.pull("acme/tiny").await.expect(name);
        assert_right(name, &pulled, &[("model.safetensors", &content)]);
        assert_eq!(world.hub.requests().is_empty(), sound, "{name}");
        assert!(
            mirror
                .requests()
                .iter()
                .all(|r| r.header("authorization").is_none()),
            "{name}"
        );
        world.assert_clean(name);
    }

    // One that nobody listens at.
    let mut world = World::new(repo);
    world.settings.mirrors = vec!["http://127.0.0.1:1".parse().expect("an endpoint")];
    let pulled = world.pull("acme/tiny").await.expect("pulled");
    assert_right("absent", &pulled, &[("model.safetensors", &content)]);
    assert_eq!(pulled.receipt.endpoint.as_str(), world.hub.url());
}

/// A proxy is asked for everything but the exceptions.
#[tokio::test]
async fn proxies_are_used() {
    let repo = Repo::new("acme/tiny").small("config.json", b"{}");
    let mut world = World::new(repo);
    world.settings.hub = "http://hub.invalid".parse().expect("an endpoint");
    world.settings.proxies.http = Some(world.hub.url());
    let pulled = world.pull("acme/tiny").await.expect("pulled");
    assert_right("proxy", &pulled, &[("config.json", b"{}")]);
    assert!(world.hub.requests().iter().all(|r| r.proxied));

    world.settings.proxies.except = Some("hub.invalid".to_owned());
    let error = world.pull("acme/tiny").await.expect_err("no such host");
    assert_eq!(kind(&error), "Network", "{error}");
}

#[tokio::test]
async fn offline_means_no_request() {
    let mut world = World::new(Repo::new("acme/tiny").small("config.json", b"{}"));
    world.settings.offline = true;
    let error = world.pull("acme/tiny").await.expect_err("offline");
    assert_eq!(kind(&error), "Offline", "{error}");
    assert_eq!(world.hub.requests().len(), 0);
}
