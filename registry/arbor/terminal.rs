//! What goes where: data to standard output, words to standard error, in the
//! form that the reader wants. It knows no command.

use crate::args::{Globals, Reader, When};
use crate::render::style;
use anstream::ColorChoice;
use serde::Serialize;
use std::io::{self, IsTerminal as _, Write as _};

/// The form of a command's output.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mode {
    /// For people.
    Human,
    /// Tab-separated values, or text that is not cut.
    Plain,
    /// JSON.
    Json,
    /// Ids only.
    Quiet,
}

/// Both streams and the reader's wishes.
pub(crate) struct Terminal {
    mode: Mode,
    width: Option<usize>,
    verbose: bool,
}

/// Narrower than this nothing can be laid out.
const NARROWEST: usize = 40;

impl Terminal {
    /// Looks at the options, the environment and the streams.
    pub(crate) fn new(globals: &Globals) -> Self {
        match globals.color {
            When::Auto => ColorChoice::Auto,
            When::Always => ColorChoice::Always,
            When::Never => ColorChoice::Never,
        }
        .write_global();
        let at_terminal = io::stdout().is_terminal();
        let mode = match globals.mode {
            _ if globals.json => Mode::Json,
            _ if globals.quiet => Mode::Quiet,
            Reader::Human => Mode::Human,
            Reader::Plain => Mode::Plain,
            Reader::Auto if at_terminal => Mode::Human,
            Reader::Auto => Mode::Plain,
        };
        let width = if globals.no_truncate {
            None
        } else {
            columns()
                .or_else(|| (at_terminal || mode == Mode::Human).then(|| measured().unwrap_or(80)))
        };
        Self {
            mode,
            width: width.map(|width| width.max(NARROWEST)),
            verbose: globals.verbose,
        }
    }

    /// The form of the output.
    pub(crate) const fn mode(&self) -> Mode {
        self.mode
    }

    /// How wide lines may be; nothing means as long as they are.
    pub(crate) const fn width(&self) -> Option<usize> {
        self.width
    }

    /// Prints data as it is; styles go if nobody could see them.
    pub(crate) fn print(&self, text: &str) -> anyhow::Result<()> {
        let mut out = anstream::stdout().lock();
        out.write_all(text.as_bytes())?;
        if !text.is_empty() && !text.ends_with('\n') {
            out.write_all(b"\n")?;
        }
        out.flush()?;
        Ok(())
    }

    /// Prints a piece of data that goes on.
    pub(crate) fn stream(&self, piece: &str) -> anyhow::Result<()> {
        let mut out = anstream::stdout().lock();
        out.write_all(piece.as_bytes())?;
        out.flush()?;
        Ok(())
    }

    /// Prints data as JSON.
    pub(crate) fn json(&self, data: &impl Serialize) -> anyhow::Result<()> {
        let mut out = io::BufWriter::new(io::stdout().lock());
        serde_json::to_writer_pretty(&mut out, data).map_err(io::Error::from)?;
        out.write_all(b"\n")?;
        out.flush()?;
        Ok(())
    }

    /// Prints one JSON value on one line, at once.
    pub(crate) fn event(&self, data: &impl Serialize) -> anyhow::Result<()> {
        let mut out = io::stdout().lock();
        let line = serde_json::to_string(data).map_err(io::Error::from)?;
        out.write_all(format!("{line}\n").as_bytes())?;
        out.flush()?;
        Ok(())
    }

    /// Prints ids, one a line.
    pub(crate) fn ids<'a>(&self, ids: impl IntoIterator<Item = &'a str>) -> anyhow::Result<()> {
        let lines: String = ids.into_iter().map(|id| format!("{id}\n")).collect();
        self.print(&lines)
    }

    /// A remark for people, on standard error.
    pub(crate) fn note(&self, text: &str) {
        match self.mode {
            Mode::Human | Mode::Plain => {
                let text = style::harmless(text);
                let line = format!("{}: {text}\n", style::paint(style::NOTE, "note"));
                let _ = anstream::stderr().write_all(line.as_bytes());
            }
            Mode::Json | Mode::Quiet => {}
        }
    }

    /// A remark for whoever asked for more of them.
    pub(crate) fn detail(&self, text: &str) {
        if self.verbose {
            self.note(text);
        }
    }
}

fn columns() -> Option<usize> {
    let columns = std::env::var("COLUMNS").ok()?;
    columns.parse().ok().filter(|width| *width > 0)
}

fn measured() -> Option<usize> {
    let (width, _) = terminal_size::terminal_size()?;
    Some(usize::from(width.0)).filter(|width| *width > 0)
}
