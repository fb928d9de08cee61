//! Both ends of a model: tokens to states, states to logits.

use super::{AbsolutePosition, Activation, Linear, Norm, Part, Visitor};
use crate::Parameter;

/// A token whose vector is left out, for which the row's others make up: they
/// are multiplied with `kept` over the share of the row that is not this token
/// (ESM, Rives et al. 2021).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Dropped {
    /// Its id.
    pub token: u32,
    /// The share that pre-training left.
    pub kept: f64,
}

/// Tokens to states.
#[derive(Clone, Debug, PartialEq)]
pub struct Embedding {
    /// `[vocabulary, width]`; the width may be narrower than the states'.
    pub tokens: Parameter,
    /// What token vectors are multiplied with.
    pub scale: f64,
    /// What is added by position.
    pub positions: AbsolutePosition,
    /// What is added by token type, `[types, width]`.
    pub token_types: Option<Parameter>,
    /// Over the sum.
    pub norm: Option<Norm>,
    /// From the table's width to the states' (ALBERT, ELECTRA). The norm comes
    /// before it, and so do positions, unless they are as wide as the states
    /// (OPT).
    pub projection: Option<Linear>,
    /// The mask token, where its vector is left out.
    pub dropped: Option<Dropped>,
}

impl Embedding {
    /// Tokens the model knows.
    #[must_use]
    pub fn vocabulary(&self) -> u64 {
        self.tokens.shape().dims().first().copied().unwrap_or(0)
    }

    /// Lists the parameters.
    pub fn visit<'g>(&'g self, visitor: &mut Visitor<'_, 'g>) {
        visitor(Part::Embedding, &self.tokens);
        self.positions.visit(visitor);
        if let Some(types) = &self.token_types {
            visitor(Part::Embedding, types);
        }
        if let Some(norm) = &self.norm {
            norm.visit(visitor);
        }
        if let Some(projection) = &self.projection {
            projection.visit(Part::Embedding, visitor);
        }
    }
}

/// What masked-language-model heads do before the vocabulary.
#[derive(Clone, Debug, PartialEq)]
pub struct HeadTransform {
    /// The map.
    pub dense: Linear,
    /// After it.
    pub activation: Option<Activation>,
    /// After that.
    pub norm: Option<Norm>,
}

/// States to answers.
#[derive(Clone, Debug, PartialEq)]
pub enum Head {
    /// None: the states are the answer.
    None,
    /// Logits over the vocabulary.
    Vocabulary {
        /// Before the map.
        transform: Option<HeadTransform>,
        /// `[vocabulary, width]`; the same tensor as the embedding's where
        /// they are tied.
        map: Linear,
        /// What logits are multiplied with.
        scale: f64,
        /// Logits are squashed to ± this by tanh.
        soft_cap: Option<f64>,
    },
    /// A number for each token: whether it was replaced (ELECTRA).
    Discriminator {
        /// Before the map.
        transform: HeadTransform,
        /// `[1, width]`.
        map: Linear,
    },
}

impl Head {
    /// Lists the parameters.
    pub fn visit<'g>(&'g self, visitor: &mut Visitor<'_, 'g>) {
        let before = |transform: &'g HeadTransform, visitor: &mut Visitor<'_, 'g>| {
            transform.dense.visit(Part::Head, visitor);
            if let Some(norm) = &transform.norm {
                norm.visit(visitor);
            }
        };
        match self {
            Self::None => {}
            Self::Vocabulary { transform, map, .. } => {
                if let Some(transform) = transform {
                    before(transform, visitor);
                }
                map.visit(Part::Head, visitor);
            }
            Self::Discriminator { transform, map } => {
                before(transform, visitor);
                map.visit(Part::Head, visitor);
            }
        }
    }
}
