//! [`SqliteStore`]: one file, one writer, several readers.
//!
//! Each method is a transaction around a function of `shared` or of this
//! crate, and gives its errors the file's path.

use crate::connect::{self, Pools};
use crate::error::At;
use crate::shared;
use crate::{OpenOptions, bulk, imports, integrity, search};
use arbor_model::{
    Attempt, Catalogue, CheckRecord, CommitSha, ContentDigest, Declared, HubId, Import, ImportId,
    Imported, ImportedEdge, Latest, LineageRows, ModelId, Receipt, ReceiptId, RepoId, Revision,
    Run, RunId, TensorDigest, Text,
};
use arbor_store::{
    AttemptEntry, Beneath, CatalogueDigest, ImportCounts, ImportPlace, IntegrityReport, Page,
    RunEntry, SearchHit, SearchQuery, Store, StoreError, Stored, SyncReport, Taken,
};
use async_trait::async_trait;
use sqlx::pool::PoolConnection;
use sqlx::{Sqlite, Transaction};
use std::path::Path;
use tokio::sync::Mutex;

/// A store in one SQLite file.
pub struct SqliteStore {
    pools: Pools,
    /// A bulk read takes two readers; two of them at once could wait for
    /// each other's second.
    bulk: Mutex<()>,
}

impl SqliteStore {
    /// Opens the file; makes it and its folders, and brings it to the newest
    /// schema, unless the options say to read only.
    ///
    /// A file that is refused (damaged, foreign, newer) is left as it is.
    ///
    /// # Errors
    /// [`StoreError`] says what is in the way and what to do.
    pub async fn open(path: &Path, options: &OpenOptions) -> Result<Self, StoreError> {
        Ok(Self::of(connect::open(path, options).await?))
    }

    /// A store that is gone when it is dropped, for tests.
    ///
    /// # Errors
    /// Any [`StoreError`] of the engine.
    pub async fn in_memory() -> Result<Self, StoreError> {
        Ok(Self::of(connect::in_memory().await?))
    }

    fn of(pools: Pools) -> Self {
        Self {
            pools,
            bulk: Mutex::new(()),
        }
    }

    /// The file, or a word for there being none.
    pub(crate) fn path(&self) -> &Path {
        self.pools.path.as_deref().unwrap_or(Path::new(":memory:"))
    }

    /// The pools, for what needs more than one connection.
    pub(crate) const fn pools(&self) -> &Pools {
        &self.pools
    }

    /// A transaction that holds the write lock from the start: one that
    /// began by reading could find that it may no longer write.
    pub(crate) async fn write(&self) -> Result<Transaction<'static, Sqlite>, StoreError> {
        let writer = &self.pools.writer;
        writer.begin_with("BEGIN IMMEDIATE").await.at(self.path())
    }

    /// A transaction that sees one state.
    pub(crate) async fn read(&self) -> Result<Transaction<'static, Sqlite>, StoreError> {
        self.pools.readers.begin().await.at(self.path())
    }

    /// Lets SQLite count anew what its query plans rest on. Not when the
    /// store is closed, as usual: one that changed nothing should not write.
    /// Plans are good without it, so a failure is no error.
    async fn optimise(&self) {
        if let Ok(mut conn) = self.pools.writer.acquire().await {
            let all = sqlx::query("PRAGMA optimize = 0x10002");
            all.execute(&mut *conn).await.ok();
        }
    }

    /// A reader for a single statement.
    async fn reader(&self) -> Result<PoolConnection<Sqlite>, StoreError> {
        self.pools.readers.acquire().await.at(self.path())
    }
}

#[async_trait]
impl Store for SqliteStore {
    async fn sync_catalogue(
        &self,
        catalogue: &Catalogue,
        digest: &CatalogueDigest,
    ) -> Result<SyncReport, StoreError> {
        // Nearly every start finds nothing to do, and then needs no lock.
        let mut conn = self.reader().await?;
        let before = shared::meta(&mut conn).await.at(self.path())?;
        drop(conn);
        if before.digest == Some(digest.to_string()) {
            return Ok(SyncReport {
                change: before.change,
                tables: Vec::new(),
            });
        }
        let mut tx = self.write().await?;
        let report = shared::sync(&mut tx, catalogue, digest).await;
        let report = report.at(self.path())?;
        tx.commit().await.at(self.path())?;
        if !report.is_unchanged() {
            self.optimise().await;
        }
        Ok(report)
    }

    async fn load_catalogue(&self) -> Result<Stored, StoreError> {
        let mut tx = self.read().await?;
        let change = shared::meta(&mut tx).await.at(self.path())?.change;
        let catalogue = shared::load(&mut tx).await.at(self.path())?;
        Ok(Stored { catalogue, change })
    }

    async fn lineage_rows(&self) -> Result<LineageRows, StoreError> {
        let _one = self.bulk.lock().await;
        bulk::lineage_rows(self).await
    }

    async fn change(&self) -> Result<u64, StoreError> {
        let mut conn = self.reader().await?;
        Ok(shared::meta(&mut conn).await.at(self.path())?.change)
    }

    async fn search(&self, query: &SearchQuery, limit: u32) -> Result<Vec<SearchHit>, StoreError> {
        let mut conn = self.reader().await?;
        search::search(&mut conn, query, limit)
            .await
            .at(self.path())
    }

    async fn record_run(&self, run: &Run) -> Result<RunId, StoreError> {
        let mut tx = self.write().await?;
        let id = shared::record(&mut tx, run, None).await.at(self.path())?;
        tx.commit().await.at(self.path())?;
        Ok(id)
    }

    async fn begin_attempt(&self, attempt: &Attempt) -> Result<RunId, StoreError> {
        let mut tx = self.write().await?;
        let id = shared::begin_attempt(&mut tx, attempt).await;
        let id = id.at(self.path())?;
        tx.commit().await.at(self.path())?;
        Ok(id)
    }

    async fn attempt_heard(
        &self,
        id: RunId,
        check: &CheckRecord,
        now_us: i64,
    ) -> Result<(), StoreError> {
        let mut tx = self.write().await?;
        let heard = shared::attempt_heard(&mut tx, id, check, now_us).await;
        heard.at(self.path())?;
        tx.commit().await.at(self.path())
    }

    async fn attempt_alive(&self, id: RunId, now_us: i64) -> Result<(), StoreError> {
        let mut tx = self.write().await?;
        let alive = shared::attempt_alive(&mut tx, id, now_us).await;
        alive.at(self.path())?;
        tx.commit().await.at(self.path())
    }

    async fn end_attempt(&self, id: RunId, run: &Run) -> Result<RunId, StoreError> {
        let mut tx = self.write().await?;
        let id = shared::end_attempt(&mut tx, id, run).await;
        let id = id.at(self.path())?;
        tx.commit().await.at(self.path())?;
        Ok(id)
    }

    async fn attempt(&self, id: RunId) -> Result<Option<AttemptEntry>, StoreError> {
        let mut tx = self.read().await?;
        shared::attempt(&mut tx, id).await.at(self.path())
    }

    async fn attempts(&self) -> Result<Vec<AttemptEntry>, StoreError> {
        let mut tx = self.read().await?;
        shared::attempts(&mut tx).await.at(self.path())
    }

    async fn latest_runs(&self) -> Result<Vec<Latest>, StoreError> {
        let mut tx = self.read().await?;
        shared::latest(&mut tx).await.at(self.path())
    }

    async fn runs(&self, model: Option<&ModelId>, page: Page) -> Result<Vec<RunEntry>, StoreError> {
        let mut tx = self.read().await?;
        shared::runs(&mut tx, model, page).await.at(self.path())
    }

    async fn run(&self, id: RunId) -> Result<Option<Run>, StoreError> {
        let mut tx = self.read().await?;
        shared::run(&mut tx, id).await.at(self.path())
    }

    async fn run_of_hub(
        &self,
        hub: &HubId,
        revision: &Revision,
    ) -> Result<Option<Run>, StoreError> {
        let mut tx = self.read().await?;
        let found = shared::run_of_hub(&mut tx, hub, revision).await;
        found.at(self.path())
    }

    async fn record_receipt(&self, receipt: &Receipt) -> Result<ReceiptId, StoreError> {
        let mut tx = self.write().await?;
        let recorded = shared::record_receipt(&mut tx, receipt).await;
        let id = recorded.at(self.path())?;
        tx.commit().await.at(self.path())?;
        Ok(id)
    }

    async fn receipt(
        &self,
        repo: &RepoId,
        commit: &CommitSha,
    ) -> Result<Option<Receipt>, StoreError> {
        let mut tx = self.read().await?;
        let found = shared::receipt(&mut tx, repo, commit).await;
        found.at(self.path())
    }

    async fn receipts(&self, repo: &RepoId) -> Result<Vec<Receipt>, StoreError> {
        let mut tx = self.read().await?;
        shared::receipts(&mut tx, repo).await.at(self.path())
    }

    async fn receipt_repos(&self) -> Result<Vec<RepoId>, StoreError> {
        let mut tx = self.read().await?;
        shared::receipt_repos(&mut tx).await.at(self.path())
    }

    async fn record_tensors(
        &self,
        file: &ContentDigest,
        tensors: &[TensorDigest],
    ) -> Result<(), StoreError> {
        let mut tx = self.write().await?;
        let recorded = shared::record_tensors(&mut tx, file, tensors).await;
        recorded.at(self.path())?;
        tx.commit().await.at(self.path())
    }

    async fn tensors(&self, file: &ContentDigest) -> Result<Vec<TensorDigest>, StoreError> {
        let mut tx = self.read().await?;
        shared::tensors(&mut tx, file).await.at(self.path())
    }

    async fn begin_import(&self, import: &Import) -> Result<ImportId, StoreError> {
        let mut tx = self.write().await?;
        let id = imports::begin(&mut tx, import).await.at(self.path())?;
        tx.commit().await.at(self.path())?;
        Ok(id)
    }

    async fn put_imported(
        &self,
        import: ImportId,
        models: &[Imported],
    ) -> Result<Taken, StoreError> {
        let mut tx = self.write().await?;
        let lend = sqlx::query(imports::LENT);
        lend.execute(&mut *tx).await.at(self.path())?;
        let taken = imports::put(&mut tx, import, models).await;
        let taken = taken.at(self.path())?;
        tx.commit().await.at(self.path())?;
        Ok(taken)
    }

    async fn declared(&self) -> Result<Vec<Declared>, StoreError> {
        let mut tx = self.read().await?;
        imports::declared(&mut tx).await.at(self.path())
    }

    async fn settle_imported(&self, edges: &[ImportedEdge]) -> Result<bool, StoreError> {
        let mut tx = self.write().await?;
        let changed = imports::settle(&mut tx, edges).await.at(self.path())?;
        shared::bump(&mut tx).await.at(self.path())?;
        tx.commit().await.at(self.path())?;
        // Readers would otherwise look through a log as large as the file.
        let mut conn = self.pools.writer.acquire().await.at(self.path())?;
        for statement in [imports::USUAL, "PRAGMA wal_checkpoint(TRUNCATE)"] {
            sqlx::query(statement)
                .execute(&mut *conn)
                .await
                .at(self.path())?;
        }
        Ok(changed)
    }

    async fn imported(&self, id: &RepoId) -> Result<Option<Imported>, StoreError> {
        let mut conn = self.reader().await?;
        imports::one(&mut conn, id).await.at(self.path())
    }

    async fn imported_page(
        &self,
        author: Option<&str>,
        after: Option<&RepoId>,
        limit: u32,
    ) -> Result<Vec<Imported>, StoreError> {
        let mut conn = self.reader().await?;
        // `0` comes behind the slash, and `{` behind every letter.
        let (from, upto) = match author {
            Some(author) => (format!("{author}/"), format!("{author}0")),
            None => (String::new(), "{".to_owned()),
        };
        let from = after.map_or(from.as_str(), RepoId::as_str);
        let page = imports::page(&mut conn, from, &upto, limit).await;
        page.at(self.path())
    }

    async fn imported_parents(
        &self,
        id: &RepoId,
        limit: u32,
    ) -> Result<Vec<ImportedEdge>, StoreError> {
        let mut conn = self.reader().await?;
        let edges = imports::edges(&mut conn, id, true, limit).await;
        edges.at(self.path())
    }

    async fn imported_children(
        &self,
        id: &RepoId,
        limit: u32,
    ) -> Result<Vec<ImportedEdge>, StoreError> {
        let mut conn = self.reader().await?;
        let edges = imports::edges(&mut conn, id, false, limit).await;
        edges.at(self.path())
    }

    async fn imported_beneath(&self, id: &RepoId, most: u32) -> Result<Beneath, StoreError> {
        let mut tx = self.read().await?;
        imports::beneath(&mut tx, id, most).await.at(self.path())
    }

    async fn import_counts(&self) -> Result<ImportCounts, StoreError> {
        let mut conn = self.reader().await?;
        imports::counts(&mut conn).await.at(self.path())
    }

    async fn import_place(&self, source: &Text) -> Result<Option<ImportPlace>, StoreError> {
        let mut conn = self.reader().await?;
        let place = imports::place(&mut conn, source.as_str()).await;
        place.at(self.path())
    }

    async fn set_import_place(&self, source: &Text, place: &ImportPlace) -> Result<(), StoreError> {
        let mut tx = self.write().await?;
        let set = imports::set_place(&mut tx, source.as_str(), place).await;
        set.at(self.path())?;
        tx.commit().await.at(self.path())
    }

    async fn ancestors_by_sql(&self, model: &ModelId) -> Result<Vec<ModelId>, StoreError> {
        let mut conn = self.reader().await?;
        shared::ancestors(&mut conn, model).await.at(self.path())
    }

    async fn descendants_by_sql(&self, model: &ModelId) -> Result<Vec<ModelId>, StoreError> {
        let mut conn = self.reader().await?;
        shared::descendants(&mut conn, model).await.at(self.path())
    }

    async fn integrity(&self) -> Result<IntegrityReport, StoreError> {
        integrity::examine(self).await
    }

    async fn backup_to(&self, path: &Path) -> Result<(), StoreError> {
        if path.exists() {
            return Err(StoreError::Exists {
                path: path.to_owned(),
            });
        }
        let text = path.to_str().ok_or(StoreError::Unstorable("the path"))?;
        let mut conn = self.pools.writer.acquire().await.at(self.path())?;
        let copy = sqlx::query("VACUUM INTO $1").bind(text);
        copy.execute(&mut *conn).await.at(path)?;
        Ok(())
    }

    async fn close(&self) {
        self.pools.readers.close().await;
        self.pools.writer.close().await;
    }
}
