//! Colours: one list of tokens, light and dark. Tests hold the contrast of
//! every text and the distance of the limbs under four kinds of sight.
//!
//! It does not know which element takes which colour (`pen.rs`); `style.rs`
//! hands the same tokens to pages.

use arbor_model::Branch;

/// How a drawing gets its colours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Mode {
    /// By classes, from [`crate::STYLE`] on the page around it.
    Themed,
    /// Resolved, so that the drawing stands alone.
    Standalone(Theme),
}

/// Light or dark.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Theme {
    /// Dark on light.
    Light,
    /// Light on dark.
    Dark,
}

/// A branch's colour and what is mixed from it and the background.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shades {
    /// The colour itself: pills, limbs, weights.
    pub full: &'static str,
    /// 62 % of it: ideas.
    pub tint: &'static str,
    /// 20 %: pills outside the selected lineage.
    pub dim: &'static str,
    /// 34 %: outlines of hollow pills outside it.
    pub edge: &'static str,
    /// 16 %: ribbons outside it.
    pub faint: &'static str,
    /// Text on `dim`, at least 3 : 1.
    pub dim_text: &'static str,
}

/// A theme's colours as `#rrggbb`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Palette {
    /// The background.
    pub background: &'static str,
    /// Cards on the background.
    pub panel: &'static str,
    /// Text.
    pub ink: &'static str,
    /// Lesser text.
    pub muted: &'static str,
    /// Lines between things.
    pub line: &'static str,
    /// Every other year.
    pub band: &'static str,
    /// Text on a branch's colour.
    pub on_fill: &'static str,
    /// The branches, in the order of [`Branch::ALL`].
    pub branches: [Shades; 4],
}

impl Palette {
    /// A branch's colours.
    #[must_use]
    pub const fn of(&self, branch: Branch) -> &Shades {
        match branch {
            Branch::Precursor => &self.branches[0],
            Branch::EncoderOnly => &self.branches[1],
            Branch::EncoderDecoder => &self.branches[2],
            Branch::DecoderOnly => &self.branches[3],
        }
    }
}

impl Theme {
    /// The theme's colours.
    #[must_use]
    pub const fn palette(self) -> &'static Palette {
        match self {
            Self::Light => &LIGHT,
            Self::Dark => &DARK,
        }
    }
}

const fn shades(of: [&'static str; 6]) -> Shades {
    let [full, tint, dim, edge, faint, dim_text] = of;
    Shades {
        full,
        tint,
        dim,
        edge,
        faint,
        dim_text,
    }
}

/// The light theme.
pub const LIGHT: Palette = Palette {
    background: "#fbfaf8",
    panel: "#ffffff",
    ink: "#1d2330",
    muted: "#667085",
    line: "#e4e1db",
    band: "#f4f2ee",
    on_fill: "#ffffff",
    branches: [
        shades([
            "#6f6a63", "#a29e99", "#dddcd8", "#c9c7c3", "#e3e2df", "#7c7771",
        ]),
        shades([
            "#b1437e", "#d28aab", "#efd5df", "#e6bccd", "#f2dde4", "#ba578a",
        ]),
        shades([
            "#3f5f1e", "#82986f", "#d3dacb", "#b7c3ab", "#dbe0d3", "#657f4e",
        ]),
        shades([
            "#2c66c4", "#7a9fdb", "#d0ddf0", "#b3c8e9", "#d9e3f2", "#4678cc",
        ]),
    ],
};

/// The dark theme.
pub const DARK: Palette = Palette {
    background: "#11141b",
    panel: "#181c25",
    ink: "#e9ecf3",
    muted: "#98a2b5",
    line: "#2a303d",
    band: "#151922",
    on_fill: "#0b0e14",
    branches: [
        shades([
            "#9b958b", "#62605e", "#292b2f", "#3b3c3e", "#24262b", "#797670",
        ]),
        shades([
            "#f194b4", "#946075", "#382b36", "#553c4a", "#302630", "#a76a82",
        ]),
        shades([
            "#63c95f", "#437e47", "#21332a", "#2c4b34", "#1e2d27", "#48894b",
        ]),
        shades([
            "#8095ee", "#526096", "#242b3f", "#333c5b", "#202638", "#6373b6",
        ]),
    ],
};
