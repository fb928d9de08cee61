//! Attention of encoders for long texts: near positions, and a few that stand
//! for all others.

use super::{Attention, Norm, Part, Visitor};
use crate::Parameter;

/// Attention within a window, and to one sum of states for each block of the
/// text (LongT5, arXiv 2112.07916).
#[derive(Clone, Debug, PartialEq)]
pub struct TransientGlobal {
    /// The attention, with its window; keys and values of blocks are made by
    /// the same maps.
    pub attention: Attention,
    /// Positions of a block; what remains at the end joins the last whole one.
    pub block: u64,
    /// Over the blocks' sums.
    pub norm: Norm,
    /// A learned number for each head and bucket of distance in blocks.
    pub table: Parameter,
    /// Distances beyond fall into one bucket.
    pub max_distance: u64,
}

impl TransientGlobal {
    /// Lists the parameters.
    pub fn visit<'g>(&'g self, visitor: &mut Visitor<'_, 'g>) {
        self.attention.visit(visitor);
        self.norm.visit(visitor);
        visitor(Part::Attention, &self.table);
    }
}

/// Attention within fixed blocks and to learned tokens, which see everything
/// and pass the layers beside the text (Pegasus-X, arXiv 2208.04347).
#[derive(Clone, Debug, PartialEq)]
pub struct GlobalLocal {
    /// The attention; the learned tokens pass the same maps.
    pub attention: Attention,
    /// The learned tokens before the first layer, `[tokens, width]`.
    pub tokens: Parameter,
    /// Over the learned tokens, as the layer's own norm is over the text.
    pub norm: Norm,
    /// Positions of a block.
    pub block: u64,
    /// The first block is shorter by so many positions.
    pub shift: u64,
}

impl GlobalLocal {
    /// Lists the parameters.
    pub fn visit<'g>(&'g self, visitor: &mut Visitor<'_, 'g>) {
        self.attention.visit(visitor);
        visitor(Part::Embedding, &self.tokens);
        self.norm.visit(visitor);
    }
}
