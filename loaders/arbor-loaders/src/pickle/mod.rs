//! PyTorch's `.bin` weights: a zip file of stored tensors and a pickle that
//! describes them. The pickle is a program; it is never run. `guard.rs` reads
//! its operations first and refuses what asks for anything but tensors, or for
//! more memory than its length bears out; then candle's reader makes objects
//! of it, and `tensor.rs` entries of those. The tensors stay where they lie in
//! the file. The format: `torch.save` and `torch/serialization.py`.

mod guard;
mod tensor;

pub(crate) use tensor::gathered;

use crate::LoadError;
use crate::error::quoted;
use crate::header::{self, Entry};
use candle_core::pickle::{Object, Stack};
use std::collections::BTreeMap;
use std::io::Cursor;
use std::ops::Range;
use std::panic::catch_unwind;
use std::path::Path;
use zip::{CompressionMethod, ZipArchive};

/// The longest pickle that is read: some 14,000 tensors in one file.
const LIMIT_BYTES: usize = 2 << 20;
/// How the format before PyTorch 1.6 begins: protocol 2 and a long number.
const LEGACY: &[u8] = b"\x80\x02\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19";

/// Whether weights that are pickles are read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Pickles {
    /// No: they are refused by name.
    #[default]
    Refused,
    /// Yes, without running them.
    Read,
}

/// A tensor of a file of weights, and its strides in numbers where it does
/// not lie row after row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Laid {
    pub(crate) entry: Entry,
    pub(crate) strides: Option<Vec<usize>>,
}

/// The tensors of a file of weights, by its ending.
pub(crate) fn entries(path: &Path, bytes: &[u8]) -> Result<Vec<Laid>, LoadError> {
    if path.extension().is_none_or(|ending| ending != "bin") {
        let entries = header::read(path, bytes)?.into_iter();
        let laid = |entry| Laid {
            entry,
            strides: None,
        };
        return Ok(entries.map(laid).collect());
    }
    // Neither library was written for hostile files: a panic ends no process.
    let read = catch_unwind(|| read(bytes));
    let read = read.unwrap_or_else(|_| Err("its reader broke off".to_owned()));
    read.map_err(|reason| LoadError::Unpickled {
        path: path.to_owned(),
        reason,
    })
}

fn read(bytes: &[u8]) -> Result<Vec<Laid>, String> {
    if !bytes.starts_with(b"PK\x03\x04") {
        return Err(foreign(bytes));
    }
    let files = files(bytes)?;
    let mut pickles = files.iter().filter_map(|(name, range)| {
        let prefix = name.strip_suffix("/data.pkl")?;
        Some((prefix, range))
    });
    let (Some((prefix, range)), None) = (pickles.next(), pickles.next()) else {
        return Err("it does not hold one `data.pkl`".to_owned());
    };
    let order = files.get(&format!("{prefix}/byteorder"));
    if order.is_some_and(|range| bytes[range.clone()] != *b"little") {
        return Err("its numbers are not little-endian".to_owned());
    }
    let pickle = &bytes[range.clone()];
    if pickle.len() > LIMIT_BYTES {
        let length = pickle.len();
        return Err(format!(
            "its pickle has {length} bytes, at most {LIMIT_BYTES} are read"
        ));
    }
    guard::check(pickle)?;
    let mut stack = Stack::empty();
    let made = stack.read_loop(&mut Cursor::new(pickle));
    let made = made.and_then(|()| stack.finalize());
    let Ok(Object::Dict(tensors)) = made else {
        return Err("its pickle makes no dictionary of tensors".to_owned());
    };
    let mut found = BTreeMap::new();
    for (key, value) in tensors {
        let Object::Unicode(name) = key else {
            return Err("its dictionary has a key that is no text".to_owned());
        };
        // What modules say of their version.
        if name == "_metadata" {
            continue;
        }
        let storage = |key: &str| files.get(&format!("{prefix}/data/{key}")).cloned();
        let laid = tensor::laid(name, &value, storage)?;
        let name = laid.entry.name.clone();
        if found.insert(name.clone(), laid).is_some() {
            return Err(format!("{} stands twice", quoted(&name)));
        }
    }
    Ok(found.into_values().collect())
}

/// What a file is that is no zip file.
fn foreign(bytes: &[u8]) -> String {
    if bytes.starts_with(LEGACY) {
        "it has the format from before PyTorch 1.6, which only running it could read; \
         `torch.save(torch.load(FILE, weights_only=True), FILE)` writes today's"
            .to_owned()
    } else if bytes.starts_with(b"version https://git-lfs") {
        "it is a git-lfs pointer, not the file that it points to".to_owned()
    } else {
        "it is no zip file, as PyTorch writes them".to_owned()
    }
}

/// The files in the zip file and where they lie, none compressed: so nothing
/// unpacks to more than the file.
fn files(bytes: &[u8]) -> Result<BTreeMap<String, Range<usize>>, String> {
    /// A tensor each, and a few besides.
    const MOST: usize = 100_000;
    let broken = |_| "its zip directory cannot be read".to_owned();
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(broken)?;
    if archive.len() > MOST {
        return Err(format!("its zip directory has over {MOST} files"));
    }
    let mut files = BTreeMap::new();
    for at in 0..archive.len() {
        let file = archive.by_index_raw(at).map_err(broken)?;
        let name = file.name().map_err(broken)?.into_owned();
        let said = quoted(&name);
        if file.compression() != CompressionMethod::Stored || file.size() != file.compressed_size()
        {
            return Err(format!(
                "{said} in it is compressed, which PyTorch never does"
            ));
        }
        let start = file.data_start().and_then(|at| usize::try_from(at).ok());
        let size = usize::try_from(file.size()).ok();
        let end = start
            .zip(size)
            .and_then(|(start, size)| start.checked_add(size));
        let range = start.zip(end).map(|(start, end)| start..end);
        let range = range.filter(|range| bytes.get(range.clone()).is_some());
        let range = range.ok_or_else(|| format!("{said} in it ends beyond the file"))?;
        if files.insert(name, range).is_some() {
            return Err(format!("{said} stands twice in it"));
        }
    }
    Ok(files)
}

#[cfg(test)]
mod tests;
