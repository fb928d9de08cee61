//! Reading filters from keys and values, and writing them back in one
//! canonical order.

use super::range::{COUNT_GRAMMAR, DATE_GRAMMAR};
use super::room::ROOM_GRAMMAR;
use super::{Access, CountRange, DateRange, Filter, FilterKey, Ran, Room, Sort, SortKey};
use crate::ServiceError;
use arbor_model::{AttentionKind, Branch, Carries, Marker, Objective, Relation};
use std::fmt::Display;
use std::str::FromStr;

/// The most values a list may have: a longer one is an attack, not a wish.
const MOST: usize = 64;

/// A key and its value, as typed.
type Pair<'a> = (&'a str, &'a str);

impl Filter {
    /// Adds one key's value. Setting a list twice joins the lists; setting a
    /// range twice keeps the last. An empty value sets nothing, since forms
    /// send one for every field left blank.
    ///
    /// # Errors
    /// [`ServiceError::BadParameter`] names the key, the value and the grammar.
    pub fn set(&mut self, key: FilterKey, value: &str) -> Result<(), ServiceError> {
        let value = value.trim();
        if value.is_empty() {
            return Ok(());
        }
        let bad = |expected: &str| ServiceError::bad_parameter(key.as_str(), value, expected);
        match key {
            FilterKey::Access => words(&mut self.access, key, value, Access::WORDS)?,
            FilterKey::Attn => words(&mut self.attention, key, value, AttentionKind::WORDS)?,
            FilterKey::Branch => branches(&mut self.branch, key, value)?,
            FilterKey::Ctx => {
                let range = CountRange::parse(value).ok_or_else(|| bad(COUNT_GRAMMAR))?;
                self.context = Some(range);
            }
            FilterKey::Date => {
                self.date = Some(DateRange::parse(value).ok_or_else(|| bad(DATE_GRAMMAR))?);
            }
            FilterKey::Drawn => branches(&mut self.drawn, key, value)?,
            FilterKey::Family => ids(&mut self.family, key, value, "families' ids")?,
            FilterKey::Figure => words(&mut self.figure, key, value, Marker::WORDS)?,
            FilterKey::Fits => {
                self.fits = Some(Room::parse(value).ok_or_else(|| bad(ROOM_GRAMMAR))?);
            }
            FilterKey::Licence => {
                self.licence
                    .extend(value.split(',').take(MOST).map(|v| v.trim().to_lowercase()));
                self.licence.sort();
                self.licence.dedup();
            }
            FilterKey::Objective => words(&mut self.objective, key, value, Objective::WORDS)?,
            FilterKey::Org => ids(&mut self.organisation, key, value, "organisations' ids")?,
            FilterKey::Params => {
                let range = CountRange::parse(value).ok_or_else(|| bad(COUNT_GRAMMAR))?;
                self.parameters = Some(range);
            }
            FilterKey::Q => {
                let short: String = value.chars().take(128).collect();
                self.words = Some(short.to_lowercase());
            }
            FilterKey::Rel => self.add_relations(value)?,
            FilterKey::Root => {
                self.root = Some(value.parse().map_err(|_| bad("a model's id"))?);
            }
            FilterKey::Runs => words(&mut self.runs, key, value, Ran::WORDS)?,
        }
        Ok(())
    }

    /// Reads a filter from keys and values; the keys that are no filter's come
    /// back, for the caller may know them.
    ///
    /// # Errors
    /// [`ServiceError::BadParameter`] for the first value that means nothing.
    pub fn from_pairs<'a>(
        pairs: impl IntoIterator<Item = Pair<'a>>,
    ) -> Result<(Self, Vec<Pair<'a>>), ServiceError> {
        let mut filter = Self::default();
        let mut others = Vec::new();
        for (key, value) in pairs {
            match key.parse() {
                Ok(key) => filter.set(key, value)?,
                Err(_) => others.push((key, value)),
            }
        }
        Ok((filter, others))
    }

    /// The filter as keys and values: sorted, each key once, nothing that is
    /// a default. Reading them gives the same filter.
    #[must_use]
    pub fn to_pairs(&self) -> Vec<(FilterKey, String)> {
        let list = |key, text: String| (!text.is_empty()).then_some((key, text));
        let one = |key, text: Option<String>| text.map(|text| (key, text));
        let pairs = [
            list(FilterKey::Access, join(&self.access)),
            list(FilterKey::Attn, join(&self.attention)),
            list(FilterKey::Branch, join(&self.branch)),
            one(
                FilterKey::Ctx,
                self.context.as_ref().map(ToString::to_string),
            ),
            one(FilterKey::Date, self.date.as_ref().map(ToString::to_string)),
            list(FilterKey::Drawn, join(&self.drawn)),
            list(FilterKey::Family, join(&self.family)),
            list(FilterKey::Figure, join(&self.figure)),
            one(FilterKey::Fits, self.fits.as_ref().map(ToString::to_string)),
            list(FilterKey::Licence, join(&self.licence)),
            list(FilterKey::Objective, join(&self.objective)),
            list(FilterKey::Org, join(&self.organisation)),
            one(
                FilterKey::Params,
                self.parameters.as_ref().map(ToString::to_string),
            ),
            one(FilterKey::Q, self.words.clone()),
            list(FilterKey::Rel, join(&self.relations)),
            one(FilterKey::Root, self.root.as_ref().map(ToString::to_string)),
            list(FilterKey::Runs, join(&self.runs)),
        ];
        pairs.into_iter().flatten().collect()
    }

    /// Relations, or what they carry: `weights`, `outputs`, `ideas`.
    fn add_relations(&mut self, value: &str) -> Result<(), ServiceError> {
        self.relations
            .extend(relations(FilterKey::Rel.as_str(), value)?);
        self.relations.sort();
        self.relations.dedup();
        Ok(())
    }
}

/// Branches, in full or by the short words `enc`, `ed`, `dec`, `pre`.
fn branches(list: &mut Vec<Branch>, key: FilterKey, value: &str) -> Result<(), ServiceError> {
    for word in value.split(',').take(MOST) {
        let branch = match word.trim() {
            "dec" => Branch::DecoderOnly,
            "ed" => Branch::EncoderDecoder,
            "enc" => Branch::EncoderOnly,
            "pre" => Branch::Precursor,
            word => word.parse().map_err(|_| {
                ServiceError::bad_parameter(key.as_str(), value, one_of(Branch::WORDS))
            })?,
        };
        list.push(branch);
    }
    list.sort();
    list.dedup();
    Ok(())
}

/// Reads a list of relations, or of what they carry (`weights`, `outputs`,
/// `ideas`).
///
/// # Errors
/// [`ServiceError::BadParameter`] under the given key.
pub fn relations(key: &str, value: &str) -> Result<Vec<Relation>, ServiceError> {
    let mut relations = Vec::new();
    for word in value.split(',').take(MOST) {
        let word = word.trim();
        if let Ok(carries) = word.parse::<Carries>() {
            let all = Relation::ALL.iter().copied();
            relations.extend(all.filter(|relation| relation.carries() == carries));
        } else {
            relations.push(word.parse().map_err(|_| {
                let expected = one_of(&[Carries::WORDS, Relation::WORDS].concat());
                ServiceError::bad_parameter(key, value, expected)
            })?);
        }
    }
    Ok(relations)
}

fn words<T: FromStr + Ord>(
    list: &mut Vec<T>,
    key: FilterKey,
    value: &str,
    allowed: &[&str],
) -> Result<(), ServiceError> {
    ids(list, key, value, &one_of(allowed))
}

fn ids<T: FromStr + Ord>(
    list: &mut Vec<T>,
    key: FilterKey,
    value: &str,
    expected: &str,
) -> Result<(), ServiceError> {
    for word in value.split(',').take(MOST) {
        let parsed = word.trim().parse();
        list.push(parsed.map_err(|_| ServiceError::bad_parameter(key.as_str(), value, expected))?);
    }
    list.sort();
    list.dedup();
    Ok(())
}

fn one_of(words: &[&str]) -> String {
    let quoted: Vec<_> = words.iter().map(|word| format!("`{word}`")).collect();
    format!("one or more of {}", quoted.join(", "))
}

fn join<T: Display>(items: &[T]) -> String {
    items
        .iter()
        .map(ToString::to_string)
        .collect::<Vec<_>>()
        .join(",")
}

impl FromStr for Sort {
    type Err = ServiceError;

    /// A key, `-` before it for the largest first: `-date`.
    fn from_str(text: &str) -> Result<Self, ServiceError> {
        let (descending, key) = match text.strip_prefix('-') {
            Some(key) => (true, key),
            None => (false, text),
        };
        let key = key.parse().map_err(|_| {
            let expected = format!("{}, `-` before it for the reverse", one_of(SortKey::WORDS));
            ServiceError::bad_parameter("sort", text, expected)
        })?;
        Ok(Self { key, descending })
    }
}

impl Display for Sort {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}{}", if self.descending { "-" } else { "" }, self.key)
    }
}
