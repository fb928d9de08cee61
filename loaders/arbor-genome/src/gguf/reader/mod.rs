//! A header taken in piece by piece: counts, metadata, tensors, in the file's
//! order. No more than one short piece is ever kept back, and a count is
//! believed only if the file has bytes for that many.

mod walk;

use super::error::shown;
use super::layout::{self, Tensor};
use super::{
    ALIGNMENT, GgufError, Header, LIMIT_BYTES, LIMIT_KEYS, LIMIT_TENSORS, Value, ValueKind,
};
use std::collections::{BTreeMap, BTreeSet};
use walk::Level;

/// The longest key; the format allows no longer ones.
const KEY: u64 = (1 << 16) - 1;
/// The longest name of a tensor: ggml's own are a quarter of it.
const NAME: u64 = 255;
/// The most dimensions, as ggml's.
const DIMENSIONS: u32 = 4;
/// The least bytes that a key with its value takes, and a tensor.
const LEAST: (u64, u64) = (14, 25);
/// The largest alignment that is taken for one.
const ALIGNED: u64 = 1 << 20;

/// What comes next.
#[derive(Clone, Copy, Debug)]
enum Step {
    Magic,
    Counts,
    KeyLength,
    Key(u64),
    Kind,
    Number(ValueKind, u8),
    TextLength,
    Text(u64),
    ArrayHead,
    Numbers(ValueKind, u8, u64),
    NameLength,
    Name(u64),
    Dimensions,
    Place(u32),
    Done,
}

/// A header in the making.
#[derive(Debug)]
pub struct Reader {
    size: u64,
    at: u64,
    /// The beginning of a piece that has not come wholly.
    held: Vec<u8>,
    step: Step,
    version: u32,
    keys: u64,
    tensors: u64,
    /// The key or name whose value or place follows.
    name: String,
    levels: Vec<Level>,
    kept: usize,
    metadata: BTreeMap<String, Value>,
    found: Vec<Tensor>,
}

impl Reader {
    /// For a file of so many bytes.
    #[must_use]
    pub fn new(size: u64) -> Self {
        Self {
            size,
            at: 0,
            held: Vec::new(),
            step: Step::Magic,
            version: 0,
            keys: 0,
            tensors: 0,
            name: String::new(),
            levels: Vec::new(),
            kept: 0,
            metadata: BTreeMap::new(),
            found: Vec::new(),
        }
    }

    /// Which byte of the file it wants next; none when it has all.
    #[must_use]
    pub fn wanted(&self) -> Option<u64> {
        let over = matches!(self.step, Step::Done);
        (!over).then(|| self.at + self.held.len() as u64)
    }

    /// What has been understood of the metadata so far.
    #[must_use]
    pub const fn metadata(&self) -> &BTreeMap<String, Value> {
        &self.metadata
    }

    /// Within what it is.
    #[must_use]
    pub fn within(&self) -> String {
        let name = shown(&self.name);
        match self.step {
            Step::Magic | Step::Counts => "the beginning".to_owned(),
            Step::KeyLength | Step::Key(_) => "the metadata".to_owned(),
            Step::Kind
            | Step::Number(..)
            | Step::TextLength
            | Step::Text(_)
            | Step::ArrayHead
            | Step::Numbers(..) => format!("the key {name}"),
            Step::NameLength | Step::Name(_) => "the list of tensors".to_owned(),
            Step::Dimensions | Step::Place(_) => format!("the tensor {name}"),
            Step::Done => "the data".to_owned(),
        }
    }

    /// Takes the bytes that begin where it wants them; those behind the header
    /// are left alone.
    ///
    /// # Errors
    /// [`GgufError`] names what is wrong.
    pub fn feed(&mut self, mut bytes: &[u8]) -> Result<(), GgufError> {
        while let Some(length) = self.length() {
            if length > self.size.saturating_sub(self.at) {
                return Err(GgufError::Cut {
                    within: self.within(),
                    size: self.size,
                });
            }
            if self.at + length > LIMIT_BYTES {
                return Err(GgufError::Long(LIMIT_BYTES));
            }
            // At most a key's length, as every piece is.
            let length = usize::try_from(length).unwrap_or(usize::MAX);
            let missing = length - self.held.len();
            let Some((now, rest)) = bytes.split_at_checked(missing) else {
                self.held.extend_from_slice(bytes);
                return Ok(());
            };
            bytes = rest;
            self.at += length as u64;
            let jump = if self.held.is_empty() {
                self.take(now)?
            } else {
                let mut piece = std::mem::take(&mut self.held);
                piece.extend_from_slice(now);
                let jump = self.take(&piece)?;
                piece.clear();
                self.held = piece;
                jump
            };
            if jump > 0 {
                self.jump(jump)?;
                match usize::try_from(jump)
                    .ok()
                    .and_then(|jump| bytes.get(jump..))
                {
                    Some(rest) => bytes = rest,
                    None => return Ok(()),
                }
            }
        }
        Ok(())
    }

    /// Leaves out bytes that nobody asks for.
    fn jump(&mut self, bytes: u64) -> Result<(), GgufError> {
        match self.at.checked_add(bytes).filter(|at| *at <= self.size) {
            Some(at) => {
                self.at = at;
                Ok(())
            }
            None => Err(GgufError::Cut {
                within: format!("the key {}", shown(&self.name)),
                size: self.size,
            }),
        }
    }

    /// The length of the next piece; none after the last.
    const fn length(&self) -> Option<u64> {
        Some(match self.step {
            Step::Magic | Step::Kind | Step::Dimensions => 4,
            Step::Counts => 20,
            Step::KeyLength | Step::TextLength | Step::NameLength => 8,
            Step::Key(length) | Step::Text(length) | Step::Name(length) => length,
            Step::Number(_, bytes) => bytes as u64,
            Step::ArrayHead => 12,
            Step::Numbers(_, bytes, count) => bytes as u64 * count,
            Step::Place(dimensions) => dimensions as u64 * 8 + 12,
            Step::Done => return None,
        })
    }

    /// Takes one whole piece, and says how many bytes behind it to leave out.
    fn take(&mut self, piece: &[u8]) -> Result<u64, GgufError> {
        match self.step {
            Step::Magic => {
                if piece != b"GGUF" {
                    return Err(GgufError::Magic(impostor(piece)));
                }
                self.step = Step::Counts;
            }
            Step::Counts => self.counts(piece)?,
            Step::KeyLength => {
                self.step = Step::Key(name_length("key", piece, KEY)?);
            }
            Step::Key(_) => self.key(piece)?,
            Step::Kind => return self.kind(u32_at(piece, 0)).map(|()| 0),
            Step::Number(kind, _) => {
                let value = Value::read(kind, piece).map_err(|reason| self.wrong(reason))?;
                self.keep(value, 0)?;
            }
            Step::TextLength => return self.text_length(number(piece)),
            Step::Text(_) => {
                let text = std::str::from_utf8(piece);
                let text = text.map_err(|_| self.wrong("is no UTF-8"))?.to_owned();
                self.keep(Value::Text(text), piece.len())?;
            }
            Step::ArrayHead => return self.array(u32_at(piece, 0), number(&piece[4..])),
            Step::Numbers(kind, each, _) => {
                let value = Value::read_all(kind, each.into(), piece);
                let value = value.map_err(|reason| self.wrong(reason))?;
                self.keep(value, piece.len())?;
            }
            Step::NameLength => {
                self.step = Step::Name(name_length("tensor", piece, NAME)?);
            }
            Step::Name(_) => {
                self.name = name_of("tensor", piece)?;
                self.step = Step::Dimensions;
            }
            Step::Dimensions => match u32_at(piece, 0) {
                dimensions @ 0..=DIMENSIONS => self.step = Step::Place(dimensions),
                more => {
                    let reason = format!("has {more} dimensions, at most {DIMENSIONS} are read");
                    return Err(GgufError::tensor(&self.name, reason));
                }
            },
            Step::Place(dimensions) => self.place(piece, dimensions)?,
            Step::Done => {}
        }
        Ok(0)
    }

    fn wrong(&self, reason: impl Into<String>) -> GgufError {
        GgufError::key(&self.name, reason)
    }

    fn counts(&mut self, piece: &[u8]) -> Result<(), GgufError> {
        self.version = u32_at(piece, 0);
        match self.version {
            2 | 3 => {}
            // 1, 2 or 3 read from the other end.
            version if (1..=3).contains(&version.swap_bytes()) => return Err(GgufError::BigEndian),
            version => return Err(GgufError::Version(version)),
        }
        (self.tensors, self.keys) = (number(&piece[4..]), number(&piece[12..]));
        let room = self.size.saturating_sub(24);
        for (what, found, most) in [
            ("keys", self.keys, LIMIT_KEYS.min(room / LEAST.0)),
            ("tensors", self.tensors, LIMIT_TENSORS.min(room / LEAST.1)),
        ] {
            if found > most {
                return Err(GgufError::Count { what, found, most });
            }
        }
        self.next_key();
        Ok(())
    }

    fn next_tensor(&self) -> Step {
        if (self.found.len() as u64) < self.tensors {
            Step::NameLength
        } else {
            Step::Done
        }
    }

    fn place(&mut self, piece: &[u8], dimensions: u32) -> Result<(), GgufError> {
        let (dims, rest) = piece.split_at(dimensions as usize * 8);
        let dims: Vec<u64> = dims.chunks_exact(8).map(number).collect();
        let tensor = Tensor::new(&self.name, &dims, u32_at(rest, 0), number(&rest[4..]))?;
        self.found.push(tensor);
        self.step = self.next_tensor();
        Ok(())
    }

    /// The header, once nothing more is wanted, with its tensors held against
    /// the file's size.
    ///
    /// # Errors
    /// [`GgufError`] names what is wrong, or where the header is not over yet.
    pub fn finish(self) -> Result<Header, GgufError> {
        if self.wanted().is_some() {
            return Err(GgufError::Cut {
                within: self.within(),
                size: self.at,
            });
        }
        let names: BTreeSet<&str> = self.found.iter().map(|t| t.entry().name()).collect();
        if names.len() < self.found.len() {
            let mut seen = BTreeSet::new();
            let mut names = self.found.iter().map(|tensor| tensor.entry().name());
            let twice = names.find(|name| !seen.insert(*name)).unwrap_or_default();
            return Err(GgufError::tensor(twice, "stands twice"));
        }
        let key = "general.alignment";
        let alignment = match self.metadata.get(key) {
            None => ALIGNMENT,
            Some(value) => value
                .whole()
                .filter(|n| n.is_power_of_two() && *n <= ALIGNED)
                .ok_or_else(|| GgufError::key(key, "is no power of two up to 1048576"))?,
        };
        if self.at > LIMIT_BYTES {
            return Err(GgufError::Long(LIMIT_BYTES));
        }
        let data = self.at.next_multiple_of(alignment);
        layout::check(&self.found, alignment, self.size.saturating_sub(data))?;
        Ok(Header {
            version: self.version,
            metadata: self.metadata,
            tensors: self.found,
            data,
        })
    }
}

/// A length of a name, where a name can be as long.
fn name_length(of: &'static str, piece: &[u8], most: u64) -> Result<u64, GgufError> {
    let length = number(piece);
    if (1..=most).contains(&length) {
        return Ok(length);
    }
    Err(GgufError::Name { of, length, most })
}

/// A name, fit to be printed.
fn name_of(of: &'static str, piece: &[u8]) -> Result<String, GgufError> {
    let name = std::str::from_utf8(piece).ok();
    let name = name.filter(|name| !name.contains(char::is_control));
    name.map(str::to_owned).ok_or_else(|| {
        GgufError::Unprintable(
            of,
            piece.escape_ascii().to_string().chars().take(80).collect(),
        )
    })
}

/// Eight bytes as a number.
fn number(bytes: &[u8]) -> u64 {
    bytes
        .first_chunk()
        .map_or(0, |bytes| u64::from_le_bytes(*bytes))
}

fn u32_at(bytes: &[u8], at: usize) -> u32 {
    let bytes = bytes.get(at..).and_then(<[u8]>::first_chunk);
    bytes.map_or(0, |bytes| u32::from_le_bytes(*bytes))
}

/// What a file is that begins with something else.
fn impostor(magic: &[u8]) -> String {
    let what = match magic {
        b"vers" => "it is a git-lfs pointer, not the file that it points to",
        [b'<', ..] => "it is a web page or XML, as a failed download leaves behind",
        b"FUGG" => "its bytes are in another order",
        b"lmgg" | b"tjgg" | b"fmgg" | b"algg" => {
            "it is of ggml's older formats: convert the model anew"
        }
        [b'P', b'K', ..] => "it is a zip archive, as PyTorch's",
        _ => return format!("it begins with {}", magic.escape_ascii()),
    };
    what.to_owned()
}
