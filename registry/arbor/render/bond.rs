//! What joins a model to the one above it, and the glyphs for that. `tree.rs`
//! draws with them.

use arbor_model::{Carries, Relation};

/// The characters that trees are drawn with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Charset {
    /// Lines and glyphs.
    Utf8,
    /// Nothing beyond ASCII: names that are get their ids instead.
    Ascii,
}

/// What a line of descent carries, as it is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Bond {
    Weights,
    Design,
    Distilled,
    Merge,
}

impl Bond {
    /// In the order of the legend.
    pub(crate) const ALL: [Self; 4] = [Self::Weights, Self::Design, Self::Distilled, Self::Merge];

    pub(crate) fn of(relation: Relation) -> Self {
        match relation.carries() {
            Carries::Weights if relation == Relation::MergedFrom => Self::Merge,
            Carries::Weights => Self::Weights,
            Carries::Outputs => Self::Distilled,
            Carries::Ideas => Self::Design,
        }
    }

    pub(crate) const fn glyph(self, charset: Charset) -> char {
        match (self, charset) {
            (Self::Weights, Charset::Utf8) => '▶',
            (Self::Design, Charset::Utf8) => '▷',
            (Self::Distilled, Charset::Utf8) => '┄',
            (Self::Merge, Charset::Utf8) => '═',
            (Self::Weights, Charset::Ascii) => '>',
            (Self::Design, Charset::Ascii) => 'o',
            (Self::Distilled, Charset::Ascii) => ':',
            (Self::Merge, Charset::Ascii) => '=',
        }
    }

    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::Weights => "weights",
            Self::Design => "design",
            Self::Distilled => "distilled",
            Self::Merge => "merge",
        }
    }
}
