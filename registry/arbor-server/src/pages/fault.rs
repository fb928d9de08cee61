//! A refusal for people: what went wrong, and where to go from there.

use super::frame::{Frame, Section};
use crate::fault::Fault;
use arbor_service::View;
use askama::Template;

#[derive(Template)]
#[template(path = "fault.html")]
struct Page<'a> {
    frame: Frame,
    fault: &'a Fault,
    status: u16,
    title: &'static str,
}

/// The page of a refusal.
pub(crate) fn html(fault: &Fault, view: &View) -> Result<String, askama::Error> {
    let status = fault.status();
    let page = Page {
        frame: Frame::bare(view, Section::Other),
        fault,
        status: status.as_u16(),
        title: status.canonical_reason().unwrap_or("Refused"),
    };
    page.render()
}
