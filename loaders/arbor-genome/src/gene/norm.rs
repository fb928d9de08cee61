//! Normalisation of the last dimension.

use super::{Part, Visitor};
use crate::Parameter;

/// What is normalised away.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NormKind {
    /// Mean and variance (Ba et al. 2016, arXiv 1607.06450).
    Layer,
    /// Nothing: values pass as they are.
    None,
    /// Root mean square alone (Zhang and Sennrich 2019, arXiv 1910.07467).
    Rms,
}

/// What multiplies the normalised values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Gain {
    /// Nothing.
    None,
    /// The weight.
    Weight(Parameter),
    /// One plus the weight (Gemma).
    OnePlus(Parameter),
    /// A weight for each head, stored apart (StableLM 2).
    Rows(Vec<Parameter>),
}

/// A norm.
#[derive(Clone, Debug, PartialEq)]
pub struct Norm {
    /// Which.
    pub kind: NormKind,
    /// Added to the variance.
    pub epsilon: f64,
    /// What multiplies the result.
    pub gain: Gain,
    /// What is added to the result.
    pub bias: Option<Parameter>,
}

impl Norm {
    /// A place where others have a norm.
    pub const NONE: Self = Self {
        kind: NormKind::None,
        epsilon: 0.0,
        gain: Gain::None,
        bias: None,
    };

    /// Lists the parameters.
    pub fn visit<'g>(&'g self, visitor: &mut Visitor<'_, 'g>) {
        match &self.gain {
            Gain::None => {}
            Gain::Weight(weight) | Gain::OnePlus(weight) => visitor(Part::Norm, weight),
            Gain::Rows(rows) => rows.iter().for_each(|row| visitor(Part::Norm, row)),
        }
        if let Some(bias) = &self.bias {
            visitor(Part::Norm, bias);
        }
    }
}

/// What a norm of queries or keys runs over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Span {
    /// All heads together.
    AllHeads,
    /// Each head, all with the same weights (`[head_size]`).
    Head,
    /// Each head after its rotation, all with the same weights (Hunyuan).
    RotatedHead,
    /// Each head, each with its own weights (`[heads, head_size]`).
    OwnHead,
}

/// A norm of queries or keys.
#[derive(Clone, Debug, PartialEq)]
pub struct QkNorm {
    /// The norm.
    pub norm: Norm,
    /// What it runs over.
    pub span: Span,
}
