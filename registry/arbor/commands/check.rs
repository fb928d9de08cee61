//! `arbor check`: is a checkpoint what it claims? The work is done in a child
//! process with limits on time and memory: a hostile checkpoint may end the
//! child, never this program.

use crate::commands::folder::Place;
use crate::commands::on::On;
use crate::commands::{App, folder};
use crate::exit::{Exit, Refusal};
use crate::render::facts::Page;
use crate::terminal::Mode;
use anyhow::{Context as _, Result};
use arbor_model::{HubId, Run, RunId};
use arbor_service::wire::Failure;
use arbor_service::{Asked, Manifest, Placement, ServiceError, Span, rows_of, run_of};
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};
use tokio::io::AsyncReadExt as _;

/// Examine a checkpoint: every tensor, every law, and the reference numbers
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  arbor check ./my-model
  arbor check google-bert/bert-base-uncased
  arbor check ./my-model --reference golden.json --json | jq .verdict
  arbor check ./my-finetune --as llama-2-7b
  arbor check ./bert --hub google-bert/bert-base-uncased
  arbor check ./my-model --device cuda:0 --dtype bf16
  arbor check ./vectors.bin
  arbor check ./my-model --allow-pickle

The folder holds `config.json` and safetensors, or ELMo's `options.json` and
weights; a file holds word vectors as word2vec writes them. The files of an id
are looked for in the hub's cache. PyTorch's own files are read with
--allow-pickle, and never run. Without --reference, a `reference.safetensors` or
`golden.json` beside them is compared with. So are the values that were
published for a hub id, or for the one that --hub names. The run is recorded: `arbor runs`
lists what was recorded, and a model's page shows it.

Verdicts: `verified` and `sound` hold every law, the first also matches its
reference; `drifted` gives other numbers; `broken` breaks a law; `unloadable`
could not be loaded; `crashed` ended its process.

Numbers are compared in f32 unless --dtype says otherwise. In other numbers, or
on another device, a run is judged by our own run in f32 on the processor, and
that one by the reference.")]
pub(crate) struct Check {
    /// The checkpoint: its folder, a file of word vectors, or a hub or
    /// catalogue id whose files the hub's cache holds
    model: String,
    /// Recorded outputs to compare with
    #[arg(long, value_name = "FILE")]
    reference: Option<PathBuf>,
    /// The hub repository that a folder is from: values published for that
    /// are compared with
    #[arg(long, value_name = "ORG/NAME")]
    hub: Option<HubId>,
    #[command(flatten)]
    on: On,
    /// Time passes over 128 and 512 tokens and 64 steps, too
    #[arg(long)]
    speeds: bool,
    /// Seconds after which the examination is given up
    #[arg(long, value_name = "S", default_value_t = 600,
          value_parser = clap::value_parser!(u64).range(1..=86_400))]
    timeout: u64,
    /// Record the run as one of this model of the catalogue
    #[arg(long = "as", value_name = "MODEL")]
    as_model: Option<String>,
    /// Leave no record of the run
    #[arg(long)]
    no_record: bool,
    /// Do the work in this process, and print JSON
    #[arg(long, hide = true)]
    worker: bool,
}

impl Check {
    pub(crate) async fn run(&self, app: &App<'_>) -> Result<Exit> {
        let placement = self.on.placement()?;
        if self.worker {
            return self.work(app, placement);
        }
        let mut place = app.place(&self.model).await?;
        if let Some(named) = &self.as_model {
            place.subject.model = Some(app.model(&*app.view().await?, named)?.id.clone());
        }
        let (mut found, manifest, span) = self.examined(&place).await?;
        if let Some(manifest) = &manifest {
            arbor_service::settle_files(&mut found, manifest);
        }
        match app.terminal.mode() {
            Mode::Json => app.terminal.json(&found)?,
            Mode::Quiet => app.terminal.ids([text(&found["verdict"])])?,
            Mode::Human | Mode::Plain => {
                let page = Page {
                    width: app.terminal.width(),
                };
                app.terminal.print(&report(&found, &page))?;
            }
        }
        if !self.no_record {
            let run = run_of(&found, &place.subject, manifest.unwrap_or_default(), span);
            // The verdict is said; that it cannot be kept takes nothing back.
            match record(app, run).await {
                Ok(id) => app
                    .terminal
                    .note(&format!("recorded as run {}; `arbor runs show {0}`", id.0)),
                Err(error) => app
                    .terminal
                    .note(&format!("the run could not be recorded: {error:#}")),
            }
        }
        Ok(exit_of(text(&found["verdict"])))
    }

    /// Examines in a child while the files are hashed here.
    async fn examined(&self, place: &Place) -> Result<(Value, Option<Manifest>, Span)> {
        let began = SystemTime::now();
        let clock = Instant::now();
        let path = place.path.clone();
        let hashed = (!self.no_record || place.subject.hub.is_some())
            .then(|| tokio::task::spawn_blocking(move || Manifest::read(&path)));
        let mut found = self.in_a_child(place).await?;
        found["model"] = place.subject.named.as_str().into();
        let span = Span {
            began_us: began
                .duration_since(UNIX_EPOCH)
                .map_or(0, |since| i64::try_from(since.as_micros()).unwrap_or(0)),
            took_us: u64::try_from(clock.elapsed().as_micros()).unwrap_or(u64::MAX >> 1),
        };
        let manifest = match hashed {
            // A file that cannot be read is the examination's to name.
            Some(hashed) => hashed.await?.ok(),
            None => None,
        };
        Ok((found, manifest, span))
    }

    /// Examines, and prints the examination; a device that cannot be used is
    /// told in its place.
    fn work(&self, app: &App<'_>, placement: Placement) -> Result<Exit> {
        let folder = Path::new(&self.model);
        folder::limit_memory(folder, placement)?;
        let published = self.hub.as_ref().map(rows_of).unwrap_or_default();
        let asked = Asked {
            reference: self.reference.as_deref(),
            published: &published,
            speeds: self.speeds,
        };
        match arbor_service::examine(folder, asked, placement) {
            Ok(found) => app.terminal.json(&found)?,
            Err(error) => {
                let refused = Failure::from(&error);
                app.terminal
                    .json(&serde_json::json!({ "refused": refused }))?;
            }
        }
        Ok(Exit::Ok)
    }

    /// Runs the examination in a child and reads what it printed.
    async fn in_a_child(&self, place: &Place) -> Result<Value> {
        let this = std::env::current_exe().context("this program's own file is not known")?;
        let mut command = tokio::process::Command::new(this);
        command.arg("check").arg("--worker");
        command.args(self.on.arguments());
        if self.speeds {
            command.arg("--speeds");
        }
        if let Some(reference) = &self.reference {
            command.arg("--reference").arg(reference);
        }
        if let Some(hub) = self.hub.as_ref().or(place.subject.hub.as_ref()) {
            command.arg("--hub").arg(hub.as_str());
        }
        command.arg("--").arg(&place.path);
        let mut child = command
            // It ends soon: pages that the allocator would return are wanted
            // by the next operation.
            .env("MIMALLOC_PURGE_DELAY", "-1")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .context("the examining process could not be started")?;
        let mut out = child
            .stdout
            .take()
            .context("the examining process has no output")?;
        let work = async {
            let mut text = String::new();
            out.read_to_string(&mut text).await?;
            Ok::<_, std::io::Error>((text, child.wait().await?))
        };
        match tokio::time::timeout(Duration::from_secs(self.timeout), work).await {
            Ok(Ok((printed, _))) if !printed.is_empty() => {
                let found: Value = serde_json::from_str(&printed)
                    .context("the examining process printed no JSON")?;
                match found.get("refused") {
                    None => Ok(found),
                    Some(refused) => Err(refusal(refused).into()),
                }
            }
            Ok(Ok((_, status))) => Ok(crashed(&format!("the process ended with {status}"))),
            Ok(Err(error)) => Err(error).context("the examining process cannot be heard"),
            Err(_) => Ok(crashed(&format!("given up after {} seconds", self.timeout))),
        }
    }
}

fn crashed(how: &str) -> Value {
    serde_json::json!({
        "schema_version": arbor_service::wire::SCHEMA_VERSION,
        "model": null,
        "model_type": null,
        "verdict": "crashed",
        "checks": [{"name": "load", "outcome": "fail", "figure": null, "detail": how}],
        "published": [],
        "environment": null,
    })
}

async fn record(app: &App<'_>, run: Result<Run, ServiceError>) -> Result<RunId> {
    Ok(app.registry().await?.record(&run?).await?)
}

/// What the examining process refused.
fn refusal(told: &Value) -> Refusal {
    Refusal {
        exit: Exit::Failed,
        code: "no-device",
        message: text(&told["message"]).to_owned(),
        hint: told["hint"].as_str().map(str::to_owned),
    }
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

fn exit_of(verdict: &str) -> Exit {
    match verdict {
        "verified" | "sound" => Exit::Ok,
        "drifted" | "broken" => Exit::Disagreed,
        _ => Exit::Failed,
    }
}

pub(crate) fn report(found: &Value, page: &Page) -> String {
    let kind = found["model_type"]
        .as_str()
        .map_or_else(String::new, |kind| format!(" ({kind})"));
    let heading = format!(
        "{}{kind}: {}",
        text(&found["model"]),
        text(&found["verdict"])
    );
    let mut out = page.line(&heading);
    for check in found["checks"].as_array().into_iter().flatten() {
        let mark = match text(&check["outcome"]) {
            "pass" => "✓",
            "fail" => "✕",
            _ => "○",
        };
        let figure = check["figure"].as_f64().map_or_else(String::new, figure);
        let said = format!("{figure}{}", text(&check["detail"]));
        out += &page.paragraph(&format!("{mark} {}", text(&check["name"])), &said);
    }
    for row in found["published"].as_array().into_iter().flatten() {
        out += &published(row, page);
    }
    out
}

/// A published value: how the checkpoint stands to it, and where it stands.
fn published(row: &Value, page: &Page) -> String {
    let mark = match text(&row["standing"]) {
        "pass" => "✓",
        "fail" => "✕",
        _ => "○",
    };
    let mut said = text(&row["standing"]).replace('-', " ");
    for (key, words) in [("far", "apart"), ("share", "of what is allowed")] {
        if let Some(number) = row[key].as_f64() {
            said += &format!(" · {} {words}", figure(number).trim_end_matches(" · "));
        }
    }
    if let Some(detail) = row["detail"].as_str() {
        said += &format!(" · {detail}");
    }
    let heading = format!("{mark} {} (tier {})", text(&row["id"]), text(&row["tier"]));
    page.paragraph(&heading, &format!("{said} · {}", text(&row["source"])))
}

/// A figure as people read it: whole, or with two digits and an exponent.
fn figure(figure: f64) -> String {
    if figure.fract() == 0.0 && figure.abs() < 1e15 {
        format!("{figure} · ")
    } else if figure.abs() >= 0.01 {
        format!("{figure:.2} · ")
    } else {
        format!("{figure:.1e} · ")
    }
}
