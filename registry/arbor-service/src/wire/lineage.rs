//! Lineage: nodes with depths, typed edges, paths.

use super::Cited;
use serde::Serialize;

/// A model on a walk.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct LineageNode {
    /// Its id.
    pub id: String,
    /// The fewest edges between it and the start.
    pub depth: u32,
    /// Its name.
    pub name: String,
    /// Its branch.
    pub branch: &'static str,
    /// When it came out.
    pub released: Option<String>,
    /// Its licence: licences drift along a lineage.
    pub licence: Option<String>,
}

/// An edge between two models of a walk.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct LineageEdge {
    /// The child's id.
    pub child: String,
    /// The parent's id.
    pub parent: String,
    /// How the child came from the parent.
    pub relation: &'static str,
    /// What that carries.
    pub carries: &'static str,
}

/// The ancestors or descendants of a model.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Lineage {
    /// The version of this shape.
    pub schema_version: u32,
    /// The model it starts from; it is no node of its own lineage.
    pub model: String,
    /// `ancestors` or `descendants`.
    pub direction: &'static str,
    /// How many there are, those not given here included.
    pub total: u64,
    /// Whether nodes were left out.
    pub truncated: bool,
    /// The models, the nearest first, then by id.
    pub nodes: Vec<LineageNode>,
    /// Every edge followed between the start and these.
    pub edges: Vec<LineageEdge>,
    /// The database's change number this shows.
    pub change: u64,
}

/// A step of a path.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PathEdge {
    /// The edge.
    #[serde(flatten)]
    pub edge: LineageEdge,
    /// `up` from child to parent, or `down`.
    pub direction: &'static str,
}

/// How two models are related.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Related {
    /// The version of this shape.
    pub schema_version: u32,
    /// Where the path starts.
    pub from: String,
    /// Where it ends.
    pub to: String,
    /// The models along it, both ends included.
    pub models: Vec<String>,
    /// The edges along it.
    pub edges: Vec<PathEdge>,
    /// The database's change number this shows.
    pub change: u64,
}

/// The nearest common ancestors of two models.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Common {
    /// The version of this shape.
    pub schema_version: u32,
    /// One model.
    pub a: String,
    /// The other.
    pub b: String,
    /// Those from which no other common ancestor descends; a model counts as
    /// its own ancestor here. Depths are the sum of both distances.
    pub ancestors: Vec<LineageNode>,
    /// The database's change number this shows.
    pub change: u64,
}

/// A base and how much hangs on it alone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Dominator {
    /// The base's id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// How many models every line of descent to which passes through it.
    pub dominated: u64,
    /// How many descend from it at all.
    pub descendants: u64,
}

/// The bases whose loss would take the most with them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Dominators {
    /// The version of this shape.
    pub schema_version: u32,
    /// The bases, the greatest first.
    pub bases: Vec<Dominator>,
    /// The database's change number this shows.
    pub change: u64,
}

/// An edge with who says so.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CitedEdge {
    /// The edge.
    #[serde(flatten)]
    pub edge: LineageEdge,
    /// Who says so.
    #[serde(flatten)]
    pub cited: Cited,
}

/// The licence of a model, or of one whose weights it carries.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct LicenceStep {
    /// The model.
    pub id: String,
    /// How many edges away; 0 for the model itself.
    pub depth: u32,
    /// Its licence.
    pub licence: Option<String>,
    /// Whether that is known to be another than that of the one before it.
    pub differs: bool,
}
