//! How fast files come and go: `arbor pull`, which compares every byte, beside
//! `hf download`, `curl` and `curl` followed by a hash; and the mirror beside
//! nginx with the same file.
//!
//! `cargo bench --bench transfer -- --python PYTHON` with a Python that has
//! `huggingface_hub`; without it, without curl, openssl or nginx, that row is
//! left out and named. `--bytes N` takes another size, `--rounds N` more
//! rounds, `--folder DIR` another place (the default is shared memory, where
//! no disk is measured). Clients take turns, so that a busy machine is busy for
//! all of them. Targets that are missed are printed and no failure.

#[path = "transfer/measure.rs"]
mod measure;
#[path = "transfer/peers.rs"]
mod peers;
#[path = "transfer/weights.rs"]
mod weights;

use anyhow::{Context as _, Result, bail};
use arbor_hub_faults::{FaultyHub, Repo};
use measure::{Cost, Row};
use peers::{Nginx, Server};
use std::path::{Path, PathBuf};
use std::process::Command;

/// What is measured.
struct Plan {
    python: Option<PathBuf>,
    folder: PathBuf,
    bytes: usize,
    rounds: usize,
}

const REPO: &str = "bench/large";

fn main() -> Result<()> {
    let plan = Plan::read(std::env::args().skip(1))?;
    let folder = tempfile::tempdir_in(&plan.folder).context("a folder for files")?;
    let home = folder.path();
    println!(
        "{} bytes, {} rounds, in {}",
        plan.bytes,
        plan.rounds,
        home.display()
    );
    stock(home, plan.bytes)?;
    let server = Server::start(home)?;
    fetching(&plan, home, &server)?;
    serving(&plan, home, &server)
}

impl Plan {
    fn read(mut arguments: impl Iterator<Item = String>) -> Result<Self> {
        let shared = Path::new("/dev/shm");
        let mut plan = Self {
            python: None,
            folder: match shared.is_dir() {
                true => shared.to_owned(),
                false => std::env::temp_dir(),
            },
            bytes: 2_000_000_000,
            rounds: 5,
        };
        while let Some(name) = arguments.next() {
            let mut value = || {
                arguments
                    .next()
                    .with_context(|| format!("{name} wants a value"))
            };
            match name.as_str() {
                // Cargo says so to every benchmark.
                "--bench" => {}
                "--python" => plan.python = Some(value()?.into()),
                "--folder" => plan.folder = value()?.into(),
                "--bytes" => plan.bytes = value()?.parse()?,
                "--rounds" => plan.rounds = value()?.parse()?,
                other => bail!("`{other}` is not understood"),
            }
        }
        Ok(plan)
    }
}

/// Pulls a file of that size from a hub in this process, so that the mirror
/// has it with a receipt.
fn stock(home: &Path, bytes: usize) -> Result<()> {
    let repo = Repo::new(REPO)
        .large("model.safetensors", &weights::file(bytes))
        .small("config.json", b"{}");
    let hub = FaultyHub::start(vec![repo]);
    let pulled = peers::arbor(home, "stock", &hub.url())
        .args(["pull", REPO])
        .output()?;
    if !pulled.status.success() {
        bail!("{}", String::from_utf8_lossy(&pulled.stderr));
    }
    Ok(())
}

fn fetching(plan: &Plan, home: &Path, server: &Server) -> Result<()> {
    let into = home.join("into");
    let url = server.file(REPO, "model.safetensors");
    let file = into.join("file");
    let curl = || {
        let mut curl = Command::new("curl");
        curl.args(["-sSf", "-o"]).arg(&file).arg(&url);
        curl
    };
    let mut hash = Command::new("openssl");
    hash.args(["dgst", "-sha256"]).arg(&file);
    let mut rows = vec![
        Row::new(
            "arbor pull, every byte compared",
            vec![{
                let mut pull = peers::arbor(home, "into", &server.url);
                pull.args(["pull", REPO, "--quiet"]);
                pull
            }],
        ),
        Row::new("curl, nothing compared", vec![curl()]),
        Row::new("curl, then openssl's sha256", vec![curl(), hash]),
    ];
    match &plan.python {
        Some(python) => rows.push(Row::new(
            "hf download, nothing compared",
            vec![{
                let mut hf = Command::new(python.with_file_name("hf"));
                hf.args(["download", REPO]);
                peers::environment(&mut hf, &into, &server.url);
                hf
            }],
        )),
        None => println!("left out: hf download (--python names a Python that has it)"),
    }
    measure::turns(&mut rows, plan.rounds, || {
        // Every client begins with nothing.
        let _ = std::fs::remove_dir_all(&into);
        std::fs::create_dir_all(&into)
    })?;
    measure::print("Fetching", &rows, plan.bytes);
    let cost = |at: usize| rows.get(at).and_then(Row::best);
    if let (Some(ours), Some(hf)) = (cost(0), cost(3)) {
        target(
            "processor time of hf download",
            ours.processor / hf.processor,
            0.5,
        );
    }
    if let (Some(ours), Some(curl)) = (cost(0), cost(2)) {
        target("time of curl and sha256", ours.wall / curl.wall, 1.25);
    }
    Ok(())
}

fn serving(plan: &Plan, home: &Path, server: &Server) -> Result<()> {
    let blob = peers::blob(home, REPO)?;
    let Some(nginx) = Nginx::start(home, &blob)? else {
        println!("left out: nginx (it is not installed)");
        return Ok(());
    };
    let curl = |url: &str| {
        let mut curl = Command::new("curl");
        curl.args(["-sSf", "-o", "/dev/null", url]);
        curl
    };
    let mut rows = vec![
        Row::new(
            "arbor serve --mirror all",
            vec![curl(&server.file(REPO, "model.safetensors"))],
        ),
        Row::new("nginx, sendfile", vec![curl(&nginx.url)]),
    ];
    measure::turns(&mut rows, plan.rounds, || Ok(()))?;
    measure::print("Handing out, to curl", &rows, plan.bytes);
    let speed = |row: &Row| row.best().map(|Cost { wall, .. }| 1.0 / wall);
    if let (Some(ours), Some(theirs)) = (speed(&rows[0]), speed(&rows[1])) {
        let share = ours / theirs;
        println!("of nginx's throughput: {share:.2} (target: at least 0.70)");
    }
    Ok(())
}

fn target(of: &str, ratio: f64, most: f64) {
    let met = if ratio <= most { "met" } else { "missed" };
    println!("{of}: {ratio:.2} (target: at most {most:.2}, {met})");
}
