//! A transformer block whose weights several layers share, in front of a
//! state space (Zamba2, arXiv 2411.15242).

use super::{Activation, Attention, Linear, Mamba2, Norm, Part, Visitor};

/// `x + M(n(x + T))`, where `T` is the shared block's view of `x` and of the
/// embeddings side by side; it has no residual sums of its own.
#[derive(Clone, Debug, PartialEq)]
pub struct SharedBlock {
    /// Over states and embeddings side by side.
    pub norm: Norm,
    /// Reads both, writes the width.
    pub attention: Attention,
    /// Before the feed-forward layer.
    pub feed_forward_norm: Norm,
    /// Width → gate and value, `[2 · inner, width]`.
    pub gate_up: Linear,
    /// Width → rank → `2 · inner`: what this layer adds to it.
    pub adapter: [Linear; 2],
    /// Inner → width.
    pub down: Linear,
    /// On the gate.
    pub activation: Activation,
    /// To the state space's input.
    pub output: Linear,
    /// Before the state space.
    pub mixer_norm: Norm,
    /// The state space.
    pub mixer: Mamba2,
}

impl SharedBlock {
    /// Lists the parameters.
    pub fn visit<'g>(&'g self, visitor: &mut Visitor<'_, 'g>) {
        self.norm.visit(visitor);
        self.attention.visit(visitor);
        self.feed_forward_norm.visit(visitor);
        let maps = [&self.gate_up, &self.down].into_iter();
        for map in maps.chain(&self.adapter).chain([&self.output]) {
            map.visit(Part::FeedForward, visitor);
        }
        self.mixer_norm.visit(visitor);
        self.mixer.visit(visitor);
    }
}
