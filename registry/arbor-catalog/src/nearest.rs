//! "Did you mean": the known words nearest to an unknown one. The distance is
//! `strsim`'s; this file only says what is near enough to be worth offering.

/// The nearest known word, if one is near enough to be meant.
#[must_use]
pub fn nearest<'a>(unknown: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    nearest_many(unknown, known, 1).into_iter().next()
}

/// Up to `most` known words that could be meant, the nearest first.
#[must_use]
pub fn nearest_many<'a>(
    unknown: &str,
    known: impl IntoIterator<Item = &'a str>,
    most: usize,
) -> Vec<&'a str> {
    // A hostile query is cut: the distance is quadratic in the length.
    let unknown: String = unknown
        .chars()
        .take(96)
        .flat_map(char::to_lowercase)
        .collect();
    let mut scored: Vec<_> = known
        .into_iter()
        .map(|word| (score(&unknown, &word.to_lowercase()), word))
        .filter(|(score, _)| *score > 0.65)
        .collect();
    scored.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.cmp(b.1)));
    scored
        .into_iter()
        .take(most)
        .map(|(_, word)| word)
        .collect()
}

/// From 0 (nothing in common) to 1 (the same). Swapped letters count once,
/// and a word that begins as the other does is near: `llama2` → `llama-2-7b`.
fn score(unknown: &str, word: &str) -> f64 {
    let whole = strsim::normalized_damerau_levenshtein(unknown, word);
    let bare = |text: &str| text.replace(['-', '.', '_'], "");
    let (unknown, word) = (bare(unknown), bare(word));
    if unknown.len() >= 3 && word.starts_with(&unknown) {
        let longer = (word.len() - unknown.len()) as f64;
        return whole.max(0.95 - longer.min(20.0) / 100.0);
    }
    whole.max(strsim::normalized_damerau_levenshtein(&unknown, &word))
}
