//! What turns one set of rows into another. It knows no table.

use std::cmp::Ordering;

/// A row with a key that no other row of its table has.
pub trait Keyed {
    /// The key.
    type Key<'a>: Ord
    where
        Self: 'a;

    /// This row's key.
    fn key(&self) -> Self::Key<'_>;
}

/// What to do to a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Changes<R> {
    /// Rows with a new key.
    pub inserted: Vec<R>,
    /// Rows that differ from the stored one of their key.
    pub updated: Vec<R>,
    /// Rows whose key is gone.
    pub deleted: Vec<R>,
}

/// The changes that make `old` equal to `new`, in the order of their keys.
///
/// Neither may hold a key twice; of such rows any one may be taken.
#[must_use]
pub fn diff<R: Keyed + PartialEq>(mut old: Vec<R>, mut new: Vec<R>) -> Changes<R> {
    old.sort_by(|a, b| a.key().cmp(&b.key()));
    new.sort_by(|a, b| a.key().cmp(&b.key()));
    let mut changes = Changes {
        inserted: Vec::new(),
        updated: Vec::new(),
        deleted: Vec::new(),
    };
    let mut old = old.into_iter().peekable();
    for row in new {
        while let Some(gone) = old.next_if(|o| o.key() < row.key()) {
            changes.deleted.push(gone);
        }
        match old.next_if(|o| o.key().cmp(&row.key()) == Ordering::Equal) {
            None => changes.inserted.push(row),
            Some(before) if before != row => changes.updated.push(row),
            Some(_) => {}
        }
    }
    changes.deleted.extend(old);
    changes
}
