//! Single values of a record: whole numbers, times and short texts, in each
//! form that dumps give them. Whatever makes no sense is no value.

use arbor_model::Text;
use serde_json::Value;
use std::borrow::Cow;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

/// Longer tags are no words.
const WORD: usize = 96;

/// Longer texts are not looked into for JSON.
const JSON: usize = 1 << 20;

/// A whole number that the database can hold. Where a column has gaps, tables
/// often hold whole numbers as fractions.
pub(crate) fn count(value: &Value) -> Option<u64> {
    const EXACT: f64 = 9_007_199_254_740_992.0;
    let whole = value.as_u64().or_else(|| {
        let float = value.as_f64()?;
        (float.fract() == 0.0 && (0.0..=EXACT).contains(&float)).then_some(float as u64)
    });
    whole.filter(|count| i64::try_from(*count).is_ok())
}

/// A time, in microseconds since 1970: a text of RFC 3339, with or without its
/// zone, or that number itself, as `rows` gives it.
pub(crate) fn time(value: &Value) -> Option<i64> {
    /// Before the hub there were no repositories, and the far future is a
    /// mistake in the unit.
    const SENSIBLE: std::ops::Range<i64> = 946_684_800_000_000..4_102_444_800_000_000;
    let micros = match value {
        Value::Number(number) => number.as_i64()?,
        Value::String(text) if text.len() < 64 => {
            let text = text.trim().replacen(' ', "T", 1);
            let read = OffsetDateTime::parse(&text, &Rfc3339);
            let read = read.or_else(|_| OffsetDateTime::parse(&format!("{text}Z"), &Rfc3339));
            i64::try_from(read.ok()?.unix_timestamp_nanos() / 1_000).ok()?
        }
        Value::Null | Value::Bool(_) | Value::String(_) | Value::Array(_) | Value::Object(_) => {
            return None;
        }
    };
    SENSIBLE.contains(&micros).then_some(micros)
}

/// A tag: short, and harmless to print.
pub(crate) fn word(value: &Value) -> Option<Text> {
    let text = value.as_str()?.trim();
    (text.len() <= WORD).then(|| Text::new(text).ok())?
}

/// A structure, or the JSON text of one.
pub(crate) fn structure(value: &Value) -> Cow<'_, Value> {
    match value {
        Value::String(text) if text.len() <= JSON && text.trim_start().starts_with(['{', '[']) => {
            serde_json::from_str(text).map_or(Cow::Borrowed(value), Cow::Owned)
        }
        Value::Null
        | Value::Bool(_)
        | Value::Number(_)
        | Value::String(_)
        | Value::Array(_)
        | Value::Object(_) => Cow::Borrowed(value),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn numbers_come_in_several_forms() {
        for (value, number) in [
            (json!(7), Some(7)),
            (json!(7.0), Some(7)),
            (json!(0), Some(0)),
            (json!(7.5), None),
            (json!(-1), None),
            (json!(-1.0), None),
            (json!(1e300), None),
            (json!(u64::MAX), None),
            (json!("7"), None),
            (json!(null), None),
        ] {
            assert_eq!(count(&value), number, "{value}");
        }
    }

    #[test]
    fn times_come_in_several_forms() {
        let second = 1_646_263_744_000_000;
        for (value, micros) in [
            (json!("2022-03-02T23:29:04.000Z"), Some(second)),
            (json!("2022-03-02T23:29:04"), Some(second)),
            (json!("2022-03-02 23:29:04"), Some(second)),
            (json!("2022-03-03T01:29:04+02:00"), Some(second)),
            (json!(second), Some(second)),
            (json!("2022-13-02T23:29:04.000Z"), None),
            (json!("yesterday"), None),
            (json!(1_646_263_744), None),
            (json!(i64::MAX), None),
            (json!([]), None),
        ] {
            assert_eq!(time(&value), micros, "{value}");
        }
    }
}
