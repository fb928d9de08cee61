//! `arbor params`: how many parameters a model has, and who says so.

use crate::commands::{App, gguf};
use crate::render::facts::Page;
use crate::render::text::grouped;
use crate::terminal::Mode;
use anyhow::Result;
use arbor_model::human_bytes;
use arbor_service::wire::{ByPart, HeaderFacts, Params as Found};
use arbor_service::{Files, Reading, ServiceError};
use std::path::Path;

/// Say how many parameters a model has, and who says so
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  arbor params palm-540b
  arbor params gpt-2 --json | jq .total
  arbor params ./my-model
  arbor params ./vectors.bin
  arbor params ./model-Q4_K_M.gguf
  arbor params acme/model@main

`total` counts each learned tensor once: ties once, buffers never. What is not
known is left out, and `null` in JSON.

A path is looked at first, then the catalogue, then the hub's cache; any other
`org/name` is read on the hub: config.json and the headers of its safetensors
files, never the tensors. That takes under 25 requests and 1 MB. Of a model of
many files some headers are read then, and the total is the genome's, or not
known; --every-header reads them all.

GGUF files are counted by the weights that their tensors stand for: a file, with
the others that it was split into, or of a folder or repository without other
weights one quantisation; the others are listed. A large vocabulary makes their
headers longer than 1 MB: --every-header reads on.")]
pub(crate) struct Params {
    /// The model: an id, an alias or a hub id; or a folder, or a GGUF file
    model: String,
    /// Read the header of every file, however many requests that takes
    #[arg(long)]
    every_header: bool,
}

impl Params {
    pub(crate) async fn run(&self, app: &App<'_>) -> Result<()> {
        let found = match vectors(&self.model)? {
            Some(found) => found,
            None => self.of_model(app).await?,
        };
        print(app, &found)
    }

    async fn of_model(&self, app: &App<'_>) -> Result<Found> {
        let reading = if self.every_header {
            Reading::Every
        } else {
            Reading::Few
        };
        if let Some(found) = unlisted(app, &self.model, reading).await? {
            return Ok(found);
        }
        let view = app.view().await?;
        Ok(view.params(app.model(&view, &self.model)?))
    }
}

/// The parameters of what is no model of the catalogue: a folder, a
/// repository in the cache, else one on the hub.
pub(crate) async fn unlisted(
    app: &App<'_>,
    named: &str,
    reading: Reading,
) -> Result<Option<Found>> {
    match app.unlisted(named).await {
        Ok(Some(place)) => {
            let by_headers = arbor_service::local_params(named, &place.path, place.cached())?;
            Ok(Some(match by_headers {
                Some(found) => found,
                None => arbor_service::folder_params(named, &place.config()?)?,
            }))
        }
        Ok(None) => Ok(None),
        Err(error) if is_not_cached(&error) => {
            let target = arbor_service::repository(named)?;
            Ok(Some(hub()?.params(&target, reading).await?))
        }
        Err(error) => Err(error),
    }
}

/// The hub, for what is on this machine nowhere.
pub(crate) fn hub() -> Result<Files> {
    Ok(Files::open(|name| std::env::var_os(name), &[])?)
}

/// Whether a repository would have to be asked for.
pub(crate) fn is_not_cached(error: &anyhow::Error) -> bool {
    let error = error.downcast_ref::<ServiceError>();
    error.is_some_and(ServiceError::is_not_cached)
}

/// Prints them.
pub(crate) fn print(app: &App<'_>, found: &Found) -> Result<()> {
    match app.terminal.mode() {
        Mode::Json => app.terminal.json(found),
        Mode::Quiet => app.terminal.ids([found.model.as_str()]),
        Mode::Human | Mode::Plain => app.terminal.print(&text(
            found,
            &Page {
                width: app.terminal.width(),
            },
        )),
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
        (None, None) if found.headers.is_some() => "not known".to_owned(),
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
    if let Some(headers) = &found.headers {
        text += &of_headers(found, headers, page);
    }
    text
}

/// What headers say, and how much of them was read.
fn of_headers(found: &Found, headers: &HeaderFacts, page: &Page) -> String {
    /// Tensors that are named.
    const NAMED: usize = 8;
    let mut rows = Vec::new();
    match &headers.gguf {
        Some(gguf) => rows.extend(gguf::rows(gguf)),
        None => {
            let formats = found.by_dtype.iter();
            rows.extend(formats.map(|(dtype, n)| (format!("In {dtype}"), grouped(*n))));
        }
    }
    for (packing, parameters) in &headers.packed {
        rows.push((format!("Packed {packing}"), grouped(*parameters)));
    }
    for left in headers.left_out.iter().take(NAMED) {
        let (tensor, elements) = (&left.tensor, grouped(left.elements));
        let value = format!("{tensor}, {elements}: {}", left.why);
        rows.push(("Left out".to_owned(), value));
    }
    if let Some(more) = headers.left_out.len().checked_sub(NAMED + 1) {
        rows.push(("Left out".to_owned(), format!("{} others", more + 1)));
    }
    if headers.uncertain {
        rows.push(("Uncertain".to_owned(), "see the remarks".to_owned()));
    }
    if let Some(genome) = &headers.genome {
        let (total, agreeing) = (grouped(genome.total), grouped(genome.agreeing));
        let value = if genome.agrees {
            format!("{total}; agrees, {agreeing} tensors compared")
        } else {
            format!(
                "{total}; differs: {agreeing} tensors agree, {} are missing, {} not its, {} of \
                 another size",
                genome.missing, genome.surplus, genome.wrong
            )
        };
        rows.push(("By the genome".to_owned(), value));
    }
    for remark in headers.remarks.iter().take(NAMED) {
        rows.push(("Remark".to_owned(), remark.clone()));
    }
    let (read, all) = (
        headers.files_read,
        headers.files_read + headers.files_unread,
    );
    let mut value = format!("{read} of {all}");
    if headers.files_unread > 0 {
        value += &format!(
            ", with {} parameters; --every-header reads all",
            grouped(headers.counted)
        );
    }
    rows.push(("Headers".to_owned(), value));
    let commit = headers.commit.iter();
    rows.extend(commit.map(|commit| ("Commit".to_owned(), commit.clone())));
    let (bytes, requests) = (human_bytes(found.bytes_read), headers.requests);
    let value = match requests {
        0 => bytes,
        _ => format!("{bytes} in {requests} requests"),
    };
    rows.push(("Read".to_owned(), value));
    let rows = rows.iter();
    rows.map(|(label, value)| page.paragraph(label, value))
        .collect()
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
