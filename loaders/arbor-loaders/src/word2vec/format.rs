//! The two published formats of word vectors: a line with the number of words
//! and the width, then each word with its numbers, as text or as
//! little-endian single precision (word2vec.c, `-binary 0` and `-binary 1`).
//!
//! Files are hostile: nothing is reserved that the file's own length does not
//! bear out.

use std::collections::HashMap;

/// The longest word; the longest of Google's news vectors has 98 bytes.
const LONGEST: usize = 4_096;
/// The widest vector.
const WIDEST: usize = 65_536;

/// How numbers are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// As decimal text.
    Text,
    /// As four bytes each.
    Binary,
}

/// Why bytes are no word vectors.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FormatError {
    /// The first line.
    #[error("its first line does not give a number of words and a width")]
    Header,
    /// Another kind of file.
    #[error("it is {0}")]
    Foreign(&'static str),
    /// More is promised than the file holds.
    #[error("{words} words of {width} numbers do not fit into {bytes} bytes")]
    TooShort {
        /// Words promised.
        words: u64,
        /// Numbers of each.
        width: u64,
        /// The file's length.
        bytes: usize,
    },
    /// The file ends within a word or its numbers.
    #[error("it ends within word {0}")]
    Ends(usize),
    /// A word that is empty or too long.
    #[error("word {0} is empty or longer than {LONGEST} bytes")]
    Word(usize),
    /// A number that is none, or not finite.
    #[error("a number of word {0} is missing, surplus or not finite")]
    Number(usize),
    /// The same word twice.
    #[error("word {0} stands twice")]
    Twice(usize),
    /// Bytes after the last word.
    #[error("more bytes follow after the last word")]
    Surplus,
}

/// Words and a vector for each.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Table {
    words: Vec<Box<[u8]>>,
    index: HashMap<Box<[u8]>, u32>,
    width: usize,
    numbers: Vec<f32>,
}

impl Table {
    /// Reads a whole file.
    ///
    /// # Errors
    /// [`FormatError`] says where it is wrong.
    pub fn parse(bytes: &[u8], format: Format) -> Result<Self, FormatError> {
        let (mut rest, words, width) = header(bytes)?;
        // A word needs a byte and a blank; a number four bytes, or a digit
        // and a blank.
        let number = match format {
            Format::Text => 2,
            Format::Binary => 4,
        };
        let least = words.checked_mul(width.checked_mul(number).map_or(u64::MAX, |n| n + 1));
        if least.is_none_or(|least| least > bytes.len() as u64) {
            return Err(FormatError::TooShort {
                words,
                width,
                bytes: bytes.len(),
            });
        }
        let width = usize::try_from(width)
            .ok()
            .filter(|width| (1..=WIDEST).contains(width))
            .ok_or(FormatError::Header)?;
        let words = u32::try_from(words).map_err(|_| FormatError::Header)? as usize;
        let mut table = Self {
            words: Vec::with_capacity(words),
            index: HashMap::with_capacity(words),
            width,
            numbers: Vec::with_capacity(words * width),
        };
        for at in 0..words {
            rest = match format {
                Format::Text => table.line(rest, at)?,
                Format::Binary => table.record(rest, at)?,
            };
        }
        if rest.iter().all(u8::is_ascii_whitespace) {
            Ok(table)
        } else {
            Err(FormatError::Surplus)
        }
    }

    /// A word, a blank, numbers with blanks between them, a line's end.
    fn line<'b>(&mut self, bytes: &'b [u8], at: usize) -> Result<&'b [u8], FormatError> {
        let end = find(bytes, b'\n').unwrap_or(bytes.len());
        let (line, rest) = (&bytes[..end], bytes.get(end + 1..).unwrap_or_default());
        let blank = find(line, b' ').ok_or(FormatError::Ends(at))?;
        self.add(&line[..blank], at)?;
        let before = self.numbers.len();
        let numbers = std::str::from_utf8(&line[blank..]).map_err(|_| FormatError::Number(at))?;
        for number in numbers.split_ascii_whitespace() {
            let number = number.parse::<f32>().ok().filter(|n| n.is_finite());
            self.numbers.push(number.ok_or(FormatError::Number(at))?);
            if self.numbers.len() - before > self.width {
                return Err(FormatError::Number(at));
            }
        }
        if self.numbers.len() - before == self.width {
            Ok(rest)
        } else {
            Err(FormatError::Number(at))
        }
    }

    /// A word, a blank, four bytes a number; line ends before words are
    /// optional.
    fn record<'b>(&mut self, bytes: &'b [u8], at: usize) -> Result<&'b [u8], FormatError> {
        let bytes = bytes.strip_prefix(b"\n").unwrap_or(bytes);
        let near = bytes.get(..=LONGEST).unwrap_or(bytes);
        let blank = find(near, b' ').ok_or(FormatError::Ends(at))?;
        self.add(&bytes[..blank], at)?;
        let bytes = &bytes[blank + 1..];
        let (data, rest) = bytes
            .split_at_checked(4 * self.width)
            .ok_or(FormatError::Ends(at))?;
        for four in data.chunks_exact(4) {
            let number = f32::from_le_bytes([four[0], four[1], four[2], four[3]]);
            if !number.is_finite() {
                return Err(FormatError::Number(at));
            }
            self.numbers.push(number);
        }
        Ok(rest)
    }

    fn add(&mut self, word: &[u8], at: usize) -> Result<(), FormatError> {
        if word.is_empty() || word.len() > LONGEST {
            return Err(FormatError::Word(at));
        }
        let word: Box<[u8]> = word.into();
        if self.index.insert(word.clone(), at as u32).is_some() {
            return Err(FormatError::Twice(at));
        }
        self.words.push(word);
        Ok(())
    }

    /// How many words there are.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.words.len()
    }

    /// Whether there are none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.words.is_empty()
    }

    /// Numbers of a vector.
    #[must_use]
    pub const fn width(&self) -> usize {
        self.width
    }

    /// A word's number, if it is known; words are bytes, as some published
    /// files hold what is no text.
    #[must_use]
    pub fn id(&self, word: &[u8]) -> Option<u32> {
        self.index.get(word).copied()
    }

    /// A word.
    #[must_use]
    pub fn word(&self, id: u32) -> Option<&[u8]> {
        self.words.get(id as usize).map(AsRef::as_ref)
    }

    /// A word's vector.
    #[must_use]
    pub fn vector(&self, id: u32) -> Option<&[f32]> {
        let start = (id as usize).checked_mul(self.width)?;
        self.numbers.get(start..start.checked_add(self.width)?)
    }

    /// The vectors in order.
    pub fn vectors(&self) -> impl Iterator<Item = &[f32]> {
        self.numbers.chunks_exact(self.width.max(1))
    }

    /// Whether the words are the same in the same order.
    #[must_use]
    pub fn same_words(&self, other: &Self) -> bool {
        self.words == other.words
    }
}

fn find(bytes: &[u8], wanted: u8) -> Option<usize> {
    bytes.iter().position(|byte| *byte == wanted)
}

/// What files of the same ending often are.
const FOREIGN: [(&[u8], &str); 3] = [
    (b"\x1f\x8b", "compressed: `gunzip` it first"),
    (
        b"PK\x03\x04",
        "a zip file, as PyTorch's weights are: name their folder instead",
    ),
    (
        b"\x80\x02",
        "a pickle, as PyTorch's weights are: name their folder instead",
    ),
];

/// What the first line says: words and width.
pub(super) fn header(bytes: &[u8]) -> Result<(&[u8], u64, u64), FormatError> {
    let foreign = FOREIGN.iter().find(|(start, _)| bytes.starts_with(start));
    if let Some((_, what)) = foreign {
        return Err(FormatError::Foreign(what));
    }
    let near = bytes.get(..64).unwrap_or(bytes);
    let end = find(near, b'\n').ok_or(FormatError::Header)?;
    let line = std::str::from_utf8(&near[..end]).map_err(|_| FormatError::Header)?;
    let mut numbers = line.split_ascii_whitespace().map(str::parse::<u64>);
    match (numbers.next(), numbers.next(), numbers.next()) {
        (Some(Ok(words)), Some(Ok(width)), None) => Ok((&bytes[end + 1..], words, width)),
        _ => Err(FormatError::Header),
    }
}
