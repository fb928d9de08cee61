//! Faults of the bytes themselves: pages in place of files, wrong lengths,
//! wrong ranges, wrong bits. Once, and always; with one connection for a file
//! and with several; behind a redirect and without.

use crate::world::{World, assert_right, kind, noise};
use arbor_hub_faults::{Fault, FaultyHub, On, Repo};

const SIZE: usize = 1 << 20;

fn page(status: u16, body: &str) -> Fault {
    Fault::Answer(
        status,
        vec![("content-type", "text/html".to_owned())],
        body.to_owned(),
    )
}

/// A fault, and the error if it does not go away.
fn cases() -> Vec<(&'static str, Fault, &'static str)> {
    let xml = "<?xml version=\"1.0\"?><Error/>";
    vec![
        (
            "an error page with 200",
            page(200, "<html>log in</html>"),
            "WrongLength",
        ),
        ("an error page with 403", page(403, xml), "Status"),
        ("an error page with 404", page(404, xml), "Status"),
        ("an error page with 500", page(500, xml), "Status"),
        ("a status nobody knows", page(299, xml), "Malformed"),
        ("a short body", Fault::Short(9), "WrongLength"),
        ("a long body", Fault::Long(9), "WrongLength"),
        (
            "a short body of unknown length",
            Fault::ShortChunked(9),
            "Network",
        ),
        ("a flipped bit", Fault::Flip(5000), "WrongDigest"),
        (
            "a flipped last bit",
            Fault::Flip(SIZE as u64 - 1),
            "WrongDigest",
        ),
        ("another part", Fault::Shift(1000), "Malformed"),
        (
            "another part under the right name",
            Fault::ShiftSilently(1000),
            "WrongDigest",
        ),
        ("a part without a name", Fault::NoContentRange, "Malformed"),
        (
            "a part with a broken name",
            Fault::Header("content-range", "bytes x".to_owned()),
            "Malformed",
        ),
        ("a stall at once", Fault::Stall(0), "Stalled"),
        ("no answer", Fault::Mute, "Stalled"),
        ("no HTTP", Fault::Garbage, "Network"),
        ("an immediate end", Fault::Cut(0), "Network"),
        (
            "a compressed body",
            Fault::Header("content-encoding", "gzip".to_owned()),
            "Malformed",
        ),
    ]
}

/// The ways in which each fault is met.
const WAYS: [(bool, usize); 4] = [(false, 1), (false, 4), (true, 1), (true, 4)];

/// Faults that wait for nothing are given nothing to wait for.
fn hurry(world: &mut World, fault: &Fault) {
    if matches!(fault, Fault::Stall(_) | Fault::Mute) {
        world.settings.limits.stall = std::time::Duration::from_millis(300);
    }
}

fn world(content: &[u8], (direct, per_file): (bool, usize)) -> World {
    let repo = Repo::new("acme/tiny").large("model.safetensors", content);
    let hub = FaultyHub::start(vec![repo]);
    let mut world = World::with(if direct { hub.direct() } else { hub });
    world.settings.limits.per_file = per_file;
    world
}

#[tokio::test]
async fn a_fault_that_goes_away_leaves_the_right_bytes() {
    let content = noise(SIZE, 1);
    for way in WAYS {
        for (name, fault, _) in cases() {
            let case = format!("{name}, {way:?}");
            let mut world = world(&content, way);
            hurry(&mut world, &fault);
            world.hub.times(1, On::Content, fault);
            let mut pulled = world.pull("acme/tiny").await;
            if way.0 && (name.ends_with("403") || name.ends_with("404")) {
                // A refusal by the server that was asked is taken at its word.
                pulled.expect_err(&case);
                pulled = world.pull("acme/tiny").await;
            }
            let pulled = pulled.unwrap_or_else(|error| panic!("{case}: {error}"));
            assert_right(&case, &pulled, &[("model.safetensors", &content)]);
            world.assert_clean(&case);
        }
    }
}

#[tokio::test]
async fn a_fault_that_stays_is_named_and_leaves_nothing() {
    let content = noise(SIZE, 2);
    for way in WAYS {
        for (name, fault, expected) in cases() {
            let case = format!("{name}, {way:?}");
            let mut world = world(&content, way);
            hurry(&mut world, &fault);
            world.hub.always(On::Content, fault);
            let error = world.pull("acme/tiny").await.expect_err(&case);
            let expected = match way.0 && name.ends_with("404") {
                true => "FileMissing",
                false => expected,
            };
            assert_eq!(kind(&error), expected, "{case}: {error}");
            world.assert_clean(&case);
            world.assert_unseen(&case);

            // And it is over once the fault is.
            world.hub.heal();
            let pulled = world.pull("acme/tiny").await;
            let pulled = pulled.unwrap_or_else(|error| panic!("{case}, healed: {error}"));
            assert_right(&case, &pulled, &[("model.safetensors", &content)]);
            world.assert_clean(&case);
        }
    }
}

/// A server that knows no ranges is no fault.
#[tokio::test]
async fn a_server_without_ranges_will_do() {
    let content = noise(SIZE, 3);
    for way in WAYS {
        let case = format!("{way:?}");
        let world = world(&content, way);
        world.hub.always(On::Content, Fault::IgnoreRange);
        world.hub.times(2, On::Content, Fault::Cut(300_000));
        let pulled = world.pull("acme/tiny").await.expect(&case);
        assert_right(&case, &pulled, &[("model.safetensors", &content)]);

        // One that never gets through is given up all the same.
        let world = self::world(&content, way);
        world.hub.always(On::Content, Fault::IgnoreRange);
        world.hub.always(On::Content, Fault::Cut(300_000));
        let error = world.pull("acme/tiny").await.expect_err(&case);
        assert_eq!(kind(&error), "Network", "{case}: {error}");
        world.assert_clean(&case);
        world.assert_unseen(&case);
    }
}

/// What comes after the last byte that was asked for is left where it is.
#[tokio::test]
async fn bytes_beyond_the_end_are_not_taken() {
    let content = noise(SIZE, 5);
    for way in WAYS {
        let case = format!("{way:?}");
        let world = world(&content, way);
        world.hub.always(On::Content, Fault::LongChunked(3 << 20));
        let pulled = world.pull("acme/tiny").await.expect(&case);
        assert_right(&case, &pulled, &[("model.safetensors", &content)]);
        world.assert_clean(&case);
    }
}

/// What is wrong in every digest is fetched twice and then reported, with both
/// digests for whoever has to find out.
#[tokio::test]
async fn damage_is_reported_with_both_digests() {
    let content = noise(SIZE, 4);
    let world = world(&content, (false, 1));
    world.hub.always(On::Content, Fault::Flip(7));
    let error = world
        .pull("acme/tiny")
        .await
        .expect_err("damage")
        .to_string();
    let mut damaged = content.clone();
    damaged[7] ^= 1;
    for part in [
        "model.safetensors",
        &arbor_hub_faults::sha256(&content),
        &arbor_hub_faults::sha256(&damaged),
    ] {
        assert!(error.contains(part), "{error}");
    }
    assert_eq!(
        world.hub.content_sent(),
        2 * SIZE as u64 + 2 * "Found. Redirecting".len() as u64
    );
}

/// Small files are kept in git and answered in another way.
#[tokio::test]
async fn small_files_are_no_exception() {
    let config = br#"{"model_type":"bert"}"#;
    for (name, fault, expected) in cases() {
        let repo = Repo::new("acme/tiny")
            .small("config.json", config)
            .small("empty.txt", b"");
        let mut world = World::new(repo);
        hurry(&mut world, &fault);
        let fault = match fault {
            Fault::Flip(_) => Fault::Flip(3),
            Fault::Shift(_) => Fault::Shift(3),
            Fault::ShiftSilently(_) => Fault::ShiftSilently(3),
            Fault::Answer(..)
            | Fault::Cut(_)
            | Fault::Short(_)
            | Fault::Long(_)
            | Fault::LongChunked(_)
            | Fault::ShortChunked(_)
            | Fault::IgnoreRange
            | Fault::NoContentRange
            | Fault::Stall(_)
            | Fault::Mute
            | Fault::Garbage
            | Fault::Header(..)
            | Fault::NoHeader(_)
            | Fault::Expired
            | Fault::Slow(_)
            | Fault::Late(_)
            | Fault::Move => fault,
        };
        world.hub.always(On::Content, fault);
        let error = world.pull("acme/tiny").await.expect_err(name);
        // On the hub's own server a missing file is a missing file.
        let expected = match name {
            "an error page with 404" => "FileMissing",
            _ => expected,
        };
        assert_eq!(kind(&error), expected, "{name}: {error}");
        world.assert_clean(name);
        world.assert_unseen(name);
        world.hub.heal();
        let pulled = world.pull("acme/tiny").await.expect(name);
        assert_right(
            name,
            &pulled,
            &[("config.json", config), ("empty.txt", b"")],
        );
    }
}
