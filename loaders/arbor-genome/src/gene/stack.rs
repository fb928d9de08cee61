//! Stacks of layers: what a layer holds and where its norms stand.

use super::{
    Attention, FeedForward, GlobalLocal, LinearAttention, Mamba, Mamba2, Norm, RgLru, Rwkv,
    RwkvFeedForward, TransientGlobal, Visitor,
};
use arbor_model::Mask;

/// What mixes positions in a layer.
#[derive(Clone, Debug, PartialEq)]
pub enum Mixer {
    /// Attention.
    Attention(Box<Attention>),
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
    /// RWKV-4, whose feed-forward layer looks back too.
    Rwkv(Box<(Rwkv, RwkvFeedForward)>),
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
        match &self.mixer {
            Mixer::Attention(attention) => Some(attention),
            Mixer::GlobalLocal(mixer) => Some(&mixer.attention),
            Mixer::TransientGlobal(mixer) => Some(&mixer.attention),
            Mixer::Linear(_)
            | Mixer::Mamba(_)
            | Mixer::Mamba2(_)
            | Mixer::RgLru(_)
            | Mixer::Rwkv(_) => None,
        }
    }

    /// Lists the parameters.
    pub fn visit<'g>(&'g self, visitor: &mut Visitor<'_, 'g>) {
        match &self.mixer {
            Mixer::Attention(mixer) => mixer.visit(visitor),
            Mixer::GlobalLocal(mixer) => mixer.visit(visitor),
            Mixer::TransientGlobal(mixer) => mixer.visit(visitor),
            Mixer::Linear(mixer) => mixer.visit(visitor),
            Mixer::Mamba(mixer) => mixer.visit(visitor),
            Mixer::Mamba2(mixer) => mixer.visit(visitor),
            Mixer::RgLru(mixer) => mixer.visit(visitor),
            Mixer::Rwkv(mixer) => {
                mixer.0.visit(visitor);
                mixer.1.visit(visitor);
            }
        }
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
