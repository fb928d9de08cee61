//! What takes which colour: a list of roles, each with the class that a page
//! styles and the attributes that say the same in a drawing that stands alone.
//!
//! It does not know shapes. `style.rs` must style every class named here;
//! a test compares them.

use crate::theme::{Hue, Mode, Palette};
use arbor_model::{Branch, Carries};
use std::fmt::Write;

/// How strongly something of a branch is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Tone {
    /// The branch's colour: weights.
    Full,
    /// Lighter: ideas.
    Tint,
    /// Outside the selected lineage.
    Dim,
}

/// How a line is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Line {
    /// A filled ribbon.
    Ribbon,
    /// Dots: distilled.
    Dots,
    /// A hairline: inferred.
    Hair,
    /// Two lines: merged.
    Double,
}

/// How a pill is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Body {
    /// Filled.
    Filled,
    /// Hollow.
    Hollow,
}

/// What an element is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    /// What lies behind the drawing or a part of it.
    Ground,
    /// Every other year.
    Band,
    /// The line where a year begins.
    YearLine,
    /// A year.
    Year,
    /// A connector or stem.
    Stem(Hue, Line, Tone),
    /// A limb outside the selected lineage, and every limb's arrow.
    Limb(Hue, Tone),
    /// The Transformer node.
    Node,
    /// Its name.
    NodeText,
    /// A second parent's line.
    Second(Carries),
    /// A limb's name.
    Title(Hue),
    /// Lesser text.
    Note,
    /// A formula.
    Formula,
    /// A heading.
    Heading,
    /// A number behind a bar.
    Count,
    /// A pill's outline and fill.
    Pill(Hue, Body, Tone),
    /// The outline of the selected pill.
    Chosen(Hue, Body),
    /// A pill's label.
    Label(Hue, Body, Tone),
    /// A pill's secondary text.
    Small(Hue, Body, Tone),
    /// A pill's glyph.
    Glyph(Hue, Body, Tone),
    /// The cut in a gated pill.
    Notch,
    /// A chip.
    Chip(Hue, Tone),
    /// A chip's text.
    ChipText(Hue, Tone),
    /// A bar's filled part.
    BarOpen,
    /// A bar's hollow part.
    BarClosed,
    /// A limb where colours do not stand for branches.
    Wood,
    /// The second outline of the first model with a trait.
    Ring,
    /// What legend and chart stand on.
    Card,
    /// The drawing's own heading.
    Headline,
    /// A strong word of the key.
    Strong,
    /// Small text of the key.
    Fine,
    /// Where a pointer may hit a link of bare text.
    Area,
    /// Small dots of a figure, as strokes of no length.
    Speck(Hue),
    /// What makes them hollow.
    Hole,
    /// A hollow dot.
    Hollow(Hue),
    /// A dot's name.
    Point,
    /// Text in a bar.
    InBar(Hue),
    /// A curve of what is.
    Curve(Hue),
    /// A curve of what would be.
    Would(Hue),
    /// The name at a curve's end.
    AtEnd(Hue),
    /// A colour's sample.
    Swatch(Hue),
}

/// Writes roles in one mode.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Pen(pub(crate) Mode);

impl Pen {
    /// The attributes of a role, each with a space before it.
    pub(crate) fn role(self, role: Role) -> String {
        match self.0 {
            Mode::Themed => match class(role) {
                "" => String::new(),
                class => format!(" class=\"{class}\""),
            },
            Mode::Standalone(theme) => paint(role, theme.palette()),
        }
    }

    /// The class of a group of one hue; it sets the colours of what is in it.
    pub(crate) fn group(self, hue: Hue) -> String {
        match self.0 {
            Mode::Themed => format!(" class=\"{}\"", hue_class(hue)),
            Mode::Standalone(_) => String::new(),
        }
    }
}

/// A hue's class.
pub(crate) const fn hue_class(hue: Hue) -> &'static str {
    match hue {
        Hue::Branch(Branch::Precursor) => "pre",
        Hue::Branch(Branch::EncoderOnly) => "enc",
        Hue::Branch(Branch::EncoderDecoder) => "ed",
        Hue::Branch(Branch::DecoderOnly) => "dec",
        Hue::Value(0) => "v0",
        Hue::Value(1) => "v1",
        Hue::Value(2) => "v2",
        Hue::Value(3) => "v3",
        Hue::Value(4) => "v4",
        Hue::Value(5) => "v5",
        Hue::Value(_) | Hue::Other => "oth",
    }
}

/// The class of a role; none where the group or the element says enough.
pub(crate) const fn class(role: Role) -> &'static str {
    match role {
        Role::Ground => "gd",
        Role::Band => "yb",
        Role::YearLine => "yl",
        Role::Year => "yt",
        Role::Stem(_, line, tone) => match (line, tone) {
            (Line::Ribbon, Tone::Full) => "rw",
            (Line::Ribbon, Tone::Tint) => "ri",
            (Line::Ribbon, Tone::Dim) => "rx",
            (Line::Dots, Tone::Full | Tone::Tint) => "ro",
            (Line::Dots, Tone::Dim) => "ro x",
            (Line::Hair, Tone::Full | Tone::Tint) => "rh",
            (Line::Hair, Tone::Dim) => "rh x",
            (Line::Double, Tone::Full | Tone::Tint) => "rm",
            (Line::Double, Tone::Dim) => "rm x",
        },
        Role::Limb(_, Tone::Full | Tone::Tint) => "rw",
        Role::Limb(_, Tone::Dim) => "rx",
        Role::Node => "nd",
        Role::NodeText => "nt",
        Role::Second(Carries::Weights | Carries::Ideas) => "sl",
        Role::Second(Carries::Outputs) => "so",
        Role::Title(_) => "ct",
        Role::Note => "tn",
        Role::Formula => "tf",
        Role::Heading => "th",
        Role::Count => "tc",
        // A pill's parts are styled through the class of its link.
        Role::Pill(..) | Role::Chosen(..) | Role::Label(..) => "",
        Role::Small(..) => "s",
        Role::Glyph(..) => "g",
        Role::Notch => "n",
        Role::Chip(..) | Role::ChipText(..) => "",
        Role::BarOpen => "bo",
        Role::BarClosed => "bc",
        Role::Wood => "wd",
        Role::Ring => "rg",
        Role::Card => "cd",
        Role::Headline => "hl",
        Role::Speck(_) => "fs",
        Role::Hole => "fh",
        Role::Hollow(_) => "fc",
        Role::Point => "fp",
        Role::InBar(_) => "fb",
        Role::Curve(_) => "fl",
        Role::Would(_) => "fw",
        Role::AtEnd(_) => "fe",
        Role::Strong => "ks",
        Role::Fine => "kt",
        Role::Area => "ka",
        Role::Swatch(_) => "rw",
    }
}

fn paint(role: Role, palette: &Palette) -> String {
    let mut out = String::new();
    let mut put = |name: &str, value: &str| {
        // Writing to a string cannot fail.
        let _ = write!(out, " {name}=\"{value}\"");
    };
    let toned = |hue: Hue, tone: Tone| {
        let shades = palette.of(hue);
        match tone {
            Tone::Full => shades.full,
            Tone::Tint => shades.tint,
            Tone::Dim => shades.faint,
        }
    };
    let on = |hue: Hue, body: Body, tone: Tone| match (body, tone) {
        (Body::Filled, Tone::Full | Tone::Tint) => palette.on_fill,
        (Body::Hollow, Tone::Full | Tone::Tint) => palette.of(hue).full,
        (Body::Filled | Body::Hollow, Tone::Dim) => palette.of(hue).dim_text,
    };
    let mut stroke = |color: &str, width: &str, dashes: &str, cap: &str| {
        put("fill", "none");
        put("stroke", color);
        put("stroke-width", width);
        if !dashes.is_empty() {
            put("stroke-dasharray", dashes);
        }
        if !cap.is_empty() {
            put("stroke-linecap", cap);
        }
    };
    match role {
        Role::Stem(hue, Line::Dots, tone) => {
            let tone = if tone == Tone::Tint { Tone::Full } else { tone };
            stroke(toned(hue, tone), "5", "0 10", "round");
        }
        Role::Stem(hue, Line::Hair, tone) => stroke(toned(hue, tone), "2", "", "round"),
        Role::Stem(hue, Line::Double, tone) => stroke(toned(hue, tone), "3", "", ""),
        Role::Second(Carries::Weights | Carries::Ideas) => stroke(palette.muted, "2.4", "10 8", ""),
        Role::Second(Carries::Outputs) => stroke(palette.muted, "4", "0 8", "round"),
        Role::YearLine => stroke(palette.line, "2", "", ""),
        Role::BarClosed => stroke(palette.muted, "2.6", "", ""),
        Role::Glyph(hue, body, tone) => {
            stroke(on(hue, body, tone), "3.4", "", "round");
            put("stroke-linejoin", "round");
        }
        Role::Ground | Role::Notch => put("fill", palette.background),
        Role::Band => put("fill", palette.band),
        Role::Stem(hue, Line::Ribbon, tone) | Role::Limb(hue, tone) => {
            put("fill", toned(hue, tone));
        }
        Role::Node => put("fill", palette.ink),
        Role::NodeText => {
            put("fill", palette.background);
            text(&mut put, "17.2", "650");
            put("text-anchor", "middle");
        }
        Role::Year => {
            put("fill", palette.muted);
            text(&mut put, "24", "650");
        }
        Role::Title(hue) => {
            put("fill", palette.of(hue).full);
            text(&mut put, "28", "700");
        }
        Role::Note => {
            put("fill", palette.muted);
            text(&mut put, "22.5", "400");
        }
        Role::Formula => {
            put("fill", palette.ink);
            text(&mut put, "24", "400");
        }
        Role::Heading => {
            put("fill", palette.ink);
            text(&mut put, "25", "700");
        }
        Role::Count => {
            put("fill", palette.muted);
            text(&mut put, "22", "600");
        }
        Role::Pill(hue, body, tone) => {
            let shades = palette.of(hue);
            let (fill, edge) = match (body, tone) {
                (Body::Filled, Tone::Full | Tone::Tint) => (shades.full, palette.background),
                (Body::Filled, Tone::Dim) => (shades.dim, palette.background),
                (Body::Hollow, Tone::Full | Tone::Tint) => (palette.background, shades.full),
                (Body::Hollow, Tone::Dim) => (palette.background, shades.edge),
            };
            put("fill", fill);
            put("stroke", edge);
            put("stroke-width", "3");
        }
        Role::Chosen(hue, body) => {
            let fill = match body {
                Body::Filled => palette.of(hue).full,
                Body::Hollow => palette.background,
            };
            put("fill", fill);
            put("stroke", palette.ink);
            put("stroke-width", "5");
        }
        Role::Label(hue, body, tone) => put("fill", on(hue, body, tone)),
        Role::Small(hue, body, tone) => {
            put("fill", on(hue, body, tone));
            text(&mut put, "19", "400");
        }
        Role::Chip(hue, tone) => {
            let shades = palette.of(hue);
            put("fill", palette.background);
            put(
                "stroke",
                match tone {
                    Tone::Full | Tone::Tint => shades.tint,
                    Tone::Dim => shades.edge,
                },
            );
            put("stroke-width", "2");
        }
        Role::ChipText(hue, tone) => {
            put("fill", on(hue, Body::Hollow, tone));
            text(&mut put, "19", "600");
        }
        Role::BarOpen => put("fill", palette.muted),
        Role::Wood => put("fill", palette.of(Hue::Other).edge),
        Role::Swatch(hue) => put("fill", palette.of(hue).full),
        Role::Ring => {
            put("fill", "none");
            put("stroke", palette.ink);
            put("stroke-width", "3");
        }
        Role::Card => {
            put("fill", palette.panel);
            put("stroke", palette.line);
            put("stroke-width", "2");
        }
        Role::Speck(hue) => stroke(palette.of(hue).tint, "10", "", "round"),
        Role::Hole => stroke(palette.background, "5", "", "round"),
        Role::Hollow(hue) => {
            put("fill", palette.background);
            put("stroke", palette.of(hue).full);
            put("stroke-width", "4");
        }
        Role::Point => {
            put("fill", palette.ink);
            // A rim, so that dots and lines behind it do not cut it.
            put("stroke", palette.background);
            put("stroke-width", "5");
            put("stroke-linejoin", "round");
            put("paint-order", "stroke");
            text(&mut put, "20", "600");
        }
        Role::InBar(_) => {
            put("fill", palette.on_fill);
            text(&mut put, "20", "600");
        }
        Role::Curve(hue) => stroke(palette.of(hue).full, "7", "", "round"),
        Role::Would(hue) => stroke(palette.of(hue).full, "4", "12 8", ""),
        Role::AtEnd(hue) => {
            put("fill", palette.of(hue).full);
            text(&mut put, "22", "600");
        }
        Role::Strong => {
            put("fill", palette.ink);
            text(&mut put, "24", "600");
        }
        Role::Fine => {
            put("fill", palette.muted);
            text(&mut put, "21", "400");
        }
        Role::Area => put("fill", "none"),
        Role::Headline => {
            put("fill", palette.ink);
            text(&mut put, "31", "700");
        }
    }
    out
}

fn text(put: &mut impl FnMut(&str, &str), size: &str, weight: &str) {
    put("font-size", size);
    put("font-weight", weight);
}
