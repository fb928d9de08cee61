//! `arbor show`: one model, every claim with its source.

use crate::commands::{App, imported, params};
use crate::render::facts::Page;
use crate::terminal::Mode;
use anyhow::Result;
use arbor_service::Reading;

/// Show all that is known of a model, and who says so
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Show {
    /// The model: an id, an alias or a hub id; or a folder, or a GGUF file
    model: String,
}

const EXAMPLES: &str = "\
Examples:
  arbor show gpt-3
  arbor show meta-llama/Llama-2-7b-hf
  arbor show palm-540b --json | jq '.claims.parameters'

Rival claims stand below the one that is shown (`or …`); the arrow says why it
is shown. How far a claim can be trusted: confirmed, read, derived, reported,
unreviewed.

What is neither in the catalogue nor imported is shown by its headers, as
`arbor params` reads them: a folder, the hub's cache, then the hub itself.";

/// How many validation runs come along.
const RUNS: u32 = 10;

impl Show {
    pub(crate) async fn run(&self, app: &App<'_>) -> Result<()> {
        let registry = app.registry().await?;
        let view = registry.view();
        if view.find(&self.model).is_none()
            && let Some(found) = registry.imported(&self.model).await?
        {
            return imported::show(app, &found);
        }
        if view.find(&self.model).is_none()
            && let Some(found) = params::unlisted(app, &self.model, Reading::Few).await?
        {
            return params::print(app, &found);
        }
        let model = app.model(&view, &self.model)?;
        let runs = registry.runs(Some(&model.id), None, RUNS).await?.runs;
        let shown = view.show(model, runs)?;
        match app.terminal.mode() {
            Mode::Json => app.terminal.json(&shown),
            Mode::Quiet => app.terminal.ids([shown.summary.id.as_str()]),
            Mode::Human | Mode::Plain => {
                let page = Page {
                    width: app.terminal.width(),
                };
                app.terminal.print(&page.model(&shown))
            }
        }
    }
}
