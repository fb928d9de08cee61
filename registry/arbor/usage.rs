//! What clap says about a command line it does not understand, in the house
//! style; and help and version, which it hands over as errors too.

use crate::args::Cli;
use crate::exit::Exit;
use crate::failure;
use crate::render::style::harmless;
use arbor_service::wire::Failure;
use clap::CommandFactory as _;
use clap::error::{ContextValue, ErrorKind};
use std::io::Write as _;

/// Reports what clap found and says how the program ends.
pub(crate) fn report(mut error: clap::Error) -> Exit {
    if !error.use_stderr() {
        let _ = error.print();
        return Exit::Ok;
    }
    // clap takes a variable of the environment for an argument, and then
    // complains where it would have helped.
    let bare = error.kind() == ErrorKind::MissingSubcommand && std::env::args_os().count() == 1;
    if bare {
        let help = Cli::command().render_help();
        let _ = write!(anstream::stderr(), "{}", help.ansi());
        return Exit::Usage;
    }
    if error.kind() == ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand {
        let _ = error.print();
        return Exit::Usage;
    }
    escape(&mut error);
    let said = Said::parse(&error.render().to_string());
    if wants_json() {
        failure::json(Failure {
            code: "usage",
            message: said.message,
            hint: said.hint,
            link: None,
        });
    } else {
        failure::print(&said.message, &[], said.hint.as_deref());
        if let Some(usage) = said.usage {
            let _ = writeln!(anstream::stderr(), "\n{usage}");
        }
    }
    Exit::Usage
}

/// The command line was not understood, so whether `--json` is on it can
/// only be guessed; a value of that name is unlikely.
fn wants_json() -> bool {
    std::env::args_os().any(|argument| argument == "--json")
}

/// What was typed may hold control characters.
fn escape(error: &mut clap::Error) {
    let typed: Vec<_> = error
        .context()
        .filter_map(|(kind, value)| {
            if let ContextValue::String(text) = value {
                return Some((kind, ContextValue::String(harmless(text))));
            }
            if let ContextValue::Strings(texts) = value {
                let texts = texts.iter().map(|text| harmless(text)).collect();
                return Some((kind, ContextValue::Strings(texts)));
            }
            None
        })
        .collect();
    for (kind, value) in typed {
        error.insert(kind, value);
    }
}

/// clap's text taken apart.
#[derive(Debug, PartialEq, Eq)]
struct Said {
    message: String,
    hint: Option<String>,
    usage: Option<String>,
}

impl Said {
    /// clap separates its parts by empty lines, lists possible values in
    /// brackets below the message, and quotes with `'`.
    fn parse(text: &str) -> Self {
        let text = text.replace('\'', "`");
        let mut parts = text.trim_end().split("\n\n");
        let mut lines = parts.next().unwrap_or_default().lines();
        let message = lines.next().unwrap_or_default();
        let message = message.strip_prefix("error: ").unwrap_or(message);
        let bracketed: Vec<_> = lines
            .map(|line| line.trim().trim_matches(['[', ']']).to_owned())
            .collect();
        let mut hints = Vec::new();
        let mut usage = None;
        for part in parts {
            if let Some(tips) = part.strip_prefix("  tip: ") {
                hints.extend(tips.split("\n  tip: ").map(str::to_owned));
            } else if part.starts_with("Usage: ") {
                usage = Some(part.to_owned());
            }
        }
        hints.extend(bracketed);
        Self {
            message: message.to_owned(),
            hint: (!hints.is_empty()).then(|| hints.join("; ")),
            usage,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Said;

    #[test]
    fn the_parts_of_an_error_are_found() {
        let said = Said::parse(
            "error: invalid value 'enk' for '--branch <B>'\n  [possible values: enc, dec]\n\n  \
             tip: a similar value exists: 'enc'\n\nFor more information, try '--help'.\n",
        );
        let hint = "a similar value exists: `enc`; possible values: enc, dec";
        assert_eq!(said.message, "invalid value `enk` for `--branch <B>`");
        assert_eq!(said.hint.as_deref(), Some(hint));
        assert_eq!(said.usage, None);
    }
}
