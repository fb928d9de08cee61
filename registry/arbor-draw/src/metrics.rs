//! How wide a text will be, from the advance table in `advances.rs`.
//!
//! It knows the drawing's font and no other: a browser that has to fall back
//! to another font may set a text a little wider. Unit: half pixels.

use crate::advances::{
    REGULAR_ASCII, REGULAR_GREEK, REGULAR_LATIN, SEMIBOLD_ASCII, SEMIBOLD_GREEK, SEMIBOLD_LATIN,
};

/// A weight of the font.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Weight {
    /// 400.
    Regular,
    /// 600.
    SemiBold,
}

/// The width of one character in thousandths of an em.
fn advance(c: char, weight: Weight) -> u32 {
    let (ascii, latin, greek) = match weight {
        Weight::Regular => (&REGULAR_ASCII, &REGULAR_LATIN, &REGULAR_GREEK),
        Weight::SemiBold => (&SEMIBOLD_ASCII, &SEMIBOLD_LATIN, &SEMIBOLD_GREEK),
    };
    let code = u32::from(c);
    let listed = |table: &[u16], first: u32| {
        code.checked_sub(first)
            .and_then(|at| table.get(at as usize))
            .copied()
            .filter(|&w| w > 0)
            .map(u32::from)
    };
    listed(ascii, 0x20)
        .or_else(|| listed(latin, 0xA0))
        .or_else(|| listed(greek, 0x370))
        .unwrap_or(match code {
            // Marks that sit on the letter before them.
            0x300..=0x36F | 0x200B..=0x200D | 0xFE00..=0xFE0F => 0,
            0x2010..=0x2027 => 960,
            // Pictures are wider than an em in the usual fallback fonts.
            0x1F000.. => 1400,
            0x1100..=0x11FF | 0x2E80.. => 1050,
            _ => 800,
        })
}

/// The width of a text at a font size, both in half pixels, rounded up.
pub(crate) fn width(text: &str, size: f64, weight: Weight) -> i32 {
    let sum: u64 = text.chars().map(|c| u64::from(advance(c, weight))).sum();
    (sum as f64 * size / 1000.0).ceil() as i32
}

/// The text if it fits, else its beginning and an ellipsis.
pub(crate) fn fit(text: &str, size: f64, weight: Weight, limit: i32) -> String {
    let text = bare(&clean(text));
    if width(&text, size, weight) <= limit {
        return text;
    }
    let budget = f64::from(limit) * 1000.0 / size - f64::from(advance('…', weight));
    let mut used = 0.0;
    let mut kept: String = text
        .chars()
        .take_while(|&c| {
            used += f64::from(advance(c, weight));
            used <= budget
        })
        .collect();
    kept.truncate(kept.trim_end().len());
    kept.push('…');
    kept
}

/// The same without the accents that stand alone: fonts stack them beyond any
/// pill, or put a box for each that the table knows no width of.
fn bare(text: &str) -> String {
    let marks = '\u{300}'..='\u{36F}';
    let kept = text.chars().filter(|c| !marks.contains(c));
    kept.collect()
}

/// Leaves out what XML forbids and what could reorder the text beside it.
pub(crate) fn clean(text: &str) -> String {
    text.chars()
        .filter(|&c| {
            !c.is_control()
                && !matches!(c, '\u{200E}' | '\u{200F}' | '\u{2028}'..='\u{202E}'
                    | '\u{2066}'..='\u{2069}' | '\u{FFFE}' | '\u{FFFF}' | '\u{061C}')
        })
        .collect()
}
