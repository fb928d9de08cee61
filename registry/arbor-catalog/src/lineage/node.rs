//! Nodes and the edges between them, as the queries hand them out.
//!
//! A node's number means something only in the snapshot that gave it; names
//! are what outlives a snapshot.

use arbor_model::Relation;

/// A model in one snapshot.
///
/// Numbers follow the family tree in preorder, so neighbours in number are
/// mostly kin. A number of another snapshot is never an error: it is some
/// other model, or one without a name and without kin.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeId(u32);

impl NodeId {
    pub(super) const fn new(number: u32) -> Self {
        Self(number)
    }

    /// Its number, below the snapshot's [`len`](super::LineageSnapshot::len).
    #[must_use]
    pub const fn number(self) -> u32 {
        self.0
    }
}

/// An edge.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Link {
    /// The child.
    pub child: NodeId,
    /// The parent.
    pub parent: NodeId,
    /// How the child came from it.
    pub relation: Relation,
}

/// One model met on a walk.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Step {
    /// The model.
    pub node: NodeId,
    /// The fewest edges between it and the start.
    pub depth: u32,
    /// The neighbour it was met from, one edge nearer to the start.
    pub via: NodeId,
    /// The relation of that edge.
    pub relation: Relation,
}
