//! Genes: the parts that architectures are made of, with the parameters each
//! holds. A [`Genome`](crate::Genome) is a composition of these; the loader
//! has one module for each.
//!
//! Every gene lists its parameters through `visit`, so that inventory, counts
//! and loading can never disagree about what a model holds.

mod attention;
mod embedding;
mod feed_forward;
mod global;
mod linear;
mod norm;
mod position;
mod recurrent;
mod shared;
mod stack;

pub use attention::{
    Attention, Disentangled, DistanceTable, Distances, KeyValue, Query, ScoreBias, Sides, Slopes,
    XlRelative,
};
pub use embedding::{Dropped, Embedding, Head, HeadTransform};
pub use feed_forward::{
    Activation, Expert, Experts, FeedForward, Groups, Renormalise, Router, RouterScore, Shared,
};
pub use global::{GlobalLocal, TransientGlobal};
pub use linear::Linear;
pub use norm::{Gain, Norm, NormKind, QkNorm, Span};
pub use position::{
    AbsolutePosition, Counting, Rotary, RotaryPairs, RotaryScaling, SinusoidLayout,
};
pub use recurrent::{
    GatedDelta, LinearAttention, Mamba, Mamba2, OutputGate, RgLru, Rwkv, RwkvFeedForward,
    ShortConvolution,
};
pub use shared::SharedBlock;
pub use stack::{Block, Cross, Mixer, Placement, Stack};

use crate::Parameter;

arbor_model::words! {
    /// The part of a model that a parameter is counted under.
    Part: "part" {
        /// Tables of tokens, positions and types, with their projection.
        Embedding = "embedding",
        /// What mixes positions: attention, state-space, recurrence.
        Attention = "attention",
        /// Dense feed-forward layers.
        FeedForward = "feed_forward",
        /// Norms.
        Norm = "norm",
        /// What turns states into logits.
        Head = "head",
        /// Routed experts and their router.
        Experts = "experts",
        /// All else.
        Other = "other",
    }
}

/// Receives every parameter of a gene, with the part it counts under.
pub type Visitor<'v, 'g> = dyn FnMut(Part, &'g Parameter) + 'v;
