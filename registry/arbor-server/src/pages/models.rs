//! The table of models: filtered, sorted and paged by the address.

use super::filters::{self, Filters, Own};
use super::frame::{Frame, Section};
use super::row::Row;
use crate::api::models::{paging, sort};
use crate::reply::{Ask, Outcome, Reply};
use arbor_service::{Sort, SortKey};
use askama::Template;

/// How many a page has where nothing else is asked.
const PER_PAGE: usize = 50;

/// A column's head.
struct Head {
    label: &'static str,
    class: &'static str,
    /// Where sorting by it leads; nowhere for columns that cannot be sorted.
    href: Option<String>,
    /// As ARIA says it.
    order: &'static str,
}

#[derive(Template)]
#[template(path = "models.html")]
struct Models {
    frame: Frame,
    filters: Filters,
    heads: Vec<Head>,
    rows: Vec<Row>,
    page: usize,
    pages: usize,
    previous: Option<String>,
    next: Option<String>,
    csv: String,
    json: String,
    tree: String,
}

/// The table.
pub(crate) fn page(ask: &Ask) -> Outcome {
    let filter = ask.filter()?;
    let sort = sort(ask)?;
    let listing = ask.view.list(&filter, sort, Some(paging(ask, PER_PAGE)?));
    let per_page = ask.query.number("per_page", 1..=1_000)?;
    let per_page = per_page.filter(|size| *size != PER_PAGE);
    let pairs = filters::pairs_of(&filter);
    let own = |sort: Sort, page: usize| {
        let mut own = Own::new();
        own.extend((page > 1).then(|| ("page", page.to_string())));
        own.extend(per_page.map(|size| ("per_page", size.to_string())));
        own.extend((sort != Sort::default()).then(|| ("sort", sort.to_string())));
        own
    };
    let address = |sort, page| filters::address("/models", &pairs, &own(sort, page));
    let canonical = address(sort, listing.page);
    if let Some(moved) = ask.tidied(&canonical) {
        return Ok(moved);
    }
    let (page, pages) = (listing.page, listing.pages);
    let none = Own::new();
    let mut sorted = own(sort, 1);
    sorted.retain(|(key, _)| *key == "sort");
    Reply::page(&Models {
        filters: Filters::new(ask, "/models", &filter, &own(sort, 1)),
        frame: Frame::new(ask, Section::Models, canonical),
        heads: heads(sort, |sort| address(sort, 1)),
        rows: Row::all(&ask.view, listing.models),
        page,
        pages,
        previous: (page > 1).then(|| address(sort, pages.min(page - 1))),
        next: (page < pages).then(|| address(sort, page + 1)),
        csv: filters::address("/models.csv", &pairs, &none),
        json: filters::address("/models.json", &pairs, &sorted),
        tree: filters::address("/", &pairs, &none),
    })
}

fn heads(now: Sort, address: impl Fn(Sort) -> String) -> Vec<Head> {
    let columns: [(&str, &str, Option<SortKey>); 8] = [
        ("Model", "name", Some(SortKey::Name)),
        ("Makers", "", Some(SortKey::Org)),
        ("Family", "", Some(SortKey::Family)),
        ("Branch", "", None),
        ("Released", "date", Some(SortKey::Date)),
        ("Parameters", "num", Some(SortKey::Params)),
        ("Weights", "", None),
        ("Descendants", "num", Some(SortKey::Descendants)),
    ];
    let heads = columns.into_iter().map(|(label, class, key)| {
        let is_now = key == Some(now.key);
        let order = match (is_now, now.descending) {
            (false, _) => "none",
            (true, false) => "ascending",
            (true, true) => "descending",
        };
        let href = key.map(|key| {
            address(Sort {
                key,
                descending: if is_now {
                    !now.descending
                } else {
                    largest_first(key)
                },
            })
        });
        Head {
            label,
            class,
            href,
            order,
        }
    });
    heads.collect()
}

/// What a reader who sorts by a key wants to see first.
const fn largest_first(key: SortKey) -> bool {
    match key {
        SortKey::Date | SortKey::Descendants | SortKey::Params => true,
        SortKey::Family | SortKey::Id | SortKey::Name | SortKey::Org => false,
    }
}
