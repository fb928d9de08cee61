//! Memory that a model has to fit, as people type it: `24GiB@bf16`, `16GB`,
//! `80G@q8_0`.

use crate::{MemoryQuery, View};
use arbor_genome::Dtype;
use arbor_model::{Field, Model};
use std::fmt;

/// Positions of cache that a model must have room for, unless it was built
/// for fewer.
const CONTEXT: u64 = 4_096;

/// What it looks like, for error messages.
pub(super) const ROOM_GRAMMAR: &str = "memory such as `24GiB@bf16`, `16GB` or `80GiB@q8_0`: a number, `MiB`, `GiB`, `TiB`, `MB`, `GB` \
     or `TB`, and a number format behind `@` (`bf16` if left out)";

/// So much memory, and the format in which a model is held in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Room {
    text: String,
    bytes: u64,
    dtype: Dtype,
}

impl Room {
    /// Reads it; the format's name is checked, the unit's case is not.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (size, dtype) = match text.split_once('@') {
            Some((size, dtype)) => (size.trim(), dtype.trim().parse().ok()?),
            None => (text.trim(), Dtype::Bf16),
        };
        let digits = size.trim_end_matches(|c: char| c.is_ascii_alphabetic());
        let unit: u64 = match size.get(digits.len()..)?.to_ascii_lowercase().as_str() {
            "mib" => 1 << 20,
            "g" | "gib" => 1 << 30,
            "t" | "tib" => 1 << 40,
            "mb" => 1_000_000,
            "gb" => 1_000_000_000,
            "tb" => 1_000_000_000_000,
            _ => return None,
        };
        let (whole, tenths) = digits
            .trim_end()
            .split_once('.')
            .unwrap_or((digits.trim_end(), ""));
        let is_number = |s: &str| s.bytes().all(|b| b.is_ascii_digit());
        if whole.is_empty() || !is_number(whole) || !is_number(tenths) || tenths.len() > 3 {
            return None;
        }
        let part = 10_u64.pow(u32::try_from(tenths.len()).ok()?);
        let fraction: u64 = if tenths.is_empty() {
            0
        } else {
            tenths.parse().ok()?
        };
        let bytes = whole.parse::<u64>().ok()?.checked_mul(unit)?;
        let bytes = bytes.checked_add(fraction.checked_mul(unit)? / part)?;
        (bytes > 0).then(|| Self {
            text: text.trim().to_owned(),
            bytes,
            dtype,
        })
    }

    /// Whether a model's weights fit, with the cache of one sequence as far as
    /// claims tell it. One of unknown size does not.
    pub(crate) fn holds(&self, model: &Model, view: &View) -> bool {
        let own = model.number(Field::ContextLength);
        let query = MemoryQuery {
            context: Some(own.map_or(CONTEXT, |own| own.min(CONTEXT))),
            dtype: self.dtype,
            ..MemoryQuery::default()
        };
        view.memory(model, query)
            .is_ok_and(|memory| memory.total.unwrap_or(memory.weights) <= self.bytes)
    }
}

impl fmt::Display for Room {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}
