//! What GGUF files say of a model, as other programs see it.

use serde::Serialize;
use std::collections::BTreeMap;

/// Tensors of one number format.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Storage {
    /// How many tensors.
    pub tensors: u64,
    /// How many weights they stand for.
    pub weights: u64,
    /// How many bytes they take.
    pub bytes: u64,
    /// Bits of a weight.
    pub bits_per_weight: f64,
}

/// Files that hold the model in one form.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Quantisation {
    /// What their names have in common.
    pub name: String,
    /// How many files.
    pub files: u64,
    /// Whether all files are there that their names speak of.
    pub whole: bool,
    /// Their bytes.
    pub bytes: u64,
    /// Bits of a weight, headers included; `null` where the count is not known.
    pub bits_per_weight: Option<f64>,
}

/// What GGUF files say; `null` where they do not.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct GgufFacts {
    /// The format's version.
    pub version: Option<u32>,
    /// The architecture.
    pub architecture: Option<String>,
    /// The model's name.
    pub name: Option<String>,
    /// Positions that it was built for.
    pub context: Option<u64>,
    /// Layers.
    pub layers: Option<u64>,
    /// Width of the states.
    pub width: Option<u64>,
    /// Heads: one number, or one for each layer.
    pub heads: Vec<u64>,
    /// Heads of keys and values, likewise.
    pub kv_heads: Vec<u64>,
    /// Experts.
    pub experts: Option<u64>,
    /// Experts that a token passes.
    pub experts_used: Option<u64>,
    /// Words of the vocabulary.
    pub vocabulary: Option<u64>,
    /// Which of the quantisations was counted.
    pub counted: String,
    /// Bytes of its tensors that were read.
    pub bytes: u64,
    /// Bits of a weight of it.
    pub bits_per_weight: Option<f64>,
    /// Its tensors, by number format.
    pub storage: BTreeMap<String, Storage>,
    /// Every form of the model that is there.
    pub quantisations: Vec<Quantisation>,
    /// GGUF files beside it that are no model: projectors, statistics.
    pub beside: Vec<String>,
}
