//! `arbor rm`: takes a pulled model out of the cache.

use crate::commands::App;
use crate::render::text::bytes;
use crate::terminal::Mode;
use anyhow::Result;
use arbor_service::Files;

/// Take a pulled model out of the cache
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  arbor rm google-bert/bert-base-uncased

All commits of the repository go, for the hub's other tools too.")]
pub(crate) struct Rm {
    /// The model: a hub id or a name of the catalogue
    model: String,
}

impl Rm {
    pub(crate) async fn run(&self, app: &App<'_>) -> Result<()> {
        let target = app.repository(&self.model).await?;
        let removed = Files::open(|name| std::env::var_os(name), &[])?.remove(&target)?;
        match app.terminal.mode() {
            Mode::Json => app.terminal.json(&removed),
            Mode::Quiet | Mode::Plain => app.terminal.ids([removed.repo.as_str()]),
            Mode::Human => {
                let text = format!("{}: {} were given back", removed.repo, bytes(removed.bytes));
                app.terminal.print(&text)
            }
        }
    }
}
