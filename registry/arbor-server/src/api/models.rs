//! Models: the list, a page at a time, and each one.

use crate::reply::{Ask, Outcome, Reply};
use crate::urls;
use arbor_service::{LARGEST_PAGE, Paging, ServiceError, Sort};

/// How many a page of the API has where nothing else is asked.
const PER_PAGE: usize = 100;
/// The last page that can be asked for.
const MOST_PAGES: usize = 1_000_000;

/// The models that pass a filter.
pub(crate) fn list(ask: &Ask) -> Outcome {
    listing(ask, PER_PAGE)
}

/// The same, as many as one page can have.
pub(crate) fn all(ask: &Ask) -> Outcome {
    listing(ask, LARGEST_PAGE)
}

/// All that is known of a model.
pub(crate) fn show(ask: &Ask) -> Outcome {
    let model = ask.view.resolve(&ask.id)?;
    Reply::json(&ask.view.show(model, ask.runs.clone())?)
}

fn listing(ask: &Ask, per_page: usize) -> Outcome {
    let listing = ask
        .view
        .list(&ask.filter()?, sort(ask)?, Some(paging(ask, per_page)?));
    let link = paged(ask, listing.page, listing.pages);
    Ok(Reply::json(&listing)?.linked(link))
}

/// A page cut out of a list that is short enough to be made whole.
pub(crate) struct Cut {
    /// Which page it is, from 1.
    pub(crate) page: usize,
    /// How many there are.
    pub(crate) pages: usize,
}

impl Cut {
    /// Leaves the page that the query asks for.
    pub(crate) fn of<T>(
        ask: &Ask,
        list: &mut Vec<T>,
        per_page: usize,
    ) -> Result<Self, ServiceError> {
        let page = ask.query.number("page", 1..=MOST_PAGES)?.unwrap_or(1);
        let size = ask.query.number("per_page", 1..=LARGEST_PAGE)?;
        let size = size.unwrap_or(per_page);
        let pages = list.len().div_ceil(size).max(1);
        let before = (page - 1).saturating_mul(size).min(list.len());
        list.drain(..before);
        list.truncate(size);
        Ok(Self { page, pages })
    }
}

/// The `Link` header of a page.
pub(crate) fn paged(ask: &Ask, page: usize, last: usize) -> Option<String> {
    pages(
        ask,
        &[
            ("first", (page > 1).then_some(("page", 1))),
            ("last", (page < last).then_some(("page", last))),
            ("next", (page < last).then_some(("page", page + 1))),
            ("prev", (page > 1).then_some(("page", last.min(page - 1)))),
        ],
    )
}

/// How the list is to be sorted.
pub(crate) fn sort(ask: &Ask) -> Result<Sort, ServiceError> {
    ask.query
        .get("sort")
        .map_or_else(|| Ok(Sort::default()), str::parse)
}

/// Which page of it is wanted.
pub(crate) fn paging(ask: &Ask, per_page: usize) -> Result<Paging, ServiceError> {
    let page = ask.query.number("page", 1..=MOST_PAGES)?.unwrap_or(1);
    let size = ask.query.number("per_page", 1..=LARGEST_PAGE)?;
    Paging::new(page, size.unwrap_or(per_page))
}

/// A relation and the key and number that lead to it, where there is such a
/// page.
type Neighbour = (&'static str, Option<(&'static str, usize)>);

/// The `Link` header of a list: this request with one key changed.
pub(crate) fn pages(ask: &Ask, neighbours: &[Neighbour]) -> Option<String> {
    let links: Vec<_> = neighbours
        .iter()
        .filter_map(|(relation, to)| {
            let (key, number) = (*to)?;
            let number = number.to_string();
            let mut pairs = ask.query.without(key);
            pairs.push((key, number.as_str()));
            pairs.sort_by_key(|(key, _)| *key);
            let address = urls::with_query(&ask.path, pairs);
            Some(format!("<{address}>; rel=\"{relation}\""))
        })
        .collect();
    (!links.is_empty()).then(|| links.join(", "))
}
