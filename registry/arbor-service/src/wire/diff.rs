//! Two models side by side, or several.

use super::{Answer, LineageEdge, LineageNode};
use serde::Serialize;

/// How a fact differs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Change {
    /// Two that have it have other values.
    Differs,
    /// Not all have it; those that do agree.
    OneSided,
    /// All have the same.
    Same,
}

/// One fact of both.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DiffRow {
    /// The fact.
    pub field: String,
    /// How it differs.
    pub change: Change,
    /// The first model's value.
    pub a: Option<Answer>,
    /// The second model's value.
    pub b: Option<Answer>,
    /// The first value for people.
    pub a_display: Option<String>,
    /// The second value for people.
    pub b_display: Option<String>,
    /// The difference in words: `×2.3`, `2 years later`.
    pub delta: Option<String>,
}

/// What changed along one edge of the path between them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Step {
    /// The edge.
    #[serde(flatten)]
    pub edge: LineageEdge,
    /// What changed from parent to child, in words.
    pub changes: Vec<String>,
}

/// Two models side by side, differences first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Diff {
    /// The version of this shape.
    pub schema_version: u32,
    /// One model.
    pub a: String,
    /// The other.
    pub b: String,
    /// Every fact, the differing ones first.
    pub rows: Vec<DiffRow>,
    /// The path between them; empty if they are not related.
    pub path: Vec<Step>,
}

/// One fact of several models.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ComparedRow {
    /// The fact.
    pub field: String,
    /// How it differs.
    pub change: Change,
    /// The models' values, in the order of the models.
    pub cells: Vec<Option<ComparedCell>>,
}

/// One model's value in a comparison.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ComparedCell {
    /// The value.
    pub value: Answer,
    /// The value for people.
    pub display: String,
    /// The difference from the first model in words: `×2.3`, `2 years later`.
    pub delta: Option<String>,
}

/// A way from a model up to an ancestor.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Way {
    /// The model.
    pub model: String,
    /// The edges, the model's own first; empty where it is the ancestor, or
    /// where there is none.
    pub steps: Vec<Step>,
}

/// Several models side by side, differences first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Comparison {
    /// The version of this shape.
    pub schema_version: u32,
    /// The models.
    pub models: Vec<String>,
    /// Every fact, the differing ones first.
    pub rows: Vec<ComparedRow>,
    /// The nearest ancestors that all share, the one with the shortest ways
    /// first; empty if there are none.
    pub ancestors: Vec<LineageNode>,
    /// Each model's way to the first of them.
    pub ways: Vec<Way>,
    /// The change number that this shows.
    pub change: u64,
}
