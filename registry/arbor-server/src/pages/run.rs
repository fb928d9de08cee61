//! One validation run: how it ended, the ladder of checks, what it ran on and
//! which files it read.

use super::frame::{Frame, Section};
use super::runs::Row;
use crate::reply::{Ask, Outcome, Reply};
use crate::urls;
use arbor_model::human_bytes;
use arbor_service::{ServiceError, wire};
use askama::Template;

#[derive(Template)]
#[template(path = "run.html")]
struct Page {
    frame: Frame,
    row: Row,
    checks: Vec<Rung>,
    /// Each with its size for people.
    files: Vec<(wire::RunFile, String)>,
    json: String,
}

/// A check as the page draws it.
struct Rung {
    check: wire::Check,
    glyph: char,
    class: &'static str,
    said: &'static str,
}

/// A run's page.
pub(crate) fn page(ask: &Ask) -> Outcome {
    let run = ask.runs.first().cloned();
    let run = run.ok_or_else(|| ServiceError::not_found("run", &ask.id, Vec::new()))?;
    let canonical = urls::run(run.id);
    let rungs = run.checks.iter().cloned().map(rung);
    let files = run.files.iter();
    let files = files.map(|file| (file.clone(), human_bytes(file.bytes)));
    Reply::page(&Page {
        frame: Frame::new(ask, Section::Runs, canonical).under([("Runs", "/runs")]),
        checks: rungs.collect(),
        files: files.collect(),
        json: format!("/api/v1/runs/{}", run.id),
        row: Row::new(&ask.view, run),
    })
}

fn rung(check: wire::Check) -> Rung {
    let (glyph, class, said) = match check.outcome {
        "pass" => ('✓', "passed", "holds"),
        "fail" => ('✕', "failed", "does not hold"),
        _ => ('○', "never", "not made"),
    };
    Rung {
        check,
        glyph,
        class,
        said,
    }
}
