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
    /// The values of a trait, where colours stand for one.
    pub values: [Shades; VALUES],
}

/// How many values of a trait have a colour of their own: more could not be
/// told apart by everybody, and share [`Hue::Other`].
pub const VALUES: usize = 6;

/// Whose colour something has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Hue {
    /// A branch's.
    Branch(Branch),
    /// A trait's value, by its place in [`Palette::values`]; one beyond them
    /// is as [`Hue::Other`].
    Value(u8),
    /// Values without a colour, and what nobody says: grey.
    Other,
}

impl Hue {
    /// The class that gives an element its colours in [`crate::STYLE`].
    #[must_use]
    pub const fn class(self) -> &'static str {
        crate::pen::hue_class(self)
    }
}

impl Palette {
    /// The colours of a hue.
    #[must_use]
    pub fn of(&self, hue: Hue) -> &Shades {
        match hue {
            Hue::Branch(Branch::Precursor) | Hue::Other => &self.branches[0],
            Hue::Branch(Branch::EncoderOnly) => &self.branches[1],
            Hue::Branch(Branch::EncoderDecoder) => &self.branches[2],
            Hue::Branch(Branch::DecoderOnly) => &self.branches[3],
            Hue::Value(place) => self
                .values
                .get(usize::from(place))
                .unwrap_or(&self.branches[0]),
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
    values: [
        shades([
            "#006ee6", "#5fa3ed", "#c9def4", "#a6caf2", "#d3e4f5", "#0f76e7",
        ]),
        shades([
            "#8c6e14", "#b6a36b", "#e5deca", "#d5caaa", "#e9e4d4", "#937622",
        ]),
        shades([
            "#c82896", "#db78bb", "#f1d0e4", "#eab3d7", "#f3d8e8", "#cc399e",
        ]),
        shades([
            "#0a4614", "#668a6b", "#cbd6ca", "#a9bdaa", "#d4ddd4", "#527c58",
        ]),
        shades([
            "#500a8c", "#9165b5", "#d9cae2", "#c1a8d3", "#e0d4e7", "#8a5cb1",
        ]),
        shades([
            "#5a1e46", "#97728a", "#dbced4", "#c4afbb", "#e1d7dc", "#8e647f",
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
    values: [
        shades([
            "#4696be", "#326580", "#1c2e3c", "#234052", "#192935", "#3c7fa1",
        ]),
        shades([
            "#dca000", "#8f6b0a", "#3a3016", "#564412", "#312a17", "#a37908",
        ]),
        shades([
            "#d25a3c", "#893f2f", "#382222", "#532c26", "#301f20", "#bf5339",
        ]),
        shades([
            "#d2dc96", "#899067", "#383c34", "#535845", "#30342f", "#858c65",
        ]),
        shades([
            "#8c6ef0", "#5d4c9f", "#2a2646", "#3b3363", "#25223d", "#7d63d6",
        ]),
        shades([
            "#0af0dc", "#0d9c93", "#104042", "#0f5f5d", "#10373a", "#0d988f",
        ]),
    ],
};
