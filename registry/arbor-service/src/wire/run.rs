//! Validation runs.

use arbor_model::{self as model, RunId};
use serde::Serialize;

/// One check of a run.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Check {
    /// The check's name.
    pub name: &'static str,
    /// `pass`, `fail` or `skip`.
    pub outcome: &'static str,
    /// Its figure.
    pub figure: Option<f64>,
    /// What was compared.
    pub detail: Option<String>,
}

/// A validation run.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Run {
    /// Its number.
    pub id: u64,
    /// The catalogue's model.
    pub model: Option<String>,
    /// The hub repository.
    pub hub: Option<String>,
    /// The revision that ran.
    pub revision: Option<String>,
    /// How it ended.
    pub verdict: &'static str,
    /// The checks, in the order they ran.
    pub checks: Vec<Check>,
    /// The device.
    pub device: String,
    /// The number format.
    pub dtype: String,
    /// The loader's version.
    pub loader: String,
    /// Threads used.
    pub threads: u32,
    /// When it began, in microseconds since 1970-01-01 UTC.
    pub began_us: i64,
    /// How long it took, in microseconds.
    pub took_us: u64,
}

/// What a model was examined on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Environment {
    /// The device: `cpu`, `cuda:0`, `metal`.
    pub device: String,
    /// What the card is called, where it is one.
    pub device_name: Option<String>,
    /// The version of the card's driver.
    pub driver: Option<String>,
    /// The number format of the arithmetic.
    pub dtype: &'static str,
    /// The loader and its version.
    pub loader: String,
    /// The machine's processor architecture and system.
    pub platform: String,
    /// Threads that the arithmetic may use.
    pub threads: u64,
}

/// An examination of a checkpoint.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Examination {
    /// The version of this shape.
    pub schema_version: u32,
    /// The folder or model that was examined.
    pub model: String,
    /// The configuration's `model_type`, where it could be read.
    pub model_type: Option<&'static str>,
    /// How it ended.
    pub verdict: &'static str,
    /// The checks, in the order of the ladder.
    pub checks: Vec<Check>,
    /// What it ran on.
    pub environment: Environment,
}

impl Run {
    /// The shape of a recorded run.
    #[must_use]
    pub fn new(id: RunId, run: &model::Run) -> Self {
        Self {
            id: id.0,
            model: run.model.as_ref().map(ToString::to_string),
            hub: run.hub.as_ref().map(ToString::to_string),
            revision: run.revision.as_ref().map(ToString::to_string),
            verdict: run.verdict.as_str(),
            checks: run.checks.iter().map(Check::new).collect(),
            device: run.device.to_string(),
            dtype: run.dtype.to_string(),
            loader: run.loader.to_string(),
            threads: run.threads,
            began_us: run.began_us,
            took_us: run.took_us,
        }
    }
}

impl Check {
    /// The shape of a recorded check.
    #[must_use]
    pub fn new(record: &model::CheckRecord) -> Self {
        Self {
            name: record.check.as_str(),
            outcome: record.outcome.as_str(),
            figure: record.figure,
            detail: record.detail.as_ref().map(ToString::to_string),
        }
    }
}
