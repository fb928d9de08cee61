//! Says on standard error what went wrong, for people or as JSON.

use crate::exit::{self, Exit};
use crate::render::style::{self, harmless};
use crate::terminal::{Mode, Terminal};
use arbor_service::wire::Failure;
use serde::Serialize;
use std::io::{self, Write as _};

/// Reports an error and says how the program ends.
pub(crate) fn report(error: &anyhow::Error, terminal: &Terminal) -> Exit {
    if is_broken_pipe(error) {
        // Whoever read the output has enough of it.
        return Exit::Ok;
    }
    let (exit, failure) = exit::meaning(error);
    let causes: Vec<String> = error.chain().skip(1).map(ToString::to_string).collect();
    match terminal.mode() {
        Mode::Json => json(failure),
        Mode::Human | Mode::Plain | Mode::Quiet => {
            print(&failure.message, &causes, failure.hint.as_deref());
        }
    }
    exit
}

/// An error in the house style: what happened, because of what, and what to
/// do about it. Nobody is left to tell if standard error is closed.
pub(crate) fn print(message: &str, causes: &[String], hint: Option<&str>) {
    let mut text = format!(
        "{}: {}\n",
        style::paint(style::ERROR, "error"),
        harmless(message)
    );
    for cause in causes.iter().filter(|cause| !message.contains(*cause)) {
        text += &format!("  caused by: {}\n", harmless(cause));
    }
    if let Some(hint) = hint {
        let word = style::paint(style::HINT, "hint");
        text += &format!("\n{word}: {}\n", harmless(hint));
    }
    let _ = anstream::stderr().write_all(text.as_bytes());
}

/// An error as one line of JSON.
pub(crate) fn json(failure: Failure) {
    #[derive(Serialize)]
    struct Envelope {
        error: Failure,
    }
    if let Ok(text) = serde_json::to_string(&Envelope { error: failure }) {
        let _ = writeln!(io::stderr(), "{text}");
    }
}

fn is_broken_pipe(error: &anyhow::Error) -> bool {
    error
        .chain()
        .filter_map(|cause| cause.downcast_ref::<io::Error>())
        .any(|error| error.kind() == io::ErrorKind::BrokenPipe)
}
