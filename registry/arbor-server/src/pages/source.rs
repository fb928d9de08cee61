//! A source and the models it is cited for.

use super::frame::{Frame, Section};
use super::row::Row;
use crate::api::models::Cut;
use crate::reply::{Ask, Outcome, Reply};
use crate::urls;
use arbor_service::wire;
use askama::Template;

#[derive(Template)]
#[template(path = "source.html")]
struct Source {
    frame: Frame,
    source: wire::SourceSummary,
    /// Each model with how often the source is cited for it.
    rows: Vec<(Row, u64)>,
    /// How many models there are, on all pages.
    models: usize,
    page: usize,
    pages: usize,
    previous: Option<String>,
    next: Option<String>,
}

/// How many models a page has.
const PER_PAGE: usize = 100;

/// A source's page.
pub(crate) fn page(ask: &Ask) -> Outcome {
    let mut source = ask.view.show_source(&ask.id)?;
    let models = source.models.len();
    let Cut { page, pages } = Cut::of(ask, &mut source.models, PER_PAGE)?;
    let path = urls::source(&source.summary.key);
    let address = |page: usize| {
        let number = page.to_string();
        let pairs = (page > 1).then_some(("page", number.as_str()));
        urls::with_query(&path, pairs)
    };
    let frame = Frame::new(ask, Section::Sources, address(page));
    Reply::page(&Source {
        frame: frame.under([("Sources", "/sources")]),
        source: source.summary,
        rows: source
            .models
            .into_iter()
            .map(|(model, times)| (Row::new(&ask.view, model), times))
            .collect(),
        models,
        page,
        pages,
        previous: (page > 1).then(|| address(pages.min(page - 1))),
        next: (page < pages).then(|| address(page + 1)),
    })
}
