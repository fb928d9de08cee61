//! Bytes from a server into a part, and from a complete part into the cache.
//!
//! `stream.rs` makes one request and checks every length it is told;
//! `source.rs` repeats it and says when to give up; `writer.rs` is the one
//! thread that writes and hashes a file; `part.rs` keeps book of what is on
//! disk, so that a kill costs little; `file.rs` joins them and compares the
//! digest before anything becomes visible.

mod file;
mod part;
mod patience;
mod range;
mod source;
mod space;
mod stream;
mod writer;

pub(crate) use file::Fetch;
pub(crate) use part::Part;
pub(crate) use patience::Patience;
pub(crate) use source::{Known, Source};
pub(crate) use space::{free, require};
pub use writer::{Observe, Observer};
