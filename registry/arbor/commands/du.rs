//! `arbor du`: how much room pulled models take.

use crate::commands::App;
use crate::render::table::{self, Cell, Column, Overflow};
use crate::render::text::bytes;
use crate::terminal::Mode;
use anyhow::Result;
use arbor_model::human_bytes;
use arbor_service::Files;
use arbor_service::wire::RepositoryUsage;

/// Say how much room pulled models take
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  arbor du
  arbor du --json | jq .bytes")]
pub(crate) struct Du {}

impl Du {
    pub(crate) fn run(&self, app: &App<'_>) -> Result<()> {
        let usage = Files::open(|name| std::env::var_os(name), &[])?.usage()?;
        let repositories = &usage.repositories;
        match app.terminal.mode() {
            Mode::Json => app.terminal.json(&usage)?,
            Mode::Quiet => app
                .terminal
                .ids(repositories.iter().map(|one| one.repo.as_str()))?,
            Mode::Plain => app
                .terminal
                .print(&table::tsv(repositories.iter().map(plain)))?,
            Mode::Human if repositories.is_empty() => {
                app.terminal
                    .note(&format!("there is nothing in {}", usage.cache));
            }
            Mode::Human => {
                let columns = [
                    Column::text("repository"),
                    Column::number("size"),
                    Column::number("unfinished"),
                    Column::number("files"),
                    Column::number("commits"),
                ];
                let rows: Vec<Vec<Cell>> = repositories.iter().map(drawn).collect();
                let width = app.terminal.width();
                let mut text = table::table(&columns, &rows, Overflow::Cut, width);
                text += &format!("\n{} in {}\n", bytes(usage.bytes), usage.cache);
                app.terminal.print(&text)?;
            }
        }
        Ok(())
    }
}

fn plain(one: &RepositoryUsage) -> Vec<String> {
    let numbers = [one.bytes, one.unfinished, one.files, one.commits];
    let numbers = numbers.iter().map(ToString::to_string);
    [one.repo.clone()].into_iter().chain(numbers).collect()
}

fn drawn(one: &RepositoryUsage) -> Vec<Cell> {
    vec![
        Cell::strong(&one.repo),
        Cell::new(human_bytes(one.bytes)),
        Cell::faint(human_bytes(one.unfinished)),
        Cell::new(one.files.to_string()),
        Cell::new(one.commits.to_string()),
    ]
}
