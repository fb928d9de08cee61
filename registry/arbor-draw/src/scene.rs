//! What is to be drawn, as plain data: models, their parents, who made them.
//!
//! It does not know where anything stands; `layout.rs` does. Lengths are not
//! spoken of here at all.

use crate::theme::Hue;
use crate::zoom::Zoom;
use arbor_model::{Branch, PartialDate, Relation};

/// Everything that one drawing shows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Scene {
    /// The models, in any order.
    pub beads: Vec<Bead>,
    /// The id of the model that is the "Transformer" node, if it is shown:
    /// it is drawn as the node and not as a pill.
    pub trunk: Option<String>,
    /// Models folded away that have no shown ancestor, by branch.
    pub folded: Vec<Folded>,
    /// Counts for the bar chart; none, no chart. The nine largest are drawn.
    pub organisations: Option<Vec<Organisation>>,
    /// The ids of models that stand on their limb itself, as its first line:
    /// one for each limb, and no child of another on it. They are named, not
    /// found by weight, so that a limb's head never changes as models come.
    pub leads: Vec<String>,
    /// What the colours mean, where they are not the branches'. It stands
    /// where the bar chart would.
    pub key: Option<Key>,
    /// A heading within the drawing, for one that stands alone.
    pub title: Option<String>,
}

/// What the colours mean: a list beside the tree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Key {
    /// What they stand for.
    pub title: String,
    /// The values in order.
    pub entries: Vec<KeyEntry>,
}

/// A colour and what it means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyEntry {
    /// The colour.
    pub hue: Hue,
    /// What it means.
    pub name: String,
    /// How many models have it.
    pub count: u64,
    /// The first of them, in words, and where it leads.
    pub first: Option<(String, String)>,
}

/// One model.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bead {
    /// A unique key, drawn as `id="n-…"`.
    pub id: String,
    /// What the pill says; cut with an ellipsis where it is too long.
    pub label: String,
    /// Small text beside the label (size, maker, date or licence); may be empty.
    pub secondary: String,
    /// Whose it is, for the spoken description; may be empty.
    pub organisation: String,
    /// The size as it is spoken, for example `7.2 billion parameters`.
    pub spoken_size: String,
    /// The limb it hangs from.
    pub branch: Branch,
    /// Its colour: its branch's, or a value's of [`Scene::key`].
    pub hue: Hue,
    /// Whether it is the first of its colour.
    pub mark: Mark,
    /// The family; parent and child of one line may share a row.
    pub line: String,
    /// When it appeared; none puts it in the undated tray.
    pub date: Option<PartialDate>,
    /// Whether its weights can be had.
    pub access: Access,
    /// How its validation stands.
    pub status: Status,
    /// Where its pill leads.
    pub href: String,
    /// Its parents, in any order; which is the primary one is found here.
    pub parents: Vec<Link>,
    /// How many models are folded into this one: the `+37` of its chip.
    pub folded: u64,
    /// Where the chip leads; empty where `folded` is 0.
    pub folded_href: String,
}

/// A parent and what passes from it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Link {
    /// The parent's place in [`Scene::beads`].
    pub parent: usize,
    /// How the child came from it.
    pub relation: Relation,
    /// How this is known.
    pub evidence: Evidence,
}

/// How an edge is known, the better first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Evidence {
    /// A source says so.
    Documented,
    /// A rule says so; drawn as a hairline.
    Inferred,
}

/// Whether weights can be had.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Access {
    /// By anyone: filled.
    Open,
    /// After accepting terms or asking: filled, with a notch.
    Gated,
    /// Not at all: hollow.
    Closed,
}

/// Whether a model is marked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Mark {
    /// It is not.
    None,
    /// It is the first with its trait: drawn with a second outline.
    First,
}

/// How the registry's own validation stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Status {
    /// It cannot be run here: no glyph.
    Unmarked,
    /// It could be run and never was: a ring.
    Waiting,
    /// It passed: a tick.
    Passing,
    /// It failed: a cross.
    Failing,
}

/// Models of a branch that are not shown and hang from no shown model.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Folded {
    /// Their branch.
    pub branch: Branch,
    /// How many.
    pub count: u64,
    /// Where the chip under the limb's caption leads.
    pub href: String,
}

/// One bar of the chart.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Organisation {
    /// Its name.
    pub name: String,
    /// Models with open or gated weights.
    pub open: u64,
    /// Models without.
    pub closed: u64,
}

/// What the reader asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Options {
    /// The selected model's id; an id that is not in the scene selects nothing.
    pub selected: Option<String>,
    /// Which second parents are drawn.
    pub links: Links,
    /// Whether "How to read this" is drawn in the lower left.
    pub legend: Legend,
    /// How large it is shown.
    pub zoom: Zoom,
}

/// Which second parents are drawn.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Links {
    /// Those between models of the selected lineage.
    #[default]
    Selected,
    /// All.
    All,
}

/// Whether the drawing explains itself.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Legend {
    /// In the lower left.
    #[default]
    Shown,
    /// Elsewhere, or not at all.
    Hidden,
}

/// Why nothing can be drawn.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DrawError {
    /// A parent that is not in the scene: the caller's indices are wrong.
    #[error("`{child}` names parent number {parent}, but the scene has {len} models")]
    NoSuchParent {
        /// The child's id.
        child: String,
        /// The number it gives.
        parent: usize,
        /// How many models there are.
        len: usize,
    },
    /// Two models of one id; the drawing would depend on their order.
    #[error("two models have the id `{0}`")]
    DuplicateId(String),
    /// More models than can be laid out; fold some with [`crate::select`].
    #[error("{len} models are more than the {limit} that can be drawn at once")]
    TooMany {
        /// How many were given.
        len: usize,
        /// How many can be.
        limit: usize,
    },
}

/// The most models one drawing takes.
pub const LIMIT: usize = 20_000;
