//! `arbor run`: a checkpoint goes on from a text, answers one, or fills what
//! it hides.

use crate::commands::on::On;
use crate::commands::score::{said, typed};
use crate::commands::{App, folder};
use crate::render::style::harmless;
use crate::terminal::Mode;
use anyhow::Result;
use arbor_service::wire::{Continuation, Filled, Neighbour, Token};
use arbor_service::{RunQuery, TextQuery, Typed};
use std::ops::ControlFlow;
use std::path::PathBuf;

/// Let a checkpoint go on from a text, answer it, or fill what it hides
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  arbor run ./my-gpt \"Once upon a time\" --max-tokens 40
  arbor run ./my-gpt \"Once upon a time\" --temperature 0.8 --seed 7
  arbor run ./my-bert \"The capital of France is [MASK].\"
  arbor run ./my-t5 \"translate English to German: The house is old.\"
  arbor run ./my-gpt --ids 5,6,7 --json
  arbor run ./vectors.bin \"the cat [MASK] on the mat\"
  arbor run ./vectors.bin --nearest \"king - man + woman\"

Without --temperature the likeliest token is taken each time. A masked model
names the five likeliest tokens for each mask. Word vectors do so where their
output vectors stand beside them, as `NAME.output.bin`; published vectors have
none, and name the words nearest to the mean of those around, by cosine.")]
pub(crate) struct Run {
    /// The checkpoint: its folder, a file of word vectors, or a hub or
    /// catalogue id whose files the hub's cache holds
    model: String,
    /// The text to go on from
    #[arg(required_unless_present_any = ["ids", "nearest"])]
    prompt: Option<String>,
    /// Token ids in place of the text, joined by commas
    #[arg(
        long,
        value_name = "IDS",
        value_delimiter = ',',
        conflicts_with = "prompt"
    )]
    ids: Option<Vec<u32>>,
    /// The words nearest to one, or to a sum of words, in word vectors
    #[arg(long, value_name = "WORDS", conflicts_with_all = ["prompt", "ids"])]
    nearest: Option<String>,
    /// Write at most so many tokens
    #[arg(long, value_name = "N", default_value_t = 64,
          value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    max_tokens: u32,
    /// Draw tokens: below 1 the likelier ones more often, above 1 less
    #[arg(long, value_name = "T", value_parser = temperature)]
    temperature: Option<f64>,
    /// Draw the same tokens each time
    #[arg(long, value_name = "S", default_value_t = 0, requires = "temperature")]
    seed: u64,
    /// The token that hides another, if the files do not say
    #[arg(long, value_name = "ID")]
    mask_id: Option<u32>,
    #[command(flatten)]
    on: On,
}

fn temperature(typed: &str) -> Result<f64, String> {
    let number = typed.parse::<f64>().ok();
    number
        .filter(|number| (0.0..=100.0).contains(number))
        .ok_or_else(|| "a number from 0 to 100".to_owned())
}

impl Run {
    pub(crate) async fn run(&self, app: &App<'_>) -> Result<()> {
        let placement = self.on.placement()?;
        let place = app.place(&self.model).await?;
        folder::limit_memory(&place.path, placement)?;
        if let Some(words) = &self.nearest {
            return near(place.path, words.clone(), app).await;
        }
        let query = TextQuery {
            folder: place.path,
            typed: typed(self.prompt.as_deref(), self.ids.as_deref()).unwrap_or(Typed::Ids(vec![])),
            source: None,
            mask: self.mask_id,
            placement,
        };
        let how = RunQuery {
            limit: self.max_tokens as usize,
            temperature: self.temperature.unwrap_or(0.0),
            seed: self.seed,
        };
        let (say, mut said) = tokio::sync::mpsc::unbounded_channel();
        let work = tokio::task::spawn_blocking(move || {
            arbor_service::run(&query, how, |piece| {
                // Nobody listens once the output is closed.
                match say.send(piece.to_owned()) {
                    Ok(()) => ControlFlow::Continue(()),
                    Err(_) => ControlFlow::Break(()),
                }
            })
        });
        let streams = matches!(app.terminal.mode(), Mode::Human | Mode::Plain);
        while let Some(piece) = said.recv().await {
            if streams {
                app.terminal.stream(&harmless(&piece))?;
            }
        }
        let found = work.await??;
        match app.terminal.mode() {
            Mode::Json => app.terminal.json(&found),
            Mode::Quiet => ids(&found, app),
            Mode::Human | Mode::Plain if found.ended.is_some() => {
                app.terminal.stream("\n")?;
                app.terminal.detail(&format!(
                    "it ended at the {}",
                    found.ended.unwrap_or_default()
                ));
                Ok(())
            }
            Mode::Human | Mode::Plain => {
                if found.kind == "near" {
                    app.terminal.note(NO_PROBABILITY);
                }
                app.terminal
                    .print(&found.masks.iter().map(filled).collect::<String>())
            }
        }
    }
}

/// What lies near a word, in word vectors.
async fn near(path: PathBuf, words: String, app: &App<'_>) -> Result<()> {
    let work = move || arbor_service::nearest(&path, &words);
    let found = tokio::task::spawn_blocking(work).await??;
    match app.terminal.mode() {
        Mode::Json => app.terminal.json(&found),
        Mode::Quiet => {
            let words = found.neighbours.iter().map(|near| harmless(&near.text));
            let words: Vec<String> = words.collect();
            app.terminal.ids(words.iter().map(String::as_str))
        }
        Mode::Human | Mode::Plain => {
            let line = |near: &Neighbour| format!("{}\n", neighbour(near));
            app.terminal
                .print(&found.neighbours.iter().map(line).collect::<String>())
        }
    }
}

/// Said with cosines, which look like probabilities.
const NO_PROBABILITY: &str =
    "there are no output vectors, so these are cosines to the mean of the words around";

fn neighbour(near: &Neighbour) -> String {
    let word = harmless(&near.text.escape_debug().to_string());
    format!("{:.4}\t{}\t{word}", near.cosine, near.id)
}

fn ids(found: &Continuation, app: &App<'_>) -> Result<()> {
    let likeliest = found
        .masks
        .iter()
        .filter_map(|mask| mask.candidates.first());
    let tokens = found.tokens.iter().chain(likeliest).map(|token| token.id);
    let near = found
        .masks
        .iter()
        .filter_map(|mask| mask.neighbours.first());
    let ids = tokens.chain(near.map(|near| near.id));
    let ids: Vec<String> = ids.map(|id| id.to_string()).collect();
    app.terminal.ids(ids.iter().map(String::as_str))
}

/// A line for each token that could stand there.
fn filled(mask: &Filled) -> String {
    let line = |token: &Token| {
        let probability = token.logprob.map_or(0.0, f64::exp);
        format!(
            "{}\t{probability:.4}\t{}\t{}\n",
            mask.position,
            token.id,
            said(token)
        )
    };
    let near = |near: &Neighbour| format!("{}\t{}\n", mask.position, neighbour(near));
    let candidates = mask.candidates.iter().map(line);
    candidates.chain(mask.neighbours.iter().map(near)).collect()
}
