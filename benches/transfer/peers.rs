//! The programs that take part: ours as client and as mirror, and nginx. Each
//! is ended by who started it.

use anyhow::{Context as _, Result};
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

/// Our program with a folder of its own for cache and database.
pub(crate) fn arbor(home: &Path, name: &str, endpoint: &str) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_arbor"));
    // Beside the cache, which goes: the catalogue is written into a new
    // database, and a user's is there.
    command.arg("--db").arg(home.join(format!("{name}.db")));
    environment(&mut command, &home.join(name), endpoint);
    command
}

/// What makes a hub's client use a folder and a server, and nothing else.
pub(crate) fn environment(command: &mut Command, folder: &Path, endpoint: &str) {
    command
        .env("HF_HOME", folder)
        .env("HF_ENDPOINT", endpoint)
        .env("HF_HUB_DISABLE_TELEMETRY", "1")
        .env_remove("HF_TOKEN")
        .env_remove("HF_HUB_OFFLINE");
}

/// Where the cache keeps the largest file of a repository.
pub(crate) fn blob(home: &Path, repo: &str) -> Result<PathBuf> {
    let folder = format!("hub/models--{}/blobs", repo.replace('/', "--"));
    let blobs = std::fs::read_dir(home.join("stock").join(folder))?;
    let sized = blobs.flatten().map(|blob| {
        let size = blob.metadata().map_or(0, |found| found.len());
        (size, blob.path())
    });
    Ok(sized.max().context("a blob")?.1)
}

/// Our mirror.
pub(crate) struct Server {
    child: Child,
    pub(crate) url: String,
}

impl Server {
    pub(crate) fn start(home: &Path) -> Result<Self> {
        let mut child = arbor(home, "stock", "http://127.0.0.1:9")
            .args(["serve", "--bind", "127.0.0.1:0", "--mirror", "all"])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()?;
        let stdout = child.stdout.take().context("its output")?;
        let mut line = String::new();
        BufReader::new(stdout).read_line(&mut line)?;
        let at = line.find("http://").context("its address")?;
        let url = line[at..].split_whitespace().next().unwrap_or_default();
        let url = url.trim_end_matches('/').to_owned();
        Ok(Self { child, url })
    }

    pub(crate) fn file(&self, repo: &str, path: &str) -> String {
        format!("{}/{repo}/resolve/main/{path}", self.url)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        end(&mut self.child);
    }
}

/// nginx with one file.
pub(crate) struct Nginx {
    child: Child,
    pub(crate) url: String,
}

impl Nginx {
    /// None where it is not installed.
    pub(crate) fn start(home: &Path, file: &Path) -> Result<Option<Self>> {
        let folder = home.join("nginx");
        std::fs::create_dir_all(&folder)?;
        std::fs::hard_link(file, folder.join("file"))?;
        let port = std::net::TcpListener::bind("127.0.0.1:0")?
            .local_addr()?
            .port();
        let place = folder.display();
        // One master that stays in front, as many workers as it likes, and the
        // settings of its own guide for large files.
        let settings = format!(
            "daemon off; pid {place}/pid; error_log {place}/errors; worker_processes auto; user root;
events {{ }}
http {{
  access_log off; sendfile on; tcp_nopush on;
  client_body_temp_path {place}/a; proxy_temp_path {place}/b; fastcgi_temp_path {place}/c;
  uwsgi_temp_path {place}/d; scgi_temp_path {place}/e;
  server {{ listen 127.0.0.1:{port}; root {place}; }}
}}"
        );
        let path = folder.join("nginx.conf");
        std::fs::write(&path, settings)?;
        let started = Command::new("nginx")
            .arg("-c")
            .arg(&path)
            .args(["-e", "stderr"])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn();
        let Ok(child) = started else {
            return Ok(None);
        };
        let nginx = Self {
            child,
            url: format!("http://127.0.0.1:{port}/file"),
        };
        for _ in 0..100 {
            if std::net::TcpStream::connect(("127.0.0.1", port)).is_ok() {
                return Ok(Some(nginx));
            }
            std::thread::sleep(std::time::Duration::from_millis(50));
        }
        anyhow::bail!("nginx does not answer")
    }
}

impl Drop for Nginx {
    fn drop(&mut self) {
        end(&mut self.child);
    }
}

/// Asks it to end, and waits: a master that is killed leaves its workers.
fn end(child: &mut Child) {
    let id = child.id().to_string();
    let _ = Command::new("kill").args(["-TERM", &id]).status();
    let _ = child.wait();
}
