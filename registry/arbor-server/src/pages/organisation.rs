//! An organisation and its models.

use super::family::{Group, MOST};
use super::frame::{Frame, Section};
use super::row::Row;
use crate::reply::{Ask, Outcome, Reply};
use crate::urls;

/// An organisation's page.
pub(crate) fn page(ask: &Ask) -> Outcome {
    let mut organisation = ask.view.show_organisation(&ask.id)?;
    let models = organisation.models.len();
    organisation.models.truncate(MOST);
    let id = organisation.id.as_str();
    let frame = Frame::new(ask, Section::Other, urls::organisation(id));
    Reply::page(&Group {
        frame: frame.under([("Organisations", "/organisations")]),
        title: organisation.name,
        kind: "Organisation",
        about: None,
        rows: Row::all(&ask.view, organisation.models),
        models,
        tree: urls::with_query("/", [("org", id)]),
        table: urls::with_query("/models", [("org", id)]),
        heirs: Vec::new(),
    })
}
