//! The tree as nested lists.

use crate::reply::{Ask, Outcome, Reply};
use arbor_service::OutlineQuery;

/// The tree of the models that pass a filter.
pub(crate) fn tree(ask: &Ask) -> Outcome {
    let query = OutlineQuery {
        filter: ask.filter()?,
        depth: ask.query.number("depth", 0..=64)?,
        most: None,
    };
    Reply::json(&ask.view.outline(&query)?)
}
