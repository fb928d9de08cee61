//! The header of a GGUF file on this machine. What stands in one and what is
//! wrong with it is `arbor_genome::gguf`'s; this hands it the bytes it wants.
//!
//! candle's reader is not used: it needs the whole file and takes as much
//! memory as the file asks for.

use crate::LoadError;
use arbor_genome::gguf::{Header, Reader};
use std::fs::File;
use std::io::{Read as _, Seek as _, SeekFrom};
use std::path::Path;

/// What is read at once.
const PIECE: usize = 1 << 16;

/// Reads a file's header, and says how many bytes that took.
///
/// # Errors
/// [`LoadError`] names the file, and the key or tensor where there is one.
pub fn read(path: &Path) -> Result<(Header, u64), LoadError> {
    let failed = |source| LoadError::Io {
        path: path.to_owned(),
        source,
    };
    let wrong = |error: arbor_genome::gguf::GgufError| LoadError::Gguf {
        path: path.to_owned(),
        reason: error.to_string(),
    };
    let mut file = File::open(path).map_err(failed)?;
    let size = file.metadata().map_err(failed)?.len();
    let (mut reader, mut piece, mut taken) = (Reader::new(size), Vec::new(), 0);
    while let Some(at) = reader.wanted() {
        piece.clear();
        file.seek(SeekFrom::Start(at)).map_err(failed)?;
        let read = (&mut file).take(PIECE as u64).read_to_end(&mut piece);
        let read = read.map_err(failed)?;
        if read == 0 && at < size {
            // It was cut while it was read: nothing more will come.
            return Err(failed(std::io::ErrorKind::UnexpectedEof.into()));
        }
        taken += read as u64;
        reader.feed(&piece).map_err(wrong)?;
    }
    Ok((reader.finish().map_err(wrong)?, taken))
}
