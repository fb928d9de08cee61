//! Search and completion.

use crate::reply::{Ask, Outcome, Reply};
use arbor_service::ServiceError;
use serde::Serialize;

/// What completes what is being typed.
#[derive(Serialize)]
struct Suggestion<'a> {
    id: &'a str,
    name: &'a str,
    branch: &'a str,
}

/// Models that words could mean.
pub(crate) fn search(ask: &Ask) -> Outcome {
    let found = ask.found.as_ref().ok_or_else(missing)?;
    Reply::json(found)
}

/// Ids and names that begin or go on like this.
pub(crate) fn suggest(ask: &Ask) -> Outcome {
    let found = ask.found.as_ref().ok_or_else(missing)?;
    let hits = found.hits.iter().map(|hit| Suggestion {
        id: &hit.model.id,
        name: &hit.model.name,
        branch: hit.model.branch,
    });
    Reply::json(&hits.collect::<Vec<_>>())
}

fn missing() -> ServiceError {
    ServiceError::bad_parameter("q", "", "words to look for")
}
