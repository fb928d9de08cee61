//! `arbor pull`: fetches a model's files from the hub, each compared with its
//! digest before it can be seen.

use crate::commands::App;
use crate::exit::Exit;
use crate::render::facts::Page;
use crate::render::table::{self, Cell, Column, Overflow};
use crate::render::text::bytes;
use crate::render::transfer::Meter;
use crate::terminal::Mode;
use anyhow::{Context as _, Result, bail};
use arbor_model::{Target, human_bytes};
use arbor_service::wire::{PullPlan, Pulled};
use arbor_service::{Files, Mirror, PullQuery, Registry};

/// Fetch a model's files from the hub and verify every byte
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  arbor pull google-bert/bert-base-uncased
  arbor pull openai-community/gpt2@main --dry-run
  arbor pull acme/tiny --include '*.json' --exclude 'onnx/*'
  arbor pull acme/tiny --mirror http://127.0.0.1:8080
  arbor pull arbor/tiny-gpt2           a sample that needs no network

Files go to the cache that all of the hub's tools share. HF_HOME,
HF_HUB_CACHE, HF_ENDPOINT, HF_TOKEN, HF_TOKEN_PATH, HF_HUB_OFFLINE and the
proxy variables are understood. What is interrupted goes on where it was.

arbor/tiny-bert, tiny-gpt2, tiny-llama, tiny-mamba and tiny-t5 are compiled in,
and come from a mirror that this command starts for itself.")]
pub(crate) struct Pull {
    /// The model: a hub id or a name of the catalogue, perhaps with @revision
    model: String,
    /// Take files that match, instead of what loaders read
    #[arg(long, value_name = "GLOB")]
    include: Vec<String>,
    /// Leave out files that match
    #[arg(long, value_name = "GLOB")]
    exclude: Vec<String>,
    /// Take every file
    #[arg(long, conflicts_with = "include")]
    all: bool,
    /// Say what would be fetched, and whether it fits
    #[arg(long)]
    dry_run: bool,
    /// A server that is asked before the hub
    #[arg(long, value_name = "URL")]
    mirror: Vec<String>,
}

impl Pull {
    pub(crate) async fn run(&self, app: &App<'_>) -> Result<Exit> {
        let work = async {
            let registry = app.registry().await?;
            let target = registry.view().repository(&self.model)?;
            if self.mirror.is_empty() && arbor_service::is_sample(&target.repo) {
                return self.sample(app, &registry, &target).await;
            }
            let files = Files::open(|name| std::env::var_os(name), &self.mirror)?;
            self.fetch(app, &registry, &target, &files).await
        };
        tokio::select! {
            done = work => done.map(|()| Exit::Ok),
            _ = tokio::signal::ctrl_c() => {
                app.terminal.note("what was fetched is kept: run the same command again");
                Ok(Exit::Interrupted)
            }
        }
    }
}

impl Pull {
    /// Fetches a sample as any other model, from a server in this process.
    async fn sample(&self, app: &App<'_>, registry: &Registry, target: &Target) -> Result<()> {
        let (tell, told) = tokio::sync::oneshot::channel();
        let serving = arbor_server::serve_mirror(Mirror::of_samples(), |address| {
            // Whoever waits for it is in the same function.
            let _ = tell.send(address);
        });
        let fetching = async {
            let address = told.await.context("the samples are not served")?;
            let environment = |name: &str| std::env::var_os(name);
            let files = Files::from_here(environment, &format!("http://{address}"))?;
            self.fetch(app, registry, target, &files).await
        };
        tokio::select! {
            ended = serving => {
                ended?;
                bail!("the samples are no longer served")
            }
            done = fetching => done,
        }
    }

    async fn fetch(
        &self,
        app: &App<'_>,
        registry: &Registry,
        target: &Target,
        files: &Files,
    ) -> Result<()> {
        let query = PullQuery {
            include: self.include.clone(),
            exclude: self.exclude.clone(),
            all: self.all,
        };
        let plan = files.plan(target, &query).await?;
        let wire = plan.wire();
        if self.dry_run {
            return print_plan(app, &wire);
        }
        let silent = matches!(app.terminal.mode(), Mode::Json | Mode::Quiet);
        let meter = Meter::new("pull", wire.bytes, silent);
        let pulled = registry.pull(files, &plan, meter.progress()).await;
        meter.clear();
        print_pulled(app, &pulled?)
    }
}

fn print_plan(app: &App<'_>, plan: &PullPlan) -> Result<()> {
    let row = |file: &arbor_service::wire::PlannedFile| {
        vec![
            file.path.clone(),
            file.size.to_string(),
            file.present.to_string(),
            file.digest.clone(),
        ]
    };
    match app.terminal.mode() {
        Mode::Json => app.terminal.json(plan)?,
        Mode::Quiet => app
            .terminal
            .ids(plan.files.iter().map(|file| file.path.as_str()))?,
        Mode::Plain => app
            .terminal
            .print(&table::tsv(plan.files.iter().map(row)))?,
        Mode::Human => {
            let page = Page {
                width: app.terminal.width(),
            };
            let columns = [
                Column::text("file"),
                Column::number("size"),
                Column::number("cached"),
            ];
            let rows: Vec<Vec<Cell>> = plan
                .files
                .iter()
                .map(|file| {
                    vec![
                        Cell::strong(&file.path),
                        Cell::new(human_bytes(file.size)),
                        Cell::faint(human_bytes(file.present)),
                    ]
                })
                .collect();
            let mut text = table::table(&columns, &rows, Overflow::Cut, app.terminal.width());
            text += "\n";
            text += &page.line(&format!(
                "{}@{} is {}",
                plan.repo, plan.revision, plan.commit
            ));
            for (label, value) in facts(plan) {
                text += &page.paragraph(label, &value);
            }
            app.terminal.print(&text)?;
        }
    }
    Ok(())
}

fn facts(plan: &PullPlan) -> Vec<(&'static str, String)> {
    let of = |fits: Option<bool>, room: Option<u64>| match (fits, room) {
        (Some(true), Some(room)) => format!("yes, {} are free", human_bytes(room)),
        (Some(false), Some(room)) => format!("no, only {} are free", human_bytes(room)),
        _ => "not known".to_owned(),
    };
    vec![
        (
            "Files",
            format!("{}, {} are left out", plan.files.len(), plan.left_out),
        ),
        ("Size", bytes(plan.bytes)),
        ("To fetch", bytes(plan.missing)),
        ("Fits on the disk", of(plan.fits_disk, plan.free)),
        ("Fits in memory", of(plan.fits_memory, plan.memory)),
    ]
}

fn print_pulled(app: &App<'_>, pulled: &Pulled) -> Result<()> {
    match app.terminal.mode() {
        Mode::Json => app.terminal.json(pulled)?,
        Mode::Quiet | Mode::Plain => app.terminal.ids([pulled.folder.as_str()])?,
        Mode::Human => {
            let page = Page {
                width: app.terminal.width(),
            };
            let (fetched, all) = (pulled.fetched, pulled.files.len());
            let mut text = page.line(&format!("{}@{}", pulled.repo, pulled.revision));
            for (label, value) in [
                ("Commit", pulled.commit.clone()),
                (
                    "Files",
                    format!("{all}, each compared with its digest; {fetched} were fetched"),
                ),
                ("Size", bytes(pulled.bytes)),
                ("Folder", pulled.folder.clone()),
            ] {
                text += &page.paragraph(label, &value);
            }
            app.terminal.print(&text)?;
        }
    }
    Ok(())
}
