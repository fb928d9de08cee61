//! A file as bytes, without reading it: the one place where `unsafe` stands.

use crate::LoadError;
use memmap2::Mmap;
#[cfg(unix)]
use memmap2::UncheckedAdvice;
use std::fs::File;
use std::ops::Range;
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

/// Gives pages back that were read and are not wanted again, so that a file's
/// numbers do not count twice once they are copied. Reading them again reads
/// the file again; where the system cannot, nothing happens.
#[cfg(unix)]
#[expect(
    unsafe_code,
    reason = "the one advice that could lose what was written"
)]
pub(crate) fn release(file: &Mmap, read: Range<usize>) {
    let read = read.start.min(file.len())..read.end.min(file.len());
    if read.is_empty() {
        return;
    }
    // SAFETY: nothing is ever written to the mapping, so nothing is lost: it
    // is shared with the file, from which the pages come back.
    let advised =
        unsafe { file.unchecked_advise_range(UncheckedAdvice::DontNeed, read.start, read.len()) };
    // Memory is all that it would have saved.
    drop(advised);
}

/// The same with what the system mapped beside it: where it keeps files in
/// large pages, touching one number brings all of its page.
pub(crate) fn release_around(file: &Mmap, read: Range<usize>) {
    const PAGE: usize = 1 << 21;
    let start = read.start.saturating_sub(PAGE);
    release(file, start..read.end.saturating_add(PAGE));
}

/// Where pages cannot be given back, they stay.
#[cfg(not(unix))]
pub(crate) fn release(_file: &Mmap, _read: Range<usize>) {}
