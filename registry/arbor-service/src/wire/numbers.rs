//! Parameters and memory.

use serde::Serialize;
use std::collections::BTreeMap;

/// Parameters by part of the model; `null` where it is not known.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct ByPart {
    /// Embedding tables.
    pub embedding: Option<u64>,
    /// Attention.
    pub attention: Option<u64>,
    /// Feed-forward layers.
    pub feed_forward: Option<u64>,
    /// Norms.
    pub norm: Option<u64>,
    /// Heads.
    pub head: Option<u64>,
    /// Experts.
    pub experts: Option<u64>,
    /// All else.
    pub other: Option<u64>,
}

/// How many parameters a model has, and where that is known from.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Params {
    /// The version of this shape.
    pub schema_version: u32,
    /// The model.
    pub model: String,
    /// Each learned tensor once; `null` where the maker keeps it back.
    pub total: Option<u64>,
    /// Those that one token passes through.
    pub active: Option<u64>,
    /// By part.
    pub by_part: ByPart,
    /// By number format of the file.
    pub by_dtype: BTreeMap<String, u64>,
    /// Elements of tied copies.
    pub tied: Option<u64>,
    /// Elements of buffers.
    pub buffers: Option<u64>,
    /// `header`, `genome` or `claim`.
    pub source: &'static str,
    /// What was read of the files, over the network or on this machine.
    pub bytes_read: u64,
    /// The claims behind it, the one believed first.
    pub claims: Vec<super::Claim>,
    /// What headers say, where they were read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub headers: Option<HeaderFacts>,
}

/// What the headers of a model's files say, and what it took to read
/// them.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct HeaderFacts {
    /// The repository, by its name of today; of a folder none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub repo: Option<String>,
    /// The commit that was read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub commit: Option<String>,
    /// Requests for ranges of files; none for files of this machine.
    pub requests: u64,
    /// Files whose headers were read.
    pub files_read: u64,
    /// Files of weights whose headers were not.
    pub files_unread: u64,
    /// Tensors in the headers that were read.
    pub tensors: u64,
    /// Parameters in the headers that were read.
    pub counted: u64,
    /// Whether a tensor there is counted by no rule.
    pub uncertain: bool,
    /// Packed parameters, by who packed them.
    pub packed: BTreeMap<String, u64>,
    /// Tensors that are not counted.
    pub left_out: Vec<LeftOut>,
    /// What the genome says; `null` where the architecture is not known.
    pub genome: Option<GenomeSays>,
    /// What GGUF files say besides.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gguf: Option<super::GgufFacts>,
    /// What a reader should know besides.
    pub remarks: Vec<String>,
}

/// A tensor that is not counted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct LeftOut {
    /// Its name.
    pub tensor: String,
    /// Its elements.
    pub elements: u64,
    /// Why.
    pub why: String,
}

/// The genome held against headers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct GenomeSays {
    /// Its count.
    pub total: u64,
    /// Whether every header that was read is as it says.
    pub agrees: bool,
    /// Tensors of the size it says.
    pub agreeing: u64,
    /// Its tensors that are in no header, where all were read.
    pub missing: u64,
    /// Tensors that it does not know.
    pub surplus: u64,
    /// Tensors of another size.
    pub wrong: u64,
}

/// What one kind of engine keeps.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CachePolicy {
    /// The policy's name.
    pub policy: &'static str,
    /// Cache bytes for one position of one sequence.
    pub cache_per_token: u64,
    /// Cache bytes in all.
    pub cache: u64,
    /// How it was worked out.
    pub formula: String,
}

/// How much memory a model needs, in bytes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Memory {
    /// The version of this shape.
    pub schema_version: u32,
    /// The model.
    pub model: String,
    /// The number format.
    pub dtype: &'static str,
    /// Positions of a sequence.
    pub context: u64,
    /// Sequences.
    pub batch: u64,
    /// The parameters.
    pub weights: u64,
    /// The cache for one position of one sequence; `null` where the claims do
    /// not say enough.
    pub cache_per_token: Option<u64>,
    /// The cache in all.
    pub cache: Option<u64>,
    /// Weights and cache.
    pub total: Option<u64>,
    /// What kinds of engine keep.
    pub policies: Vec<CachePolicy>,
    /// What is missing, where something is `null`.
    pub missing: Option<String>,
}
