//! Scales and their ticks: years, tenfold steps, doublings.

use arbor_draw::Scale;
use arbor_model::{PartialDate, human_count};

/// The middle of a date, in months.
pub(super) fn months(date: PartialDate) -> f64 {
    let of = |(year, month, day): (u16, u8, u8)| {
        f64::from(year) * 12.0 + f64::from(month) - 1.0 + f64::from(day) / 31.0
    };
    (of(date.earliest()) + of(date.latest())) / 2.0
}

/// Whole years around these months.
pub(super) fn years(moments: impl Iterator<Item = f64>) -> Scale {
    let (low, high) = moments.fold((f64::MAX, f64::MIN), |(low, high), moment| {
        (low.min(moment), high.max(moment))
    });
    let (first, last) = match low <= high {
        true => (
            (low / 12.0).floor() as i32,
            (high / 12.0).floor() as i32 + 1,
        ),
        false => (2018, 2019),
    };
    Scale {
        title: "date of release".to_owned(),
        span: (f64::from(first) * 12.0, f64::from(last) * 12.0),
        is_log: false,
        ticks: (first..=last)
            .map(|year| (f64::from(year) * 12.0, year.to_string()))
            .collect(),
    }
}

pub(super) fn decimal_ticks() -> Vec<(f64, String)> {
    (3..=15)
        .map(|power| 10_u64.pow(power))
        .map(|count| (count as f64, human_count(count)))
        .collect()
}

pub(super) fn binary_ticks() -> Vec<(f64, String)> {
    (6..=26)
        .map(|power| 1_u64 << power)
        .map(|tokens| (tokens as f64, binary(tokens)))
        .collect()
}

/// `131072` as people say it: `128K`.
pub(super) fn binary(tokens: u64) -> String {
    match tokens {
        0..1_024 => tokens.to_string(),
        1_024..1_048_576 => format!("{}K", tokens / 1_024),
        1_048_576.. => format!("{}M", tokens / 1_048_576),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_said_as_people_say_them() {
        assert_eq!(binary(512), "512");
        assert_eq!(binary(131_072), "128K");
        assert_eq!(binary(1_048_576), "1M");
    }
}
