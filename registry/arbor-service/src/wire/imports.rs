//! Imports from the hub: what one did, and imported models.

use serde::Serialize;

/// What an import did.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ImportReport {
    /// The version of this shape.
    pub schema_version: u32,
    /// `parquet` or `hub`.
    pub kind: &'static str,
    /// Which file, or which question at which hub.
    pub source: String,
    /// Records that were read.
    pub records: u64,
    /// Models that were new.
    pub added: u64,
    /// Models that had changed.
    pub updated: u64,
    /// Models that were known as they are, or as something newer.
    pub unchanged: u64,
    /// Models of all imports.
    pub models: u64,
    /// Edges of all imports.
    pub edges: u64,
    /// Whether these changed.
    pub edges_changed: bool,
    /// Columns that the file lacks.
    pub missing: Vec<&'static str>,
    /// What was repaired or left out: of the records that were read, and of
    /// the lineage of all imports. Every kind is there.
    pub repairs: Vec<RepairCount>,
}

/// How often something was repaired.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RepairCount {
    /// What: `cycle`, `ghost`, `self-parent`, …
    pub kind: &'static str,
    /// How often.
    pub count: u64,
    /// The first of them.
    pub examples: Vec<RepairExample>,
}

/// One repair.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RepairExample {
    /// The model, or what stood in its place.
    pub model: String,
    /// What exactly.
    pub detail: String,
}

/// A model as the hub described it. Nothing of it was checked here.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ImportedModel {
    /// The version of this shape.
    pub schema_version: u32,
    /// Always true: a catalogue's model has another shape.
    pub imported: bool,
    /// The repository.
    pub id: String,
    /// Whose it is.
    pub author: Option<String>,
    /// When it was made, as RFC 3339 writes it, in UTC.
    pub created: Option<String>,
    /// When it last changed, likewise.
    pub modified: Option<String>,
    /// The hub's count of what the safetensors hold; packed weights are
    /// counted as they are packed.
    pub parameters: Option<u64>,
    /// The licence's tag.
    pub licence: Option<String>,
    /// The pipeline's tag.
    pub task: Option<String>,
    /// The library that loads it.
    pub library: Option<String>,
    /// Downloads of the last thirty days.
    pub downloads: Option<u64>,
    /// Downloads since it was made.
    pub downloads_all: Option<u64>,
    /// Likes.
    pub likes: Option<u64>,
    /// What it says that it came from.
    pub declared: Vec<ImportedParent>,
}

/// A parent as a model declares it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ImportedParent {
    /// The repository that is named.
    pub id: String,
    /// How the child came from it.
    pub relation: &'static str,
    /// What it is called in the lineage; nothing for loose ends and cycles,
    /// and in lists, where that is not looked up.
    pub parent: Option<String>,
    /// The catalogue's model of that repository.
    pub catalogue: Option<String>,
}

/// Imported models by name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ImportedListing {
    /// The version of this shape.
    pub schema_version: u32,
    /// The models.
    pub models: Vec<ImportedModel>,
    /// The name to go on behind, if there are more.
    pub after: Option<String>,
}

/// What hangs directly beneath a model's repository among what is imported.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Beneath {
    /// The repository.
    pub repo: String,
    /// How many there are.
    pub models: u64,
    /// How many by each relation, the commonest first.
    pub relations: Vec<(&'static str, u64)>,
    /// The repository's licence by the hub's tag, where it is known.
    pub licence: Option<String>,
    /// Of how many a licence is known.
    pub licensed: u64,
    /// How many of them say another than the repository's; nothing where that
    /// is not known.
    pub drifted: Option<u64>,
    /// The most downloaded.
    pub top: Vec<BeneathModel>,
}

/// One of them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct BeneathModel {
    /// Its repository.
    pub id: String,
    /// How it came from the one above.
    pub relation: &'static str,
    /// Downloads of the last thirty days.
    pub downloads: Option<u64>,
    /// Its licence's tag.
    pub licence: Option<String>,
    /// Whether that is known to be another than the one above's.
    pub drifted: bool,
}

/// A model on a walk through what is imported, and into the catalogue.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ImportedNode {
    /// The catalogue's id where it has one, else the repository.
    pub id: String,
    /// The fewest edges between it and the start.
    pub depth: u32,
    /// Whether it is the catalogue's.
    pub curated: bool,
}

/// An edge of such a walk.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ImportedEdge {
    /// The child.
    pub child: String,
    /// The parent.
    pub parent: String,
    /// How the child came from it.
    pub relation: &'static str,
    /// Whether the catalogue says so; else the child's repository does.
    pub curated: bool,
}

/// The ancestors or descendants of a model, imported ones included.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ImportedLineage {
    /// The version of this shape.
    pub schema_version: u32,
    /// The model it starts from.
    pub model: String,
    /// `ancestors` or `descendants`.
    pub direction: &'static str,
    /// How many models there are here.
    pub total: u64,
    /// Whether there are more.
    pub truncated: bool,
    /// The models, the nearest first, then by id.
    pub nodes: Vec<ImportedNode>,
    /// The edges between them and the start.
    pub edges: Vec<ImportedEdge>,
}
