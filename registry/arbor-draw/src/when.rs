//! Dates as positions and as words: a vague date is a range of months, and
//! the drawing must put it somewhere within.
//!
//! It does not know pixels (`axis.rs`). Unit: months since the year 0.

use arbor_model::PartialDate;

/// The first and last moment a date can mean, in months.
pub(crate) fn range(date: PartialDate) -> (f64, f64) {
    let (y0, m0, d0) = date.earliest();
    let (y1, m1, d1) = date.latest();
    (months(y0, m0, d0 - 1), months(y1, m1, d1))
}

/// The year that a moment lies in.
pub(crate) fn year_of(months: f64) -> i32 {
    (months / 12.0).floor() as i32
}

fn months(year: u16, month: u8, days: u8) -> f64 {
    f64::from(year) * 12.0 + f64::from(month) - 1.0 + (f64::from(days) / 31.0).min(0.999)
}

/// The date as it is read aloud: `September 2023`, `27 September 2023`.
pub(crate) fn spoken(date: PartialDate) -> String {
    const NAMES: [&str; 12] = [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ];
    let name = date
        .month()
        .and_then(|m| NAMES.get(usize::from(m).wrapping_sub(1)));
    match (date.day(), name) {
        (Some(day), Some(name)) => format!("{day} {name} {}", date.year()),
        (None, Some(name)) => format!("{name} {}", date.year()),
        (_, None) => date.year().to_string(),
    }
}
