//! Servers that ask for patience: obeyed, up to a point.

use crate::world::{World, assert_right, kind, noise};
use arbor_hub_faults::{Fault, On, Repo};
use std::time::{Duration, Instant, SystemTime};

fn limited(headers: Vec<(&'static str, String)>) -> Fault {
    Fault::Answer(429, headers, "slow down".to_owned())
}

fn date(ahead: Duration) -> String {
    httpdate::fmt_http_date(SystemTime::now() + ahead)
}

#[tokio::test]
async fn each_form_of_a_limit_is_waited_for() {
    let content = noise(100_000, 20);
    let second = Duration::from_secs(1);
    let cases = [
        ("seconds", vec![("retry-after", "1".to_owned())], second),
        // A date has whole seconds, so that less than two may be left.
        ("a date", vec![("retry-after", date(second * 3))], second),
        (
            "a window",
            vec![("ratelimit", "\"resolvers\";r=0;t=0".to_owned())],
            second,
        ),
    ];
    for (name, headers, least) in cases {
        for on in [On::Info, On::Tree, On::Resolve, On::Content] {
            let world = World::new(Repo::new("acme/tiny").large("model.safetensors", &content));
            let headers = match name {
                "a date" => vec![("retry-after", date(second * 3))],
                _ => headers.clone(),
            };
            world.hub.times(1, on, limited(headers));
            let start = Instant::now();
            let pulled = world.pull("acme/tiny").await.expect(name);
            assert!(
                start.elapsed() >= least,
                "{name} on {on:?}: {:?}",
                start.elapsed()
            );
            assert_right(name, &pulled, &[("model.safetensors", &content)]);
        }
    }
}

#[tokio::test]
async fn a_limit_of_a_day_is_an_answer() {
    for on in [On::Info, On::Tree, On::Resolve, On::Content] {
        let world = World::new(Repo::new("acme/tiny").large("model.safetensors", b"12345"));
        world
            .hub
            .always(on, limited(vec![("retry-after", "86400".to_owned())]));
        let start = Instant::now();
        let error = world.pull("acme/tiny").await.expect_err("a limit");
        assert_eq!(kind(&error), "RateLimited", "{on:?}: {error}");
        assert!(error.to_string().contains("86400 s"), "{error}");
        assert!(start.elapsed() < Duration::from_secs(5));
    }
}

#[tokio::test]
async fn a_limit_that_stays_ends_in_its_name() {
    let world = World::new(Repo::new("acme/tiny").large("model.safetensors", b"12345"));
    world
        .hub
        .always(On::Content, limited(vec![("retry-after", "0".to_owned())]));
    let error = world.pull("acme/tiny").await.expect_err("a limit");
    assert_eq!(kind(&error), "RateLimited", "{error}");
    world.assert_clean("a limit");
    world.assert_unseen("a limit");
}
