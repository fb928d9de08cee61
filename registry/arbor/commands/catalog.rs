//! `arbor catalog check`: everything that is wrong with a catalogue's files.
//! It opens no database.

use crate::commands::App;
use crate::exit::{Exit, Refusal};
use crate::render::style::{self, harmless};
use crate::terminal::Mode;
use anyhow::Result;
use arbor_catalog::{CatalogueFiles, Problem, read_catalogue};
use arbor_service::{ErrorCode, wire};
use serde::Serialize;
use std::path::PathBuf;

/// Look after the catalogue's files
#[derive(clap::Args)]
pub(crate) struct Catalog {
    #[command(subcommand)]
    task: Task,
}

#[derive(clap::Subcommand)]
enum Task {
    Check(Check),
}

/// Report all that is wrong with a catalogue, with file, line and column
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  arbor catalog check                  the catalogue compiled in
  arbor catalog check registry         the files of a clone
  arbor catalog check registry --json | jq '.problems[].place.file'

Problems go to standard output as `file:line:column: fault: message`, which
editors understand. Exit code 1 says that there are some.")]
struct Check {
    /// The folder with `sources.toml`, `organisations.toml` and `families/`
    /// [default: the catalogue compiled in]
    #[arg(value_name = "DIR")]
    folder: Option<PathBuf>,
}

#[derive(Serialize)]
struct Report<'a> {
    schema_version: u32,
    files: usize,
    models: Option<usize>,
    problems: Vec<Found<'a>>,
}

#[derive(Serialize)]
struct Found<'a> {
    file: &'a str,
    line: usize,
    column: usize,
    fault: &'static str,
    message: &'a str,
    hint: Option<&'a str>,
}

impl<'a> From<&'a Problem> for Found<'a> {
    fn from(problem: &'a Problem) -> Self {
        Self {
            file: &problem.place.file,
            line: problem.place.line,
            column: problem.place.column,
            fault: problem.fault.as_str(),
            message: &problem.message,
            hint: problem.hint.as_deref(),
        }
    }
}

impl Catalog {
    pub(crate) fn run(&self, app: &App<'_>) -> Result<()> {
        match &self.task {
            Task::Check(task) => task.run(app),
        }
    }
}

impl Check {
    fn run(&self, app: &App<'_>) -> Result<()> {
        let files = match &self.folder {
            Some(folder) => CatalogueFiles::from_folder(folder),
            None => Ok(CatalogueFiles::builtin()),
        };
        let count = files.as_ref().map_or(0, |files| files.iter().count());
        let read = files.and_then(|files| read_catalogue(&files));
        let models = read.as_ref().ok().map(|catalogue| catalogue.models.len());
        let problems = read.map_or_else(|problems| problems.0, |_| Vec::new());
        let report = Report {
            schema_version: wire::SCHEMA_VERSION,
            files: count,
            models,
            problems: problems.iter().map(Found::from).collect(),
        };
        match app.terminal.mode() {
            Mode::Json => app.terminal.json(&report)?,
            Mode::Human | Mode::Plain | Mode::Quiet => {
                let lines: String = report.problems.iter().map(line).collect();
                app.terminal.print(&lines)?;
            }
        }
        let number = problems.len();
        if number > 0 {
            let plural = if number == 1 { "" } else { "s" };
            return Err(Refusal {
                exit: Exit::Failed,
                code: ErrorCode::BrokenCatalogue.as_str(),
                message: format!("the catalogue has {number} problem{plural}"),
                hint: Some("`docs/CATALOGUE.md` explains the format".to_owned()),
            }
            .into());
        }
        let models = models.unwrap_or(0);
        app.terminal
            .note(&format!("{models} models in {count} files, no problems"));
        Ok(())
    }
}

/// A line that editors understand, and the hint below it.
fn line(found: &Found<'_>) -> String {
    let Found {
        file, line, column, ..
    } = found;
    let place = style::paint(style::STRONG, &harmless(&format!("{file}:{line}:{column}")));
    let fault = style::paint(style::ERROR, found.fault);
    let mut text = format!("{place}: {fault}: {}\n", harmless(found.message));
    if let Some(hint) = found.hint {
        text += &format!("  hint: {}\n", harmless(hint));
    }
    text
}
