//! `arbor search`: models by words.

use crate::commands::App;
use crate::commands::list::access;
use crate::render::table::{self, Cell, Column, Overflow};
use crate::terminal::Mode;
use anyhow::Result;
use arbor_service::wire::SearchHit;

/// Find models by words in their names, ids, hub ids, families and makers
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Search {
    /// What to look for; case, accents and hyphens do not matter
    #[arg(required = true, value_name = "TEXT")]
    words: Vec<String>,
    /// At most so many
    #[arg(long, value_name = "N", default_value_t = 20,
          value_parser = clap::value_parser!(u32).range(1..=1000))]
    limit: u32,
}

const EXAMPLES: &str = "\
Examples:
  arbor search pangu
  arbor search google t5 --limit 5
  arbor show \"$(arbor search bert large -q | head -1)\"";

impl Search {
    pub(crate) async fn run(&self, app: &App<'_>) -> Result<()> {
        let words = self.words.join(" ");
        let registry = app.registry().await?;
        let found = registry.search(&words, self.limit).await?;
        let ids = || found.hits.iter().map(|hit| hit.model.id.as_str());
        match app.terminal.mode() {
            Mode::Json => app.terminal.json(&found)?,
            Mode::Quiet => app.terminal.ids(ids())?,
            Mode::Plain => {
                let rows = found.hits.iter().map(plain);
                app.terminal.print(&table::tsv(rows))?;
            }
            Mode::Human if found.hits.is_empty() => {}
            Mode::Human => app.terminal.print(&table::table(
                &[
                    Column::text("id"),
                    Column::text("name"),
                    Column::word("date"),
                    Column::number("params"),
                    Column::word("access"),
                    Column::word("match"),
                ],
                &found.hits.iter().map(cells).collect::<Vec<_>>(),
                Overflow::Cut,
                app.terminal.width(),
            ))?,
        }
        if found.hits.is_empty() {
            app.terminal.note(&format!("no model matches `{words}`"));
            let near: Vec<_> = found.suggestions.iter().map(|s| format!("`{s}`")).collect();
            if !near.is_empty() {
                app.terminal
                    .note(&format!("did you mean {}?", near.join(", ")));
            }
        }
        Ok(())
    }
}

fn plain(hit: &SearchHit) -> Vec<String> {
    let model = &hit.model;
    vec![
        model.id.clone(),
        model.name.clone(),
        model.released.clone().unwrap_or_default(),
        model.parameters.map_or_else(String::new, |n| n.to_string()),
        access(model).to_owned(),
        hit.rank.to_owned(),
    ]
}

fn cells(hit: &SearchHit) -> Vec<Cell> {
    let model = &hit.model;
    vec![
        Cell::strong(&model.id),
        Cell::new(&model.name),
        Cell::new(model.released.clone().unwrap_or_default()),
        Cell::new(model.marked_size()),
        Cell::new(access(model)),
        Cell::faint(hit.rank),
    ]
}
