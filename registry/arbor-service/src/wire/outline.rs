//! The tree as nested lists: for terminals, scripts and screen readers.

use super::ModelSummary;
use serde::Serialize;

/// A model in the outline, under its primary parent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct OutlineNode {
    /// The model.
    #[serde(flatten)]
    pub model: ModelSummary,
    /// How it came from its primary parent; upside down, how the model above
    /// came from it.
    pub relation: Option<&'static str>,
    /// What that carries.
    pub carries: Option<&'static str>,
    /// Its primary parent, which need not be shown.
    pub parent: Option<String>,
    /// Parents that it does not stand under, by id and relation.
    pub other_parents: Vec<(String, &'static str)>,
    /// What stands under it.
    pub children: Vec<OutlineNode>,
    /// How many more stand under it that are not shown.
    pub hidden: u64,
    /// Whether it stands opened elsewhere; then nothing stands under it here.
    pub repeated: bool,
}

/// The tree, or a part of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Outline {
    /// The version of this shape.
    pub schema_version: u32,
    /// How many models are shown.
    pub shown: usize,
    /// How many pass the filter.
    pub matched: usize,
    /// The trees' tops, by branch and date.
    pub roots: Vec<OutlineNode>,
}
