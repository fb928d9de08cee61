//! GGUF headers, against files that the format's own Python package wrote and
//! read (`tests/reference/gguf_files.py`), and against made-up bad ones.

mod bad;
mod cache;
mod counted;
mod fixtures;
mod sets;
mod writer;

use arbor_genome::gguf::{GgufError, Header, Reader};

/// Reads a file's header, so many bytes at a time from where it wants them.
fn read_by(file: &[u8], most: usize) -> Result<Header, GgufError> {
    let mut reader = Reader::new(file.len() as u64);
    while let Some(at) = reader.wanted() {
        let at = usize::try_from(at).expect("a place");
        let end = (at + most).min(file.len());
        reader.feed(file.get(at..end).unwrap_or_default())?;
    }
    reader.finish()
}

fn read(file: &[u8]) -> Result<Header, GgufError> {
    read_by(file, usize::MAX / 2)
}
