//! `arbor check`: is a checkpoint what it claims? The work is done in a child
//! process with limits on time and memory: a hostile checkpoint may end the
//! child, never this program.
//!
//! `child.rs` has both ends of that process, `follow.rs` what is kept of it
//! as it goes; how a verdict looks to people, `render/report.rs`.

mod child;
mod follow;

use crate::commands::App;
use crate::commands::folder::Place;
use crate::commands::on::On;
use crate::exit::Exit;
use crate::render::facts::Page;
use crate::render::report::report;
use crate::terminal::Mode;
use anyhow::Result;
use arbor_model::HubId;
use arbor_service::{Manifest, Span, run_of};
use follow::Follow;
use serde_json::Value;
use std::path::PathBuf;
use std::time::Instant;

/// Examine a checkpoint: every tensor, every law, and the reference numbers
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  arbor check ./my-model
  arbor check google-bert/bert-base-uncased
  arbor check ./my-model --reference golden.json --json | jq .verdict
  arbor check ./my-finetune --as llama-2-7b
  arbor check ./bert --hub google-bert/bert-base-uncased
  arbor check ./my-model --device cuda:0 --dtype bf16
  arbor check ./vectors.bin
  arbor check ./my-model --allow-pickle

The folder holds `config.json` and safetensors, or ELMo's `options.json` and
weights; a file holds word vectors as word2vec writes them. The files of an id
are looked for in the hub's cache. PyTorch's own files are read with
--allow-pickle, and never run. Without --reference, a `reference.safetensors` or
`golden.json` beside them is compared with. So are the values that were
published for a hub id, or for the one that --hub names. The run is recorded: `arbor runs`
lists what was recorded, and a model's page shows it.

Verdicts: `verified` and `sound` hold every law, the first also matches its
reference; `drifted` gives other numbers; `broken` breaks a law; `unloadable`
could not be loaded; `crashed` ended its process.

Numbers are compared in f32 unless --dtype says otherwise. In other numbers, or
on another device, a run is judged by our own run in f32 on the processor, and
that one by the reference.")]
pub(crate) struct Check {
    /// The checkpoint: its folder, a file of word vectors, or a hub or
    /// catalogue id whose files the hub's cache holds
    model: String,
    /// Recorded outputs to compare with
    #[arg(long, value_name = "FILE")]
    reference: Option<PathBuf>,
    /// The hub repository that a folder is from: values published for that
    /// are compared with
    #[arg(long, value_name = "ORG/NAME")]
    hub: Option<HubId>,
    #[command(flatten)]
    on: On,
    /// Time passes over 128 and 512 tokens and 64 steps, too
    #[arg(long)]
    speeds: bool,
    /// Seconds after which the examination is given up
    #[arg(long, value_name = "S", default_value_t = 600,
          value_parser = clap::value_parser!(u64).range(1..=86_400))]
    timeout: u64,
    /// Record the run as one of this model of the catalogue
    #[arg(long = "as", value_name = "MODEL")]
    as_model: Option<String>,
    /// Leave no record of the run
    #[arg(long)]
    no_record: bool,
    /// Do the work in this process, and print JSON
    #[arg(long, hide = true)]
    worker: bool,
    /// As a worker: print each check as it is made, too
    #[arg(long, hide = true, requires = "worker")]
    steps: bool,
}

impl Check {
    pub(crate) async fn run(&self, app: &App<'_>) -> Result<Exit> {
        let placement = self.on.placement()?;
        if self.worker {
            return self.work(app, placement);
        }
        let mut place = app.place(&self.model).await?;
        if let Some(named) = &self.as_model {
            place.subject.model = Some(app.model(&*app.view().await?, named)?.id.clone());
        }
        let mut follow = Follow::new(app, &place.subject);
        let (mut found, manifest, span) = self.examined(&place, &mut follow).await?;
        if let Some(manifest) = &manifest {
            arbor_service::settle_files(&mut found, manifest);
        }
        match app.terminal.mode() {
            Mode::Json => app.terminal.json(&found)?,
            Mode::Quiet => app.terminal.ids([text(&found["verdict"])])?,
            Mode::Human | Mode::Plain => {
                let page = Page {
                    width: app.terminal.width(),
                };
                app.terminal.print(&report(&found, &page))?;
            }
        }
        if !self.no_record {
            let run = run_of(&found, &place.subject, manifest.unwrap_or_default(), span);
            // The verdict is said; that it cannot be kept takes nothing back.
            match follow.end(run).await {
                Ok(id) => app
                    .terminal
                    .note(&format!("recorded as run {}; `arbor runs show {0}`", id.0)),
                Err(error) => app
                    .terminal
                    .note(&format!("the run could not be recorded: {error:#}")),
            }
        }
        Ok(exit_of(text(&found["verdict"])))
    }

    /// Examines in a child while the files are hashed here.
    async fn examined(
        &self,
        place: &Place,
        follow: &mut Follow<'_>,
    ) -> Result<(Value, Option<Manifest>, Span)> {
        let began_us = follow.began_us();
        let clock = Instant::now();
        let files = place.clone();
        let hashed = (!self.no_record || place.subject.hub.is_some())
            .then(|| tokio::task::spawn_blocking(move || files.manifest()));
        let mut found = self.in_a_child(place, follow).await?;
        found["model"] = place.subject.named.as_str().into();
        let span = Span {
            began_us,
            took_us: u64::try_from(clock.elapsed().as_micros()).unwrap_or(u64::MAX >> 1),
        };
        let manifest = match hashed {
            // A file that cannot be read is the examination's to name.
            Some(hashed) => hashed.await?.ok(),
            None => None,
        };
        Ok((found, manifest, span))
    }
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

fn exit_of(verdict: &str) -> Exit {
    match verdict {
        "verified" | "sound" => Exit::Ok,
        "drifted" | "broken" => Exit::Disagreed,
        _ => Exit::Failed,
    }
}
