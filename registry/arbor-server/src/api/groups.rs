//! Families and sources.

use super::models::{Cut, paged};
use crate::reply::{Ask, Outcome, Reply};

/// Every family.
pub(crate) fn families(ask: &Ask) -> Outcome {
    Reply::json(&ask.view.families())
}

/// A family and its models.
pub(crate) fn family(ask: &Ask) -> Outcome {
    Reply::json(&ask.view.show_family(&ask.id)?)
}

/// Every source.
pub(crate) fn sources(ask: &Ask) -> Outcome {
    Reply::json(&ask.view.sources())
}

/// How many of a source's models a page has where nothing else is asked.
const PER_PAGE: usize = 100;

/// A source and a page of the models that it is cited for.
pub(crate) fn source(ask: &Ask) -> Outcome {
    let mut source = ask.view.show_source(&ask.id)?;
    let cut = Cut::of(ask, &mut source.models, PER_PAGE)?;
    Ok(Reply::json(&source)?.linked(paged(ask, cut.page, cut.pages)))
}
