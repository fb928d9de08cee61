//! The registry: a store, and the view of its newest state.
//!
//! The one writer is whoever calls a method that writes; after each commit
//! the view is built anew and swapped in, so readers never wait and never see
//! half a change.

use crate::{ServiceError, View, wire};
use arbor_catalog::{CatalogueFiles, read_catalogue};
use arbor_model::{ModelId, RunId};
use arbor_store::{
    CatalogueDigest, IntegrityReport, Page, SearchQuery, SearchQueryError, Store, SyncReport,
};
use arc_swap::ArcSwap;
use sha2::{Digest, Sha256};
use std::sync::Arc;

/// More runs are never listed at once.
const LARGEST_PAGE_OF_RUNS: u32 = 500;

/// The use cases' root.
pub struct Registry {
    store: Arc<dyn Store>,
    view: ArcSwap<View>,
}

impl Registry {
    /// Opens the registry on a store: synchronises the catalogue of these
    /// files into it, and builds the view of what is then stored.
    ///
    /// # Errors
    /// [`ServiceError::Catalogue`] if the files have problems, and
    /// [`ServiceError::Store`] if the store cannot be used.
    pub async fn open(
        store: Arc<dyn Store>,
        files: &CatalogueFiles,
    ) -> Result<(Self, SyncReport), ServiceError> {
        let catalogue = read_catalogue(files)?;
        let digest = catalogue_digest(files);
        let report = store.sync_catalogue(&catalogue, &digest).await?;
        // The store now holds just this; to read it back would take twice as
        // long as all the rest of a short command.
        let latest = store.latest_runs().await?;
        let view = ArcSwap::from_pointee(View::new(catalogue, report.change)?.with_runs(latest));
        Ok((Self { store, view }, report))
    }

    /// The newest state. Hold it for as long as one answer takes.
    #[must_use]
    pub fn view(&self) -> Arc<View> {
        self.view.load_full()
    }

    /// Builds the view anew if the database has changed since, for example by
    /// another process. Says whether it had.
    ///
    /// # Errors
    /// [`ServiceError::Store`] if the store cannot be read.
    pub async fn refresh(&self) -> Result<bool, ServiceError> {
        if self.store.change().await? == self.view().change() {
            return Ok(false);
        }
        self.view.store(Arc::new(load(&*self.store).await?));
        Ok(true)
    }

    /// Models that words could mean, best first.
    ///
    /// # Errors
    /// [`ServiceError::BadParameter`] for words that cannot be searched for,
    /// [`ServiceError::Store`] if the store cannot be read.
    pub async fn search(&self, words: &str, limit: u32) -> Result<wire::Search, ServiceError> {
        let query = SearchQuery::new(words)
            .map_err(|error| ServiceError::bad_parameter("q", words, expected(error)))?;
        let hits = self.store.search(&query, limit).await?;
        Ok(self.view().search_results(words, &hits))
    }

    /// A model's validation runs, or everybody's, the newest first.
    ///
    /// # Errors
    /// [`ServiceError::Store`] if the store cannot be read.
    pub async fn runs(
        &self,
        model: Option<&ModelId>,
        before: Option<RunId>,
        limit: u32,
    ) -> Result<wire::Runs, ServiceError> {
        // One more says whether there is another page.
        let limit = limit.min(LARGEST_PAGE_OF_RUNS);
        let page = Page {
            before,
            limit: limit + 1,
        };
        let mut runs = self.store.runs(model, page).await?;
        let more = runs.len() > limit as usize;
        runs.truncate(limit as usize);
        let last = runs.last().map(|entry| entry.id.0);
        let runs = runs
            .iter()
            .map(|entry| wire::Run::new(entry.id, &entry.run));
        Ok(wire::Runs {
            schema_version: wire::SCHEMA_VERSION,
            runs: runs.collect(),
            before: last.filter(|_| more),
        })
    }

    /// One run, with the files that it read.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] if there is none of that number,
    /// [`ServiceError::Store`] if the store cannot be read.
    pub async fn run(&self, typed: &str) -> Result<wire::Run, ServiceError> {
        let number = typed.trim().parse().ok().map(RunId);
        let found = match number {
            Some(id) => self.store.run(id).await?.map(|run| (id, run)),
            None => None,
        };
        let (id, run) = found.ok_or_else(|| ServiceError::not_found("run", typed, Vec::new()))?;
        Ok(wire::Run::new(id, &run))
    }

    /// Examines the database.
    ///
    /// # Errors
    /// [`ServiceError::Store`] if it cannot be examined at all.
    pub async fn integrity(&self) -> Result<IntegrityReport, ServiceError> {
        Ok(self.store.integrity().await?)
    }

    /// What keeps runs and receipts.
    pub(crate) fn store(&self) -> &dyn Store {
        &*self.store
    }

    /// Closes the store; later questions to it fail.
    pub async fn close(&self) {
        self.store.close().await;
    }
}

fn expected(error: SearchQueryError) -> String {
    match error {
        SearchQueryError::Empty => "words to look for".to_owned(),
        SearchQueryError::TooLong => format!("at most {} characters", SearchQuery::LIMIT),
    }
}

async fn load(store: &dyn Store) -> Result<View, ServiceError> {
    let stored = store.load_catalogue().await?;
    let latest = store.latest_runs().await?;
    Ok(View::new(stored.catalogue, stored.change)?.with_runs(latest))
}

/// The digest by which the store recognises these files.
///
/// It covers the program's version too: a newer program may read more out of
/// the same files.
#[must_use]
pub fn catalogue_digest(files: &CatalogueFiles) -> CatalogueDigest {
    let mut hash = Sha256::new();
    hash.update(env!("CARGO_PKG_VERSION"));
    for (name, text) in files.iter() {
        for part in [name, text] {
            hash.update((part.len() as u64).to_le_bytes());
            hash.update(part);
        }
    }
    CatalogueDigest::new(hash.finalize().into())
}
