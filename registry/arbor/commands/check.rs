//! `arbor check`: is a checkpoint what it claims? The work is done in a child
//! process with limits on time and memory: a hostile checkpoint may end the
//! child, never this program.

use crate::commands::{App, folder};
use crate::exit::Exit;
use crate::render::facts::Page;
use crate::terminal::Mode;
use anyhow::{Context as _, Result};
use serde_json::Value;
use std::path::PathBuf;
use std::process::Stdio;
use std::time::Duration;
use tokio::io::AsyncReadExt as _;

/// Examine a checkpoint: every tensor, every law, and the reference numbers
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  arbor check ./my-model
  arbor check ./my-model --reference golden.json --json | jq .verdict

The folder holds `config.json` and safetensors. Without --reference, a
`reference.safetensors` or `golden.json` beside them is compared with.

Verdicts: `verified` and `sound` hold every law, the first also matches its
reference; `drifted` gives other numbers; `broken` breaks a law; `unloadable`
could not be loaded; `crashed` ended its process.")]
pub(crate) struct Check {
    /// The checkpoint's folder
    folder: PathBuf,
    /// Recorded outputs to compare with
    #[arg(long, value_name = "FILE")]
    reference: Option<PathBuf>,
    /// Seconds after which the examination is given up
    #[arg(long, value_name = "S", default_value_t = 600,
          value_parser = clap::value_parser!(u64).range(1..=86_400))]
    timeout: u64,
    /// Do the work in this process, and print JSON
    #[arg(long, hide = true)]
    worker: bool,
}

impl Check {
    pub(crate) async fn run(&self, app: &App<'_>) -> Result<Exit> {
        if self.worker {
            folder::limit_memory(&self.folder)?;
            app.terminal.json(&arbor_service::examine(
                &self.folder,
                self.reference.as_deref(),
            ))?;
            return Ok(Exit::Ok);
        }
        let found = self.in_a_child().await?;
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
        Ok(exit_of(text(&found["verdict"])))
    }

    /// Runs the examination in a child and reads what it printed.
    async fn in_a_child(&self) -> Result<Value> {
        let this = std::env::current_exe().context("this program's own file is not known")?;
        let mut command = tokio::process::Command::new(this);
        command.arg("check").arg("--worker").arg(&self.folder);
        if let Some(reference) = &self.reference {
            command.arg("--reference").arg(reference);
        }
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
                serde_json::from_str(&printed).context("the examining process printed no JSON")
            }
            Ok(Ok((_, status))) => Ok(self.crashed(&format!("the process ended with {status}"))),
            Ok(Err(error)) => Err(error).context("the examining process cannot be heard"),
            Err(_) => Ok(self.crashed(&format!("given up after {} seconds", self.timeout))),
        }
    }

    fn crashed(&self, how: &str) -> Value {
        serde_json::json!({
            "schema_version": arbor_service::wire::SCHEMA_VERSION,
            "model": self.folder.display().to_string(),
            "model_type": null,
            "verdict": "crashed",
            "checks": [{"name": "load", "outcome": "fail", "figure": null, "detail": how}],
            "environment": null,
        })
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

fn report(found: &Value, page: &Page) -> String {
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
    out
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
