//! Reads the operations of a pickle without carrying one out, and shows that
//! carrying them out is harmless: only what describes tensors, and bounded. The
//! library copies whole objects at each reference, so a few bytes could ask
//! for all memory there is; here objects are only counted. The operations:
//! Python's `pickletools`.

use crate::error::quoted;
use std::collections::HashMap;

/// The only things that a pickle of tensors asks for.
const HARMLESS: [(&str, &str); 4] = [
    ("collections", "OrderedDict"),
    ("torch._utils", "_rebuild_parameter"),
    ("torch._utils", "_rebuild_tensor"),
    ("torch._utils", "_rebuild_tensor_v2"),
];
/// A storage of numbers: `torch.FloatStorage`.
const STORAGE: (&str, &str) = ("torch", "Storage");
/// How deep a tensor's description lies, with room.
const DEPTH: u16 = 32;
/// Objects made, copies too, for each byte; PyTorch's own files make under
/// one.
const OBJECTS: u64 = 4;
/// The longest name of a module or a class.
const NAME: usize = 256;

/// An object as far as it costs: its parts, and how deep they lie.
#[derive(Clone, Copy)]
enum Seen {
    Mark,
    Made { parts: u64, depth: u16 },
}

struct Guard<'p> {
    rest: &'p [u8],
    stack: Vec<Seen>,
    memo: HashMap<u32, Seen>,
    made: u64,
    limit: u64,
}

/// Shows that a pickle is harmless.
pub(super) fn check(pickle: &[u8]) -> Result<(), String> {
    let mut guard = Guard {
        rest: pickle,
        stack: Vec::new(),
        memo: HashMap::new(),
        made: 0,
        limit: 1_024 + OBJECTS * pickle.len() as u64,
    };
    while guard.step()? {}
    match guard.stack.as_slice() {
        [Seen::Made { .. }] => Ok(()),
        [] | [Seen::Mark] | [_, _, ..] => Err("its pickle does not end in one object".to_owned()),
    }
}

impl Guard<'_> {
    /// One operation; none follows after the last.
    fn step(&mut self) -> Result<bool, String> {
        let [operation] = self.take()?;
        match operation {
            0x80 => drop(self.take::<1>()?),
            b'.' => return Ok(false),
            b'c' => {
                let (module, class) = (self.line()?, self.line()?);
                let storage = module == STORAGE.0 && class.ends_with(STORAGE.1);
                if !storage && !HARMLESS.contains(&(module.as_str(), class.as_str())) {
                    let asked = quoted(&format!("{module}.{class}"));
                    return Err(format!("its pickle asks for {asked}, which is no tensor"));
                }
                self.push(1, 1)?;
            }
            b'q' => {
                let [slot] = self.take()?;
                self.keep(slot.into())?;
            }
            b'r' => {
                let slot = u32::from_le_bytes(self.take()?);
                self.keep(slot)?;
            }
            b'h' => {
                let [slot] = self.take()?;
                self.fetch(slot.into())?;
            }
            b'j' => {
                let slot = u32::from_le_bytes(self.take()?);
                self.fetch(slot)?;
            }
            b')' | b']' | b'}' | b'N' | 0x88 | 0x89 => self.push(1, 1)?,
            b'K' => self.number::<1>()?,
            b'M' => self.number::<2>()?,
            b'J' => self.number::<4>()?,
            b'G' => self.number::<8>()?,
            0x8a => {
                let [count] = self.take()?;
                if count > 8 {
                    return Err("its pickle has a number of over eight bytes".to_owned());
                }
                self.skip(count.into())?;
                self.push(1, 1)?;
            }
            b'X' => {
                let count = u32::from_le_bytes(self.take()?) as usize;
                self.skip(count)?;
                self.push(1 + count as u64 / 32, 1)?;
            }
            b'(' => self.stack.push(Seen::Mark),
            b't' => self.join_to_mark(0)?,
            b'e' | b'u' => self.join_to_mark(1)?,
            b'Q' | 0x85 => self.join(1)?,
            0x86 | b'R' | b'b' | 0x81 | b'a' => self.join(2)?,
            0x87 | b's' => self.join(3)?,
            other => {
                return Err(format!(
                    "its pickle has the operation {other:#04x}, which PyTorch's own lack"
                ));
            }
        }
        Ok(true)
    }

    fn take<const N: usize>(&mut self) -> Result<[u8; N], String> {
        let (taken, rest) = self.rest.split_first_chunk::<N>().ok_or_else(ends)?;
        self.rest = rest;
        Ok(*taken)
    }

    fn skip(&mut self, count: usize) -> Result<(), String> {
        self.rest = self.rest.get(count..).ok_or_else(ends)?;
        Ok(())
    }

    fn line(&mut self) -> Result<String, String> {
        let near = self.rest.get(..NAME).unwrap_or(self.rest);
        let end = near.iter().position(|byte| *byte == b'\n');
        let end = end.ok_or("its pickle asks for something without a name")?;
        let line = String::from_utf8_lossy(&near[..end]).into_owned();
        self.skip(end + 1)?;
        Ok(line)
    }

    fn push(&mut self, parts: u64, depth: u16) -> Result<(), String> {
        self.count(parts)?;
        if depth > DEPTH {
            return Err("its pickle nests objects deeper than any tensor".to_owned());
        }
        self.stack.push(Seen::Made { parts, depth });
        Ok(())
    }

    fn count(&mut self, parts: u64) -> Result<(), String> {
        self.made = self.made.saturating_add(parts);
        if self.made > self.limit {
            return Err("its pickle makes more objects than any tensors need".to_owned());
        }
        Ok(())
    }

    fn number<const N: usize>(&mut self) -> Result<(), String> {
        self.take::<N>()?;
        self.push(1, 1)
    }

    fn keep(&mut self, slot: u32) -> Result<(), String> {
        let Some(Seen::Made { parts, depth }) = self.stack.last().copied() else {
            return Err(short());
        };
        self.count(parts)?;
        self.memo.insert(slot, Seen::Made { parts, depth });
        Ok(())
    }

    fn fetch(&mut self, slot: u32) -> Result<(), String> {
        match self.memo.get(&slot) {
            Some(Seen::Made { parts, depth }) => self.push(*parts, *depth),
            Some(Seen::Mark) | None => Err("its pickle refers to what it did not keep".to_owned()),
        }
    }

    /// The uppermost objects become one; what they cost was counted.
    fn join(&mut self, count: usize) -> Result<(), String> {
        let mut sum = (1_u64, 0_u16);
        for _ in 0..count {
            let Some(Seen::Made { parts, depth }) = self.stack.pop() else {
                return Err(short());
            };
            sum = (sum.0.saturating_add(parts), sum.1.max(depth));
        }
        self.count(1)?;
        if sum.1 >= DEPTH {
            return Err("its pickle nests objects deeper than any tensor".to_owned());
        }
        self.stack.push(Seen::Made {
            parts: sum.0,
            depth: sum.1 + 1,
        });
        Ok(())
    }

    /// The same down to the last mark, and so many below it.
    fn join_to_mark(&mut self, below: usize) -> Result<(), String> {
        let mark = self
            .stack
            .iter()
            .rposition(|seen| matches!(seen, Seen::Mark));
        let mark = mark.ok_or_else(short)?;
        self.stack.remove(mark);
        let above = self.stack.len() - mark;
        self.join(above + below)
    }
}

fn ends() -> String {
    "its pickle ends too early".to_owned()
}

fn short() -> String {
    "its pickle takes more objects than it made".to_owned()
}
