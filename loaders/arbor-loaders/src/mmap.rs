//! A file as bytes, without reading it: the one place where `unsafe` stands.

use crate::LoadError;
use memmap2::Mmap;
use std::fs::File;
use std::path::Path;

/// Maps a file into memory.
#[expect(unsafe_code, reason = "mapping a file has no safe form")]
pub(crate) fn map(path: &Path) -> Result<Mmap, LoadError> {
    let failed = |source| LoadError::Io {
        path: path.to_owned(),
        source,
    };
    let file = File::open(path).map_err(failed)?;
    // SAFETY: the bytes are only ever read. A file that another process
    // truncates meanwhile ends this process with a signal, which is why
    // models run in a child; a file that it rewrites yields other numbers,
    // which the digests of a validation tell.
    unsafe { Mmap::map(&file) }.map_err(failed)
}
