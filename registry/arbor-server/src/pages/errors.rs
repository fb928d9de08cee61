//! Every error code and what it means, read off the table of refusals.

use super::frame::{Frame, Section};
use crate::fault;
use crate::reply::{Ask, Outcome, Reply};
use askama::Template;

#[derive(Template)]
#[template(path = "errors.html")]
struct Errors {
    frame: Frame,
    entries: &'static [fault::Entry],
}

/// The table.
pub(crate) fn page(ask: &Ask) -> Outcome {
    Reply::page(&Errors {
        frame: Frame::new(ask, Section::Other, "/errors".to_owned()),
        entries: fault::TABLE,
    })
}
