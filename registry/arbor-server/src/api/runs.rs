//! Validation runs: the list, a page at a time, and each one.

use super::models::pages;
use crate::reply::{Ask, Outcome, Reply};
use arbor_service::wire;

/// Runs of a model, or all, the newest first.
pub(crate) fn list(ask: &Ask) -> Outcome {
    let next = ask.before.and_then(|before| usize::try_from(before).ok());
    let link = pages(ask, &[("next", next.map(|before| ("before", before)))]);
    let shape = wire::Runs {
        schema_version: wire::SCHEMA_VERSION,
        runs: ask.runs.clone(),
        before: ask.before,
    };
    Ok(Reply::json(&shape)?.linked(link))
}

/// One run.
pub(crate) fn show(ask: &Ask) -> Outcome {
    Reply::json(&ask.runs.first())
}
