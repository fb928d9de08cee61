//! What only a browser can tell: `tests/browser` (Node and Chromium) is run
//! here against the real program and against catalogues that nobody ships.
//!
//! Where Node, its packages or Chromium are missing this says so and passes;
//! with `ARBOR_BROWSER=required` it fails then, and with `strict` times are
//! judged as on a quiet machine as well. `ARBOR_BROWSER=off` leaves it out, `ARBOR_BROWSER_ONLY=axe,hostile` runs some files alone. How the tests
//! are written and their pictures renewed stands in `docs/BROWSER.md`.

mod live;
mod made_up;
mod sites;

use crate::cli::texts::roomy;
use crate::world::{Server, World};
use sites::Site;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// How large the grown catalogue is.
const MANY: usize = 100_000;

/// The programs that the tests need.
struct Tools {
    folder: PathBuf,
    chromium: PathBuf,
}

impl Tools {
    /// Finds them, or says what is missing.
    fn find() -> Result<Self, String> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/browser");
        let version = Command::new("node").arg("--version").output();
        let version = version.map_err(|_| "there is no `node`".to_owned())?;
        let version = String::from_utf8_lossy(&version.stdout).trim().to_owned();
        let major = version.trim_start_matches('v').split('.').next();
        if major
            .and_then(|m| m.parse().ok())
            .is_none_or(|m: u32| m < 20)
        {
            return Err(format!("`node` is {version}, 20 is needed"));
        }
        if !folder.join("node_modules/playwright-core").is_dir() {
            return Err("`npm ci` was not run in tests/browser".to_owned());
        }
        let chromium = std::env::var_os("ARBOR_CHROMIUM")
            .map_or_else(|| PathBuf::from("/usr/bin/chromium"), PathBuf::from);
        if !chromium.is_file() {
            let path = chromium.display();
            return Err(format!(
                "there is no `{path}`; ARBOR_CHROMIUM names another"
            ));
        }
        Ok(Self { folder, chromium })
    }
}

/// Says something although the test may pass: what it prints is kept back.
fn say(line: &str) {
    let _ = writeln!(io::stderr(), "{line}");
}

#[test]
fn the_site_in_a_browser() {
    let wish = std::env::var("ARBOR_BROWSER").unwrap_or_default();
    if wish == "off" {
        return say("browser tests skipped: ARBOR_BROWSER=off");
    }
    let tools = match Tools::find() {
        Ok(tools) => tools,
        Err(missing) if matches!(&*wish, "required" | "strict") => {
            panic!("browser tests are required, but {missing}")
        }
        Err(missing) => return say(&format!("browser tests skipped: {missing}")),
    };
    let many = Site::of(|| made_up::grown(MANY));
    let hostile = Site::of(made_up::hostile);
    let shipped = Server::on(with_runs(), &[]);
    let live = live::Live::start();
    let (many_url, hostile_url) = (many.url(), hostile.url());

    let only = std::env::var("ARBOR_BROWSER_ONLY").unwrap_or_default();
    let ended = Command::new("node")
        .args(["--test-reporter=spec", "run.js"])
        .args(only.split(',').filter(|name| !name.is_empty()))
        .current_dir(&tools.folder)
        .env("ARBOR_CHROMIUM", &tools.chromium)
        .env("ARBOR_SITE", shipped.url(""))
        .env("ARBOR_SITE_MANY", many_url)
        .env("ARBOR_SITE_HOSTILE", hostile_url)
        .env("ARBOR_SITE_LIVE", live.url())
        .env("ARBOR_LIVE_STEP", &live.step)
        .env(
            "ARBOR_HOSTILE_NAMES",
            serde_json::json!(made_up::HOSTILE).to_string(),
        )
        .stdin(Stdio::null())
        .output()
        .expect("node starts");
    let seen = String::from_utf8_lossy(&ended.stdout);
    let errors = String::from_utf8_lossy(&ended.stderr);
    assert!(ended.status.success(), "{seen}\n{errors}");
    // What was measured is worth reading; the rest is that all went well.
    for line in seen.lines().filter(|line| line.starts_with('ℹ')) {
        say(line);
    }
}

/// A world in which two runs are recorded, one of them a known model's.
fn with_runs() -> World {
    let world = World::new();
    roomy(&world, "words");
    for arguments in [&["./words", "--as", "gpt2-xl"][..], &["./words"]] {
        let ran = world.command().arg("check").args(arguments).output();
        assert!(ran.expect("the program starts").status.success());
    }
    world
}
