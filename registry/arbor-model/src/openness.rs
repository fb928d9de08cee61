//! Who may have the weights, and under which terms.

use crate::text::{Text, TextError};
use std::fmt;
use std::str::FromStr;

words! {
    /// How a model's weights can be had, the most open last.
    Openness: "openness" {
        /// Only described.
        Unreleased = "unreleased",
        /// Only as a service.
        ApiOnly = "api-only",
        /// After accepting terms or asking.
        GatedWeights = "gated-weights",
        /// By anyone.
        OpenWeights = "open-weights",
    }
}

impl Openness {
    /// Whether weights can be had at all: drawn filled, else hollow.
    #[must_use]
    pub const fn has_weights(self) -> bool {
        match self {
            Self::GatedWeights | Self::OpenWeights => true,
            Self::Unreleased | Self::ApiOnly => false,
        }
    }
}

words! {
    /// How the published figure draws a leaf.
    Marker: "marker" {
        /// Hollow.
        Closed = "closed",
        /// Filled.
        Open = "open",
    }
}

/// A licence: an SPDX identifier where there is one, else its name.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Licence(Text);

impl Licence {
    /// Takes a name of at most 120 characters.
    ///
    /// # Errors
    /// [`TextError`] for an empty or over-long name or one with controls.
    pub fn new(name: &str) -> Result<Self, TextError> {
        Text::bounded(name, 120).map(Self)
    }

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }
}

impl fmt::Display for Licence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl FromStr for Licence {
    type Err = TextError;

    fn from_str(text: &str) -> Result<Self, TextError> {
        Self::new(text)
    }
}
