//! Feed-forward layers: plain, gated, and routed experts.

use super::{Linear, Norm, Part, RwkvFeedForward, Visitor};
use crate::Parameter;

arbor_model::words! {
    /// Activation functions, by transformers' names.
    Activation: "activation" {
        /// x Φ(x), by the error function.
        Gelu = "gelu",
        /// x Φ(x), by tanh.
        GeluTanh = "gelu_pytorch_tanh",
        /// x σ(1.702 x).
        GeluQuick = "quick_gelu",
        /// max(x, 0).
        Relu = "relu",
        /// max(x, 0)².
        Relu2 = "relu2",
        /// σ(x).
        Sigmoid = "sigmoid",
        /// x σ(x).
        Silu = "silu",
        /// gpt-oss's clamped gate: (min(g, 7)) σ(1.702 g) · (clamp(u, ±7) + 1).
        SwigluOai = "swiglu_oai",
        /// tanh x.
        Tanh = "tanh",
    }
}

impl Activation {
    /// Reads one of the names that configurations use.
    #[must_use]
    pub fn from_config(name: &str) -> Option<Self> {
        match name {
            "gelu_new" | "gelu_fast" | "gelu_pytorch_tanh" | "gelu_accurate" => {
                Some(Self::GeluTanh)
            }
            "swish" | "silu" => Some(Self::Silu),
            "gelu" | "gelu_python" => Some(Self::Gelu),
            "relu" | "relu2" | "sigmoid" | "tanh" | "quick_gelu" => name.parse().ok(),
            _ => None,
        }
    }
}

/// An expert: a small feed-forward layer, gated or plain.
#[derive(Clone, Debug, PartialEq)]
pub struct Expert {
    /// Width → inner, through the activation, where the layer is gated.
    pub gate: Option<Linear>,
    /// Width → inner.
    pub up: Linear,
    /// Over the inner values, before the way back (BitNet).
    pub norm: Option<Norm>,
    /// Inner → width.
    pub down: Linear,
}

/// How a router's numbers become weights.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum RouterScore {
    /// Softmax over all experts, then the best are taken (Mixtral, Qwen).
    Softmax,
    /// The best are taken, then softmax over those (gpt-oss, Granite).
    SoftmaxOfBest,
    /// A sigmoid each (DeepSeek-V3).
    Sigmoid,
    /// One after the other: the best expert's share of a softmax over those
    /// that come near it and were not taken yet (Liu et al. 2024, arXiv
    /// 2409.12136).
    SparseMixer {
        /// How near, relative to the larger of the two numbers.
        near: f64,
    },
}

/// Whether the weights of the experts taken are divided by their sum.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Renormalise {
    /// They are.
    Yes,
    /// They are not.
    No,
}

/// Experts are first picked by group (DeepSeek).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Groups {
    /// How many groups there are.
    pub count: u64,
    /// How many are taken.
    pub best: u64,
    /// A group's score is the sum of its so many best experts.
    pub scored_by: u64,
}

/// Picks experts for a token.
#[derive(Clone, Debug, PartialEq)]
pub struct Router {
    /// `[experts, width]`.
    pub map: Linear,
    /// How its numbers become weights.
    pub score: RouterScore,
    /// How many experts a token passes.
    pub best: u64,
    /// Whether their weights are divided by their sum.
    pub renormalise: Renormalise,
    /// What the weights are multiplied with.
    pub scale: f64,
    /// Groups, where they are picked first.
    pub groups: Option<Groups>,
    /// Added to scores for picking, not for weighting, `[experts]`.
    pub correction: Option<Parameter>,
}

/// An expert that every token passes.
#[derive(Clone, Debug, PartialEq)]
pub struct Shared {
    /// The expert.
    pub expert: Expert,
    /// A sigmoid of this multiplies its output, `[1, width]` (Qwen2-MoE).
    pub gate: Option<Linear>,
}

/// Routed experts.
#[derive(Clone, Debug, PartialEq)]
pub struct Experts {
    /// Picks.
    pub router: Router,
    /// The experts.
    pub experts: Vec<Expert>,
    /// Passed by every token.
    pub shared: Option<Shared>,
    /// Within each expert.
    pub activation: Activation,
}

/// A feed-forward layer.
#[derive(Clone, Debug, PartialEq)]
pub enum FeedForward {
    /// None: the layer only mixes positions.
    None,
    /// One layer for all tokens.
    Dense {
        /// The maps.
        expert: Expert,
        /// Between them.
        activation: Activation,
    },
    /// One layer for all tokens, between its maps xIELU (Huang and Schlag
    /// 2024, arXiv 2411.13010): a parabola above zero and a shifted
    /// exponential below it, whose steepness is learned.
    Xielu {
        /// The maps.
        expert: Expert,
        /// Steepness above zero before softplus, `[1]`.
        positive: Parameter,
        /// Steepness below zero before softplus, `[1]`.
        negative: Parameter,
    },
    /// Some of many for each token.
    Experts(Box<Experts>),
    /// As experts, but each serves only so many of a row's tokens; those that
    /// come too late get nothing (Switch).
    Limited {
        /// The experts.
        experts: Box<Experts>,
        /// How many tokens each serves.
        capacity: u64,
    },
    /// RWKV's, which looks at the token before.
    Rwkv(Box<RwkvFeedForward>),
}

impl Expert {
    /// Lists the parameters.
    pub fn visit<'g>(&'g self, part: Part, visitor: &mut Visitor<'_, 'g>) {
        for map in self.gate.iter().chain([&self.up, &self.down]) {
            map.visit(part, visitor);
        }
        if let Some(norm) = &self.norm {
            norm.visit(visitor);
        }
    }
}

impl FeedForward {
    /// Parameters of the experts that a token does not pass. Experts are of
    /// one size.
    #[must_use]
    pub fn idle(&self) -> u64 {
        let (Self::Experts(experts) | Self::Limited { experts, .. }) = self else {
            return 0;
        };
        let mut each = 0;
        if let Some(expert) = experts.experts.first() {
            expert.visit(Part::Experts, &mut |_, parameter| {
                each += parameter.shape().elements();
            });
        }
        (experts.experts.len() as u64)
            .saturating_sub(experts.router.best)
            .saturating_mul(each)
    }

    /// Lists the parameters.
    pub fn visit<'g>(&'g self, visitor: &mut Visitor<'_, 'g>) {
        match self {
            Self::None => {}
            Self::Dense { expert, .. } => expert.visit(Part::FeedForward, visitor),
            Self::Rwkv(layer) => layer.visit(visitor),
            Self::Xielu {
                expert,
                positive,
                negative,
            } => {
                expert.visit(Part::FeedForward, visitor);
                visitor(Part::FeedForward, positive);
                visitor(Part::FeedForward, negative);
            }
            Self::Experts(experts) | Self::Limited { experts, .. } => {
                experts.router.map.visit(Part::Experts, visitor);
                if let Some(correction) = &experts.router.correction {
                    visitor(Part::Experts, correction);
                }
                for expert in &experts.experts {
                    expert.visit(Part::Experts, visitor);
                }
                if let Some(shared) = &experts.shared {
                    shared.expert.visit(Part::Experts, visitor);
                    if let Some(gate) = &shared.gate {
                        gate.visit(Part::Experts, visitor);
                    }
                }
            }
        }
    }
}
