//! `arbor diff`: two models side by side, and what changed on the way from
//! one to the other.

use crate::commands::App;
use crate::render::facts::Page;
use crate::render::style::{STRONG, paint};
use crate::render::table::{self, Cell, Column, Look, Overflow};
use crate::terminal::Mode;
use anyhow::Result;
use arbor_model::Relation;
use arbor_service::wire::{Change, Diff as Found, DiffRow, Step};

/// Compare two models: facts side by side, differences first
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  arbor diff llama-7b llama-2-7b
  arbor diff bert-base roberta-base --json | jq '.rows[] | select(.change == \"differs\")'

Where the two are related, what changed along each edge between them follows.")]
pub(crate) struct Diff {
    /// One model
    a: String,
    /// The other
    b: String,
}

impl Diff {
    pub(crate) async fn run(&self, app: &App<'_>) -> Result<()> {
        let view = app.view().await?;
        let (a, b) = app.two(&view, &self.a, &self.b)?;
        let found = view.diff(a, b)?;
        match app.terminal.mode() {
            Mode::Json => app.terminal.json(&found)?,
            Mode::Quiet => app.terminal.ids([found.a.as_str(), found.b.as_str()])?,
            Mode::Plain => app
                .terminal
                .print(&table::tsv(found.rows.iter().map(plain)))?,
            Mode::Human => app.terminal.print(&human(&found, app.terminal.width()))?,
        }
        if found.path.is_empty() && found.a != found.b {
            app.terminal.note("the two are not related");
        }
        Ok(())
    }
}

const fn word(change: Change) -> &'static str {
    match change {
        Change::Differs => "differs",
        Change::OneSided => "one-sided",
        Change::Same => "same",
    }
}

fn plain(row: &DiffRow) -> Vec<String> {
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    vec![
        word(row.change).to_owned(),
        row.field.clone(),
        text(&row.a_display),
        text(&row.b_display),
        text(&row.delta),
    ]
}

fn human(found: &Found, width: Option<usize>) -> String {
    let rows: Vec<_> = found.rows.iter().map(cells).collect();
    let columns = [
        Column::word(""),
        Column::word("fact"),
        Column::text("a"),
        Column::text("b"),
        Column::text("difference"),
    ];
    let mut text = format!("a  {}\nb  {}\n\n", found.a, found.b);
    text += &table::table(&columns, &rows, Overflow::Wrap, width);
    if !found.path.is_empty() {
        text += &format!("\n{}\n", paint(STRONG, "What changed on the way"));
        let page = Page { width };
        text.extend(found.path.iter().map(|step| way(step, &page)));
    }
    text
}

fn cells(row: &DiffRow) -> Vec<Cell> {
    let (mark, look) = match row.change {
        Change::Differs => ("≠", Look::Strong),
        Change::OneSided => ("?", Look::Plain),
        Change::Same => ("=", Look::Faint),
    };
    let value = |text: &Option<String>| {
        let text = text.clone().unwrap_or_else(|| "not recorded".to_owned());
        Cell::new(text).look(look)
    };
    vec![
        Cell::new(mark),
        Cell::new(&row.field).look(look),
        value(&row.a_display),
        value(&row.b_display),
        Cell::new(row.delta.clone().unwrap_or_default()),
    ]
}

/// One edge, and what changed from parent to child.
fn way(step: &Step, page: &Page) -> String {
    let edge = &step.edge;
    let phrase = edge
        .relation
        .parse()
        .map_or(edge.relation, Relation::phrase);
    let mut text = page.line(&format!("{} {phrase} {}", edge.child, edge.parent));
    for change in &step.changes {
        text += &page.paragraph("", change);
    }
    text
}
