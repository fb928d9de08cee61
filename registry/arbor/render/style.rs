//! Colours and what else styles a word. Colour is never the only sign.

use anstyle::{AnsiColor, Style};
use arbor_model::Branch;

pub(crate) const ERROR: Style = AnsiColor::Red.on_default().bold();
pub(crate) const HINT: Style = AnsiColor::Cyan.on_default().bold();
pub(crate) const NOTE: Style = AnsiColor::Cyan.on_default().bold();
pub(crate) const STRONG: Style = Style::new().bold();
pub(crate) const FAINT: Style = Style::new().dimmed();

/// Puts a style around a text.
pub(crate) fn paint(style: Style, text: &str) -> String {
    if text.is_empty() {
        return String::new();
    }
    format!("{style}{text}{style:#}")
}

/// A branch's colour, of the terminal's own palette.
pub(crate) const fn branch_colour(branch: Branch) -> AnsiColor {
    match branch {
        Branch::Precursor => AnsiColor::BrightBlack,
        Branch::EncoderOnly => AnsiColor::Magenta,
        Branch::EncoderDecoder => AnsiColor::Green,
        Branch::DecoderOnly => AnsiColor::Blue,
    }
}

/// The branch by its name, as wire types have it.
pub(crate) fn branch_named(word: &str) -> Option<Branch> {
    word.parse().ok()
}

/// A branch in three letters, as the `--branch` filter takes it too.
pub(crate) const fn branch_short(branch: Branch) -> &'static str {
    match branch {
        Branch::Precursor => "pre",
        Branch::EncoderOnly => "enc",
        Branch::EncoderDecoder => "ed",
        Branch::DecoderOnly => "dec",
    }
}

/// The same text with its control characters spelled out, line ends aside:
/// none of them reaches the terminal.
pub(crate) fn harmless(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        if is_harmful(c) {
            safe.extend(c.escape_default());
        } else {
            safe.push(c);
        }
    }
    safe
}

/// Control characters, and those that turn the direction of writing.
fn is_harmful(c: char) -> bool {
    let turns =
        matches!(c, '\u{200e}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    (c.is_control() && c != '\n') || turns
}

#[cfg(test)]
mod tests {
    use super::harmless;

    #[test]
    fn control_characters_are_spelled_out() {
        for (text, safe) in [
            ("plain β", "plain β"),
            ("\u{1b}[31mred", "\\u{1b}[31mred"),
            ("a\tb\rc\nd", "a\\tb\\rc\nd"),
            ("\u{202e}evil", "\\u{202e}evil"),
        ] {
            assert_eq!(harmless(text), safe);
        }
    }
}
