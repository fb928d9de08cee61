//! Ranges as people type them: `1B..10B`, `..7B`, `32k..`, `7B`,
//! `2022..2024-06`.

use arbor_model::PartialDate;
use std::fmt;

/// A range of counts, both ends included; the text is kept to be shown again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CountRange {
    text: String,
    low: u64,
    high: u64,
}

/// What a count range looks like, for error messages.
pub(super) const COUNT_GRAMMAR: &str = "a range such as `1B..10B`, `..7B`, `32k..` or `7B`";
/// What a date range looks like, for error messages.
pub(super) const DATE_GRAMMAR: &str =
    "a range such as `2022..2024-06`, `..2019`, `2023-02..` or `2023`";

impl CountRange {
    /// Reads a range. One number alone means all that round to it.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (low, high) = match text.split_once("..") {
            Some(("", "")) => return None,
            Some((low, high)) => (
                if low.is_empty() { 0 } else { number(low)?.0 },
                if high.is_empty() {
                    u64::MAX
                } else {
                    number(high)?.0
                },
            ),
            None => {
                let (value, half) = number(text)?;
                (value.saturating_sub(half), value.saturating_add(half))
            }
        };
        (low <= high).then(|| Self {
            text: text.to_owned(),
            low,
            high,
        })
    }

    /// Whether a count lies in the range.
    #[must_use]
    pub const fn contains(&self, count: u64) -> bool {
        self.low <= count && count <= self.high
    }
}

/// A number with its unit, and half of what its last digit stands for.
fn number(text: &str) -> Option<(u64, u64)> {
    let (digits, unit) = match text.char_indices().last()? {
        (at, 'k' | 'K') => (&text[..at], 1_000),
        (at, 'm' | 'M') => (&text[..at], 1_000_000),
        (at, 'b' | 'B' | 'g' | 'G') => (&text[..at], 1_000_000_000),
        (at, 't' | 'T') => (&text[..at], 1_000_000_000_000),
        _ => (text, 1_u64),
    };
    let (whole, decimals) = digits.split_once('.').unwrap_or((digits, ""));
    let all_digits = |s: &str| s.bytes().all(|b| b.is_ascii_digit());
    if whole.is_empty() || !all_digits(whole) || !all_digits(decimals) || decimals.len() > 9 {
        return None;
    }
    let last = unit / 10_u64.checked_pow(u32::try_from(decimals.len()).ok()?)?;
    let fraction: u64 = if decimals.is_empty() {
        0
    } else {
        decimals.parse().ok()?
    };
    let value = whole.parse::<u64>().ok()?.checked_mul(unit)?;
    Some((value.checked_add(fraction.checked_mul(last)?)?, last / 2))
}

impl fmt::Display for CountRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// A range of dates; either end may be open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DateRange {
    from: Option<PartialDate>,
    to: Option<PartialDate>,
    one: bool,
}

impl DateRange {
    /// Reads a range. One date alone means all within it.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let end = |text: &str| {
            if text.is_empty() {
                Some(None)
            } else {
                text.parse().ok().map(Some)
            }
        };
        let range = match text.split_once("..") {
            Some(("", "")) => return None,
            Some((from, to)) => Self {
                from: end(from)?,
                to: end(to)?,
                one: false,
            },
            None => {
                let date = text.parse().ok()?;
                Self {
                    from: Some(date),
                    to: Some(date),
                    one: true,
                }
            }
        };
        let forward = match (range.from, range.to) {
            (Some(from), Some(to)) => !to.is_surely_before(from),
            (None, _) | (_, None) => true,
        };
        forward.then_some(range)
    }

    /// Every date from this one on.
    #[must_use]
    pub const fn since(date: PartialDate) -> Self {
        Self {
            from: Some(date),
            to: None,
            one: false,
        }
    }

    /// Whether a date can lie in the range.
    #[must_use]
    pub fn contains(&self, date: PartialDate) -> bool {
        !self.from.is_some_and(|from| date.is_surely_before(from))
            && !self.to.is_some_and(|to| to.is_surely_before(date))
    }
}

impl fmt::Display for DateRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(from) = self.from {
            write!(f, "{from}")?;
        }
        match self.to {
            _ if self.one => Ok(()),
            Some(to) => write!(f, "..{to}"),
            None => f.write_str(".."),
        }
    }
}
