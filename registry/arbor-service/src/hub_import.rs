//! Importing from the hub's own list: page by page, from the latest change
//! back to what an earlier import has seen. Where it was is kept after each
//! page, so that an interrupted import goes on there.

use crate::imports::now;
use crate::{Files, Registry, ServiceError, wire};
use arbor_hub::{HubError, ModelsPage, ModelsQuery};
use arbor_model::{ImportKind, RepoId};
use arbor_store::ImportPlace;
use serde_json::Value;

/// More pages are no list of one hub.
const MOST_PAGES: u32 = 10_000;

/// Which models are asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question(ModelsQuery);

impl Question {
    /// Those of an author.
    ///
    /// # Errors
    /// [`ServiceError::BadParameter`] if nobody can be called so.
    pub fn author(name: &str) -> Result<Self, ServiceError> {
        let wrong = |e: String| ServiceError::bad_parameter("author", name, e);
        if name.contains('/') {
            return Err(wrong("a name without a slash".to_owned()));
        }
        // An author obeys the rule of a repository's name.
        RepoId::new(name).map_err(|error| wrong(error.to_string()))?;
        Ok(Self(ModelsQuery::Author(name.to_owned())))
    }

    /// Those whose name has these words.
    ///
    /// # Errors
    /// [`ServiceError::BadParameter`] for none, or for too many.
    pub fn search(words: &str) -> Result<Self, ServiceError> {
        let words = words.trim();
        if words.is_empty() || words.len() > 200 {
            return Err(ServiceError::bad_parameter(
                "search",
                words,
                "1 to 200 characters",
            ));
        }
        Ok(Self(ModelsQuery::Search(words.to_owned())))
    }

    /// Those that name a model as their base.
    ///
    /// # Errors
    /// [`ServiceError::BadParameter`] if it is no repository's name.
    pub fn base(repo: &str) -> Result<Self, ServiceError> {
        let parsed = RepoId::new(repo);
        let parsed =
            parsed.map_err(|e| ServiceError::bad_parameter("base", repo, e.to_string()))?;
        Ok(Self(ModelsQuery::Base(parsed)))
    }

    /// As the database names it.
    fn source(&self, endpoint: &str) -> String {
        match &self.0 {
            ModelsQuery::Author(author) => format!("author {author} at {endpoint}"),
            ModelsQuery::Base(base) => format!("base {base} at {endpoint}"),
            ModelsQuery::Search(words) => format!("search {words} at {endpoint}"),
        }
    }
}

impl Registry {
    /// Imports what the hub lists. `tell` hears how many records have been
    /// kept.
    ///
    /// # Errors
    /// [`ServiceError::Hub`] as the hub refuses, [`ServiceError::Store`] if
    /// the database cannot be used; what was kept stays.
    pub async fn import_hub(
        &self,
        files: &Files,
        question: &Question,
        mut tell: impl FnMut(u64),
    ) -> Result<wire::ImportReport, ServiceError> {
        let hub = files.hub();
        let source = question.source(&hub.settings().hub.to_string());
        let mut tally = self.begin(ImportKind::Hub, &source).await?;
        let kept = self.store().import_place(&tally.source).await?;
        let mut place = kept.unwrap_or_default();
        let mut anew = false;
        for _ in 0..MOST_PAGES {
            let page = match hub.models(&question.0, place.next.as_deref()).await {
                Err(error) if !anew && place.next.is_some() && is_stale(&error) => {
                    // The cursor is too old: from the start, then, but once.
                    anew = true;
                    place.next = None;
                    place.newest_us = None;
                    hub.models(&question.0, None).await?
                }
                page => page?,
            };
            let ModelsPage { mut records, next } = page;
            let end = cut(&mut records, &mut place);
            self.take_records(&mut tally, &records).await?;
            tell(tally.records);
            place.next = next.filter(|_| !end);
            if place.next.is_none() {
                place.complete_us = place.complete_us.max(place.newest_us.take());
            }
            self.store().set_import_place(&tally.source, &place).await?;
            if place.next.is_none() {
                return self.settle(tally).await;
            }
        }
        Err(ServiceError::Hub(HubError::Malformed {
            url: hub.settings().hub.to_string(),
            reason: format!("its list has over {MOST_PAGES} pages"),
        }))
    }
}

/// Drops what an earlier import has seen, and remembers the latest change;
/// says whether anything was dropped. A change in the future would hide all
/// that follow, so it is not remembered.
fn cut(records: &mut Vec<Value>, place: &mut ImportPlace) -> bool {
    let now = now();
    let known = |at: &i64| place.complete_us.is_some_and(|complete| *at < complete);
    let seen = records
        .iter()
        .position(|record| arbor_import::modified(record).is_some_and(|at| known(&at)));
    if let Some(at) = seen {
        records.truncate(at);
    }
    let changes = records.iter().filter_map(arbor_import::modified);
    let newest = changes.filter(|at| *at <= now).max();
    place.newest_us = place.newest_us.max(newest);
    seen.is_some()
}

/// Whether the hub no longer knows a page that was kept.
fn is_stale(error: &HubError) -> bool {
    let refused = matches!(error, HubError::Status { status, .. } if (400..500).contains(status));
    refused || matches!(error, HubError::Malformed { .. })
}
