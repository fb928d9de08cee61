//! The lineage in the form that is asked: immutable, small and quick.
//!
//! Nodes are renumbered in the preorder of a family tree, edges stand as
//! compressed rows both ways, and interval labels say what descends from
//! what. Questions about single nodes and edges are answered here, the
//! others in the file of their name.

use super::csr::{Csr, Half};
use super::directory::{Directory, Standing};
use super::dominance::Dominance;
use super::error::QueryError;
use super::node::{Link, NodeId};
use super::reach::{Labels, Reach};
use super::relations::RelationSet;
use super::walk::Walk;
use std::sync::OnceLock;

/// The lineage at one change of the database.
///
/// It is `Send + Sync` and never changes; readers share it without waiting.
#[derive(Debug)]
pub struct LineageSnapshot {
    change: u64,
    pub(super) directory: Directory,
    /// Parents of each node.
    pub(super) up: Csr,
    /// Children of each node.
    pub(super) down: Csr,
    pub(super) labels: Labels,
    /// Worked out when it is first asked for.
    dominance: OnceLock<Dominance>,
}

impl LineageSnapshot {
    pub(super) fn assemble(
        change: u64,
        directory: Directory,
        up: Csr,
        down: Csr,
        labels: Labels,
    ) -> Self {
        let dominance = OnceLock::new();
        Self {
            change,
            directory,
            up,
            down,
            labels,
            dominance,
        }
    }

    /// The database's change number that it shows.
    #[must_use]
    pub fn change(&self) -> u64 {
        self.change
    }

    /// How many models there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.directory.len()
    }

    /// Whether there is no model.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// How many edges there are.
    #[must_use]
    pub fn edge_count(&self) -> usize {
        self.up.edges()
    }

    /// The node of an id or an alias.
    #[must_use]
    pub fn node(&self, id: &str) -> Option<NodeId> {
        self.directory.node(id)
    }

    /// The node of an id or an alias.
    ///
    /// # Errors
    /// [`QueryError::UnknownModel`] if there is none.
    pub fn find(&self, id: &str) -> Result<NodeId, QueryError> {
        self.node(id).ok_or_else(|| QueryError::unknown(id))
    }

    /// The id of a node; empty for a node of another, larger snapshot.
    #[must_use]
    pub fn name(&self, node: NodeId) -> &str {
        self.directory.name(node)
    }

    /// What kind of entry a node is.
    #[must_use]
    pub fn standing(&self, node: NodeId) -> Standing {
        self.directory.standing(node)
    }

    /// All nodes in their own order: the family tree's preorder.
    pub fn nodes(&self) -> impl ExactSizeIterator<Item = NodeId> + Clone + use<> {
        (0..self.up.nodes()).map(NodeId::new)
    }

    /// The nodes in the order of their ids, from this text on; with `""` all.
    pub fn nodes_from(&self, id: &str) -> impl Iterator<Item = NodeId> {
        self.directory.nodes_from(id)
    }

    /// The edges to a node's parents, by parent and relation.
    pub fn parents(&self, node: NodeId) -> impl ExactSizeIterator<Item = Link> + Clone {
        let child = node;
        let row = self.up.row(node.number()).iter();
        row.map(move |half| Link {
            child,
            parent: NodeId::new(half.node()),
            relation: half.relation(),
        })
    }

    /// The edges to a node's children, by child and relation.
    pub fn children(&self, node: NodeId) -> impl ExactSizeIterator<Item = Link> + Clone {
        let parent = node;
        let row = self.down.row(node.number()).iter();
        row.map(move |half| Link {
            child: NodeId::new(half.node()),
            parent,
            relation: half.relation(),
        })
    }

    /// The nodes without parents, in order.
    pub fn roots(&self) -> impl Iterator<Item = NodeId> {
        let within = |node: u32| (node < self.up.nodes()).then_some(node);
        // In a preorder the next root stands behind the last one's tree.
        let roots =
            std::iter::successors(within(0), move |root| within(self.labels.tree_end(*root)));
        roots.map(NodeId::new)
    }

    /// How many nodes descend from this one, by any relation.
    ///
    /// One or two loads and a short search; only a node that [`Self::unlabelled`]
    /// counts is walked.
    #[must_use]
    pub fn descendant_count(&self, node: NodeId) -> u32 {
        match self.labels.of(node.number()) {
            Reach::Tree((start, end)) => (end - start).saturating_sub(1),
            Reach::Spans(_, count) => count - 1,
            Reach::Unlabelled => self.descendants(node, Walk::unbounded()).count() as u32,
        }
    }

    /// Whether `ancestor` is above `node`, by any relations. No node is its
    /// own ancestor.
    #[must_use]
    pub fn is_ancestor(&self, ancestor: NodeId, node: NodeId) -> bool {
        if ancestor == node {
            return false;
        }
        let covers = self.labels.covers(ancestor.number(), node.number());
        // Upwards there is little to walk, even where downwards there is.
        covers.unwrap_or_else(|| {
            let mut above = self.ancestors(node, Walk::unbounded());
            above.any(|step| step.node == ancestor)
        })
    }

    /// Which nodes would be cut off by the loss of which others; worked out
    /// at the first call (about 0.2 s at two million models) and kept.
    pub fn dominance(&self) -> &Dominance {
        let all = RelationSet::ALL;
        self.dominance.get_or_init(|| Dominance::of(self, all))
    }

    /// How many nodes have no interval label because the lineage is too
    /// tangled; their descendants are walked.
    #[must_use]
    pub fn unlabelled(&self) -> usize {
        let labels = self.nodes().map(|node| self.labels.of(node.number()));
        labels
            .filter(|reach| matches!(reach, Reach::Unlabelled))
            .count()
    }

    /// Bytes on the heap, notes and dominance aside.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.directory.bytes() + self.up.bytes() + self.down.bytes() + self.labels.bytes()
    }

    pub(super) fn parents_along(
        &self,
        node: u32,
        relations: RelationSet,
    ) -> impl Iterator<Item = Half> {
        let row = self.up.row(node).iter().copied();
        row.filter(move |half| relations.admits(*half))
    }
}

/// Equal if they show the same lineage at the same change.
impl PartialEq for LineageSnapshot {
    fn eq(&self, other: &Self) -> bool {
        self.change == other.change
            && self.directory == other.directory
            && self.up == other.up
            && self.down == other.down
            && self.labels == other.labels
    }
}

impl Eq for LineageSnapshot {}
