//! `Content-Range`, as servers send it (RFC 9110, 14.4).

/// What a part of a content is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct ContentRange {
    /// First and last byte; `None` for an unsatisfied range.
    pub(crate) bytes: Option<(u64, u64)>,
    /// The whole content's length, if the server says it.
    pub(crate) total: Option<u64>,
}

/// Reads `bytes 0-9/100`, `bytes 0-9/*` or `bytes */100`.
pub(crate) fn read(text: &str) -> Option<ContentRange> {
    let (unit, rest) = text.trim().split_once(' ')?;
    let (range, total) = rest.trim().split_once('/')?;
    let number = |text: &str| -> Option<u64> {
        let digits = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
        digits.then(|| text.parse().ok())?
    };
    let total = match total.trim() {
        "*" => None,
        text => Some(number(text)?),
    };
    let bytes = match range.trim() {
        "*" => None,
        text => {
            let (first, last) = text.split_once('-')?;
            let (first, last) = (number(first.trim())?, number(last.trim())?);
            Some((first, last)).filter(|_| first <= last && last < u64::MAX)
        }
    };
    let sound = unit.eq_ignore_ascii_case("bytes") && (bytes.is_some() || range.trim() == "*");
    sound.then_some(ContentRange { bytes, total })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_three_forms_are_read() {
        let of = |bytes, total| Some(ContentRange { bytes, total });
        let cases = [
            ("bytes 0-9/100", of(Some((0, 9)), Some(100))),
            ("bytes 5-5/*", of(Some((5, 5)), None)),
            ("bytes */100", of(None, Some(100))),
            ("BYTES 1-2/3", of(Some((1, 2)), Some(3))),
        ];
        for (text, range) in cases {
            assert_eq!(read(text), range, "{text}");
        }
        for text in [
            "",
            "bytes",
            "bytes 9-0/100",
            "lines 0-9/100",
            "bytes 0-9",
            "bytes -9/10",
            "bytes +1-2/3",
            "bytes 0-18446744073709551615/*",
            "bytes 0-99999999999999999999/*",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic(text in "(bytes )?[-0-9*/ ]{0,24}") {
            let _ = read(&text);
        }

        #[test]
        fn what_is_written_is_read(first in 0..u64::MAX / 2, length in 1..1_u64 << 40) {
            let (last, total) = (first + length - 1, first + length);
            let range = read(&format!("bytes {first}-{last}/{total}"));
            prop_assert_eq!(range, Some(ContentRange { bytes: Some((first, last)), total: Some(total) }));
        }
    }
}
