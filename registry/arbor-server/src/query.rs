//! A request's query: decoded once, sorted, and split into the keys that the
//! route takes and those that it does not.
//!
//! It does not know what a filter's values mean; that is `arbor-service`'s
//! grammar. Which keys a route takes stands in `keys.rs`.

use crate::keys::Key;
use crate::urls;
use arbor_service::ServiceError;
use std::ops::RangeInclusive;
use std::str::FromStr;

/// The most pairs a query may have: a longer one is an attack, not a wish.
const MOST_PAIRS: usize = 100;

/// A request's query.
#[derive(Clone, Debug, Default)]
pub(crate) struct Query {
    known: Vec<(&'static str, String)>,
    unknown: Vec<String>,
    residue: bool,
}

impl Query {
    /// Reads a raw query as a route with these keys takes it. A key without a
    /// value counts as not given: forms send one for every field left blank.
    pub(crate) fn read(raw: &str, keys: &[&[Key]]) -> Result<Self, ServiceError> {
        let mut query = Self::default();
        for (at, (key, value)) in form_urlencoded::parse(raw.as_bytes()).enumerate() {
            if at >= MOST_PAIRS {
                let expected = format!("at most {MOST_PAIRS} keys");
                return Err(ServiceError::bad_parameter("query", "…", expected));
            }
            let known = keys.iter().copied().flatten().find(|k| k.name == key);
            match known {
                None => query.unknown.push(key.into_owned()),
                Some(_) if value.trim().is_empty() => query.residue = true,
                Some(known) => {
                    query.residue |= !known.repeats && query.get(known.name).is_some();
                    query.known.push((known.name, value.into_owned()));
                }
            }
        }
        query.known.sort_by_key(|(key, _)| *key);
        query.unknown.sort();
        query.unknown.dedup();
        Ok(query)
    }

    /// A key's value; of several the last.
    pub(crate) fn get(&self, key: &str) -> Option<&str> {
        let pair = self.known.iter().rev().find(|(known, _)| *known == key);
        pair.map(|(_, value)| value.as_str())
    }

    /// All values of a key that may stand several times, as they came.
    pub(crate) fn all(&self, key: &str) -> impl Iterator<Item = &str> {
        let pairs = self.known.iter().filter(move |(known, _)| *known == key);
        pairs.map(|(_, value)| value.as_str())
    }

    /// A key's value where the route cannot answer without it.
    pub(crate) fn need(&self, key: &str, expected: &str) -> Result<&str, ServiceError> {
        self.get(key)
            .ok_or_else(|| ServiceError::bad_parameter(key, "", expected))
    }

    /// A key's value as a number within a range.
    pub(crate) fn number<T>(
        &self,
        key: &str,
        range: RangeInclusive<T>,
    ) -> Result<Option<T>, ServiceError>
    where
        T: FromStr + PartialOrd + std::fmt::Display,
    {
        let Some(value) = self.get(key) else {
            return Ok(None);
        };
        let number = value.parse().ok().filter(|n| range.contains(n));
        number.map(Some).ok_or_else(|| {
            let expected = format!("a whole number from {} to {}", range.start(), range.end());
            ServiceError::bad_parameter(key, value, expected)
        })
    }

    /// The pairs but for one key's.
    pub(crate) fn without(&self, left_out: &str) -> Vec<(&'static str, &str)> {
        let pairs = self.known.iter().filter(|(key, _)| *key != left_out);
        pairs.map(|(key, value)| (*key, value.as_str())).collect()
    }

    /// Keys that the route does not take, to be named to the reader.
    pub(crate) fn unknown(&self) -> &[String] {
        &self.unknown
    }

    /// Whether it holds what only forms send: empty values, repeated keys.
    pub(crate) const fn has_residue(&self) -> bool {
        self.residue
    }

    /// The query as one text that is the same for every order of keys.
    pub(crate) fn canonical(&self) -> String {
        urls::query(self.known.iter().map(|(key, value)| (*key, value.as_str())))
    }
}
