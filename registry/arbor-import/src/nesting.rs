//! How deep a Parquet file's columns are nested, read before the library reads
//! them: it calls itself once a level, and a file of a few megabytes can have
//! levels enough to end the process. Of the description this knows Thrift's
//! compact encoding and one field of one list, no more.
//!
//! Source: the Thrift compact protocol, and `parquet.thrift` of the Apache
//! Parquet format (`FileMetaData` 2: schema, `SchemaElement` 5: `num_children`).

use std::fs::File;
use std::io::{Read as _, Seek as _, SeekFrom};

/// Deeper columns are no table of models: lists of structures have four levels.
const DEEPEST: usize = 64;
/// Structures within structures, of the description itself.
const STRUCTURES: usize = 16;
/// A longer description than this is not read.
const LONGEST: u32 = 256 << 20;
const TAIL: i64 = 8;

/// The fields that matter.
const SCHEMA: i16 = 2;
const NUM_CHILDREN: i16 = 5;

/// Refuses a file whose columns are nested too deep.
pub(crate) fn check(file: &mut File) -> Result<(), String> {
    let failed = |error: std::io::Error| error.to_string();
    file.seek(SeekFrom::End(-TAIL))
        .map_err(|_| "it is too short".to_owned())?;
    let mut tail = [0; 8];
    file.read_exact(&mut tail).map_err(failed)?;
    let [a, b, c, d, magic @ ..] = tail;
    let length = u32::from_le_bytes([a, b, c, d]);
    // What else it may be, the library says.
    if magic != *b"PAR1" {
        return Ok(());
    }
    if length > LONGEST {
        return Err(format!("its description has {length} bytes"));
    }
    let back = -(TAIL + i64::from(length));
    if file.seek(SeekFrom::End(back)).is_err() {
        return Err("its description is longer than the file".to_owned());
    }
    let mut text = Vec::new();
    let mut rest = (&mut *file).take(length.into());
    rest.read_to_end(&mut text).map_err(failed)?;
    file.rewind().map_err(failed)?;
    depth(&text).map(|_| ())
}

/// How deep the schema of a description is.
fn depth(description: &[u8]) -> Result<usize, String> {
    let mut reader = Reader(description);
    let mut deepest = 0;
    let mut field = 0;
    while let Some(kind) = reader.field(&mut field)? {
        if field == SCHEMA && kind == LIST {
            let (kind, count) = reader.list()?;
            if kind != STRUCT {
                return Err(damaged());
            }
            deepest = deepest.max(levels(&mut reader, count)?);
        } else {
            reader.skip(kind, 0)?;
        }
    }
    Ok(deepest)
}

/// The levels of a list of elements that say how many children follow each.
fn levels(reader: &mut Reader<'_>, count: u64) -> Result<usize, String> {
    // How many children are still to come, at each level that is open.
    let mut open: Vec<u64> = Vec::new();
    let mut deepest = 0;
    for _ in 0..count {
        while open.last() == Some(&0) {
            open.pop();
        }
        if let Some(left) = open.last_mut() {
            *left -= 1;
        }
        let children = children(reader)?;
        if children > 0 {
            open.push(children);
        }
        deepest = deepest.max(open.len());
        if deepest > DEEPEST {
            return Err(format!(
                "its columns are nested more than {DEEPEST} levels deep"
            ));
        }
    }
    Ok(deepest)
}

fn children(reader: &mut Reader<'_>) -> Result<u64, String> {
    let (mut field, mut children) = (0, 0);
    while let Some(kind) = reader.field(&mut field)? {
        if field == NUM_CHILDREN && kind == I32 {
            // None may be written as less.
            children = u64::try_from(reader.signed()?).unwrap_or(0);
        } else {
            reader.skip(kind, 0)?;
        }
    }
    Ok(children)
}

const BYTE: u8 = 3;
const I16: u8 = 4;
const I32: u8 = 5;
const I64: u8 = 6;
const DOUBLE: u8 = 7;
const BINARY: u8 = 8;
const LIST: u8 = 9;
const SET: u8 = 10;
const MAP: u8 = 11;
const STRUCT: u8 = 12;

struct Reader<'a>(&'a [u8]);

impl Reader<'_> {
    fn byte(&mut self) -> Result<u8, String> {
        let (first, rest) = self.0.split_first().ok_or_else(damaged)?;
        self.0 = rest;
        Ok(*first)
    }

    fn number(&mut self) -> Result<u64, String> {
        let mut number = 0;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            number |= u64::from(byte & 0x7F) << shift;
            if byte < 0x80 {
                return Ok(number);
            }
        }
        Err(damaged())
    }

    fn signed(&mut self) -> Result<i64, String> {
        let number = self.number()?;
        Ok((number >> 1).cast_signed() ^ -(number & 1).cast_signed())
    }

    fn pass(&mut self, bytes: u64) -> Result<(), String> {
        let bytes = usize::try_from(bytes).map_err(|_| damaged())?;
        self.0 = self.0.get(bytes..).ok_or_else(damaged)?;
        Ok(())
    }

    /// The next field's kind, and its number in `field`; none at the end.
    fn field(&mut self, field: &mut i16) -> Result<Option<u8>, String> {
        let head = self.byte()?;
        if head == 0 {
            return Ok(None);
        }
        *field = match head >> 4 {
            0 => i16::try_from(self.signed()?).map_err(|_| damaged())?,
            more => field.checked_add(i16::from(more)).ok_or_else(damaged)?,
        };
        Ok(Some(head & 0x0F))
    }

    /// A list's kind and length.
    fn list(&mut self) -> Result<(u8, u64), String> {
        let head = self.byte()?;
        let count = match head >> 4 {
            15 => self.number()?,
            short => short.into(),
        };
        // Every element has a byte at least.
        if count > self.0.len() as u64 {
            return Err(damaged());
        }
        Ok((head & 0x0F, count))
    }

    fn skip(&mut self, kind: u8, within: usize) -> Result<(), String> {
        if within > STRUCTURES {
            return Err("its description is nested too deep".to_owned());
        }
        match kind {
            // A field's truth is in its kind.
            1 | 2 => Ok(()),
            BYTE => self.pass(1),
            I16 | I32 | I64 => self.number().map(|_| ()),
            DOUBLE => self.pass(8),
            BINARY => {
                let length = self.number()?;
                self.pass(length)
            }
            LIST | SET => {
                let (kind, count) = self.list()?;
                (0..count).try_for_each(|_| self.element(kind, within + 1))
            }
            MAP => {
                let count = self.number()?;
                if count == 0 {
                    return Ok(());
                }
                let kinds = self.byte()?;
                (0..count).try_for_each(|_| {
                    self.element(kinds >> 4, within + 1)?;
                    self.element(kinds & 0x0F, within + 1)
                })
            }
            STRUCT => {
                let mut field = 0;
                while let Some(kind) = self.field(&mut field)? {
                    self.skip(kind, within + 1)?;
                }
                Ok(())
            }
            _ => Err(damaged()),
        }
    }

    /// Outside of fields, truth takes a byte.
    fn element(&mut self, kind: u8, within: usize) -> Result<(), String> {
        match kind {
            1 | 2 => self.pass(1),
            _ => self.skip(kind, within),
        }
    }
}

fn damaged() -> String {
    "its description cannot be read".to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A description: version 1, then a schema of these numbers of children.
    fn description(children: &[u8]) -> Vec<u8> {
        let mut text = vec![0x15, 0x02, 0x19, 0xFC];
        let mut count = children.len();
        while count >= 0x80 {
            text.push(u8::try_from(count & 0x7F).expect("seven bits") | 0x80);
            count >>= 7;
        }
        text.push(u8::try_from(count).expect("small"));
        for children in children {
            // 4: a name of one letter; 5: how many children, zigzag.
            text.extend([0x48, 1, b'x', 0x15, children << 1, 0]);
        }
        text.push(0);
        text
    }

    #[test]
    fn levels_are_counted() {
        let deep = |levels: usize| [vec![1; levels], vec![0]].concat();
        let cases: [(&[u8], usize); 5] = [
            (&[2, 0, 0], 1),
            (&[2, 1, 1, 0, 0], 3),
            (&[3, 0, 2, 0, 0, 1, 0], 2),
            (&[0], 0),
            (&deep(64), 64),
        ];
        for (children, expected) in cases {
            assert_eq!(depth(&description(children)), Ok(expected), "{children:?}");
        }
        for levels in [65, 1_000, 100_000] {
            let error = depth(&description(&deep(levels))).expect_err("too deep");
            assert!(error.contains("nested"), "{error}");
        }
    }

    /// A million levels, as a file that anybody can write.
    #[test]
    fn a_file_of_a_million_levels_ends_in_an_error() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("deep.parquet");
        let description = description(&[vec![1; 1_000_000], vec![0]].concat());
        let length = u32::try_from(description.len()).expect("small");
        let file = [b"PAR1", &description[..], &length.to_le_bytes(), b"PAR1"].concat();
        std::fs::write(&path, file).expect("written");
        let error = crate::Table::open(&path).map(|_| ()).expect_err("too deep");
        assert!(error.to_string().contains("64 levels"), "{error}");
    }

    #[test]
    fn what_is_cut_off_or_nested_otherwise_is_refused() {
        let whole = description(&[2, 1, 0, 0]);
        for end in 0..whole.len() {
            depth(&whole[..end]).expect_err("cut off");
        }
        // A structure in a structure in a structure, as field 15.
        let mut matryoshka = vec![0xFC; 100_000];
        matryoshka.extend(vec![0; 100_001]);
        depth(&matryoshka).expect_err("too deep");
        // A map, a set and a list that claim more than there is.
        for claim in [
            &[0x1B, 0xFF, 0xFF, 0xFF, 0x0F, 0x33][..],
            &[0x1A, 0xF3, 0xFF, 0xFF, 0x0F],
        ] {
            depth(claim).expect_err("more than there is");
        }
    }
}
