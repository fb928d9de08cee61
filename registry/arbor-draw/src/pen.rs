//! What takes which colour: a list of roles, each with the class that a page
//! styles and the attributes that say the same in a drawing that stands alone.
//!
//! It does not know shapes. `style.rs` must style every class named here;
//! a test compares them.

use crate::theme::{Mode, Palette};
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
    Stem(Branch, Line, Tone),
    /// A limb outside the selected lineage, and every limb's arrow.
    Limb(Branch, Tone),
    /// The Transformer node.
    Node,
    /// Its name.
    NodeText,
    /// A second parent's line.
    Second(Carries),
    /// A limb's name.
    Title(Branch),
    /// Lesser text.
    Note,
    /// A formula.
    Formula,
    /// A heading.
    Heading,
    /// A number behind a bar.
    Count,
    /// A pill's outline and fill.
    Pill(Branch, Body, Tone),
    /// The outline of the selected pill.
    Chosen(Branch, Body),
    /// A pill's label.
    Label(Branch, Body, Tone),
    /// A pill's secondary text.
    Small(Branch, Body, Tone),
    /// A pill's glyph.
    Glyph(Branch, Body, Tone),
    /// The cut in a gated pill.
    Notch,
    /// A chip.
    Chip(Branch, Tone),
    /// A chip's text.
    ChipText(Branch, Tone),
    /// A bar's filled part.
    BarOpen,
    /// A bar's hollow part.
    BarClosed,
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

    /// The class of a group of one branch; it sets the colours of what is in it.
    pub(crate) fn branch(self, branch: Branch) -> String {
        match self.0 {
            Mode::Themed => format!(" class=\"{}\"", branch_class(branch)),
            Mode::Standalone(_) => String::new(),
        }
    }
}

/// A branch's class.
pub(crate) const fn branch_class(branch: Branch) -> &'static str {
    match branch {
        Branch::Precursor => "pre",
        Branch::EncoderOnly => "enc",
        Branch::EncoderDecoder => "ed",
        Branch::DecoderOnly => "dec",
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
    }
}

fn paint(role: Role, palette: &Palette) -> String {
    let mut out = String::new();
    let mut put = |name: &str, value: &str| {
        // Writing to a string cannot fail.
        let _ = write!(out, " {name}=\"{value}\"");
    };
    let toned = |branch: Branch, tone: Tone| {
        let shades = palette.of(branch);
        match tone {
            Tone::Full => shades.full,
            Tone::Tint => shades.tint,
            Tone::Dim => shades.faint,
        }
    };
    let on = |branch: Branch, body: Body, tone: Tone| match (body, tone) {
        (Body::Filled, Tone::Full | Tone::Tint) => palette.on_fill,
        (Body::Hollow, Tone::Full | Tone::Tint) => palette.of(branch).full,
        (Body::Filled | Body::Hollow, Tone::Dim) => palette.of(branch).dim_text,
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
        Role::Stem(branch, Line::Dots, tone) => {
            let tone = if tone == Tone::Tint { Tone::Full } else { tone };
            stroke(toned(branch, tone), "5", "0 10", "round");
        }
        Role::Stem(branch, Line::Hair, tone) => stroke(toned(branch, tone), "2", "", "round"),
        Role::Stem(branch, Line::Double, tone) => stroke(toned(branch, tone), "3", "", ""),
        Role::Second(Carries::Weights | Carries::Ideas) => stroke(palette.muted, "2.4", "10 8", ""),
        Role::Second(Carries::Outputs) => stroke(palette.muted, "4", "0 8", "round"),
        Role::YearLine => stroke(palette.line, "2", "", ""),
        Role::BarClosed => stroke(palette.muted, "2.6", "", ""),
        Role::Glyph(branch, body, tone) => {
            stroke(on(branch, body, tone), "3.4", "", "round");
            put("stroke-linejoin", "round");
        }
        Role::Ground | Role::Notch => put("fill", palette.background),
        Role::Band => put("fill", palette.band),
        Role::Stem(branch, Line::Ribbon, tone) | Role::Limb(branch, tone) => {
            put("fill", toned(branch, tone));
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
        Role::Title(branch) => {
            put("fill", palette.of(branch).full);
            text(&mut put, "28", "700");
        }
        Role::Note => {
            put("fill", palette.muted);
            text(&mut put, "22.5", "400");
        }
        Role::Formula => {
            put("fill", palette.ink);
            text(&mut put, "24", "400");
            put("font-style", "italic");
        }
        Role::Heading => {
            put("fill", palette.ink);
            text(&mut put, "25", "700");
        }
        Role::Count => {
            put("fill", palette.muted);
            text(&mut put, "22", "600");
        }
        Role::Pill(branch, body, tone) => {
            let shades = palette.of(branch);
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
        Role::Chosen(branch, body) => {
            let fill = match body {
                Body::Filled => palette.of(branch).full,
                Body::Hollow => palette.background,
            };
            put("fill", fill);
            put("stroke", palette.ink);
            put("stroke-width", "5");
        }
        Role::Label(branch, body, tone) => put("fill", on(branch, body, tone)),
        Role::Small(branch, body, tone) => {
            put("fill", on(branch, body, tone));
            text(&mut put, "19", "400");
        }
        Role::Chip(branch, tone) => {
            let shades = palette.of(branch);
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
        Role::ChipText(branch, tone) => {
            put("fill", on(branch, Body::Hollow, tone));
            text(&mut put, "19", "600");
        }
        Role::BarOpen => put("fill", palette.muted),
    }
    out
}

fn text(put: &mut impl FnMut(&str, &str), size: &str, weight: &str) {
    put("font-size", size);
    put("font-weight", weight);
}
