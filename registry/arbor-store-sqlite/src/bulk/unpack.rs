//! Takes apart the texts into which SQLite packed many rows.

use super::unreadable;
use crate::shared::Fault;
use arbor_model::{EdgeRow, PackedNames, Relation};

/// Adds ids, in order, and notes the place of each one's number.
pub(super) fn unpack_names(
    ids: &str,
    numbers: &str,
    names: &mut PackedNames,
    places: &mut [u32],
) -> Result<(), Fault> {
    let mut before = "";
    let mut numbers = Numbers(numbers.as_bytes());
    for id in ids.split(' ') {
        if id <= before {
            return Err(unreadable("model", "the ids came out of order"));
        }
        before = id;
        let place = names.push(id);
        let number = numbers.next().and_then(|n| usize::try_from(n).ok());
        match (place, number.and_then(|n| places.get_mut(n))) {
            (Some(place), Some(slot)) => *slot = place,
            (None, _) | (_, None) => return Err(unreadable("model", "there are too many")),
        }
    }
    Ok(())
}

/// Adds edges of one relation to parents from `first` on.
pub(super) fn unpack_edges(
    packed: &str,
    first: i64,
    relation: Relation,
    edges: &mut Vec<EdgeRow>,
) -> Result<(), Fault> {
    let first = u32::try_from(first).map_err(|_| unreadable("edge", "a number passes 2^31"))?;
    for packed in Numbers(packed.as_bytes()) {
        edges.push(EdgeRow {
            // A number beyond 2^32 has no place, which is found out later.
            child: u32::try_from(packed >> 18).unwrap_or(u32::MAX),
            parent: first.saturating_add((packed & 0x3_FFFF) as u32),
            relation,
        });
    }
    Ok(())
}

/// Numbers from a text in which one other character parts them.
struct Numbers<'t>(&'t [u8]);

impl Iterator for Numbers<'_> {
    type Item = u64;

    fn next(&mut self) -> Option<u64> {
        if self.0.is_empty() {
            return None;
        }
        let mut number = 0_u64;
        for (at, byte) in self.0.iter().enumerate() {
            let digit = byte.wrapping_sub(b'0');
            if digit > 9 {
                self.0 = &self.0[at + 1..];
                return Some(number);
            }
            number = number.wrapping_mul(10).wrapping_add(u64::from(digit));
        }
        self.0 = &[];
        Some(number)
    }
}
