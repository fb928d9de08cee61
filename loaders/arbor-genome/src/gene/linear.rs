//! A linear map, `y = x Wᵀ + b`.

use super::{Part, Visitor};
use crate::Parameter;

/// A linear map.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Linear {
    /// `[out, in]`.
    pub weight: Parameter,
    /// `[out]`.
    pub bias: Option<Parameter>,
}

impl Linear {
    /// Width of what comes in.
    #[must_use]
    pub fn inputs(&self) -> u64 {
        self.weight.shape().dims().get(1).copied().unwrap_or(0)
    }

    /// Width of what goes out.
    #[must_use]
    pub fn outputs(&self) -> u64 {
        self.weight.shape().dims().first().copied().unwrap_or(0)
    }

    /// Lists the parameters.
    pub fn visit<'g>(&'g self, part: Part, visitor: &mut Visitor<'_, 'g>) {
        visitor(part, &self.weight);
        if let Some(bias) = &self.bias {
            visitor(part, bias);
        }
    }
}
