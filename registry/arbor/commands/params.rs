//! `arbor params`: how many parameters a model has, and who says so.

use crate::commands::App;
use crate::render::facts::Page;
use crate::render::text::grouped;
use crate::terminal::Mode;
use anyhow::Result;
use arbor_service::wire::{ByPart, Params as Found};
use std::path::Path;

/// Say how many parameters a model has, and who says so
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  arbor params palm-540b
  arbor params gpt-2 --json | jq .total
  arbor params ./my-model
  arbor params ./vectors.bin

`total` counts each learned tensor once: ties once, buffers never. What the
claims do not say is left out, and `null` in JSON.")]
pub(crate) struct Params {
    /// The model: an id, an alias or a hub id; or a folder with `config.json`
    model: String,
}

impl Params {
    pub(crate) async fn run(&self, app: &App<'_>) -> Result<()> {
        let found = match vectors(&self.model)? {
            Some(found) => found,
            None => self.of_model(app).await?,
        };
        match app.terminal.mode() {
            Mode::Json => app.terminal.json(&found),
            Mode::Quiet => app.terminal.ids([found.model.as_str()]),
            Mode::Human | Mode::Plain => app.terminal.print(&text(
                &found,
                &Page {
                    width: app.terminal.width(),
                },
            )),
        }
    }

    async fn of_model(&self, app: &App<'_>) -> Result<Found> {
        if let Some(config) = app.config(&self.model).await? {
            return Ok(arbor_service::folder_params(&self.model, &config)?);
        }
        let view = app.view().await?;
        Ok(view.params(app.model(&view, &self.model)?))
    }
}

/// The parameters of word vectors or ELMo, if `named` is a path to them.
fn vectors(named: &str) -> Result<Option<Found>> {
    let path = Path::new(named);
    Ok(match arbor_service::vectors_params(path)? {
        Some(found) => Some(found),
        None => arbor_service::elmo_params(path)?,
    })
}

fn text(found: &Found, page: &Page) -> String {
    let total = match (found.total, found.claims.first()) {
        (Some(total), _) => grouped(total),
        (None, Some(_)) => "not disclosed".to_owned(),
        (None, None) => "not recorded".to_owned(),
    };
    let mut text = page.line(&found.model);
    text += &page.paragraph("Total", &total);
    if let Some(active) = found.active {
        text += &page.paragraph("Active per token", &grouped(active));
    }
    for (part, count) in parts(&found.by_part) {
        text += &page.paragraph(&format!("… {part}"), &grouped(count));
    }
    text += &page.claims("Claims", &found.claims);
    text
}

/// The parts that are known.
fn parts(parts: &ByPart) -> Vec<(&'static str, u64)> {
    let named = [
        ("embedding", parts.embedding),
        ("attention", parts.attention),
        ("feed-forward", parts.feed_forward),
        ("norm", parts.norm),
        ("head", parts.head),
        ("experts", parts.experts),
        ("other", parts.other),
    ];
    let known = named.into_iter();
    known.filter_map(|(name, n)| Some((name, n?))).collect()
}
