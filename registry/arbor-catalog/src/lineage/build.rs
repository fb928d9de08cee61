//! Rows to a snapshot.
//!
//! The rows are checked, ordered, renumbered and labelled, and what a step
//! no longer needs is dropped before the next: at two million models the
//! peak is what counts. The same rows in any order give the same snapshot.

use super::csr::{Csr, Half};
use super::directory::{Directory, LineageNotes};
use super::error::LineageError;
use super::order::{self, NONE, Order};
use super::reach::{self, Budget};
use super::snapshot::LineageSnapshot;
use arbor_model::{EdgeRow, LineageRows, PackedNames};

impl LineageSnapshot {
    /// Builds the snapshot that shows these rows.
    ///
    /// # Errors
    /// The first of [`LineageGraph::faults`](super::LineageGraph::faults), or
    /// what is wrong with the notes.
    pub fn from_rows(rows: LineageRows, notes: &LineageNotes) -> Result<Self, LineageError> {
        Self::with_budget(rows, notes, Budget::of)
    }

    pub(super) fn with_budget(
        rows: LineageRows,
        notes: &LineageNotes,
        budget: impl Fn(u32, usize) -> Budget,
    ) -> Result<Self, LineageError> {
        let nodes = check_names(&rows.names)?;
        first(misplaced(&rows))?;
        let LineageRows {
            change,
            mut names,
            edges,
        } = rows;
        names.shrink();
        let parents = Csr::parents(nodes, &edges)?;
        drop(edges);
        first(duplicates(&parents, &names))?;
        let children = parents.transposed()?;

        let Order {
            nodes: order,
            generations,
        } = order::topological(&parents, &children, |_| true);
        if order.len() < nodes as usize {
            first(cycles(&parents, &names))?;
        }
        let tree = order::tree_parents(&parents, &generations);
        drop(generations);
        let sizes = order::tree_sizes(&tree, &order);
        let node_of_name = order::preorder(&children, &tree, &order, &sizes);
        drop(tree);
        // Leaves need no order any more, and nearly all models are leaves.
        let mut upwards = order;
        upwards.retain(|name| children.has_row(*name));
        upwards.shrink_to_fit();
        upwards.reverse();
        drop(children);
        let mut name_of_node = vec![NONE; node_of_name.len()];
        let mut ends = vec![0; node_of_name.len()];
        for (name, node) in node_of_name.iter().enumerate() {
            name_of_node[*node as usize] = name as u32;
            ends[*node as usize] = node + sizes[name];
        }
        drop(sizes);

        let up = parents.renumbered(&name_of_node, &node_of_name);
        drop(parents);
        let down = up.transposed()?;
        let upwards = upwards.iter().map(|name| node_of_name[*name as usize]);
        let labels = reach::label(&down, ends, upwards, budget(nodes, up.edges()));
        let directory = Directory::new(names, node_of_name, name_of_node, notes)?;
        Ok(Self::assemble(change, directory, up, down, labels))
    }
}

/// The first of the faults, the least by the errors' own order.
fn first(faults: Vec<LineageError>) -> Result<(), LineageError> {
    faults.into_iter().min().map_or(Ok(()), Err)
}

/// Checks that names are sorted and none too many, and counts them.
pub(super) fn check_names(names: &PackedNames) -> Result<u32, LineageError> {
    let count = u32::try_from(names.len()).ok();
    let Some(count) = count.filter(|count| *count <= Half::NODES) else {
        return Err(LineageError::TooManyModels {
            count: names.len(),
            limit: Half::NODES,
        });
    };
    let mut before = None;
    for (at, name) in names.iter().enumerate() {
        if before.is_some_and(|before| before >= name) {
            return Err(LineageError::NamesUnsorted {
                at: at as u32,
                name: name.to_owned(),
            });
        }
        before = Some(name);
    }
    Ok(count)
}

/// Edges that leave the names, and models that are their own parents.
pub(super) fn misplaced(rows: &LineageRows) -> Vec<LineageError> {
    let names = rows.names.len() as u32;
    let fault = |edge: &EdgeRow| {
        if edge.child.max(edge.parent) >= names {
            Some(LineageError::OutOfRange {
                child: edge.child,
                parent: edge.parent,
                names,
            })
        } else if edge.child == edge.parent {
            Some(LineageError::SelfParent {
                id: name(&rows.names, edge.child),
                relation: edge.relation,
            })
        } else {
            None
        }
    };
    rows.edges.iter().filter_map(fault).collect()
}

/// Edges that stand twice.
pub(super) fn duplicates(parents: &Csr, names: &PackedNames) -> Vec<LineageError> {
    let of_child = |child| {
        let pairs = parents.row(child).windows(2);
        pairs
            .filter(|pair| pair[0] == pair[1])
            .map(move |pair| (child, pair[0]))
    };
    (0..parents.nodes())
        .flat_map(of_child)
        .map(|(child, half)| LineageError::DuplicateEdge {
            child: name(names, child),
            parent: name(names, half.node()),
            relation: half.relation(),
        })
        .collect()
}

/// One cycle for each knot.
pub(super) fn cycles(parents: &Csr, names: &PackedNames) -> Vec<LineageError> {
    let edges = (0..parents.nodes()).flat_map(|child| {
        let row = parents.row(child).iter();
        row.map(move |half| (child, half.node()))
    });
    let cycles = order::cycles(parents.nodes(), edges).into_iter();
    let closed = cycles.map(|cycle| {
        let round = cycle.iter().chain(cycle.first());
        round.map(|node| name(names, *node)).collect()
    });
    closed.map(|path| LineageError::Cycle { path }).collect()
}

fn name(names: &PackedNames, number: u32) -> String {
    names.get(number).unwrap_or_default().to_owned()
}
