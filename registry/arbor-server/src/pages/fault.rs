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

impl Page<'_> {
    /// A sentence in parts, with whether each stood between backticks; one
    /// without a partner is a letter like others.
    fn quoted<'t>(&self, text: &'t str) -> Vec<(&'t str, bool)> {
        let mut parts = Vec::new();
        let mut rest = text;
        while let Some((before, (quoted, after))) = rest
            .split_once('`')
            .and_then(|(before, rest)| Some((before, rest.split_once('`')?)))
        {
            parts.extend([(before, false), (quoted, true)]);
            rest = after;
        }
        parts.push((rest, false));
        parts
    }
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
