//! Sets of relations: which edges a question follows.

use super::csr::Half;
use arbor_model::{Carries, Relation};
use std::fmt;

// A relation takes four bits of a packed edge, and a bit of this set.
const _: () = assert!(Relation::ALL.len() <= 16);

/// A set of relations.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct RelationSet(u16);

impl RelationSet {
    /// No relation.
    pub const NONE: Self = Self(0);
    /// Every relation.
    pub const ALL: Self = Self(((1_u32 << Relation::ALL.len()) - 1) as u16);

    /// The relations along which this passes.
    #[must_use]
    pub fn carrying(carries: Carries) -> Self {
        let all = Relation::ALL.iter().copied();
        all.filter(|relation| relation.carries() == carries)
            .collect()
    }

    /// The same set with one more.
    #[must_use]
    pub const fn with(self, relation: Relation) -> Self {
        Self(self.0 | (1 << relation.index()))
    }

    /// The same set without one.
    #[must_use]
    pub const fn without(self, relation: Relation) -> Self {
        Self(self.0 & !(1 << relation.index()))
    }

    /// Everything in either.
    #[must_use]
    pub const fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Whether it is in the set.
    #[must_use]
    pub const fn contains(self, relation: Relation) -> bool {
        self.0 & (1 << relation.index()) != 0
    }

    /// Whether nothing is in the set.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// The relations in order.
    pub fn iter(self) -> impl Iterator<Item = Relation> {
        let all = Relation::ALL.iter().copied();
        all.filter(move |relation| self.contains(*relation))
    }

    pub(super) const fn admits(self, half: Half) -> bool {
        self.0 & (1 << half.relation_index()) != 0
    }
}

/// Every relation.
impl Default for RelationSet {
    fn default() -> Self {
        Self::ALL
    }
}

impl From<Relation> for RelationSet {
    fn from(relation: Relation) -> Self {
        Self::NONE.with(relation)
    }
}

impl FromIterator<Relation> for RelationSet {
    fn from_iter<I: IntoIterator<Item = Relation>>(relations: I) -> Self {
        relations.into_iter().fold(Self::NONE, Self::with)
    }
}

impl fmt::Debug for RelationSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.iter()).finish()
    }
}
