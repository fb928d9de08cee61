//! Running text: widths, cutting and wrapping by display cells.

use arbor_model::human_bytes;
use unicode_width::{UnicodeWidthChar as _, UnicodeWidthStr as _};

/// How many cells a text takes.
pub(crate) fn width(text: &str) -> usize {
    text.width()
}

/// The text in at most so many cells, `mark` standing for what is cut.
pub(crate) fn cut(text: &str, cells: usize, mark: &str) -> String {
    if width(text) <= cells {
        return text.to_owned();
    }
    let room = cells.saturating_sub(width(mark));
    let mut short = head(text, room).to_owned();
    if width(mark) <= cells {
        short.push_str(mark);
    }
    short
}

/// The text and spaces up to so many cells.
pub(crate) fn pad(text: &str, cells: usize) -> String {
    format!("{text}{}", " ".repeat(cells.saturating_sub(width(text))))
}

/// The longest beginning that fits.
fn head(text: &str, cells: usize) -> &str {
    let mut used = 0;
    for (at, c) in text.char_indices() {
        used += c.width().unwrap_or(0);
        if used > cells {
            return &text[..at];
        }
    }
    text
}

/// The text in lines of at most so many cells, broken at spaces where that is
/// possible. Without a width it is one line.
pub(crate) fn wrap(text: &str, cells: Option<usize>) -> Vec<String> {
    let Some(cells) = cells.map(|cells| cells.max(1)) else {
        return vec![text.to_owned()];
    };
    let mut lines = Vec::new();
    let mut line = String::new();
    for word in text.split(' ') {
        let needed = width(word) + usize::from(!line.is_empty());
        if width(&line) + needed <= cells {
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(word);
            continue;
        }
        if !line.is_empty() {
            lines.push(std::mem::take(&mut line));
        }
        let mut rest = word;
        while width(rest) > cells {
            let first = head(rest, cells);
            // A character wider than the line still takes one.
            let at = first
                .len()
                .max(rest.chars().next().map_or(1, char::len_utf8));
            lines.push(rest[..at].to_owned());
            rest = &rest[at..];
        }
        rest.clone_into(&mut line);
    }
    lines.push(line);
    lines
}

/// A size as people say it, and in full: `12.6 GiB (13,476,831,232 bytes)`.
pub(crate) fn bytes(n: u64) -> String {
    let size = human_bytes(n);
    if n < 1_024 {
        return size;
    }
    format!("{size} ({} bytes)", grouped(n))
}

/// A number with its thousands parted by commas.
pub(crate) fn grouped(n: u64) -> String {
    let digits = n.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::{bytes, cut, pad, width, wrap};

    #[test]
    fn cells_are_counted_not_characters() {
        assert_eq!(cut("日本語モデル", 7, "…"), "日本語…");
        assert_eq!(cut("日本語", 6, "…"), "日本語");
        assert_eq!(width(&pad("日本", 6)), 6);
    }

    #[test]
    fn sizes_are_said_shortly_and_in_full() {
        for (n, said) in [
            (0, "0 B"),
            (1_023, "1023 B"),
            (1_536, "1.5 KiB (1,536 bytes)"),
            (13_476_831_232, "12.6 GiB (13,476,831,232 bytes)"),
        ] {
            assert_eq!(bytes(n), said);
        }
    }

    #[test]
    fn wrapped_lines_fit_and_lose_nothing() {
        let text = "one two three four averyverylongword 日本語";
        for cells in 2..20 {
            let lines = wrap(text, Some(cells));
            assert!(lines.iter().all(|line| width(line) <= cells), "{lines:?}");
            assert_eq!(
                lines.concat().replace(' ', ""),
                text.replace(' ', ""),
                "{cells}"
            );
        }
        assert_eq!(wrap(text, None), [text]);
    }
}
