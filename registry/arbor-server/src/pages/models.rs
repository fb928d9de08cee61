//! The table of models: filtered, sorted and paged by the address, which also
//! says which columns it has.

use super::columns::{Cell, Choice, Columns};
use super::filters::{self, Filters, Own};
use super::frame::{Frame, Section};
use super::row::Row;
use crate::api::models::{paging, sort};
use crate::reply::{Ask, Outcome, Reply, Status};
use arbor_model::human_count;
use arbor_service::{Access, Sort, SortKey, wire};
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
    rows: Vec<(Row, Vec<Cell>)>,
    choices: Vec<Choice>,
    /// What the form of the columns keeps.
    kept: Vec<(&'static str, String)>,
    /// The address with the usual columns, where others are shown.
    usual: Option<String>,
    /// What all that match come to.
    totals: String,
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
    let columns = Columns::of(ask)?;
    let listing = ask.view.list(&filter, sort, Some(paging(ask, PER_PAGE)?));
    let per_page = ask.query.number("per_page", 1..=1_000)?;
    let per_page = per_page.filter(|size| *size != PER_PAGE);
    let pairs = filters::pairs_of(&filter);
    let own = |sort: Sort, page: usize| {
        let mut own = Own::new();
        own.extend(columns.pair());
        own.extend((page > 1).then(|| ("page", page.to_string())));
        own.extend(per_page.map(|size| ("per_page", size.to_string())));
        own.extend((sort != Sort::default()).then(|| ("sort", sort.to_string())));
        own
    };
    let address = |sort, page| filters::address("/models", &pairs, &own(sort, page));
    let canonical = address(sort, listing.page);
    if !columns.is_tidy || ask.query.has_residue() {
        return Ok(Reply::moved(Status::MovedForNow, canonical));
    }
    let (page, pages) = (listing.page, listing.pages);
    let none = Own::new();
    let mut sorted = own(sort, 1);
    sorted.retain(|(key, _)| *key == "sort");
    let mut others = own(sort, 1);
    others.retain(|(key, _)| *key != "cols");
    let usual = columns
        .pair()
        .map(|_| filters::address("/models", &pairs, &others));
    let kept = pairs.iter().map(|(key, value)| (*key, value.clone()));
    let rows = Row::all(&ask.view, listing.models).into_iter();
    let rows = rows.map(|row| {
        let cells = columns.cells(&ask.view, &row);
        (row, cells)
    });
    Reply::page(&Models {
        filters: Filters::new(ask, "/models", &filter, &own(sort, 1)),
        frame: Frame::new(ask, Section::Models, canonical),
        heads: heads(&columns, sort, |sort| address(sort, 1)),
        rows: rows.collect(),
        choices: columns.choices(),
        kept: kept.chain(others).collect(),
        usual,
        totals: totals(&ask.view.list(&filter, sort, None).models),
        page,
        pages,
        previous: (page > 1).then(|| address(sort, pages.min(page - 1))),
        next: (page < pages).then(|| address(sort, page + 1)),
        csv: filters::address("/models.csv", &pairs, &sorted),
        json: filters::address("/models.json", &pairs, &sorted),
        tree: filters::address("/", &pairs, &none),
    })
}

/// What all models of a list come to, in words.
fn totals(models: &[wire::ModelSummary]) -> String {
    let access = |model: &wire::ModelSummary| {
        let openness = model.openness.and_then(|o| o.parse().ok());
        openness.map(|o: arbor_model::Openness| Access::from(o))
    };
    let of = |step: Access| models.iter().filter(|m| access(m) == Some(step)).count();
    let (open, gated, closed) = (of(Access::Open), of(Access::Gated), of(Access::Closed));
    let rest = models.len() - open - gated - closed;
    let mut parts = vec![format!("{open} open, {gated} gated, {closed} closed")];
    if rest > 0 {
        parts.push(format!("access of {rest} not recorded"));
    }
    let mut sizes: Vec<u64> = models.iter().filter_map(|model| model.parameters).collect();
    sizes.sort_unstable();
    if let (Some(least), Some(most)) = (sizes.first(), sizes.last()) {
        let middle = sizes[(sizes.len() - 1) / 2];
        parts.push(format!(
            "{} of known size, from {} to {}, half of them up to {}",
            sizes.len(),
            human_count(*least),
            human_count(*most),
            human_count(middle),
        ));
    } else {
        parts.push("none of known size".to_owned());
    }
    parts.join("; ")
}

fn heads(columns: &Columns, now: Sort, address: impl Fn(Sort) -> String) -> Vec<Head> {
    let name = super::columns::Head {
        label: "Model",
        class: "name",
        key: Some(SortKey::Name),
    };
    let heads = std::iter::once(name).chain(columns.heads());
    let heads = heads.map(|super::columns::Head { label, class, key }| {
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
