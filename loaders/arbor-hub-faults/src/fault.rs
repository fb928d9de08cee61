//! What can go wrong, and where.

use std::time::Duration;

/// Which requests a fault meets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum On {
    /// What a revision is.
    Info,
    /// Which files a commit has.
    Tree,
    /// Which models there are.
    List,
    /// Where a file is: the hub's own answer.
    Resolve,
    /// A file's bytes: the content server's answer, or the hub's if it sends
    /// them itself.
    Content,
}

/// What goes wrong.
#[derive(Clone, Debug)]
pub enum Fault {
    /// Another answer altogether: status, headers, body.
    Answer(u16, Vec<(&'static str, String)>, String),
    /// The connection ends after so many bytes of the body.
    Cut(u64),
    /// The content lacks so many bytes at its end, and every length says so.
    Short(u64),
    /// The content has so many bytes too many, and every length says so.
    Long(u64),
    /// No length is said, and so many bytes too many are sent.
    LongChunked(u64),
    /// No length is said, and the connection ends cleanly so many bytes early.
    ShortChunked(u64),
    /// One bit of the content's byte at this place is wrong.
    Flip(u64),
    /// The range is not looked at: 200 and everything.
    IgnoreRange,
    /// The range is one that begins so many bytes later, and the answer says so.
    Shift(u64),
    /// The range is one that begins so many bytes later, and the answer does
    /// not say so.
    ShiftSilently(u64),
    /// 206 without saying which part.
    NoContentRange,
    /// After so many bytes nothing more comes, and the connection stays.
    Stall(u64),
    /// Not even a status comes.
    Mute,
    /// Bytes that are no HTTP.
    Garbage,
    /// A header has another value.
    Header(&'static str, String),
    /// A header is absent.
    NoHeader(&'static str),
    /// The address that a redirect gave has expired.
    Expired,
    /// So many bytes a second.
    Slow(u64),
    /// A pause before the answer.
    Late(Duration),
    /// After the answer, `main` names the repository's next commit.
    Move,
}
