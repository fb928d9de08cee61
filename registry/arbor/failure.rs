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
    for cause in unsaid(message, causes) {
        text += &format!("  caused by: {}\n", harmless(cause));
    }
    if let Some(hint) = hint {
        let word = style::paint(style::HINT, "hint");
        text += &format!("\n{word}: {}\n", harmless(hint));
    }
    let _ = anstream::stderr().write_all(text.as_bytes());
}

/// The causes that say more than what stands above them: errors often repeat
/// in their own words what caused them.
fn unsaid<'a>(message: &'a str, causes: &'a [String]) -> Vec<&'a str> {
    let mut said = vec![message];
    for cause in causes {
        if !said.iter().any(|text| text.contains(cause.as_str())) {
            said.push(cause);
        }
    }
    said.split_off(1)
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

#[cfg(test)]
mod tests {
    use super::unsaid;

    #[test]
    fn nothing_is_said_twice() {
        for (causes, left) in [
            (&["the disk is full"][..], &["the disk is full"][..]),
            (&["it broke", "why"], &["why"]),
            (&["why: 14", "why: 14"], &["why: 14"]),
            (&["engine: (14) why", "(14) why"], &["engine: (14) why"]),
            (&["one", "other", "one"], &["one", "other"]),
        ] {
            let causes: Vec<String> = causes.iter().copied().map(str::to_owned).collect();
            assert_eq!(unsaid("it broke", &causes), left, "{causes:?}");
        }
    }
}
