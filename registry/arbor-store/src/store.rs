//! The store's face: every question and every write there is.
//!
//! It knows no SQL and no file. `arbor-store-sqlite` implements it;
//! `arbor-service` calls it.

use crate::{
    AttemptEntry, Beneath, CatalogueDigest, ImportCounts, ImportPlace, IntegrityReport, Page,
    RunEntry, SearchHit, SearchQuery, StoreError, Stored, SyncReport, Taken,
};
use arbor_model::{
    Attempt, Catalogue, CheckRecord, CommitSha, ContentDigest, Declared, HubId, Import, ImportId,
    Imported, ImportedEdge, Latest, LineageRows, ModelId, Receipt, ReceiptId, RepoId, Revision,
    Run, RunId, TensorDigest, Text,
};
use async_trait::async_trait;
use std::path::Path;

/// A database that keeps the curated catalogue and the observed runs.
///
/// Every write is one transaction: it is there completely once the method
/// has returned `Ok`, and not at all if it returned an error or the process
/// died. Every read shows one committed state.
#[async_trait]
pub trait Store: Send + Sync {
    /// Makes the curated tables equal to the catalogue: inserts what is new,
    /// updates what differs, deletes what is gone. Runs are not touched.
    ///
    /// If `digest` is the one of the last synchronisation, nothing is read or
    /// written beyond that. If only the digest differs, it is kept, and the
    /// change number stays.
    ///
    /// # Errors
    /// Any [`StoreError`]; the database is then as it was.
    async fn sync_catalogue(
        &self,
        catalogue: &Catalogue,
        digest: &CatalogueDigest,
    ) -> Result<SyncReport, StoreError>;

    /// The whole catalogue as it is stored, and the change number it shows.
    ///
    /// # Errors
    /// [`StoreError::Unreadable`] if a row breaks the rules of `arbor-model`,
    /// or any error of the engine.
    async fn load_catalogue(&self) -> Result<Stored, StoreError>;

    /// Every model id, sorted by its bytes, and every edge by number.
    ///
    /// # Errors
    /// Any error of the engine.
    async fn lineage_rows(&self) -> Result<LineageRows, StoreError>;

    /// The change number: it grows by one with every write that a page can
    /// show, in the same transaction, and never shrinks.
    ///
    /// # Errors
    /// Any error of the engine.
    async fn change(&self) -> Result<u64, StoreError>;

    /// Models that the words could mean, best first, at most `limit` (and at
    /// most 1,000).
    ///
    /// Order: an id, alias, name or hub id that is the query; one that begins
    /// with it; one that contains it; the query's words in any order among
    /// these, the family and the makers. Ties: more direct children first,
    /// then the id. Case, accents and `-`, `_`, `/` do not matter.
    ///
    /// # Errors
    /// Any error of the engine; never one because of the query's text.
    async fn search(&self, query: &SearchQuery, limit: u32) -> Result<Vec<SearchHit>, StoreError>;

    /// Appends a run and says under which number.
    ///
    /// # Errors
    /// [`StoreError::Unstorable`] for a number that the database cannot hold,
    /// or any error of the engine.
    async fn record_run(&self, run: &Run) -> Result<RunId, StoreError>;

    /// Begins an examination and says under which number its run will be.
    ///
    /// # Errors
    /// Any error of the engine.
    async fn begin_attempt(&self, attempt: &Attempt) -> Result<RunId, StoreError>;

    /// Notes a check of an attempt as it is made, at a moment in
    /// microseconds; one that was noted before is made anew. It changes no
    /// page that is kept, and so not the change number.
    ///
    /// # Errors
    /// [`StoreError::Unstorable`] for a figure that is no number, or any
    /// error of the engine: one is that there is no such attempt.
    async fn attempt_heard(
        &self,
        id: RunId,
        check: &CheckRecord,
        now_us: i64,
    ) -> Result<(), StoreError>;

    /// Notes that an attempt's process is alive.
    ///
    /// # Errors
    /// Any error of the engine.
    async fn attempt_alive(&self, id: RunId, now_us: i64) -> Result<(), StoreError>;

    /// Records the run that an attempt came to: the number stays, the run
    /// takes the attempt's place.
    ///
    /// # Errors
    /// As [`Store::record_run`].
    async fn end_attempt(&self, id: RunId, run: &Run) -> Result<RunId, StoreError>;

    /// The attempt of that number with what was heard of it, if its run has
    /// not ended.
    ///
    /// # Errors
    /// [`StoreError::Unreadable`] or any error of the engine.
    async fn attempt(&self, id: RunId) -> Result<Option<AttemptEntry>, StoreError>;

    /// The newest attempts that have not ended, at most 100.
    ///
    /// # Errors
    /// [`StoreError::Unreadable`] or any error of the engine.
    async fn attempts(&self) -> Result<Vec<AttemptEntry>, StoreError>;

    /// How the newest run of each model ended, sorted by id.
    ///
    /// # Errors
    /// [`StoreError::Unreadable`] or any error of the engine.
    async fn latest_runs(&self) -> Result<Vec<Latest>, StoreError>;

    /// Runs, the newest first; of one model, or of all. Their files are left
    /// out: [`Store::run`] has them.
    ///
    /// # Errors
    /// [`StoreError::Unreadable`] or any error of the engine.
    async fn runs(&self, model: Option<&ModelId>, page: Page) -> Result<Vec<RunEntry>, StoreError>;

    /// The run of that number, if there is one.
    ///
    /// # Errors
    /// [`StoreError::Unreadable`] or any error of the engine.
    async fn run(&self, id: RunId) -> Result<Option<Run>, StoreError>;

    /// The newest run of a hub repository at just this revision, with its
    /// files, if there is one.
    ///
    /// # Errors
    /// [`StoreError::Unreadable`] or any error of the engine.
    async fn run_of_hub(&self, hub: &HubId, revision: &Revision)
    -> Result<Option<Run>, StoreError>;

    /// Appends a receipt and says under which number.
    ///
    /// # Errors
    /// [`StoreError::Unstorable`] for a size that the database cannot hold, or
    /// any error of the engine.
    async fn record_receipt(&self, receipt: &Receipt) -> Result<ReceiptId, StoreError>;

    /// The newest receipt of a repository's commit, if there is one.
    ///
    /// # Errors
    /// [`StoreError::Unreadable`] or any error of the engine.
    async fn receipt(
        &self,
        repo: &RepoId,
        commit: &CommitSha,
    ) -> Result<Option<Receipt>, StoreError>;

    /// Receipts of a repository, the newest first, at most 1,000.
    ///
    /// # Errors
    /// [`StoreError::Unreadable`] or any error of the engine.
    async fn receipts(&self, repo: &RepoId) -> Result<Vec<Receipt>, StoreError>;

    /// Every repository that has a receipt, sorted by its bytes.
    ///
    /// # Errors
    /// [`StoreError::Unreadable`] or any error of the engine.
    async fn receipt_repos(&self) -> Result<Vec<RepoId>, StoreError>;

    /// Keeps the digests of a file's tensors, by the file's own digest. What
    /// is known already stays.
    ///
    /// # Errors
    /// Any error of the engine.
    async fn record_tensors(
        &self,
        file: &ContentDigest,
        tensors: &[TensorDigest],
    ) -> Result<(), StoreError>;

    /// The digests of a file's tensors, in the order of the file.
    ///
    /// # Errors
    /// [`StoreError::Unreadable`] or any error of the engine.
    async fn tensors(&self, file: &ContentDigest) -> Result<Vec<TensorDigest>, StoreError>;

    /// Begins an import and says under which number.
    ///
    /// # Errors
    /// Any error of the engine.
    async fn begin_import(&self, import: &Import) -> Result<ImportId, StoreError>;

    /// Adds models that are new, and brings those up to date that are not
    /// older than what is there. Names are one in whatever case.
    ///
    /// # Errors
    /// [`StoreError::Unstorable`] for a count that the database cannot hold,
    /// or any error of the engine.
    async fn put_imported(
        &self,
        import: ImportId,
        models: &[Imported],
    ) -> Result<Taken, StoreError>;

    /// What every imported model declares, the first imported first.
    ///
    /// # Errors
    /// [`StoreError::Unreadable`] or any error of the engine.
    async fn declared(&self) -> Result<Vec<Declared>, StoreError>;

    /// Makes the edges of imported models equal to these, which are sorted;
    /// says whether they were not. It ends an import, which pages can show
    /// whether these changed or not.
    ///
    /// # Errors
    /// Any error of the engine.
    async fn settle_imported(&self, edges: &[ImportedEdge]) -> Result<bool, StoreError>;

    /// The imported model of that name, in whatever case.
    ///
    /// # Errors
    /// [`StoreError::Unreadable`] or any error of the engine.
    async fn imported(&self, id: &RepoId) -> Result<Option<Imported>, StoreError>;

    /// Imported models by name, of one author or of all, behind one of them;
    /// at most `limit`.
    ///
    /// # Errors
    /// [`StoreError::Unreadable`] or any error of the engine.
    async fn imported_page(
        &self,
        author: Option<&str>,
        after: Option<&RepoId>,
        limit: u32,
    ) -> Result<Vec<Imported>, StoreError>;

    /// The edges from a model to its parents, by name; at most `limit`.
    ///
    /// # Errors
    /// [`StoreError::Unreadable`] or any error of the engine.
    async fn imported_parents(
        &self,
        id: &RepoId,
        limit: u32,
    ) -> Result<Vec<ImportedEdge>, StoreError>;

    /// The edges from a model's children to it; see
    /// [`Store::imported_parents`].
    ///
    /// # Errors
    /// [`StoreError::Unreadable`] or any error of the engine.
    async fn imported_children(
        &self,
        id: &RepoId,
        limit: u32,
    ) -> Result<Vec<ImportedEdge>, StoreError>;

    /// What hangs directly beneath a repository, the most downloaded `most`
    /// of it by name. More than 100,000 edges are not looked at.
    ///
    /// # Errors
    /// [`StoreError::Unreadable`] or any error of the engine.
    async fn imported_beneath(&self, id: &RepoId, most: u32) -> Result<Beneath, StoreError>;

    /// How much is imported.
    ///
    /// # Errors
    /// Any error of the engine.
    async fn import_counts(&self) -> Result<ImportCounts, StoreError>;

    /// How far the import of a source got, if it was ever begun.
    ///
    /// # Errors
    /// Any error of the engine.
    async fn import_place(&self, source: &Text) -> Result<Option<ImportPlace>, StoreError>;

    /// Keeps how far the import of a source got.
    ///
    /// # Errors
    /// Any error of the engine.
    async fn set_import_place(&self, source: &Text, place: &ImportPlace) -> Result<(), StoreError>;

    /// Every ancestor, sorted by id, found by a recursive query. Slow for
    /// large families: the graph answers this, and is compared with it.
    ///
    /// # Errors
    /// [`StoreError::Unreadable`] or any error of the engine.
    async fn ancestors_by_sql(&self, model: &ModelId) -> Result<Vec<ModelId>, StoreError>;

    /// Every descendant, sorted by id; see [`Store::ancestors_by_sql`].
    ///
    /// # Errors
    /// [`StoreError::Unreadable`] or any error of the engine.
    async fn descendants_by_sql(&self, model: &ModelId) -> Result<Vec<ModelId>, StoreError>;

    /// Examines the whole database. A damaged one is a report, not an error.
    ///
    /// # Errors
    /// Errors that kept it from being examined at all.
    async fn integrity(&self) -> Result<IntegrityReport, StoreError>;

    /// Writes a consistent copy to `path`, which must not exist yet.
    ///
    /// # Errors
    /// [`StoreError::Exists`] if it does, or any error of the engine.
    async fn backup_to(&self, path: &Path) -> Result<(), StoreError>;

    /// Waits for running calls and closes every connection; later calls fail
    /// with [`StoreError::Closed`].
    async fn close(&self);
}
