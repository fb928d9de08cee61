//! Every source, the most cited first.

use super::frame::{Frame, Section};
use crate::reply::{Ask, Outcome, Reply};
use crate::urls;
use arbor_service::wire;
use askama::Template;

#[derive(Template)]
#[template(path = "sources.html")]
struct Sources {
    frame: Frame,
    /// Each source with its page.
    sources: Vec<(wire::SourceSummary, String)>,
}

/// Every source.
pub(crate) fn page(ask: &Ask) -> Outcome {
    let mut sources = ask.view.sources();
    sources.sort_by_key(|source| (std::cmp::Reverse(source.cited), source.key.clone()));
    let sources = sources.into_iter().map(|source| {
        let href = urls::source(&source.key);
        (source, href)
    });
    Reply::page(&Sources {
        frame: Frame::new(ask, Section::Sources, "/sources".to_owned()),
        sources: sources.collect(),
    })
}
