//! `arbor memory`: what a model needs, worked out from its claims or, of a
//! folder or repository, from its genome, or from a GGUF file's header.

use crate::commands::{App, params};
use crate::render::facts::Page;
use crate::render::text::{bytes, grouped};
use crate::terminal::Mode;
use anyhow::Result;
use arbor_service::wire::Memory as Found;
use arbor_service::{MemoryQuery, Reading};

/// Work out how much memory a model needs: weights, and cache per token
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  arbor memory llama-2-7b
  arbor memory llama-2-70b --context 4096 --batch 8 --dtype bf16
  arbor memory gpt-2 --json | jq .total
  arbor memory ./my-model --context 32768
  arbor memory ./model-Q4_K_M.gguf --context 32768
  arbor memory acme/model@main

The arithmetic is on what is claimed of the model: where a figure is missing it
says which. Of a folder it is on its `config.json`, by what engines keep:
`full`, all of it; `windowed`, what windows show; `latent`, latent vectors;
`least`, both. The figures are the least one's. Runtimes need more: activations, fragments, the program itself.
What fits is said of each device of this machine, by the memory free on it now;
`arbor doctor` asks the other way about. JSON leaves it out: it is not the
model's.

Of a GGUF file the weights are what is stored and the cache is what its metadata
says; --dtype is the cache's. An `org/name` that was never pulled is asked for on
the hub: its config.json, or the header of a GGUF file.")]
pub(crate) struct Memory {
    /// The model: an id, an alias or a hub id; or a folder, or a GGUF file
    model: String,
    /// Positions of a sequence [default: what the model was built for]
    #[arg(long, visible_alias = "ctx", value_name = "N",
          value_parser = clap::value_parser!(u64).range(1..))]
    context: Option<u64>,
    /// Sequences at once
    #[arg(long, value_name = "B", default_value_t = 1,
          value_parser = clap::value_parser!(u64).range(1..))]
    batch: u64,
    /// The number format: `f32`, `bf16`, `f16`, …
    #[arg(long, value_name = "DTYPE", default_value = "bf16")]
    dtype: String,
    /// Read the header of every GGUF file of a repository, however long they are
    #[arg(long)]
    every_header: bool,
}

impl Memory {
    pub(crate) async fn run(&self, app: &App<'_>) -> Result<()> {
        let query = MemoryQuery {
            context: self.context,
            batch: self.batch,
            ..MemoryQuery::default()
        }
        .dtype(&self.dtype)?;
        let found = match self.unlisted(app, query).await? {
            Some(found) => found,
            None => {
                let view = app.view().await?;
                view.memory(app.model(&view, &self.model)?, query)?
            }
        };
        match app.terminal.mode() {
            Mode::Json => app.terminal.json(&found)?,
            Mode::Quiet => app.terminal.ids([found.model.as_str()])?,
            Mode::Human | Mode::Plain => app.terminal.print(&text(
                &found,
                &arbor_service::rooms(),
                &Page {
                    width: app.terminal.width(),
                },
            ))?,
        }
        if let Some(missing) = &found.missing {
            app.terminal
                .note(&format!("the cache is not known: {missing}"));
        }
        Ok(())
    }
}

impl Memory {
    /// Of what is no model of the catalogue: a path, a repository in the
    /// cache, else one on the hub.
    async fn unlisted(&self, app: &App<'_>, query: MemoryQuery) -> Result<Option<Found>> {
        let named = &self.model;
        match app.unlisted(named).await {
            Ok(Some(place)) => {
                let by_headers =
                    arbor_service::local_memory(named, &place.path, place.cached(), query)?;
                Ok(Some(match by_headers {
                    Some(found) => found,
                    None => arbor_service::folder_memory(named, &place.config()?, query)?,
                }))
            }
            Ok(None) => Ok(None),
            Err(error) if params::is_not_cached(&error) => {
                let target = arbor_service::repository(named)?;
                let reading = if self.every_header {
                    Reading::Every
                } else {
                    Reading::Few
                };
                Ok(Some(params::hub()?.memory(&target, reading, query).await?))
            }
            Err(error) => Err(error),
        }
    }
}

fn text(found: &Found, rooms: &[(String, u64)], page: &Page) -> String {
    let plural = if found.batch == 1 { "" } else { "s" };
    let question = format!(
        "{}, {} sequence{plural} of {} positions, {}",
        found.model,
        grouped(found.batch),
        grouped(found.context),
        found.dtype
    );
    let size = |n: Option<u64>| n.map_or_else(|| "not known".to_owned(), bytes);
    let mut text = page.line(&question);
    text += &page.paragraph("Weights", &bytes(found.weights));
    text += &page.paragraph("Cache per token", &size(found.cache_per_token));
    text += &page.paragraph("Cache", &size(found.cache));
    text += &page.paragraph("Total", &size(found.total));
    for (device, free) in rooms {
        let fits = match found.total {
            Some(total) if total <= *free => format!("fits, {} free", bytes(*free)),
            Some(_) => format!("does not fit, {} free", bytes(*free)),
            None if found.weights <= *free => format!("the weights fit, {} free", bytes(*free)),
            None => format!("not even the weights fit, {} free", bytes(*free)),
        };
        text += &page.paragraph(&format!("On {device}, now"), &fits);
    }
    for policy in &found.policies {
        text += &page.paragraph(&format!("… {} cache", policy.policy), &policy.formula);
    }
    text
}
