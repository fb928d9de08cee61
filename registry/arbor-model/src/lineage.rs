//! The lineage as plain rows: what a store hands to the graph.
//!
//! Two million names and edges pass through here, so names are packed into
//! one buffer. Which queries run on it is `arbor-catalog`'s business.

use crate::Relation;

/// Many short names in one buffer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PackedNames {
    text: String,
    /// Where each name ends; it begins where the one before ends.
    ends: Vec<u32>,
}

impl PackedNames {
    /// An empty buffer with room for `count` names of `bytes` bytes in all.
    #[must_use]
    pub fn with_capacity(count: usize, bytes: usize) -> Self {
        Self {
            text: String::with_capacity(bytes),
            ends: Vec::with_capacity(count),
        }
    }

    /// Adds a name behind the others and says its number; `None`, with
    /// nothing added, once the buffer would pass 4 GiB or 2^32 − 1 names.
    pub fn push(&mut self, name: &str) -> Option<u32> {
        let number = u32::try_from(self.ends.len())
            .ok()
            .filter(|n| *n < u32::MAX)?;
        let end = u32::try_from(self.text.len().checked_add(name.len())?).ok()?;
        self.text.push_str(name);
        self.ends.push(end);
        Some(number)
    }

    /// The name of a number.
    #[must_use]
    pub fn get(&self, number: u32) -> Option<&str> {
        let at = number as usize;
        let end = *self.ends.get(at)? as usize;
        let start = if at == 0 {
            0
        } else {
            self.ends[at - 1] as usize
        };
        self.text.get(start..end)
    }

    /// How many names there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// The names in order.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        (0..self.ends.len()).filter_map(|at| self.get(at as u32))
    }

    /// Gives back memory that was reserved and not used.
    pub fn shrink(&mut self) {
        self.text.shrink_to_fit();
        self.ends.shrink_to_fit();
    }
}

impl<'a> FromIterator<&'a str> for PackedNames {
    /// Names beyond the buffer's limits are left out.
    fn from_iter<I: IntoIterator<Item = &'a str>>(names: I) -> Self {
        let mut packed = Self::default();
        for name in names {
            if packed.push(name).is_none() {
                break;
            }
        }
        packed
    }
}

/// One edge between numbered names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EdgeRow {
    /// The child's number.
    pub child: u32,
    /// The parent's number.
    pub parent: u32,
    /// How the child came from the parent.
    pub relation: Relation,
}

/// Everything the graph needs, and the state of the database it shows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LineageRows {
    /// The database's change number when the rows were read.
    pub change: u64,
    /// The models' ids, sorted, none twice.
    pub names: PackedNames,
    /// The edges, in any order.
    pub edges: Vec<EdgeRow>,
}
