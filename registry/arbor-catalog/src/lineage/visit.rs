//! petgraph's visitor traits on the snapshot, so that its algorithms run here.
//!
//! An edge points from parent to child, the way things are handed down:
//! `toposort` lists parents first, and `simple_fast` from a root finds the
//! models that depend on a base. `Reversed` turns it round.

use super::node::{Link, NodeId};
use super::snapshot::LineageSnapshot;
use arbor_model::Relation;
use petgraph::visit::{
    Data, EdgeCount, EdgeRef, GraphBase, GraphProp, IntoEdgeReferences, IntoEdges,
    IntoEdgesDirected, IntoNeighbors, IntoNeighborsDirected, IntoNodeIdentifiers,
    IntoNodeReferences, NodeCompactIndexable, NodeCount, NodeIndexable, VisitMap, Visitable,
};
use petgraph::{Directed, Direction};

/// An edge as petgraph sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LinkRef(Link);

impl EdgeRef for LinkRef {
    type NodeId = NodeId;
    type EdgeId = Link;
    type Weight = Relation;

    fn source(&self) -> NodeId {
        self.0.parent
    }

    fn target(&self) -> NodeId {
        self.0.child
    }

    fn weight(&self) -> &Relation {
        &self.0.relation
    }

    fn id(&self) -> Link {
        self.0
    }
}

/// A bit for each node.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Seen(Vec<u64>);

impl Seen {
    fn place(node: NodeId) -> (usize, u64) {
        let number = node.number();
        ((number / 64) as usize, 1 << (number % 64))
    }

    fn set(&mut self, node: NodeId, on: bool) -> bool {
        let (at, bit) = Self::place(node);
        let Some(word) = self.0.get_mut(at) else {
            return false;
        };
        let before = *word & bit != 0;
        *word = if on { *word | bit } else { *word & !bit };
        before != on
    }
}

impl VisitMap<NodeId> for Seen {
    fn visit(&mut self, node: NodeId) -> bool {
        self.set(node, true)
    }

    fn is_visited(&self, node: &NodeId) -> bool {
        let (at, bit) = Self::place(*node);
        self.0.get(at).is_some_and(|word| word & bit != 0)
    }

    fn unvisit(&mut self, node: NodeId) -> bool {
        self.set(node, false)
    }
}

impl GraphBase for LineageSnapshot {
    type EdgeId = Link;
    type NodeId = NodeId;
}

impl Data for LineageSnapshot {
    type NodeWeight = ();
    type EdgeWeight = Relation;
}

impl GraphProp for LineageSnapshot {
    type EdgeType = Directed;
}

impl NodeCount for LineageSnapshot {
    fn node_count(&self) -> usize {
        self.len()
    }
}

impl EdgeCount for LineageSnapshot {
    fn edge_count(&self) -> usize {
        Self::edge_count(self)
    }
}

impl NodeIndexable for LineageSnapshot {
    fn node_bound(&self) -> usize {
        self.len()
    }

    fn to_index(&self, node: NodeId) -> usize {
        node.number() as usize
    }

    fn from_index(&self, index: usize) -> NodeId {
        // No node bears the last number, and `name` and rows say so.
        NodeId::new(u32::try_from(index).unwrap_or(u32::MAX))
    }
}

impl NodeCompactIndexable for LineageSnapshot {}

impl Visitable for LineageSnapshot {
    type Map = Seen;

    fn visit_map(&self) -> Seen {
        Seen(vec![0; self.len().div_ceil(64)])
    }

    fn reset_map(&self, map: &mut Seen) {
        map.0.clear();
        map.0.resize(self.len().div_ceil(64), 0);
    }
}

type Boxed<'a, T> = Box<dyn Iterator<Item = T> + 'a>;

impl<'a> IntoNeighbors for &'a LineageSnapshot {
    type Neighbors = Boxed<'a, NodeId>;

    fn neighbors(self, node: NodeId) -> Self::Neighbors {
        self.neighbors_directed(node, Direction::Outgoing)
    }
}

impl<'a> IntoNeighborsDirected for &'a LineageSnapshot {
    type NeighborsDirected = Boxed<'a, NodeId>;

    fn neighbors_directed(self, node: NodeId, direction: Direction) -> Self::NeighborsDirected {
        match direction {
            Direction::Outgoing => Box::new(self.children(node).map(|link| link.child)),
            Direction::Incoming => Box::new(self.parents(node).map(|link| link.parent)),
        }
    }
}

impl<'a> IntoEdges for &'a LineageSnapshot {
    type Edges = Boxed<'a, LinkRef>;

    fn edges(self, node: NodeId) -> Self::Edges {
        self.edges_directed(node, Direction::Outgoing)
    }
}

impl<'a> IntoEdgesDirected for &'a LineageSnapshot {
    type EdgesDirected = Boxed<'a, LinkRef>;

    fn edges_directed(self, node: NodeId, direction: Direction) -> Self::EdgesDirected {
        match direction {
            Direction::Outgoing => Box::new(self.children(node).map(LinkRef)),
            Direction::Incoming => Box::new(self.parents(node).map(LinkRef)),
        }
    }
}

impl<'a> IntoEdgeReferences for &'a LineageSnapshot {
    type EdgeRef = LinkRef;
    type EdgeReferences = Boxed<'a, LinkRef>;

    fn edge_references(self) -> Self::EdgeReferences {
        Box::new(
            self.nodes()
                .flat_map(|node| self.children(node))
                .map(LinkRef),
        )
    }
}

impl<'a> IntoNodeIdentifiers for &'a LineageSnapshot {
    type NodeIdentifiers = Boxed<'a, NodeId>;

    fn node_identifiers(self) -> Self::NodeIdentifiers {
        Box::new(self.nodes())
    }
}

impl<'a> IntoNodeReferences for &'a LineageSnapshot {
    type NodeRef = (NodeId, ());
    type NodeReferences = Boxed<'a, (NodeId, ())>;

    fn node_references(self) -> Self::NodeReferences {
        Box::new(self.nodes().map(|node| (node, ())))
    }
}
