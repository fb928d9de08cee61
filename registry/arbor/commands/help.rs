//! `arbor help`: a command's help, or a topic's. It opens no database.

use crate::args::Cli;
use crate::commands::App;
use crate::exit::{Refusal, TABLE};
use crate::render::text::wrap;
use crate::terminal::Mode;
use anyhow::Result;
use arbor_catalog::nearest;
use arbor_service::wire;
use clap::{Command, CommandFactory as _};
use serde::Serialize;

/// Explain a command, or the exit codes (`help exit-codes`)
#[derive(clap::Args)]
pub(crate) struct Help {
    /// A command, with its subcommand, or `exit-codes`
    #[arg(value_name = "TOPIC")]
    topic: Vec<String>,
}

const EXIT_CODES: &str = "exit-codes";

#[derive(Serialize)]
struct Codes {
    schema_version: u32,
    exit_codes: Vec<Code>,
}

#[derive(Serialize)]
struct Code {
    code: u8,
    meaning: &'static str,
}

impl Help {
    pub(crate) fn run(&self, app: &App<'_>) -> Result<()> {
        if self.topic.iter().eq([EXIT_CODES]) {
            return exit_codes(app);
        }
        let mut root = Cli::command().term_width(app.terminal.width().unwrap_or(100).min(100));
        root.build();
        let mut command = &mut root;
        for word in &self.topic {
            let known: Vec<String> = names(command);
            command = command.find_subcommand_mut(word).ok_or_else(|| {
                let known = known.iter().map(String::as_str);
                let near = nearest(word, known.chain([EXIT_CODES]));
                let hint = near.map(|near| format!("did you mean `{near}`?"));
                Refusal::usage(format!("there is no help on `{word}`"), hint)
            })?;
        }
        let help = command.render_long_help();
        app.terminal.print(&help.ansi().to_string())
    }
}

fn names(command: &Command) -> Vec<String> {
    let names = command.get_subcommands().map(|c| c.get_name().to_owned());
    names.collect()
}

fn exit_codes(app: &App<'_>) -> Result<()> {
    match app.terminal.mode() {
        Mode::Json => app.terminal.json(&Codes {
            schema_version: wire::SCHEMA_VERSION,
            exit_codes: TABLE
                .iter()
                .map(|row| Code {
                    code: row.code,
                    meaning: row.meaning,
                })
                .collect(),
        }),
        Mode::Human | Mode::Plain | Mode::Quiet => {
            let room = app.terminal.width().map(|width| width.saturating_sub(5));
            let lines = TABLE.iter().flat_map(|row| {
                let meaning = wrap(row.meaning, room).into_iter().enumerate();
                meaning.map(|(at, line)| {
                    let code = if at == 0 {
                        row.code.to_string()
                    } else {
                        String::new()
                    };
                    format!("{code:>3}  {line}\n")
                })
            });
            let lines: String = lines.collect();
            app.terminal.print(&lines)
        }
    }
}
