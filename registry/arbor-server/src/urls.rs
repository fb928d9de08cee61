//! Addresses: paths and queries as links write them. Commas stay readable,
//! since lists are joined with them.
//!
//! It knows no page; what is linked is told by its callers.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

const PART: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~')
    .remove(b',')
    .remove(b':');

/// A text as one part of a path or query.
pub(crate) fn part(text: &str) -> String {
    utf8_percent_encode(text, PART).to_string()
}

/// Pairs as a query without its question mark.
pub(crate) fn query<'a>(pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> String {
    let pairs = pairs
        .into_iter()
        .map(|(key, value)| format!("{}={}", part(key), part(value)));
    pairs.collect::<Vec<_>>().join("&")
}

/// A path with a query, and without the question mark where it is empty.
pub(crate) fn with_query<'a>(
    path: &str,
    pairs: impl IntoIterator<Item = (&'a str, &'a str)>,
) -> String {
    let query = query(pairs);
    if query.is_empty() {
        path.to_owned()
    } else {
        format!("{path}?{query}")
    }
}

/// A model's page.
pub(crate) fn model(id: &str) -> String {
    format!("/models/{}", part(id))
}

/// A family's page.
pub(crate) fn family(id: &str) -> String {
    format!("/families/{}", part(id))
}

/// An organisation's page.
pub(crate) fn organisation(id: &str) -> String {
    format!("/organisations/{}", part(id))
}

/// A source's page.
pub(crate) fn source(key: &str) -> String {
    format!("/sources/{}", part(key))
}

/// A validation run's page.
pub(crate) fn run(number: u64) -> String {
    format!("/runs/{number}")
}
