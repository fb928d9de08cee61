//! Which bytes of a file are asked for. One range is understood; several, and
//! what is none, mean the whole file, as the standard allows.

/// What a `Range` header means for a file of a known size.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Asked {
    /// All of it.
    Whole,
    /// From the first to the last of these, both taken.
    Part(u64, u64),
    /// Nothing that the file has.
    Beyond,
}

/// Reads the header.
pub(super) fn read(header: Option<&str>, size: u64) -> Asked {
    let Some((first, last)) = header.and_then(ends) else {
        return Asked::Whole;
    };
    match (first, last) {
        (Some(first), Some(last)) if last < first => Asked::Whole,
        (Some(first), _) if first >= size => Asked::Beyond,
        (Some(first), Some(last)) => Asked::Part(first, last.min(size - 1)),
        (Some(first), None) => Asked::Part(first, size - 1),
        (None, Some(0)) => Asked::Beyond,
        (None, Some(_)) if size == 0 => Asked::Beyond,
        (None, Some(count)) => Asked::Part(size - count.min(size), size - 1),
        (None, None) => Asked::Whole,
    }
}

type Ends = (Option<u64>, Option<u64>);

fn ends(header: &str) -> Option<Ends> {
    let range = header.trim().strip_prefix("bytes=")?;
    let (first, last) = range.split_once('-')?;
    let number = |text: &str| match text.trim() {
        "" => Some(None),
        text if text.bytes().all(|b| b.is_ascii_digit()) => text.parse().ok().map(Some),
        _ => None,
    };
    Some((number(first)?, number(last)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_read_as_the_standard_says() {
        let cases = [
            (None, 10, Asked::Whole),
            (Some("bytes=0-0"), 10, Asked::Part(0, 0)),
            (Some("bytes=2-5"), 10, Asked::Part(2, 5)),
            (Some("bytes=2-"), 10, Asked::Part(2, 9)),
            (Some("bytes=0-10"), 10, Asked::Part(0, 9)),
            (Some("bytes=-3"), 10, Asked::Part(7, 9)),
            (Some("bytes=-30"), 10, Asked::Part(0, 9)),
            (Some("bytes=10-"), 10, Asked::Beyond),
            (Some("bytes=-0"), 10, Asked::Beyond),
            (Some("bytes=0-0"), 0, Asked::Beyond),
            (Some("bytes=-1"), 0, Asked::Beyond),
            (Some("bytes=5-2"), 10, Asked::Whole),
            (Some("bytes=0-1,4-5"), 10, Asked::Whole),
            (Some("bytes=-"), 10, Asked::Whole),
            (Some("bytes=+1-2"), 10, Asked::Whole),
            (Some("lines=1-2"), 10, Asked::Whole),
            (Some("bytes=99999999999999999999-"), 10, Asked::Whole),
        ];
        for (header, size, asked) in cases {
            assert_eq!(read(header, size), asked, "{header:?} of {size}");
        }
    }
}
