//! `arbor lineage bases`: which models hold up the most others.

use crate::commands::App;
use crate::render::table::{self, Cell, Column, Overflow};
use crate::terminal::Mode;
use anyhow::Result;
use arbor_service::wire;

/// List the bases whose loss would take the most models with them
#[derive(clap::Args)]
pub(crate) struct Bases {
    /// At most so many
    #[arg(long, value_name = "N", default_value_t = 20,
          value_parser = clap::value_parser!(u16).range(1..=1000))]
    limit: u16,
}

impl Bases {
    pub(crate) async fn run(&self, app: &App<'_>) -> Result<()> {
        let view = app.view().await?;
        let found = view.dominators(self.limit.into());
        let row = |base: &wire::Dominator| {
            let numbers = [base.dominated, base.descendants].map(|n| n.to_string());
            let [dominated, descendants] = numbers;
            vec![base.id.clone(), base.name.clone(), dominated, descendants]
        };
        match app.terminal.mode() {
            Mode::Json => app.terminal.json(&found),
            Mode::Quiet => app.terminal.ids(found.bases.iter().map(|b| b.id.as_str())),
            Mode::Plain => app.terminal.print(&table::tsv(found.bases.iter().map(row))),
            Mode::Human => {
                let rows = found.bases.iter().map(|base| {
                    let cells = row(base).into_iter().map(Cell::new);
                    cells.collect::<Vec<_>>()
                });
                app.terminal.print(&table::table(
                    &[
                        Column::text("id"),
                        Column::text("name"),
                        Column::number("only through it"),
                        Column::number("descendants"),
                    ],
                    &rows.collect::<Vec<_>>(),
                    Overflow::Cut,
                    app.terminal.width(),
                ))
            }
        }
    }
}
