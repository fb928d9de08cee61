//! Two models side by side.

use super::{Answer, LineageEdge};
use serde::Serialize;

/// How a fact differs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Change {
    /// Both have it, with other values.
    Differs,
    /// Only one has it.
    OneSided,
    /// Both have the same.
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
