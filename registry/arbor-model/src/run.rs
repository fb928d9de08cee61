//! Validation runs: what was checked, how it ended, on what. A bad model is a
//! verdict, not an error.

use crate::{FileRecord, HubId, ModelId, Revision, Text};

words! {
    /// How a validation ended.
    Verdict: "verdict" {
        /// A law fails, and it is named.
        Broken = "broken",
        /// The worker died.
        Crashed = "crashed",
        /// It loads, but the numbers differ from the reference.
        Drifted = "drifted",
        /// Every law holds; there is no reference to compare with.
        Sound = "sound",
        /// No weights, or no loader.
        Unloadable = "unloadable",
        /// Every law holds and the numbers match a reference.
        Verified = "verified",
    }
}

words! {
    /// One rung of the ladder of checks, in the order they run.
    Check: "check" {
        /// The manifest is complete and the digests are right.
        Files = "files",
        /// The header is well formed.
        Header = "header",
        /// Claimed, stored and computed parameters agree.
        Parameters = "parameters",
        /// Every tensor is used, every parameter filled.
        Load = "load",
        /// The tokenizer loads, fits and round-trips.
        Tokenizer = "tokenizer",
        /// No infinities, no NaN.
        Finite = "finite",
        /// The model conditions on what its objective says, and on no more.
        Factorisation = "factorisation",
        /// Step by step equals one pass.
        Cache = "cache",
        /// A padded row equals the row alone.
        Batch = "batch",
        /// The chain rule: scored and greedy probabilities agree.
        Chain = "chain",
        /// The outputs match an independent implementation.
        Reference = "reference",
        /// Ordinary text is likelier than shuffled text.
        Plausible = "plausible",
        /// Tokens per second and peak memory: recorded, never judged.
        Speed = "speed",
    }
}

words! {
    /// How one check ended.
    Outcome: "outcome" {
        /// It does not hold.
        Fail = "fail",
        /// It holds.
        Pass = "pass",
        /// It does not apply, or could not be made.
        Skip = "skip",
    }
}

/// The number under which a run is kept: growing, never reused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RunId(pub u64);

/// How the newest run of a model ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Latest {
    /// The model.
    pub model: ModelId,
    /// The run.
    pub run: RunId,
    /// How it ended.
    pub verdict: Verdict,
}

/// One check of one run.
#[derive(Clone, Debug, PartialEq)]
pub struct CheckRecord {
    /// Which.
    pub check: Check,
    /// How it ended.
    pub outcome: Outcome,
    /// Its figure, in the check's own unit; never a NaN.
    pub figure: Option<f64>,
    /// What was compared.
    pub detail: Option<Text>,
}

/// A validation that has begun and not ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attempt {
    /// What is examined, as it was named.
    pub subject: Text,
    /// The catalogue's model, if it is one.
    pub model: Option<ModelId>,
    /// When it began, in microseconds since 1970-01-01 UTC.
    pub began_us: i64,
}

/// A validation as it is recorded; records are never changed.
#[derive(Clone, Debug, PartialEq)]
pub struct Run {
    /// What was examined, as it was named: a folder, a hub id, a model's id.
    pub subject: Text,
    /// The configuration's `model_type`, where it could be read.
    pub model_type: Option<Text>,
    /// The catalogue's model, if it is one.
    pub model: Option<ModelId>,
    /// The hub repository, if it is one.
    pub hub: Option<HubId>,
    /// The revision that ran.
    pub revision: Option<Revision>,
    /// How it ended.
    pub verdict: Verdict,
    /// The checks, in the order they ran.
    pub checks: Vec<CheckRecord>,
    /// The files that were read, by name.
    pub files: Vec<FileRecord>,
    /// The device, for example `cpu` or `cuda:0`.
    pub device: Text,
    /// The number format, for example `f32`.
    pub dtype: Text,
    /// The loader's version.
    pub loader: Text,
    /// Threads used.
    pub threads: u32,
    /// When it began, in microseconds since 1970-01-01 UTC.
    pub began_us: i64,
    /// How long it took, in microseconds.
    pub took_us: u64,
}
