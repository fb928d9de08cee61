//! One validation run: how it ended, the ladder of checks, what it ran on and
//! which files it read.

use super::frame::{Frame, Section};
use super::runs::Row;
use crate::reply::{Ask, Outcome, Reply};
use crate::urls;
use arbor_model::{Check, human_bytes};
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

/// A run that has not ended.
#[derive(Template)]
#[template(path = "live.html")]
struct Live {
    frame: Frame,
    attempt: wire::Attempt,
    /// The catalogue's model: its name and page.
    model: Option<(String, String)>,
    /// Every check of the ladder, made or not.
    rungs: Vec<(&'static str, Option<Rung>)>,
    /// Where its events are told.
    events: String,
    /// For how long nothing was heard of it, where that is long.
    silence: Option<String>,
}

/// Seconds without a sign of life after which a process is taken for gone; it
/// gives one every five.
const SILENT: u64 = 30;

fn live(ask: &Ask, attempt: wire::Attempt) -> Outcome {
    let canonical = urls::run(attempt.id);
    let made = |check: &Check| {
        let heard = attempt.heard.iter();
        let mut heard = heard.filter(|(_, made)| made.name == check.as_str());
        heard.next().map(|(_, made)| rung(made.clone()))
    };
    let model = attempt.model.as_deref();
    let page = Reply::page(&Live {
        frame: Frame::new(ask, Section::Runs, canonical.clone()).under([("Runs", "/runs")]),
        model: model.map(|id| (ask.view.model_name(id).to_owned(), urls::model(id))),
        rungs: Check::ALL
            .iter()
            .map(|check| (check.as_str(), made(check)))
            .collect(),
        events: format!("{canonical}/events"),
        silence: (attempt.silent_s >= SILENT).then(|| lasted(attempt.silent_s)),
        attempt,
    });
    page.map(Reply::fleeting)
}

/// A time in its largest unit.
fn lasted(seconds: u64) -> String {
    let units = [
        (86_400, "day"),
        (3_600, "hour"),
        (60, "minute"),
        (1, "second"),
    ];
    let fits = units.into_iter().find(|(unit, _)| seconds >= *unit);
    let (unit, name) = fits.unwrap_or((1, "second"));
    let count = seconds / unit;
    format!("{count} {name}{}", if count == 1 { "" } else { "s" })
}

/// A run's page.
pub(crate) fn page(ask: &Ask) -> Outcome {
    if let Some(attempt) = ask.attempts.first() {
        return live(ask, attempt.clone());
    }
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
