//! Validation runs, the newest first. What a verdict means in a sentence is
//! told here, for this page, a run's and a model's.

use super::frame::{Frame, Section};
use crate::reply::{Ask, Outcome, Reply};
use crate::urls;
use arbor_model::Verdict;
use arbor_service::{View, wire};
use askama::Template;

#[derive(Template)]
#[template(path = "runs.html")]
struct Page {
    frame: Frame,
    rows: Vec<Row>,
    /// Those that have not ended: number, what is examined, the page.
    attempts: Vec<(u64, String, String)>,
    next: Option<String>,
}

/// A run in a list.
pub(crate) struct Row {
    /// What was recorded.
    pub(crate) run: wire::Run,
    /// Its page.
    pub(crate) href: String,
    /// The catalogue's model: its name and page.
    pub(crate) model: Option<(String, String)>,
    /// How it ended, as it is drawn.
    pub(crate) mark: Mark,
}

/// How a run ended, as pages draw it: never by colour alone.
#[derive(Clone, Copy)]
pub(crate) struct Mark {
    /// `✓`, `✕` or `○`.
    pub(crate) glyph: char,
    /// The stylesheet's class.
    pub(crate) class: &'static str,
    /// What it means.
    pub(crate) about: &'static str,
}

impl Mark {
    /// The mark of a verdict by its word; a word that is unknown stays open.
    pub(crate) fn of(verdict: &str) -> Self {
        let (glyph, class, about) = match verdict.parse() {
            Ok(Verdict::Verified) => (
                '✓',
                "passed",
                "Every law holds, and every number matches the reference.",
            ),
            Ok(Verdict::Sound) => (
                '✓',
                "passed",
                "Every law holds. No reference is known, so the numbers themselves are not confirmed.",
            ),
            Ok(Verdict::Drifted) => (
                '✕',
                "failed",
                "It loads and the laws hold, but its numbers are not the reference's.",
            ),
            Ok(Verdict::Broken) => ('✕', "failed", "A law does not hold; the checks name it."),
            Ok(Verdict::Unloadable) => {
                ('✕', "failed", "It could not be loaded; the checks say why.")
            }
            Ok(Verdict::Crashed) => (
                '✕',
                "failed",
                "The examining process ended before it had an answer.",
            ),
            Err(_) => ('○', "never", "How it ended is not recorded."),
        };
        Self {
            glyph,
            class,
            about,
        }
    }
}

impl Row {
    /// The row of a run.
    pub(crate) fn new(view: &View, run: wire::Run) -> Self {
        let model = run.model.as_deref();
        let model = model.map(|id| (view.model_name(id).to_owned(), urls::model(id)));
        Self {
            href: urls::run(run.id),
            mark: Mark::of(run.verdict),
            model,
            run,
        }
    }

    /// When it began, to the minute.
    pub(crate) fn when(&self) -> String {
        let minute = self.run.began.get(..16);
        minute.map_or_else(|| "not recorded".to_owned(), |m| m.replace('T', " "))
    }

    /// How many of the checks that were made passed.
    pub(crate) fn passed(&self) -> String {
        let (passed, made) = self.run.passed();
        format!("{passed} of {made}")
    }
}

/// All runs.
pub(crate) fn page(ask: &Ask) -> Outcome {
    let before = ask.query.get("before").unwrap_or_default();
    let here = ask.query.get("before").map(|_| ("before", before));
    let next = ask.before.map(|before| {
        let before = before.to_string();
        urls::with_query("/runs", [("before", before.as_str())])
    });
    let rows = ask.runs.iter().cloned();
    let attempts = ask.attempts.iter();
    Reply::page(&Page {
        frame: Frame::new(ask, Section::Runs, urls::with_query("/runs", here)),
        rows: rows.map(|run| Row::new(&ask.view, run)).collect(),
        attempts: attempts
            .map(|a| (a.id, a.subject.clone(), urls::run(a.id)))
            .collect(),
        next,
    })
}
