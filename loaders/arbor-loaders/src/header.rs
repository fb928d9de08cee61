//! A safetensors file's header: which tensors it holds, of which format, and
//! where. It is hostile input, and refused by name unless every byte of the
//! file belongs to exactly one tensor. The format: github.com/huggingface/safetensors.
//!
//! The library's own reader is not used: it takes the last of two entries of
//! one name, does not say which tensor is wrong, and reads headers whose
//! tables take several times the file's own size.

use crate::LoadError;
use crate::error::quoted;
use candle_core::DType;
use safetensors::tensor::Dtype;
use serde::de::{Deserialize, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use std::fmt;
use std::fs::File;
use std::io::Read as _;
use std::ops::Range;
use std::path::Path;

/// The longest header that is read. One of 100,000 tensors has 12 MB; the
/// table made from it is at most four times as large.
pub const LIMIT_BYTES: usize = 16 << 20;
/// The most dimensions of a tensor.
const DIMENSIONS: usize = 8;

/// A stored tensor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its name.
    pub name: String,
    /// Its number format.
    pub dtype: Dtype,
    /// Its dimensions, outermost first.
    pub shape: Vec<usize>,
    /// Where its bytes lie in the file.
    pub bytes: Range<usize>,
}

/// Reads the header of a file's bytes: its tensors, by name.
///
/// # Errors
/// [`LoadError::Header`] names the file and, where there is one, the tensor.
pub fn read(path: &Path, bytes: &[u8]) -> Result<Vec<Entry>, LoadError> {
    entries(bytes).map_err(|reason| LoadError::Header {
        path: path.to_owned(),
        reason,
    })
}

fn entries(bytes: &[u8]) -> Result<Vec<Entry>, String> {
    let (first, rest) = bytes
        .split_first_chunk::<8>()
        .ok_or_else(|| format!("it has {} bytes, too few for a header", bytes.len()))?;
    let length = u64::from_le_bytes(*first);
    let header = usize::try_from(length).ok().and_then(|n| rest.get(..n));
    let header = header.ok_or_else(|| impostor(bytes, length, bytes.len() as u64))?;
    if header.len() > LIMIT_BYTES {
        return Err(format!(
            "its header has {length} bytes, at most {LIMIT_BYTES} are read"
        ));
    }
    let mut entries = in_order(header, rest.len() - header.len())?;
    for entry in &mut entries {
        // Within the file, as `cover` has shown.
        let start = size_of::<u64>() + header.len();
        entry.bytes = start + entry.bytes.start..start + entry.bytes.end;
    }
    entries.sort_by(|a, b| a.name.cmp(&b.name));
    match entries.windows(2).find(|pair| pair[0].name == pair[1].name) {
        Some(pair) => Err(format!("{} stands twice", quoted(&pair[0].name))),
        None => Ok(entries),
    }
}

/// Reads a header's text alone, given how many bytes of data stand behind it:
/// the tensors in the data's order, their places counted from its beginning.
///
/// # Errors
/// A sentence that names the tensor, where there is one.
pub fn in_order(header: &[u8], data: usize) -> Result<Vec<Entry>, String> {
    let text = std::str::from_utf8(header).map_err(|error| format!("its header is {error}"))?;
    let Table(mut entries) =
        serde_json::from_str(text).map_err(|error| format!("in its header, {error}"))?;
    cover(&mut entries, data)?;
    Ok(entries)
}

/// The text of a file's header, and how many bytes of data stand behind it;
/// nothing more of the file is read.
///
/// # Errors
/// [`LoadError`] names the file.
pub fn text_of(path: &Path) -> Result<(Vec<u8>, u64), LoadError> {
    let failed = |source| LoadError::Io {
        path: path.to_owned(),
        source,
    };
    let mut file = File::open(path).map_err(failed)?;
    let size = file.metadata().map_err(failed)?.len();
    let mut bytes = Vec::new();
    let mut beginning = (&mut file).take(32);
    beginning.read_to_end(&mut bytes).map_err(failed)?;
    let length = bytes
        .first_chunk()
        .map_or(0, |first| u64::from_le_bytes(*first));
    let end = length.checked_add(8).filter(|end| *end <= size);
    let end = end.filter(|_| bytes.len() >= 8 && length <= LIMIT_BYTES as u64);
    let end = end.ok_or_else(|| LoadError::Header {
        path: path.to_owned(),
        reason: impostor(&bytes, length, size),
    })?;
    let rest = end.saturating_sub(bytes.len() as u64);
    file.take(rest).read_to_end(&mut bytes).map_err(failed)?;
    bytes.truncate(usize::try_from(end).unwrap_or(usize::MAX));
    bytes.drain(..8);
    Ok((bytes, size - end))
}

/// What a file is whose first bytes are no length.
fn impostor(bytes: &[u8], length: u64, size: u64) -> String {
    let start = bytes.trim_ascii_start();
    if start.starts_with(b"version https://git-lfs") {
        "it is a git-lfs pointer, not the file that it points to".to_owned()
    } else if start.starts_with(b"<") {
        "it is a web page or XML, as a failed download leaves behind".to_owned()
    } else {
        format!("its header would have {length} bytes, the file has {size}")
    }
}

/// Shows that each tensor is within the data and as large as its shape.
fn fit(entry: &Entry, size: usize) -> Result<(), String> {
    let Range { start, end } = entry.bytes;
    let name = quoted(&entry.name);
    let length = end.checked_sub(start);
    let length = length.ok_or_else(|| format!("{name} ends at {end}, before it begins"))?;
    let wanted = size_of_tensor(&entry.shape, entry.dtype)
        .ok_or_else(|| format!("{name} has a shape beyond any file: {:?}", entry.shape))?;
    if wanted != length {
        return Err(format!(
            "{name} has {length} bytes, its shape {:?} of {:?} needs {wanted}",
            entry.shape, entry.dtype
        ));
    }
    if end > size {
        return Err(format!("{name} ends at {end}, the data at {size}"));
    }
    Ok(())
}

/// Shows that the tensors cover the data, each byte once.
fn cover(entries: &mut [Entry], size: usize) -> Result<(), String> {
    entries.iter().try_for_each(|entry| fit(entry, size))?;
    entries.sort_by_key(|entry| (entry.bytes.start, entry.bytes.end));
    let mut end = 0;
    for entry in entries.iter() {
        let start = entry.bytes.start;
        if start != end {
            let what = if start < end {
                "overlaps what is"
            } else {
                "leaves a gap"
            };
            let name = quoted(&entry.name);
            return Err(format!(
                "{name} {what} before it: it begins at {start}, not {end}"
            ));
        }
        end = entry.bytes.end;
    }
    if end == size {
        return Ok(());
    }
    Err(format!(
        "its tensors end at {end}, the data at {size}: something is appended"
    ))
}

/// Bytes of a tensor. A zero must not hide an overflow in the other dimensions.
fn size_of_tensor(shape: &[usize], dtype: Dtype) -> Option<usize> {
    let product = |of: fn(usize) -> usize| {
        let mut dims = shape.iter().map(|dim| of(*dim));
        dims.try_fold(dtype.bitsize(), usize::checked_mul)
    };
    product(|dim| dim.max(1))?;
    product(|dim| dim)
        .filter(|bits| bits % 8 == 0)
        .map(|bits| bits / 8)
}

/// The header's object, in its own order.
struct Table(Vec<Entry>);

impl<'de> Deserialize<'de> for Table {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(TableVisitor).map(Table)
    }
}

struct TableVisitor;

impl<'de> Visitor<'de> for TableVisitor {
    type Value = Vec<Entry>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object of tensors")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Vec<Entry>, A::Error> {
        let mut entries = Vec::new();
        let mut has_metadata = false;
        while let Some(name) = map.next_key::<String>()? {
            if name == "__metadata__" {
                if std::mem::replace(&mut has_metadata, true) {
                    return Err(A::Error::custom("`__metadata__` stands twice"));
                }
                map.next_value::<Words>()
                    .map_err(|error| named("__metadata__", &error))?;
                continue;
            }
            let info: Info = map.next_value().map_err(|error| named(&name, &error))?;
            let (start, end) = info.data_offsets;
            entries.push(Entry {
                name,
                dtype: info.dtype,
                shape: info.shape.0,
                bytes: start..end,
            });
        }
        Ok(entries)
    }
}

fn named<E: Error>(name: &str, error: &E) -> E {
    let text = error.to_string();
    // The place is added again further up.
    let reason = text.split(" at line ").next().unwrap_or_default();
    E::custom(format!("{}: {reason}", quoted(name)))
}

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Info {
    dtype: Dtype,
    shape: Dims,
    data_offsets: (usize, usize),
}

struct Dims(Vec<usize>);

impl<'de> Deserialize<'de> for Dims {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_seq(DimsVisitor).map(Dims)
    }
}

struct DimsVisitor;

impl<'de> Visitor<'de> for DimsVisitor {
    type Value = Vec<usize>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a shape of at most {DIMENSIONS} dimensions")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Vec<usize>, A::Error> {
        let mut dims = Vec::new();
        while let Some(dim) = seq.next_element()? {
            if dims.len() == DIMENSIONS {
                return Err(A::Error::invalid_length(dims.len() + 1, &self));
            }
            dims.push(dim);
        }
        Ok(dims)
    }
}

/// Metadata: only strings, which nobody reads.
struct Words;

impl<'de> Deserialize<'de> for Words {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(WordsVisitor)
    }
}

struct WordsVisitor;

impl<'de> Visitor<'de> for WordsVisitor {
    type Value = Words;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object of strings")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Words, A::Error> {
        while map.next_entry::<IgnoredAny, String>()?.is_some() {}
        Ok(Words)
    }
}

/// The library's number format; integers hold no weights.
#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "the format may grow; all else is refused"
)]
pub(crate) fn candle_dtype(dtype: Dtype) -> Option<DType> {
    match dtype {
        Dtype::F64 => Some(DType::F64),
        Dtype::F32 => Some(DType::F32),
        Dtype::F16 => Some(DType::F16),
        Dtype::BF16 => Some(DType::BF16),
        Dtype::F8_E4M3 => Some(DType::F8E4M3),
        _ => None,
    }
}
