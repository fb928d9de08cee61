//! `arbor runs`: the validation runs that were recorded, and each one.

use crate::commands::App;
use crate::render::facts::Page;
use crate::render::report::report;
use crate::render::table::{self, Cell, Column, Overflow};
use crate::terminal::Mode;
use anyhow::Result;
use arbor_model::RunId;
use arbor_service::wire::Run;

/// List the validation runs that were recorded, or show one
#[derive(clap::Args)]
#[command(args_conflicts_with_subcommands = true)]
#[command(after_help = "\
Examples:
  arbor runs                    # the newest first
  arbor runs bert-base          # of one model
  arbor runs show 7             # every check, and the files that were read
  arbor runs --json | jq '.runs[] | select(.verdict != \"verified\")'

`arbor check` records runs; they are never changed.")]
pub(crate) struct Runs {
    /// Only runs of this model of the catalogue
    model: Option<String>,
    /// At most so many
    #[arg(long, value_name = "N", default_value_t = 50,
          value_parser = clap::value_parser!(u32).range(1..=500))]
    limit: u32,
    /// Only runs with a smaller number
    #[arg(long, value_name = "ID")]
    before: Option<u64>,
    #[command(subcommand)]
    what: Option<What>,
}

#[derive(clap::Subcommand)]
enum What {
    /// Show one run: every check, and the files that were read
    Show {
        /// Its number
        id: String,
    },
}

impl Runs {
    pub(crate) async fn run(&self, app: &App<'_>) -> Result<()> {
        match &self.what {
            Some(What::Show { id }) => show(app, id).await,
            None => self.list(app).await,
        }
    }

    async fn list(&self, app: &App<'_>) -> Result<()> {
        let registry = app.registry().await?;
        let view = registry.view();
        let model = match &self.model {
            Some(named) => Some(&app.model(&view, named)?.id),
            None => None,
        };
        let before = self.before.map(RunId);
        let found = registry.runs(model, before, self.limit).await?;
        let runs = &found.runs;
        match app.terminal.mode() {
            Mode::Json => app.terminal.json(&found)?,
            Mode::Quiet => {
                let ids: Vec<String> = runs.iter().map(|run| run.id.to_string()).collect();
                app.terminal.ids(ids.iter().map(String::as_str))?;
            }
            Mode::Plain => app.terminal.print(&table::tsv(runs.iter().map(cells)))?,
            Mode::Human if runs.is_empty() => {}
            Mode::Human => {
                let row = |run| cells(run).into_iter().map(Cell::new).collect();
                app.terminal.print(&table::table(
                    &COLUMNS,
                    &runs.iter().map(row).collect::<Vec<_>>(),
                    Overflow::Cut,
                    app.terminal.width(),
                ))?;
            }
        }
        if runs.is_empty() {
            app.terminal
                .note("no run is recorded; `arbor check FOLDER` makes one");
        }
        if let Some(before) = found.before {
            app.terminal
                .note(&format!("older ones: `--before {before}`"));
        }
        Ok(())
    }
}

const COLUMNS: [Column; 7] = [
    Column::number("run"),
    Column::word("verdict"),
    Column::text("what"),
    Column::word("passed"),
    Column::word("on"),
    Column::word("began"),
    Column::number("took"),
];

fn cells(run: &Run) -> Vec<String> {
    let (passed, made) = run.passed();
    vec![
        run.id.to_string(),
        run.verdict.to_owned(),
        run.model.clone().unwrap_or_else(|| run.subject.clone()),
        format!("{passed}/{made}"),
        format!("{} {}", run.device, run.dtype),
        run.began.clone(),
        run.took(),
    ]
}

async fn show(app: &App<'_>, id: &str) -> Result<()> {
    let run = app.registry().await?.run(id).await?;
    match app.terminal.mode() {
        Mode::Json => app.terminal.json(&run),
        Mode::Quiet => app.terminal.ids([run.verdict]),
        Mode::Human | Mode::Plain => {
            let page = Page {
                width: app.terminal.width(),
            };
            let mut found = serde_json::to_value(&run)?;
            found["model"] = run.subject.as_str().into();
            let mut text = report(&found, &page);
            for (label, value) in [
                ("model", run.model.clone().unwrap_or_default()),
                ("revision", run.revision.clone().unwrap_or_default()),
                ("began", run.began.clone()),
                ("took", run.took()),
                (
                    "on",
                    format!("{}, {}, {} threads", run.device, run.dtype, run.threads),
                ),
                ("loader", run.loader.clone()),
            ] {
                if !value.is_empty() {
                    text += &page.paragraph(label, &value);
                }
            }
            for file in &run.files {
                text += &page.paragraph(
                    &file.name,
                    &format!("{}  {} {}", file.bytes, file.digest_function, file.digest),
                );
            }
            app.terminal.print(&text)
        }
    }
}
