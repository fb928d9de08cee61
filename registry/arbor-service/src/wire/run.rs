//! Validation runs.

use arbor_model::{self as model, RunId};
use serde::Serialize;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

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

/// A file that a run read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RunFile {
    /// Its name within the folder.
    pub name: String,
    /// Its size.
    pub bytes: u64,
    /// `sha256`, or `git-sha1` of small files of the hub.
    pub digest_function: &'static str,
    /// Of its content.
    pub digest: String,
}

/// How a model's newest run ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Validation {
    /// The run's number.
    pub run: u64,
    /// How it ended.
    pub verdict: &'static str,
}

/// A page of runs, the newest first.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Runs {
    /// The version of this shape.
    pub schema_version: u32,
    /// The runs, without their files.
    pub runs: Vec<Run>,
    /// The number below which the next page begins, if there is one.
    pub before: Option<u64>,
}

/// A validation run.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Run {
    /// Its number.
    pub id: u64,
    /// What was examined, as it was named.
    pub subject: String,
    /// The configuration's `model_type`.
    pub model_type: Option<String>,
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
    /// The files that were read; empty in lists.
    pub files: Vec<RunFile>,
    /// The device.
    pub device: String,
    /// The number format.
    pub dtype: String,
    /// The loader's version.
    pub loader: String,
    /// Threads used.
    pub threads: u32,
    /// When it began, as RFC 3339 writes it, in UTC.
    pub began: String,
    /// The same in microseconds since 1970-01-01 UTC.
    pub began_us: i64,
    /// How long it took, in microseconds.
    pub took_us: u64,
}

/// An examination that has not ended.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Attempt {
    /// The number that its run will have.
    pub id: u64,
    /// What is examined, as it was named.
    pub subject: String,
    /// The catalogue's model.
    pub model: Option<String>,
    /// When it began, as RFC 3339 writes it, in UTC.
    pub began: String,
    /// For how many seconds nothing was heard of its process.
    pub silent_s: u64,
    /// The checks made so far, each with its place among all that was heard.
    pub heard: Vec<(u64, Check)>,
}

impl Attempt {
    /// The shape of an attempt at a moment in microseconds.
    #[must_use]
    pub fn new(entry: &arbor_store::AttemptEntry, now_us: i64) -> Self {
        let heard = entry.heard.iter();
        let silent = now_us.saturating_sub(entry.seen_us).max(0);
        Self {
            id: entry.id.0,
            subject: entry.attempt.subject.to_string(),
            model: entry.attempt.model.as_ref().map(ToString::to_string),
            began: moment(entry.attempt.began_us),
            silent_s: silent.unsigned_abs() / 1_000_000,
            heard: heard.map(|h| (h.place, Check::new(&h.check))).collect(),
        }
    }
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
    /// How it stands to each published value of its repository.
    pub published: Vec<super::Published>,
    /// What it ran on.
    pub environment: Environment,
}

impl Run {
    /// The shape of a recorded run.
    #[must_use]
    pub fn new(id: RunId, run: &model::Run) -> Self {
        Self {
            id: id.0,
            subject: run.subject.to_string(),
            model_type: run.model_type.as_ref().map(ToString::to_string),
            model: run.model.as_ref().map(ToString::to_string),
            hub: run.hub.as_ref().map(ToString::to_string),
            revision: run.revision.as_ref().map(ToString::to_string),
            verdict: run.verdict.as_str(),
            checks: run.checks.iter().map(Check::new).collect(),
            files: run.files.iter().map(RunFile::new).collect(),
            device: run.device.to_string(),
            dtype: run.dtype.to_string(),
            loader: run.loader.to_string(),
            threads: run.threads,
            began: moment(run.began_us),
            began_us: run.began_us,
            took_us: run.took_us,
        }
    }
}

/// A figure for people: whole, or with two digits and perhaps an exponent.
#[must_use]
pub fn figure(figure: f64) -> String {
    if figure.fract() == 0.0 && figure.abs() < 1e15 {
        figure.to_string()
    } else if figure.abs() >= 0.01 {
        format!("{figure:.2}")
    } else {
        format!("{figure:.1e}")
    }
}

/// A moment to the second; nothing for one beyond the calendar.
pub(crate) fn moment(us: i64) -> String {
    let moment = OffsetDateTime::from_unix_timestamp(us.div_euclid(1_000_000)).ok();
    let written = moment.and_then(|moment| moment.format(&Rfc3339).ok());
    written.unwrap_or_default()
}

impl RunFile {
    fn new(file: &model::FileRecord) -> Self {
        Self {
            name: file.name.to_string(),
            bytes: file.bytes,
            digest_function: file.digest.function(),
            digest: file.digest.to_string(),
        }
    }
}

impl Run {
    /// How many checks passed, of those that were made.
    #[must_use]
    pub fn passed(&self) -> (usize, usize) {
        let made = self.checks.iter().filter(|check| check.outcome != "skip");
        let passed = made.clone().filter(|check| check.outcome == "pass");
        (passed.count(), made.count())
    }

    /// How long it took, for people.
    #[must_use]
    pub fn took(&self) -> String {
        let seconds = self.took_us as f64 / 1e6;
        if seconds < 1.0 {
            format!("{:.0} ms", seconds * 1e3)
        } else {
            format!("{seconds:.1} s")
        }
    }
}

impl Check {
    /// The check's figure for people.
    #[must_use]
    pub fn shown_figure(&self) -> Option<String> {
        self.figure.map(figure)
    }

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
