//! Parameters and memory, as far as claims go.

use crate::reply::{Ask, Outcome, Reply};
use arbor_service::MemoryQuery;

/// The longest context, and the most sequences, that a plan is made for.
const MOST: u64 = 1 << 40;

/// A model's parameters.
pub(crate) fn params(ask: &Ask) -> Outcome {
    Reply::json(&ask.view.params(ask.view.resolve(&ask.id)?))
}

/// How much memory a model needs.
pub(crate) fn memory(ask: &Ask) -> Outcome {
    let model = ask.view.resolve(&ask.id)?;
    let mut query = MemoryQuery::default();
    query.context = ask.query.number("context", 1..=MOST)?;
    query.batch = ask.query.number("batch", 1..=MOST)?.unwrap_or(query.batch);
    if let Some(dtype) = ask.query.get("dtype") {
        query = query.dtype(dtype)?;
    }
    Reply::json(&ask.view.memory(model, query)?)
}
