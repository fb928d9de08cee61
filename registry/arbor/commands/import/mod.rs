//! `arbor import`: models of the hub in bulk, from a file of its records or
//! page by page from the hub itself; or the files of one model from a bundle.

mod hub;
mod parquet;

use crate::commands::{App, bundle};
use crate::exit::Exit;
use crate::render::counter::Counter;
use crate::render::facts::Page;
use crate::render::style::{self, STRONG, harmless};
use crate::render::table;
use crate::render::text::grouped;
use crate::terminal::Mode;
use anyhow::Result;
use arbor_service::ServiceError;
use arbor_service::wire::ImportReport;
use std::path::{Path, PathBuf};

/// Bring in the hub's models and the lineage that they declare, or a bundle
#[derive(clap::Args)]
#[command(
    subcommand_negates_reqs = true,
    args_conflicts_with_subcommands = true,
    override_usage = "\
arbor import <COMMAND>
       arbor import --bundle <FILE>",
    after_help = "\
Examples:
  arbor import parquet models.parquet
  arbor import hub --author Qwen
  arbor import hub --base meta-llama/Llama-2-7b-hf --json | jq .repairs
  arbor import --bundle acme--tiny-0123456789ab.tar

Imported models are what the hub says, unchecked: they stand beside the
catalogue and never in it. `arbor show org/name`, `arbor lineage org/name` and
`arbor list --imported` know them."
)]
pub(crate) struct Import {
    #[command(subcommand)]
    source: Option<Source>,
    /// The file that `arbor export --bundle` made; `-` is standard input
    #[arg(long, value_name = "FILE", required = true)]
    bundle: Option<PathBuf>,
}

#[derive(clap::Subcommand)]
enum Source {
    Parquet(parquet::Parquet),
    Hub(hub::Hub),
}

impl Import {
    pub(crate) async fn run(&self, app: &App<'_>) -> Result<Exit> {
        let Some(source) = &self.source else {
            // The arguments were read: one of both is there.
            let path = self.bundle.as_deref().unwrap_or(Path::new(""));
            return bundle::unpack(app, path).await;
        };
        let silent = matches!(app.terminal.mode(), Mode::Json | Mode::Quiet);
        let mut counter = Counter::new(silent);
        let done = tokio::select! {
            done = source.import(app, &mut counter) => Some(done),
            _ = tokio::signal::ctrl_c() => None,
        };
        counter.clear();
        match done {
            Some(report) => print(app, &report?).map(|()| Exit::Ok),
            None => {
                app.terminal.note(
                    "what was read is kept; run the same command again to go on and to settle \
                     the lineage",
                );
                Ok(Exit::Interrupted)
            }
        }
    }
}

impl Source {
    async fn import(&self, app: &App<'_>, counter: &mut Counter) -> Result<ImportReport> {
        let registry = app.registry().await?;
        let report: Result<ImportReport, ServiceError> = match self {
            Self::Parquet(source) => source.run(&registry, counter).await,
            Self::Hub(source) => source.run(&registry, counter).await,
        };
        Ok(report?)
    }
}

fn print(app: &App<'_>, report: &ImportReport) -> Result<()> {
    match app.terminal.mode() {
        Mode::Json => app.terminal.json(report)?,
        Mode::Quiet => {}
        Mode::Plain => {
            let counts = counts(report).into_iter();
            let counts = counts.map(|(label, count)| vec![label.to_owned(), count.to_string()]);
            let repairs = report.repairs.iter().filter(|repair| repair.count > 0);
            let repairs =
                repairs.map(|repair| vec![repair.kind.to_owned(), repair.count.to_string()]);
            app.terminal.print(&table::tsv(counts.chain(repairs)))?;
        }
        Mode::Human => {
            let page = Page {
                width: app.terminal.width(),
            };
            app.terminal.print(&human(report, &page))?;
        }
    }
    if !report.missing.is_empty() {
        let missing = report.missing.join(", ");
        app.terminal
            .note(&format!("the file has no column for: {missing}"));
    }
    Ok(())
}

fn counts(report: &ImportReport) -> [(&'static str, u64); 6] {
    [
        ("records", report.records),
        ("added", report.added),
        ("updated", report.updated),
        ("unchanged", report.unchanged),
        ("models", report.models),
        ("edges", report.edges),
    ]
}

fn human(report: &ImportReport, page: &Page) -> String {
    let mut text = page.line(&harmless(&report.source));
    for (label, count) in counts(report) {
        text += &page.paragraph(label, &grouped(count));
    }
    let repairs: Vec<_> = report
        .repairs
        .iter()
        .filter(|repair| repair.count > 0)
        .collect();
    if repairs.is_empty() {
        return text;
    }
    text += &format!("\n{}\n", style::paint(STRONG, "Repaired or left out"));
    for repair in repairs {
        text += &page.paragraph(repair.kind, &grouped(repair.count));
        for example in &repair.examples {
            let line = format!("{}: {}", example.model, example.detail);
            text += &page.paragraph("", &harmless(&line));
        }
    }
    text
}
