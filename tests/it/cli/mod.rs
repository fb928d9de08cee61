//! The command line from outside: what it prints where, and how it ends.
//!
//! `transcripts.rs` keeps what people see; the other files look at single
//! promises. Whoever only reads shares one database, since filling it is most
//! of a run's time.

mod bundles;
mod catalog;
mod devices;
mod errors;
mod exits;
mod folders;
mod headers;
mod help;
pub(crate) mod hubbed;
mod imports;
mod pull;
mod runs;
mod serve;
mod shapes;
mod streams;
pub(crate) mod texts;
mod transcripts;

use crate::world::{Ran, World};
use std::sync::{Arc, Mutex, PoisonError, Weak};

/// The world that tests share when they only read.
fn shared() -> Arc<World> {
    static SHARED: Mutex<Weak<World>> = Mutex::new(Weak::new());
    let mut shared = SHARED.lock().unwrap_or_else(PoisonError::into_inner);
    shared.upgrade().unwrap_or_else(|| {
        let world = Arc::new(World::new());
        let ran = world.run(["list", "--limit", "1"]);
        assert_eq!(ran.code, 0, "{}", ran.stderr);
        *shared = Arc::downgrade(&world);
        world
    })
}

/// Runs the program there.
fn arbor(arguments: &[&str]) -> Ran {
    let world = shared();
    let mut command = world.command();
    Ran::of(
        command
            .args(arguments)
            .output()
            .expect("the program starts"),
    )
}

/// Runs it as at a terminal.
fn human(arguments: &[&str]) -> Ran {
    arbor(&[arguments, &["--mode", "human"]].concat())
}

/// Runs it, expects success and JSON.
fn json(arguments: &[&str]) -> serde_json::Value {
    let ran = arbor(&[arguments, &["--json"]].concat());
    assert_eq!(ran.code, 0, "{arguments:?}: {}", ran.stderr);
    serde_json::from_str(&ran.stdout).expect("JSON")
}

/// Where the fixture lies.
fn broken_catalogue() -> String {
    let root = env!("CARGO_MANIFEST_DIR");
    format!("{root}/tests/fixtures/broken-catalogue")
}
