//! `arbor score`: how likely a checkpoint finds a text, token by token.

use crate::commands::on::On;
use crate::commands::{App, folder};
use crate::render::style::{self, harmless};
use crate::terminal::Mode;
use anstyle::{AnsiColor, Style};
use anyhow::Result;
use arbor_service::wire::{Score as Found, Token};
use arbor_service::{TextQuery, Typed};

/// Say how likely a checkpoint finds a text, token by token
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  arbor score ./my-gpt \"The cat sat on the mat.\"
  arbor score ./my-bert \"The cat sat on the mat.\" --json | jq .bits_per_byte
  arbor score ./my-t5 \"Die Katze sitzt.\" --source \"The cat sits.\"
  arbor score ./my-gpt --ids 5,6,7
  arbor score ./vectors.bin \"the cat sat on the mat\"

Log-probabilities are in nats. A causal model is given the first token. A masked
model is asked for one hidden token after the other: their sum is a
pseudo-log-likelihood. With an encoder the text is scored given --source. Word vectors
need their output vectors beside them, as `NAME.output.bin`. ELMo scores both
ways, with training's softmax and `vocab.txt`.")]
pub(crate) struct Score {
    /// The checkpoint: its folder, a file of word vectors, or a hub or
    /// catalogue id whose files the hub's cache holds
    model: String,
    /// The text
    #[arg(required_unless_present = "ids")]
    text: Option<String>,
    /// Token ids in place of the text, joined by commas
    #[arg(
        long,
        value_name = "IDS",
        value_delimiter = ',',
        conflicts_with = "text"
    )]
    ids: Option<Vec<u32>>,
    /// What the encoder reads, where there is one
    #[arg(long, value_name = "TEXT")]
    source: Option<String>,
    /// The same as token ids, joined by commas
    #[arg(
        long,
        value_name = "IDS",
        value_delimiter = ',',
        conflicts_with = "source"
    )]
    source_ids: Option<Vec<u32>>,
    /// The token that hides another, if the files do not say
    #[arg(long, value_name = "ID")]
    mask_id: Option<u32>,
    #[command(flatten)]
    on: On,
}

impl Score {
    pub(crate) async fn run(&self, app: &App<'_>) -> Result<()> {
        let placement = self.on.placement()?;
        let place = app.place(&self.model).await?;
        folder::limit_memory(&place.path, placement)?;
        let query = TextQuery {
            folder: place.path,
            typed: typed(self.text.as_deref(), self.ids.as_deref()).unwrap_or(Typed::Ids(vec![])),
            source: typed(self.source.as_deref(), self.source_ids.as_deref()),
            mask: self.mask_id,
            placement,
        };
        let found = tokio::task::spawn_blocking(move || arbor_service::score(&query)).await??;
        match app.terminal.mode() {
            Mode::Json => app.terminal.json(&found),
            Mode::Quiet => app
                .terminal
                .ids([found.log_likelihood.to_string().as_str()]),
            Mode::Plain => {
                let line = |token: &Token| {
                    let score = token
                        .logprob
                        .map_or_else(String::new, |score| score.to_string());
                    format!("{}\t{}\t{score}\n", said(token), token.id)
                };
                app.terminal
                    .print(&found.tokens.iter().map(line).collect::<String>())
            }
            Mode::Human => app.terminal.print(&table(&found)),
        }
    }
}

/// What was typed: a text, or ids.
pub(crate) fn typed(text: Option<&str>, ids: Option<&[u32]>) -> Option<Typed> {
    let ids = ids.map(|ids| Typed::Ids(ids.to_vec()));
    ids.or_else(|| text.map(|text| Typed::Text(text.to_owned())))
}

/// A token's text on one line, its spaces to be seen.
pub(crate) fn said(token: &Token) -> String {
    let text = token.text.as_deref().unwrap_or_default();
    harmless(&text.escape_debug().to_string())
}

fn table(found: &Found) -> String {
    let mut text = format!("{}: {}\n", harmless(&found.model), found.kind);
    for token in &found.tokens {
        let (score, colour) = match token.logprob {
            Some(score) => (format!("{score:.4}"), surprise(score)),
            None => ("given".to_owned(), style::FAINT),
        };
        let quoted = token.text.as_ref().map(|_| format!("\"{}\"", said(token)));
        let quoted = style::paint(colour, &quoted.unwrap_or_default());
        text += format!("{score:>10}  {:>7}  {quoted}", token.id).trim_end();
        text.push('\n');
    }
    text += &format!("{:>10.4}  log-likelihood, in nats\n", found.log_likelihood);
    if let Some(backward) = &found.backward {
        let sum = backward.log_likelihood;
        text += &format!("{sum:>10.4}  read backward, in nats\n");
    }
    if let Some(bits) = found.bits_per_byte {
        text += &format!("{bits:>10.4}  bits per byte\n");
    }
    text
}

/// From expected to unexpected: two bits, eight bits, more.
fn surprise(score: f64) -> Style {
    let bits = -score / std::f64::consts::LN_2;
    if bits < 2.0 {
        AnsiColor::Green.on_default()
    } else if bits < 8.0 {
        AnsiColor::Yellow.on_default()
    } else {
        AnsiColor::Red.on_default()
    }
}
