//! The metadata: keys, values, and arrays however they nest. Short values are
//! kept; of long ones the kind and the length.

use super::{Reader, Step, name_of};
use crate::gguf::{GgufError, Value, ValueKind};

/// The longest text that is kept.
const TEXT: u64 = 1 << 10;
/// The longest array that is kept: a number for each layer.
const NUMBERS: u64 = 1 << 10;
/// Bytes of keys, texts and arrays that are kept together.
const KEPT: usize = 4 << 20;
/// Arrays within arrays.
const DEPTH: usize = 4;

/// An array that is being walked through.
#[derive(Clone, Copy, Debug)]
pub(super) struct Level {
    kind: ValueKind,
    left: u64,
}

impl Reader {
    pub(super) fn next_key(&mut self) {
        self.step = if (self.metadata.len() as u64) < self.keys {
            Step::KeyLength
        } else {
            self.next_tensor()
        };
    }

    pub(super) fn key(&mut self, piece: &[u8]) -> Result<(), GgufError> {
        self.name = name_of("key", piece)?;
        if self.metadata.contains_key(&self.name) {
            return Err(self.wrong("stands twice"));
        }
        self.kept += piece.len();
        if self.kept > KEPT {
            return Err(self.wrong(format!("is one too many: keys have over {KEPT} bytes")));
        }
        self.step = Step::Kind;
        Ok(())
    }

    pub(super) fn kind(&mut self, id: u32) -> Result<(), GgufError> {
        let (kind, bytes) = ValueKind::of(id).map_err(|reason| self.wrong(reason))?;
        self.step = match bytes {
            Some(bytes) => Step::Number(kind, bytes),
            None if kind == ValueKind::Array => Step::ArrayHead,
            None => Step::TextLength,
        };
        Ok(())
    }

    pub(super) fn text_length(&mut self, length: u64) -> Result<u64, GgufError> {
        if !self.levels.is_empty() {
            self.next_value()?;
            return Ok(length);
        }
        let room = KEPT.saturating_sub(self.kept) as u64;
        if length <= TEXT.min(room) {
            self.step = Step::Text(length);
            return Ok(0);
        }
        self.keep(Value::LongText(length), 0)?;
        Ok(length)
    }

    pub(super) fn array(&mut self, id: u32, length: u64) -> Result<u64, GgufError> {
        let (kind, each) = ValueKind::of(id).map_err(|reason| self.wrong(reason))?;
        let room = self.size.saturating_sub(self.at);
        // A text takes its length, an array its kind and length, at least.
        let least = each.map_or(if kind == ValueKind::Text { 8 } else { 12 }, u64::from);
        if length > room / least {
            return Err(self.wrong(format!(
                "is an array of {length} values, the file has {room} bytes more"
            )));
        }
        let kept = KEPT.saturating_sub(self.kept) as u64 / 8;
        match each {
            Some(each) if self.levels.is_empty() && length <= NUMBERS.min(kept) => {
                self.step = Step::Numbers(kind, each, length);
                Ok(0)
            }
            Some(each) => {
                if self.levels.is_empty() {
                    self.keep(Value::Array(kind, length), 0)?;
                } else {
                    self.next_value()?;
                }
                Ok(u64::from(each) * length)
            }
            None if self.levels.len() == DEPTH => {
                Err(self.wrong(format!("has arrays more than {DEPTH} deep")))
            }
            None => {
                if self.levels.is_empty() {
                    self.insert(Value::Array(kind, length));
                }
                self.levels.push(Level { kind, left: length });
                self.next_value()?;
                Ok(0)
            }
        }
    }

    /// Goes on within the arrays, or behind them.
    fn next_value(&mut self) -> Result<(), GgufError> {
        while let Some(level) = self.levels.last_mut() {
            match level.left.checked_sub(1) {
                Some(left) => {
                    level.left = left;
                    self.step = if level.kind == ValueKind::Array {
                        Step::ArrayHead
                    } else {
                        Step::TextLength
                    };
                    return Ok(());
                }
                None => {
                    self.levels.pop();
                }
            }
        }
        self.next_key();
        Ok(())
    }

    pub(super) fn keep(&mut self, value: Value, bytes: usize) -> Result<(), GgufError> {
        self.kept += bytes;
        self.insert(value);
        self.next_value()
    }

    fn insert(&mut self, value: Value) {
        self.metadata.insert(self.name.clone(), value);
    }
}
