//! Compressed sparse rows: every node's neighbours in one direction, in one
//! buffer, each with its relation.
//!
//! The relation sits in the high four bits of the neighbour's number: half
//! the memory of two fields, and the filter needs no second load. Only nodes
//! with neighbours have a row; nine in ten have no child, and finding that
//! out takes one load from a table that stays in the cache.

use super::error::LineageError;
use arbor_model::{EdgeRow, Relation};

/// Where an edge leads, and its relation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Half(u32);

impl Half {
    const NODE_BITS: u32 = 28;
    /// How many nodes can be told apart.
    pub(super) const NODES: u32 = 1 << Self::NODE_BITS;

    pub(super) const fn new(node: u32, relation: Relation) -> Self {
        Self((relation.index() as u32) << Self::NODE_BITS | (node & (Self::NODES - 1)))
    }

    pub(super) const fn node(self) -> u32 {
        self.0 & (Self::NODES - 1)
    }

    pub(super) const fn relation_index(self) -> u32 {
        self.0 >> Self::NODE_BITS
    }

    pub(super) const fn relation(self) -> Relation {
        Relation::ALL[self.relation_index() as usize]
    }

    const fn at(self, node: u32) -> Self {
        Self(self.0 & !(Self::NODES - 1) | node)
    }

    const fn key(self) -> (u32, u32) {
        (self.node(), self.relation_index())
    }
}

/// Which nodes have a row, and where each starts.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Index {
    nodes: u32,
    blocks: Vec<Block>,
    /// Where each row starts, and the end of the last.
    starts: Vec<u32>,
}

/// Of 64 nodes: which have rows, and how many rows stand before theirs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Block {
    present: u64,
    before: u32,
}

impl Index {
    /// From each node's row length.
    fn of(lengths: impl ExactSizeIterator<Item = u32>) -> Self {
        let nodes = lengths.len() as u32;
        let mut blocks = vec![Block::default(); lengths.len().div_ceil(64)];
        let mut starts = vec![0];
        let mut end = 0;
        for (node, length) in lengths.enumerate().filter(|(_, length)| *length > 0) {
            blocks[node / 64].present |= 1 << (node % 64);
            end += length;
            starts.push(end);
        }
        let mut before = 0;
        for block in &mut blocks {
            block.before = before;
            before += block.present.count_ones();
        }
        starts.shrink_to_fit();
        Self {
            nodes,
            blocks,
            starts,
        }
    }

    /// The place of a node's row.
    fn place(&self, node: u32) -> Option<usize> {
        let block = self.blocks.get(node as usize / 64)?;
        let bit = 1_u64 << (node % 64);
        let rank = block.before + (block.present & (bit - 1)).count_ones();
        (block.present & bit != 0).then_some(rank as usize)
    }
}

/// Rows of neighbours, each sorted by node and relation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Csr {
    index: Index,
    halves: Vec<Half>,
}

impl Csr {
    /// A row of parents for each child; every number is below `nodes`.
    pub(super) fn parents(nodes: u32, edges: &[EdgeRow]) -> Result<Self, LineageError> {
        let mut csr = Self::scattered(nodes, edges.len(), || {
            let halves = edges.iter();
            halves.map(|edge| (edge.child, Half::new(edge.parent, edge.relation)))
        })?;
        csr.sort_rows();
        Ok(csr)
    }

    /// The same edges from the other end.
    pub(super) fn transposed(&self) -> Result<Self, LineageError> {
        // Rows come out sorted by node, and by relation within one, already.
        Self::scattered(self.nodes(), self.halves.len(), || {
            (0..self.nodes()).flat_map(|node| {
                let row = self.row(node).iter();
                row.map(move |half| (half.node(), half.at(node)))
            })
        })
    }

    /// The same edges between renamed nodes.
    pub(super) fn renumbered(&self, new_to_old: &[u32], old_to_new: &[u32]) -> Self {
        let lengths = new_to_old.iter().map(|old| self.row(*old).len() as u32);
        let index = Index::of(lengths);
        let mut halves = Vec::with_capacity(self.halves.len());
        for old in new_to_old {
            let row = self.row(*old).iter();
            halves.extend(row.map(|half| half.at(old_to_new[half.node() as usize])));
        }
        let mut csr = Self { index, halves };
        csr.sort_rows();
        csr
    }

    fn scattered<I>(nodes: u32, len: usize, edges: impl Fn() -> I) -> Result<Self, LineageError>
    where
        I: Iterator<Item = (u32, Half)>,
    {
        let limit = u32::MAX;
        if u32::try_from(len).is_err() {
            return Err(LineageError::TooManyEdges { count: len, limit });
        }
        // First each node's row length, then where its next edge goes.
        let mut next = vec![0_u32; nodes as usize];
        for (node, _) in edges() {
            next[node as usize] += 1;
        }
        let index = Index::of(next.iter().copied());
        let mut start = 0;
        for place in &mut next {
            start += std::mem::replace(place, start);
        }
        let mut halves = vec![Half(0); len];
        for (node, half) in edges() {
            let place = &mut next[node as usize];
            halves[*place as usize] = half;
            *place += 1;
        }
        Ok(Self { index, halves })
    }

    fn rows_mut(&mut self) -> impl Iterator<Item = &mut [Half]> {
        let mut rest = self.halves.as_mut_slice();
        self.index.starts.windows(2).map(move |pair| {
            let (row, tail) = std::mem::take(&mut rest).split_at_mut((pair[1] - pair[0]) as usize);
            rest = tail;
            row
        })
    }

    fn sort_rows(&mut self) {
        for row in self.rows_mut().filter(|row| row.len() > 1) {
            row.sort_unstable_by_key(|half| half.key());
        }
    }

    /// The neighbours of a node; none for a number that is no node's.
    pub(super) fn row(&self, node: u32) -> &[Half] {
        let Some(place) = self.index.place(node) else {
            return &[];
        };
        let starts = &self.index.starts;
        &self.halves[starts[place] as usize..starts[place + 1] as usize]
    }

    /// Whether a node has neighbours.
    pub(super) fn has_row(&self, node: u32) -> bool {
        self.index.place(node).is_some()
    }

    pub(super) fn nodes(&self) -> u32 {
        self.index.nodes
    }

    pub(super) fn edges(&self) -> usize {
        self.halves.len()
    }

    /// Bytes on the heap.
    pub(super) fn bytes(&self) -> usize {
        let words = self.index.starts.capacity() + self.halves.capacity();
        words * size_of::<u32>() + self.index.blocks.capacity() * size_of::<Block>()
    }
}
