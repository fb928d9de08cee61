//! The lineage as a petgraph graph: the model of what the snapshot answers.
//!
//! Here rows are explained rather than merely refused: every fault is found,
//! and cycles are told as paths. It takes more memory and time than the
//! snapshot and is meant for catalogues, checks and comparisons; the queries
//! that tests hold the snapshot's against are in `oracle.rs`.

use super::build;
use super::csr::Csr;
use super::directory::LineageNotes;
use super::error::LineageError;
use super::snapshot::LineageSnapshot;
use arbor_model::{EdgeRow, LineageRows, PackedNames, Relation};
use petgraph::graph::{DiGraph, NodeIndex};

/// A checked lineage: sorted ids, typed edges, no cycle.
#[derive(Clone, Debug)]
pub struct LineageGraph {
    change: u64,
    names: PackedNames,
    /// Node `n` is name `n`; an edge points from parent to child. Nodes and
    /// edges are added in order, so the graph depends on the rows' content
    /// only.
    pub(super) graph: DiGraph<(), Relation, u32>,
}

impl LineageGraph {
    /// Checks the rows and makes a graph of them.
    ///
    /// # Errors
    /// The first of [`Self::faults`].
    pub fn from_rows(rows: &LineageRows) -> Result<Self, LineageError> {
        if let Some(fault) = Self::faults(rows).into_iter().next() {
            return Err(fault);
        }
        let mut graph = DiGraph::with_capacity(rows.names.len(), rows.edges.len());
        for _ in 0..rows.names.len() {
            graph.add_node(());
        }
        let mut edges = rows.edges.clone();
        edges.sort_unstable();
        for edge in edges {
            let ends = (NodeIndex::from(edge.parent), NodeIndex::from(edge.child));
            graph.add_edge(ends.0, ends.1, edge.relation);
        }
        Ok(Self {
            change: rows.change,
            names: rows.names.clone(),
            graph,
        })
    }

    /// Everything that is wrong with the rows, in order; for each knot of
    /// cycles one of the shortest. Unsorted or too many names hide the rest,
    /// and misplaced or doubled edges are left out of the search for cycles.
    #[must_use]
    pub fn faults(rows: &LineageRows) -> Vec<LineageError> {
        let nodes = match build::check_names(&rows.names) {
            Ok(nodes) => nodes,
            Err(fault) => return vec![fault],
        };
        let mut faults = build::misplaced(rows);
        let placed =
            |edge: &&EdgeRow| edge.child.max(edge.parent) < nodes && edge.child != edge.parent;
        let edges: Vec<EdgeRow> = rows.edges.iter().filter(placed).copied().collect();
        match Csr::parents(nodes, &edges) {
            Ok(parents) => {
                faults.extend(build::duplicates(&parents, &rows.names));
                faults.extend(build::cycles(&parents, &rows.names));
            }
            Err(fault) => faults.push(fault),
        }
        faults.sort();
        faults
    }

    /// The rows it shows, edges sorted.
    #[must_use]
    pub fn rows(&self) -> LineageRows {
        let edges = self.graph.raw_edges().iter().map(|edge| EdgeRow {
            child: edge.target().index() as u32,
            parent: edge.source().index() as u32,
            relation: edge.weight,
        });
        LineageRows {
            change: self.change,
            names: self.names.clone(),
            edges: edges.collect(),
        }
    }

    /// The same lineage in the form for queries.
    ///
    /// # Errors
    /// What is wrong with the notes.
    pub fn snapshot(&self, notes: &LineageNotes) -> Result<LineageSnapshot, LineageError> {
        LineageSnapshot::from_rows(self.rows(), notes)
    }

    pub(super) fn name(&self, node: NodeIndex<u32>) -> &str {
        let name = self.names.get(node.index() as u32);
        name.unwrap_or_default()
    }

    /// The node of an id.
    pub(super) fn index(&self, id: &str) -> Option<NodeIndex<u32>> {
        let at = self.names.iter().position(|name| name == id)?;
        Some(NodeIndex::new(at))
    }
}
