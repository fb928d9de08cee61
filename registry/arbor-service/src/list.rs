//! Lists: filtered, sorted, one page at a time.

use crate::filter::{Filter, Sort, SortKey};
use crate::{ServiceError, View, wire};
use arbor_model::Model;
use std::cmp::Ordering;

/// The largest page the service gives.
pub const LARGEST_PAGE: usize = 1_000;

/// Which page of a list, and how large its pages are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Paging {
    page: usize,
    size: usize,
}

impl Paging {
    /// Page `page`, counted from 1, of pages of `size` entries.
    ///
    /// # Errors
    /// [`ServiceError::BadParameter`] for a page 0, or a size of 0 or beyond
    /// [`LARGEST_PAGE`].
    pub fn new(page: usize, size: usize) -> Result<Self, ServiceError> {
        if page == 0 || page > 1_000_000 {
            return Err(ServiceError::bad_parameter(
                "page",
                &page.to_string(),
                "1 or more",
            ));
        }
        if size == 0 || size > LARGEST_PAGE {
            let expected = format!("1 to {LARGEST_PAGE}");
            return Err(ServiceError::bad_parameter(
                "per_page",
                &size.to_string(),
                expected,
            ));
        }
        Ok(Self { page, size })
    }
}

impl View {
    /// The models that pass a filter, sorted.
    #[must_use]
    pub fn matching(&self, filter: &Filter, sort: Sort) -> Vec<&Model> {
        let mut models = filter.models(self);
        models.sort_by(|a, b| self.in_order(sort, a, b).then_with(|| a.id.cmp(&b.id)));
        models
    }

    /// One page of the models that pass a filter; without a paging, all.
    #[must_use]
    pub fn list(&self, filter: &Filter, sort: Sort, paging: Option<Paging>) -> wire::Listing {
        let models = self.matching(filter, sort);
        let matched = models.len();
        let Paging { page, size } = paging.unwrap_or(Paging {
            page: 1,
            size: matched.max(1),
        });
        let items = models
            .into_iter()
            .skip((page - 1).saturating_mul(size))
            .take(size);
        wire::Listing {
            schema_version: wire::SCHEMA_VERSION,
            total: self.catalogue().models.len(),
            matched,
            page,
            pages: matched.div_ceil(size).max(1),
            models: items.map(|model| self.summary(model)).collect(),
        }
    }

    fn in_order(&self, sort: Sort, a: &Model, b: &Model) -> Ordering {
        match sort.key {
            SortKey::Date => known_first(a.released(), b.released(), sort.descending),
            SortKey::Descendants => {
                let count = |m: &Model| {
                    self.node(&m.id)
                        .map_or(0, |n| self.lineage().descendant_count(n))
                };
                directed(count(a).cmp(&count(b)), sort.descending)
            }
            SortKey::Family => directed(a.family.cmp(&b.family), sort.descending),
            SortKey::Id => directed(a.id.cmp(&b.id), sort.descending),
            SortKey::Name => {
                let name = |m: &Model| m.name.as_str().to_lowercase();
                directed(name(a).cmp(&name(b)), sort.descending)
            }
            SortKey::Org => known_first(
                a.organisations.first(),
                b.organisations.first(),
                sort.descending,
            ),
            SortKey::Params => {
                let count = |m: &Model| m.parameters().map(|count| count.value);
                known_first(count(a), count(b), sort.descending)
            }
        }
    }
}

fn directed(order: Ordering, descending: bool) -> Ordering {
    if descending { order.reverse() } else { order }
}

/// What is not known comes last in either direction.
fn known_first<T: Ord>(a: Option<T>, b: Option<T>, descending: bool) -> Ordering {
    match (a, b) {
        (Some(a), Some(b)) => directed(a.cmp(&b), descending),
        (Some(_), None) => Ordering::Less,
        (None, Some(_)) => Ordering::Greater,
        (None, None) => Ordering::Equal,
    }
}
