//! The one test world: the real program on a temporary folder, and a server
//! on a free port that all tests share.

use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Output, Stdio};
use std::sync::{Arc, Mutex, PoisonError, Weak};
use tempfile::TempDir;

/// A folder of its own, and the program run in it.
pub(crate) struct World {
    folder: TempDir,
}

/// How a run of the program ended.
pub(crate) struct Ran {
    /// Standard output.
    pub(crate) stdout: String,
    /// Standard error.
    pub(crate) stderr: String,
    /// The exit code.
    pub(crate) code: i32,
}

impl World {
    /// An empty world.
    pub(crate) fn new() -> Self {
        Self {
            folder: tempfile::tempdir().expect("a temporary folder"),
        }
    }

    /// A path in it.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// The program with its database here, a fixed width and no colour, to be
    /// given more arguments.
    pub(crate) fn command(&self) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_arbor"));
        command
            .current_dir(self.folder.path())
            .env_clear()
            .env("HOME", self.folder.path())
            .env("ARBOR_DB", self.path("arbor.db"))
            .env("COLUMNS", "80")
            .stdin(Stdio::null());
        command
    }

    /// Runs the program to its end.
    pub(crate) fn run<'a>(&self, arguments: impl AsRef<[&'a str]>) -> Ran {
        Ran::of(
            self.command()
                .args(arguments.as_ref())
                .output()
                .expect("the program starts"),
        )
    }
}

impl Ran {
    /// What a finished process left.
    pub(crate) fn of(output: Output) -> Self {
        Self {
            stdout: String::from_utf8(output.stdout).expect("UTF-8 on stdout"),
            stderr: String::from_utf8(output.stderr).expect("UTF-8 on stderr"),
            code: output.status.code().unwrap_or(-1),
        }
    }

    /// The whole run as a transcript, for snapshots.
    pub(crate) fn transcript(&self) -> String {
        format!(
            "exit: {}\n--- stdout\n{}--- stderr\n{}",
            self.code, self.stdout, self.stderr
        )
    }
}

/// A running `arbor serve`; it ends with the value.
pub(crate) struct Server {
    child: Child,
    url: String,
    world: World,
}

impl Server {
    /// Starts a server of its own with more arguments.
    pub(crate) fn start(arguments: &[&str]) -> Self {
        Self::on(World::new(), arguments)
    }

    /// The same on a world that holds something already.
    pub(crate) fn on(world: World, arguments: &[&str]) -> Self {
        let mut child = world
            .command()
            .args(["serve", "--bind", "127.0.0.1:0"])
            .args(arguments)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("the program starts");
        // The first line of standard output is the address, once it answers.
        let mut line = String::new();
        let stdout = child.stdout.take().expect("a pipe");
        BufReader::new(stdout)
            .read_line(&mut line)
            .expect("an address");
        let url = line.trim().trim_end_matches('/').to_owned();
        assert!(
            url.starts_with("http://127.0.0.1:"),
            "no address but {line:?}"
        );
        Self { child, url, world }
    }

    /// The server that tests share when they only read: it lives as long as
    /// one of them holds it, so none is left behind.
    pub(crate) fn shared() -> Arc<Self> {
        static SHARED: Mutex<Weak<Server>> = Mutex::new(Weak::new());
        let mut shared = SHARED.lock().unwrap_or_else(PoisonError::into_inner);
        shared.upgrade().unwrap_or_else(|| {
            let server = Arc::new(Self::start(&[]));
            *shared = Arc::downgrade(&server);
            server
        })
    }

    /// The world it runs in.
    pub(crate) const fn world(&self) -> &World {
        &self.world
    }

    /// An address on it.
    pub(crate) fn url(&self, path: &str) -> String {
        format!("{}{path}", self.url)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
