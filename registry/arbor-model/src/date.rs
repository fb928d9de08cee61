//! Dates as sources give them: a year, a month or a day, and what happened
//! on it. No clock, no time zones.

use std::fmt;
use std::str::FromStr;

/// Why a text is no date.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DateError {
    /// Not of the form `YYYY`, `YYYY-MM` or `YYYY-MM-DD`.
    #[error("`{0}` is no date of the form `2023`, `2023-02` or `2023-02-24`")]
    Malformed(String),
    /// A month or day that does not exist, or a year out of range.
    #[error("there is no date {0}")]
    NoSuchDate(String),
}

/// A date known to the year, the month or the day.
///
/// Order is by the earliest day the date can mean, the vaguer date first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PartialDate {
    year: u16,
    month: Option<u8>,
    day: Option<u8>,
}

impl PartialDate {
    /// A date of the years 1900 to 2199; a day needs a month.
    ///
    /// # Errors
    /// [`DateError::NoSuchDate`] where the calendar has no such date.
    pub fn new(year: u16, month: Option<u8>, day: Option<u8>) -> Result<Self, DateError> {
        let date = Self { year, month, day };
        let month_ok = month.is_none_or(|m| (1..=12).contains(&m));
        let day_ok = match (month, day) {
            (_, None) => true,
            (None, Some(_)) => false,
            (Some(m), Some(d)) => month_ok && (1..=days_in(year, m)).contains(&d),
        };
        if (1900..2200).contains(&year) && month_ok && day_ok {
            Ok(date)
        } else {
            Err(DateError::NoSuchDate(date.to_string()))
        }
    }

    /// The year.
    #[must_use]
    pub const fn year(self) -> u16 {
        self.year
    }

    /// The month, 1 to 12, where it is known.
    #[must_use]
    pub const fn month(self) -> Option<u8> {
        self.month
    }

    /// The day of the month, where it is known.
    #[must_use]
    pub const fn day(self) -> Option<u8> {
        self.day
    }

    /// The first day this can mean, as (year, month, day).
    #[must_use]
    pub fn earliest(self) -> (u16, u8, u8) {
        (self.year, self.month.unwrap_or(1), self.day.unwrap_or(1))
    }

    /// The last day this can mean, as (year, month, day).
    #[must_use]
    pub fn latest(self) -> (u16, u8, u8) {
        let month = self.month.unwrap_or(12);
        (
            self.year,
            month,
            self.day.unwrap_or(days_in(self.year, month)),
        )
    }

    /// Whether every day this can mean lies before every day `other` can.
    #[must_use]
    pub fn is_surely_before(self, other: Self) -> bool {
        self.latest() < other.earliest()
    }
}

fn days_in(year: u16, month: u8) -> u8 {
    match month {
        4 | 6 | 9 | 11 => 30,
        2 if year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400)) => {
            29
        }
        2 => 28,
        _ => 31,
    }
}

impl fmt::Display for PartialDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = format!("{:04}", self.year);
        for part in [self.month, self.day].into_iter().flatten() {
            text.push_str(&format!("-{part:02}"));
        }
        f.pad(&text)
    }
}

impl FromStr for PartialDate {
    type Err = DateError;

    fn from_str(text: &str) -> Result<Self, DateError> {
        let malformed = || DateError::Malformed(text.chars().take(32).collect());
        let mut parts = text.split('-');
        let mut part = |len: usize| -> Result<Option<u16>, DateError> {
            match parts.next() {
                None => Ok(None),
                Some(p) if p.len() == len && p.bytes().all(|b| b.is_ascii_digit()) => {
                    p.parse().map(Some).map_err(|_| malformed())
                }
                Some(_) => Err(malformed()),
            }
        };
        let year = part(4)?.ok_or_else(malformed)?;
        // Two digits always fit a byte.
        let month = part(2)?.map(|m| m as u8);
        let day = part(2)?.map(|d| d as u8);
        if parts.next().is_some() {
            return Err(malformed());
        }
        Self::new(year, month, day)
    }
}

words! {
    /// What happened on a release date.
    DateKind: "date kind" {
        /// The maker said that the model exists.
        Announced = "announced",
        /// The paper or report appeared.
        Paper = "paper",
        /// The hub repository was created: days to weeks before the release.
        Repository = "repository",
        /// The weights could be had.
        Weights = "weights",
    }
}

/// A release date and what it is the date of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Release {
    /// When.
    pub date: PartialDate,
    /// What.
    pub kind: DateKind,
}
