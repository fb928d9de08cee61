//! Search: models that words could mean.

use super::frame::{Frame, Section};
use super::row::Row;
use crate::reply::{Ask, Outcome, Reply};
use crate::urls;
use askama::Template;

#[derive(Template)]
#[template(path = "search.html")]
struct Search {
    frame: Frame,
    query: String,
    /// Each model with how well it matches and the text that does.
    hits: Vec<(Row, &'static str, String)>,
    /// What is spelled alike, where nothing was found.
    near: Vec<(String, String)>,
}

/// The page of what was found; without words, of the field alone.
pub(crate) fn page(ask: &Ask) -> Outcome {
    let query = ask.query.get("q").unwrap_or_default().to_owned();
    let canonical = if query.is_empty() {
        "/search".to_owned()
    } else {
        urls::with_query("/search", [("q", query.as_str())])
    };
    let found = ask.found.clone();
    let (hits, near) = found.map_or_else(Default::default, |found| (found.hits, found.suggestions));
    let hits = hits.into_iter();
    let near = near.into_iter();
    Reply::page(&Search {
        frame: Frame::new(ask, Section::Other, canonical),
        query,
        hits: hits
            .map(|hit| (Row::new(&ask.view, hit.model), hit.rank, hit.matched))
            .collect(),
        near: near
            .map(|id| {
                let href = urls::model(&id);
                (id, href)
            })
            .collect(),
    })
}
