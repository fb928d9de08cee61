//! Stacks of layers: what a layer holds and where its norms stand.

use super::{
    Attention, FeedForward, GatedDelta, GlobalLocal, LinearAttention, Mamba, Mamba2, Norm, RgLru,
    Rwkv, SharedBlock, ShortConvolution, TransientGlobal, Visitor,
};
use arbor_model::Mask;

/// What mixes positions in a layer.
#[derive(Clone, Debug, PartialEq)]
pub enum Mixer {
    /// Attention.
    Attention(Box<Attention>),
    /// A gated delta network.
    GatedDelta(Box<GatedDelta>),
    /// Attention within blocks, and to tokens that stand apart.
    GlobalLocal(Box<GlobalLocal>),
    /// Attention within a window, and to sums of far blocks.
    TransientGlobal(Box<TransientGlobal>),
    /// Lightning attention.
    Linear(Box<LinearAttention>),
    /// Mamba.
    Mamba(Box<Mamba>),
    /// Mamba-2.
    Mamba2(Box<Mamba2>),
    /// A gated linear recurrence.
    RgLru(Box<RgLru>),
    /// RWKV-4.
    Rwkv(Box<Rwkv>),
    /// A shared transformer block before a state space.
    Shared(Box<SharedBlock>),
    /// A gated short convolution.
    ShortConvolution(Box<ShortConvolution>),
    /// None: a feed-forward layer stands alone in its place (Nemotron-H).
    Positionwise(Box<FeedForward>),
    /// Several side by side, summed (Falcon-H1).
    Sum(Vec<Mixer>),
}

/// Where norms stand, and how branches join the residual stream `x`. `A` is
/// the mixer, `C` cross-attention where there is one, `F` the feed-forward
/// layer.
#[derive(Clone, Debug, PartialEq)]
pub enum Placement {
    /// `x + A(n₁ x)`, then `x + F(n₂ x)`.
    Pre {
        /// Before the mixer.
        mixer: Norm,
        /// Before the feed-forward layer; a layer without one has none.
        feed_forward: Option<Norm>,
    },
    /// `n₁(x + A x)`, then `n₂(x + F x)`.
    Post {
        /// After the mixer's sum.
        mixer: Norm,
        /// After the feed-forward layer's sum.
        feed_forward: Norm,
    },
    /// `x + n₁(A x)`, then `x + n₂(F x)` (OLMo 2).
    Inner {
        /// After the mixer.
        mixer: Norm,
        /// After the feed-forward layer.
        feed_forward: Norm,
    },
    /// `x + n₂(A(n₁ x))`, then `x + n₄(F(n₃ x))` (Gemma 2, GLM-4).
    Sandwich {
        /// Before and after the mixer.
        mixer: [Norm; 2],
        /// Before and after the feed-forward layer.
        feed_forward: [Norm; 2],
    },
    /// `x + A(n₁ x) + F(n₂ x)`; without a second norm, n₁ serves both (GPT-J,
    /// Falcon, Phi).
    Parallel {
        /// Before the mixer.
        mixer: Norm,
        /// Before the feed-forward layer.
        feed_forward: Option<Norm>,
    },
    /// `h = n₁ x; h + A h`, then `h = n₂ x; h + F h`: the residual is the
    /// normed state (BLOOM's option, MiniMax).
    Normed {
        /// Before the mixer.
        mixer: Norm,
        /// Before the feed-forward layer.
        feed_forward: Norm,
    },
    /// No norm at all.
    Bare,
}

/// Cross-attention and its norm, which stands as the layer's others do.
#[derive(Clone, Debug, PartialEq)]
pub struct Cross {
    /// The attention; keys and values come from the encoder.
    pub attention: Attention,
    /// Before or after it, as [`Placement`] says; the second one only where
    /// norms stand on both sides.
    pub norms: (Norm, Option<Norm>),
}

/// A layer.
#[derive(Clone, Debug, PartialEq)]
pub struct Block {
    /// Mixes positions.
    pub mixer: Mixer,
    /// Looks at the encoder.
    pub cross: Option<Cross>,
    /// Works on each position.
    pub feed_forward: FeedForward,
    /// Where norms stand.
    pub placement: Placement,
    /// What the residual stream is multiplied with in each sum, and what the
    /// branch is: mixer first, feed-forward second.
    pub residual: [(f64, f64); 2],
}

impl Block {
    /// Residual sums without factors.
    pub const PLAIN: [(f64, f64); 2] = [(1.0, 1.0); 2];

    /// The attention, where the mixer is one.
    #[must_use]
    pub fn attention(&self) -> Option<&Attention> {
        self.mixer.attention()
    }

    /// Parameters of the experts that a token does not pass.
    #[must_use]
    pub fn idle(&self) -> u64 {
        self.mixer.idle().saturating_add(self.feed_forward.idle())
    }

    /// Lists the parameters.
    pub fn visit<'g>(&'g self, visitor: &mut Visitor<'_, 'g>) {
        self.mixer.visit(visitor);
        if let Some(cross) = &self.cross {
            cross.attention.visit(visitor);
            cross.norms.0.visit(visitor);
            if let Some(norm) = &cross.norms.1 {
                norm.visit(visitor);
            }
        }
        self.feed_forward.visit(visitor);
        self.placement.visit(visitor);
    }
}

impl Mixer {
    fn idle(&self) -> u64 {
        match self {
            Self::Positionwise(layer) => layer.idle(),
            Self::Sum(mixers) => mixers.iter().map(Self::idle).sum(),
            Self::Attention(_)
            | Self::GatedDelta(_)
            | Self::GlobalLocal(_)
            | Self::TransientGlobal(_)
            | Self::Linear(_)
            | Self::Mamba(_)
            | Self::Mamba2(_)
            | Self::RgLru(_)
            | Self::Rwkv(_)
            | Self::Shared(_)
            | Self::ShortConvolution(_) => 0,
        }
    }

    fn attention(&self) -> Option<&Attention> {
        match self {
            Self::Attention(attention) => Some(attention),
            Self::GlobalLocal(mixer) => Some(&mixer.attention),
            Self::TransientGlobal(mixer) => Some(&mixer.attention),
            Self::Shared(shared) => Some(&shared.attention),
            Self::Sum(mixers) => mixers.iter().find_map(Self::attention),
            Self::GatedDelta(_)
            | Self::Linear(_)
            | Self::Mamba(_)
            | Self::Mamba2(_)
            | Self::RgLru(_)
            | Self::Rwkv(_)
            | Self::ShortConvolution(_)
            | Self::Positionwise(_) => None,
        }
    }

    fn visit<'g>(&'g self, visitor: &mut Visitor<'_, 'g>) {
        match self {
            Self::Attention(mixer) => mixer.visit(visitor),
            Self::GatedDelta(mixer) => mixer.visit(visitor),
            Self::GlobalLocal(mixer) => mixer.visit(visitor),
            Self::TransientGlobal(mixer) => mixer.visit(visitor),
            Self::Linear(mixer) => mixer.visit(visitor),
            Self::Mamba(mixer) => mixer.visit(visitor),
            Self::Mamba2(mixer) => mixer.visit(visitor),
            Self::RgLru(mixer) => mixer.visit(visitor),
            Self::Rwkv(mixer) => mixer.visit(visitor),
            Self::Shared(mixer) => mixer.visit(visitor),
            Self::ShortConvolution(mixer) => mixer.visit(visitor),
            Self::Positionwise(layer) => layer.visit(visitor),
            Self::Sum(mixers) => mixers.iter().for_each(|mixer| mixer.visit(visitor)),
        }
    }
}

impl Placement {
    fn visit<'g>(&'g self, visitor: &mut Visitor<'_, 'g>) {
        match self {
            Self::Pre {
                mixer,
                feed_forward,
            }
            | Self::Parallel {
                mixer,
                feed_forward,
            } => {
                mixer.visit(visitor);
                if let Some(norm) = feed_forward {
                    norm.visit(visitor);
                }
            }
            Self::Post {
                mixer,
                feed_forward,
            }
            | Self::Inner {
                mixer,
                feed_forward,
            }
            | Self::Normed {
                mixer,
                feed_forward,
            } => {
                mixer.visit(visitor);
                feed_forward.visit(visitor);
            }
            Self::Sandwich {
                mixer,
                feed_forward,
            } => {
                for norm in mixer.iter().chain(feed_forward) {
                    norm.visit(visitor);
                }
            }
            Self::Bare => {}
        }
    }
}

/// A stack of layers.
#[derive(Clone, Debug, PartialEq)]
pub struct Stack {
    /// What a position sees.
    pub mask: Mask,
    /// The layers in order.
    pub layers: Vec<Block>,
    /// After the last layer.
    pub final_norm: Option<Norm>,
}

impl Stack {
    /// Lists the parameters.
    pub fn visit<'g>(&'g self, visitor: &mut Visitor<'_, 'g>) {
        for layer in &self.layers {
            layer.visit(visitor);
        }
        if let Some(norm) = &self.final_norm {
            norm.visit(visitor);
        }
    }
}
