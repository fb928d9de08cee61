//! What a fault makes of an answer: of a file's bytes before they are laid
//! out, and of the answer when it is done.

use crate::fault::Fault;
use crate::repo::File;
use crate::wire::{Answer, Request};

/// Fills in the bytes of a file that were asked for.
pub(crate) fn body(mut answer: Answer, file: &File, request: &Request, faults: &[Fault]) -> Answer {
    let mut content = file.content.to_vec();
    let (mut ignore, mut shift, mut silent) = (false, 0, 0);
    for fault in faults {
        match fault {
            Fault::Short(bytes) => content.truncate(content.len().saturating_sub(size(*bytes))),
            Fault::Long(bytes) => content.resize(content.len() + size(*bytes), b'x'),
            Fault::Flip(at) => {
                if let Some(byte) = content.get_mut(size(*at)) {
                    *byte ^= 1;
                }
            }
            Fault::IgnoreRange => ignore = true,
            Fault::Shift(bytes) => shift = size(*bytes),
            Fault::ShiftSilently(bytes) => silent = size(*bytes),
            // These are done once the body is made, or were before.
            Fault::Answer(..)
            | Fault::Cut(_)
            | Fault::Expired
            | Fault::Garbage
            | Fault::Header(..)
            | Fault::Late(_)
            | Fault::LongChunked(_)
            | Fault::Move
            | Fault::Mute
            | Fault::NoContentRange
            | Fault::NoHeader(_)
            | Fault::ShortChunked(_)
            | Fault::Slow(_)
            | Fault::Stall(_) => {}
        }
    }
    let same = match (
        request.header("if-range"),
        answer.headers.iter().find(|(k, _)| k == "etag"),
    ) {
        (Some(asked), Some((_, etag))) => asked == etag,
        (Some(_), None) => false,
        (None, _) => true,
    };
    answer.set("accept-ranges", "bytes".to_owned());
    let total = content.len();
    let range = request.range().filter(|_| !ignore && same);
    let Some((first, last)) = range else {
        answer.body = content;
        return answer;
    };
    let first = size(first).saturating_add(shift);
    let end = last.map_or(total, |last| size(last) + 1 + shift).min(total);
    if first >= end {
        let mut refusal = Answer::new(416, "");
        refusal.set("content-range", format!("bytes */{total}"));
        return refusal;
    }
    answer.status = 206;
    answer.set(
        "content-range",
        format!("bytes {first}-{}/{total}", end - 1),
    );
    answer.body = content[first..end].to_vec();
    let length = answer.body.len();
    answer.body.rotate_left(silent % length);
    answer
}

/// What the faults make of an answer.
pub(crate) fn spoil(mut answer: Answer, faults: Vec<Fault>) -> Answer {
    for fault in faults {
        match fault {
            Fault::Answer(status, headers, body) => {
                answer = Answer::new(status, body);
                for (name, value) in headers {
                    answer.set(name, value);
                }
            }
            Fault::Cut(bytes) => answer.manner.cut = Some(bytes),
            Fault::Stall(bytes) => answer.manner.stall = Some(bytes),
            Fault::Slow(rate) => answer.manner.bytes_per_second = Some(rate),
            Fault::LongChunked(bytes) => {
                answer.manner.chunked = true;
                answer.body.resize(answer.body.len() + size(bytes), b'x');
            }
            Fault::ShortChunked(bytes) => {
                answer.manner.chunked = true;
                let left = answer.body.len().saturating_sub(size(bytes));
                answer.body.truncate(left);
            }
            Fault::NoContentRange => answer.drop_header("content-range"),
            Fault::NoHeader(name) => answer.drop_header(name),
            Fault::Header(name, value) => answer.set(name, value),
            Fault::Garbage => return Answer::new(0, "\0\x01garbage, not HTTP\r\n\r\n"),
            Fault::Expired => answer = Answer::new(403, "<Error><Code>AccessDenied</Code></Error>"),
            // These were done before the body was made.
            Fault::Short(_)
            | Fault::Long(_)
            | Fault::Flip(_)
            | Fault::IgnoreRange
            | Fault::Shift(_)
            | Fault::ShiftSilently(_)
            | Fault::Mute
            | Fault::Late(_)
            | Fault::Move => {}
        }
    }
    answer
}

fn size(number: u64) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}
