//! `arbor doctor`: whether the program, its catalogue and its database are
//! in order, and what this machine could run. It repairs nothing unless that
//! is asked for.

mod devices;
mod findings;

use crate::commands::App;
use crate::commands::stored::{Own, Stored};
use crate::database;
use crate::exit::{Exit, Refusal};
use crate::render::facts::Page;
use crate::render::style::{self, harmless};
use crate::terminal::Mode;
use anyhow::Result;
use arbor_service::wire;
use arbor_store::{IntegrityReport, Store as _, StoreError};
use arbor_store_sqlite::{OpenOptions, SqliteStore};
use serde::Serialize;
use std::path::Path;

/// Examine the program, its catalogue and its database, and list devices
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  arbor doctor
  arbor doctor --json | jq '.checks[] | select(.outcome == \"fail\")'
  arbor doctor --json | jq '.devices.devices[] | select(.state == \"present\")'

Exit code 1 says that something is wrong. Nothing is repaired without
`--repair`, and validation runs are left as they are with it.")]
pub(crate) struct Doctor {
    /// Write the stored catalogue anew where it is not the compiled-in one
    #[arg(long)]
    repair: bool,
}

/// How a check went.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
enum Outcome {
    Pass,
    Fail,
    Skip,
}

#[derive(Serialize)]
struct Check {
    name: &'static str,
    outcome: Outcome,
    detail: String,
}

#[derive(Serialize)]
struct Report {
    schema_version: u32,
    version: &'static str,
    program: Option<String>,
    database: String,
    catalogue: String,
    sound: bool,
    checks: Vec<Check>,
    devices: Option<wire::Devices>,
}

impl Doctor {
    pub(crate) async fn run(&self, app: &App<'_>) -> Result<()> {
        let path = database::path(app.globals)?;
        let own = Own::read();
        let mut checks = vec![findings::catalogue(&own)];
        checks.extend(self.database(&path, &own, app).await);
        let failed = checks.iter().filter(|c| c.outcome == Outcome::Fail).count();
        let program = std::env::current_exe().ok();
        let report = Report {
            schema_version: wire::SCHEMA_VERSION,
            version: env!("CARGO_PKG_VERSION"),
            program: program.map(|path| path.display().to_string()),
            database: path.display().to_string(),
            catalogue: own.digest.to_string(),
            sound: failed == 0,
            checks,
            devices: own.view().as_ref().map(arbor_service::devices),
        };
        match app.terminal.mode() {
            Mode::Json => app.terminal.json(&report)?,
            Mode::Human | Mode::Plain | Mode::Quiet => {
                let page = Page {
                    width: app.terminal.width(),
                };
                app.terminal.print(&text(&report, &page))?;
            }
        }
        if failed > 0 {
            let plural = if failed == 1 { " is" } else { "s are" };
            return Err(Refusal {
                exit: Exit::Failed,
                code: "unsound",
                message: format!("{failed} thing{plural} wrong"),
                hint: None,
            }
            .into());
        }
        Ok(())
    }

    /// What is found in the file; one that is not there is none to worry
    /// about.
    async fn database(&self, path: &Path, own: &Own, app: &App<'_>) -> Vec<Check> {
        let check = |outcome, detail| Check {
            name: "database",
            outcome,
            detail,
        };
        if !path.exists() {
            let detail = "not made yet; the first command that asks it makes it".to_owned();
            return vec![check(Outcome::Skip, detail)];
        }
        match self.examined(path, own, app).await {
            Ok((report, stored)) => findings::database(&report, &stored),
            Err(error) => {
                let error = anyhow::Error::from(error);
                vec![check(Outcome::Fail, format!("{error:#}"))]
            }
        }
    }

    async fn examined(
        &self,
        path: &Path,
        own: &Own,
        app: &App<'_>,
    ) -> Result<(IntegrityReport, Stored), StoreError> {
        let store = SqliteStore::open(path, &OpenOptions::default()).await?;
        let report = store.integrity().await?;
        let stored = own.compare(&store, &report).await;
        if !self.repair || !matches!(stored, Stored::Differs(_)) {
            return Ok((report, stored));
        }
        if let Some(repaired) = own.repair(&store).await? {
            app.terminal.note(&format!("repaired: {repaired}"));
        }
        let report = store.integrity().await?;
        let stored = own.compare(&store, &report).await;
        Ok((report, stored))
    }
}

fn text(report: &Report, page: &Page) -> String {
    let mut text = page.paragraph("arbor", report.version);
    if let Some(program) = &report.program {
        text += &page.paragraph("program", program);
    }
    text += &page.paragraph("database file", &report.database);
    let digest: String = report.catalogue.chars().take(16).collect();
    text += &page.paragraph("catalogue digest", &format!("{digest}…"));
    for check in &report.checks {
        let (mark, style) = match check.outcome {
            Outcome::Pass => ("✓", style::STRONG),
            Outcome::Fail => ("✕", style::ERROR),
            Outcome::Skip => ("○", style::FAINT),
        };
        let lines = page.paragraph(check.name, &harmless(&check.detail));
        text += &lines.replacen("  ", &format!("{} ", style::paint(style, mark)), 1);
    }
    if let Some(found) = &report.devices {
        text += &devices::text(found, page);
    }
    text
}
