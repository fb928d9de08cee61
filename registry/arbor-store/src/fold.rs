//! Which letters search takes for the same.
//!
//! Stored terms and queries both pass through [`fold`], so they always agree,
//! on every engine.

/// A text as search compares it: lower case and without accents; runs of
/// space, control characters, `-`, `_` and `/` are one space, with none at the
/// ends.
///
/// ```
/// # use arbor_store::fold;
/// assert_eq!(fold("BLOOMZ-7B1_mt"), fold(" bloomz  7b1 mt "));
/// assert_eq!(fold("Émile ÇA ø"), "emile ca o");
/// ```
#[must_use]
pub fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for c in text.chars().flat_map(char::to_lowercase) {
        if c.is_whitespace() || c.is_control() || matches!(c, '-' | '_' | '/') {
            if !folded.is_empty() && !folded.ends_with(' ') {
                folded.push(' ');
            }
        } else if !is_mark(c) {
            match base(c) {
                Some(base) => folded.push_str(base),
                None => folded.push(c),
            }
        }
    }
    folded.truncate(folded.trim_end().len());
    folded
}

/// Accents and the like that stand on the letter before them.
fn is_mark(c: char) -> bool {
    matches!(
        c,
        '\u{300}'..='\u{36F}'
            | '\u{1AB0}'..='\u{1AFF}'
            | '\u{20D0}'..='\u{20FF}'
            | '\u{FE20}'..='\u{FE2F}'
    )
}

/// Accented Latin letters, lower case, and the plain ones that stand for them.
const BASES: &[(&str, &str)] = &[
    ("àáâãäåāăąǎ", "a"),
    ("æ", "ae"),
    ("çćĉċč", "c"),
    ("ďđð", "d"),
    ("èéêëēĕėęěẽ", "e"),
    ("ĝğġģǧ", "g"),
    ("ĥħ", "h"),
    ("ìíîïĩīĭįıǐ", "i"),
    ("ĵ", "j"),
    ("ķ", "k"),
    ("ĺļľŀł", "l"),
    ("ñńņňŉ", "n"),
    ("òóôõöøōŏőǒ", "o"),
    ("œ", "oe"),
    ("ŕŗř", "r"),
    ("śŝşšș", "s"),
    ("ß", "ss"),
    ("ţťŧț", "t"),
    ("þ", "th"),
    ("ùúûüũūŭůűųǔ", "u"),
    ("ŵ", "w"),
    ("ýÿŷ", "y"),
    ("źżž", "z"),
];

fn base(c: char) -> Option<&'static str> {
    if c.is_ascii() {
        return None;
    }
    let mut bases = BASES.iter();
    bases
        .find(|(all, _)| all.contains(c))
        .map(|(_, base)| *base)
}
