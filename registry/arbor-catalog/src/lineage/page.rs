//! One page of a long answer.

/// Part of an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page<T> {
    /// The part.
    pub items: Vec<T>,
    /// Whether anything comes after it.
    pub more: bool,
}

impl<T> Page<T> {
    /// The most one page holds.
    pub const LIMIT: usize = 1_000;

    /// Leaves `skip` items out and takes `limit`, at most [`Self::LIMIT`].
    pub fn of(items: impl IntoIterator<Item = T>, skip: usize, limit: usize) -> Self {
        let mut rest = items.into_iter().skip(skip);
        let items = rest.by_ref().take(limit.min(Self::LIMIT)).collect();
        let more = rest.next().is_some();
        Self { items, more }
    }
}
