//! A pulled commit as one file, for places without a network: a tar archive
//! whose first entry is the receipt, followed by the content it names and by
//! the links of the standard cache. Unpacked by `tar -x` into the cache's
//! folder it is a cache; read by [`Cache::unpack`](crate::Cache::unpack) every
//! byte is compared with the receipt before it can be seen.
//!
//! `manifest.rs` is the first entry, `write.rs` makes an archive, `read.rs`
//! takes one that anybody may have made.

mod manifest;
mod read;
mod write;

pub use read::Unpacked;
pub use write::Packed;

use manifest::Manifest;

/// Where the receipt stands below the repository's folder.
const MANIFEST: &str = ".arbor/bundle.json";
/// Enough for the disk, little for the processor's cache.
const BUFFER: usize = 1 << 20;
