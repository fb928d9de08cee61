//! `arbor path` and `arbor lineage common`: how two models are related.

use crate::commands::App;
use crate::commands::relations::Relations;
use crate::render::table::{self, Cell, Column, Overflow};
use crate::terminal::Mode;
use anyhow::Result;
use arbor_model::Relation;
use arbor_service::wire::{self, PathEdge};

/// Say how two models are related: up to an ancestor they share, and down
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  arbor path vicuna-13b llama-7b
  arbor path bert-base gpt-2 --json

A model reaches another by going up to its parents (↑) and down to children
(↓). Exit code 1 says that they are not related.")]
pub(crate) struct Path {
    #[command(flatten)]
    two: Two,
}

/// List the nearest ancestors that two models share
#[derive(clap::Args)]
pub(crate) struct Common {
    #[command(flatten)]
    two: Two,
}

/// Two models, and what joins them.
#[derive(clap::Args)]
struct Two {
    /// One model
    a: String,
    /// The other
    b: String,
    #[command(flatten)]
    relations: Relations,
}

impl Path {
    pub(crate) async fn run(&self, app: &App<'_>) -> Result<()> {
        let relations = self.two.relations.set()?;
        let view = app.view().await?;
        let (a, b) = app.two(&view, &self.two.a, &self.two.b)?;
        let found = view.path(a, b, relations)?;
        match app.terminal.mode() {
            Mode::Json => app.terminal.json(&found),
            Mode::Quiet => app.terminal.ids(found.models.iter().map(String::as_str)),
            Mode::Plain => app
                .terminal
                .print(&table::tsv(found.edges.iter().map(plain))),
            Mode::Human if found.edges.is_empty() => app
                .terminal
                .print(&format!("{} and {} are one model", found.from, found.to)),
            Mode::Human => app.terminal.print(&table::table(
                &[
                    Column::word(""),
                    Column::text("child"),
                    Column::word("relation"),
                    Column::text("parent"),
                    Column::word("carries"),
                ],
                &found.edges.iter().map(cells).collect::<Vec<_>>(),
                Overflow::Cut,
                app.terminal.width(),
            )),
        }
    }
}

fn plain(step: &PathEdge) -> Vec<String> {
    let edge = &step.edge;
    let words = [
        step.direction,
        &edge.child,
        edge.relation,
        &edge.parent,
        edge.carries,
    ];
    words.map(str::to_owned).to_vec()
}

fn cells(step: &PathEdge) -> Vec<Cell> {
    let edge = &step.edge;
    let phrase = edge
        .relation
        .parse()
        .map_or(edge.relation, Relation::phrase);
    vec![
        Cell::new(if step.direction == "up" { "↑" } else { "↓" }),
        Cell::strong(&edge.child),
        Cell::new(phrase),
        Cell::strong(&edge.parent),
        Cell::faint(edge.carries),
    ]
}

impl Common {
    pub(crate) async fn run(&self, app: &App<'_>) -> Result<()> {
        let relations = self.two.relations.set()?;
        let view = app.view().await?;
        let (a, b) = app.two(&view, &self.two.a, &self.two.b)?;
        let found = view.common(a, b, relations)?;
        let row = |node: &wire::LineageNode| {
            vec![
                node.id.clone(),
                node.name.clone(),
                node.released.clone().unwrap_or_default(),
                node.depth.to_string(),
            ]
        };
        let ancestors = &found.ancestors;
        match app.terminal.mode() {
            Mode::Json => app.terminal.json(&found),
            Mode::Quiet => app.terminal.ids(ancestors.iter().map(|n| n.id.as_str())),
            Mode::Plain => app.terminal.print(&table::tsv(ancestors.iter().map(row))),
            Mode::Human => {
                let rows = ancestors
                    .iter()
                    .map(|node| row(node).into_iter().map(Cell::new).collect());
                app.terminal.print(&table::table(
                    &[
                        Column::text("id"),
                        Column::text("name"),
                        Column::word("date"),
                        Column::number("steps from both"),
                    ],
                    &rows.collect::<Vec<_>>(),
                    Overflow::Cut,
                    app.terminal.width(),
                ))
            }
        }
    }
}
