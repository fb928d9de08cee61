//! The process that looks at a checkpoint: what it does, and how it is run
//! and heard. Whatever becomes of it is an answer here.

use super::follow::Follow;
use super::{Check, text};
use crate::commands::App;
use crate::commands::folder::{self, Place};
use crate::exit::{Exit, Refusal};
use anyhow::{Context as _, Result};
use arbor_model::CheckRecord;
use arbor_service::wire::Failure;
use arbor_service::{Asked, Heard, Placement, rows_of};
use serde_json::Value;
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;
use tokio::io::{AsyncBufReadExt as _, BufReader};

/// How often it is noted that the process is alive.
const PULSE: Duration = Duration::from_secs(5);
/// How a line that tells a check begins; no line of an examination does.
const STEP: &str = "{\"check\":";

impl Check {
    /// Examines, and prints the examination; a device that cannot be used is
    /// told in its place.
    pub(super) fn work(&self, app: &App<'_>, placement: Placement) -> Result<Exit> {
        let folder = Path::new(&self.model);
        folder::limit_memory(folder, placement)?;
        let published = self.hub.as_ref().map(rows_of).unwrap_or_default();
        let tell = |check: &CheckRecord| {
            let check = arbor_service::wire::Check::new(check);
            // A parent that no longer listens is told the end in vain, too.
            let _ = app.terminal.event(&serde_json::json!({ "check": check }));
        };
        let asked = Asked {
            reference: self.reference.as_deref(),
            published: &published,
            speeds: self.speeds,
            heard: if self.steps {
                Heard::by(&tell)
            } else {
                Heard::default()
            },
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

    /// Runs the examination in a child, follows it, and reads what it printed.
    pub(super) async fn in_a_child(&self, place: &Place, follow: &mut Follow<'_>) -> Result<Value> {
        let this = std::env::current_exe().context("this program's own file is not known")?;
        let mut command = tokio::process::Command::new(this);
        command.arg("check").arg("--worker");
        command.args(self.on.arguments());
        if !self.no_record {
            command.arg("--steps");
        }
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
            .env(crate::PAGES, "-1")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .context("the examining process could not be started")?;
        let out = child
            .stdout
            .take()
            .context("the examining process has no output")?;
        let work = async {
            let mut text = String::new();
            let mut lines = BufReader::new(out).lines();
            let mut pulse = tokio::time::interval(PULSE);
            loop {
                tokio::select! {
                    line = lines.next_line() => match line? {
                        None => break,
                        Some(line) if line.starts_with(STEP) => {
                            let told: Value = serde_json::from_str(&line)?;
                            follow.heard(&told["check"]).await;
                        }
                        Some(line) => text.extend([line.as_str(), "\n"]),
                    },
                    _ = pulse.tick() => follow.alive().await,
                }
            }
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

/// What the examining process refused.
fn refusal(told: &Value) -> Refusal {
    Refusal {
        exit: Exit::Failed,
        code: "no-device",
        message: text(&told["message"]).to_owned(),
        hint: told["hint"].as_str().map(str::to_owned),
    }
}
