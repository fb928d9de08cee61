//! Whether the database holds the compiled-in catalogue, for `arbor doctor`:
//! the rows are read back. A start does not: it takes the digest's word, and
//! never sees what became of the rows since.

use arbor_catalog::{CatalogueFiles, Problems, read_catalogue};
use arbor_model::Catalogue;
use arbor_service::{View, catalogue_digest};
use arbor_store::{CatalogueDigest, IntegrityReport, Store as _, StoreError, SyncReport};
use arbor_store_sqlite::SqliteStore;
use std::collections::BTreeSet;

/// What the program has compiled in.
pub(crate) struct Own {
    pub(crate) catalogue: Result<Catalogue, Problems>,
    pub(crate) digest: CatalogueDigest,
}

/// What the database has stored of it.
pub(crate) enum Stored {
    /// All of it.
    Same,
    /// Another catalogue, and it says so.
    Another,
    /// Something else than it says, which can be set right.
    Differs(String),
    /// Rows that mean nothing.
    Unreadable(String),
}

impl Own {
    pub(crate) fn read() -> Self {
        let files = CatalogueFiles::builtin();
        Self {
            catalogue: read_catalogue(&files),
            digest: catalogue_digest(&files),
        }
    }

    /// The catalogue as questions see it, where it has no problems.
    pub(crate) fn view(&self) -> Option<View> {
        let catalogue = self.catalogue.as_ref().ok()?;
        View::new(catalogue.clone(), 0).ok()
    }

    /// Compares what is stored with it.
    pub(crate) async fn compare(&self, store: &SqliteStore, report: &IntegrityReport) -> Stored {
        let Ok(own) = &self.catalogue else {
            return Stored::Another;
        };
        if report.digest.as_deref() != Some(self.digest.to_string().as_str()) {
            return Stored::Another;
        }
        match store.load_catalogue().await {
            Ok(stored) if stored.catalogue == *own => Stored::Same,
            Ok(stored) => Stored::Differs(difference(&stored.catalogue, own)),
            Err(StoreError::Unreadable(row)) => Stored::Unreadable(format!(
                "`{}` of the table `{}`: {}",
                row.row, row.table, row.problem
            )),
            Err(error) => Stored::Unreadable(format!("{:#}", anyhow::Error::from(error))),
        }
    }

    /// Writes every row that differs; nothing if no catalogue is compiled in.
    pub(crate) async fn repair(
        &self,
        store: &SqliteStore,
    ) -> Result<Option<SyncReport>, StoreError> {
        let Ok(own) = &self.catalogue else {
            return Ok(None);
        };
        // No catalogue has this digest, so the rows themselves are compared.
        let none = CatalogueDigest::new([0; 32]);
        let report = store.sync_catalogue(own, &none).await?;
        store.sync_catalogue(own, &self.digest).await?;
        Ok(Some(report))
    }
}

fn difference(stored: &Catalogue, own: &Catalogue) -> String {
    let ids: BTreeSet<_> = stored.models.keys().chain(own.models.keys()).collect();
    let differs = |id: &&_| stored.models.get(*id) != own.models.get(*id);
    let ids: Vec<_> = ids.into_iter().filter(differs).collect();
    match ids.as_slice() {
        [] => "its sources, makers, families or tombstones differ".to_owned(),
        [id] => format!("the model `{id}` differs"),
        [id, others @ ..] => format!("the model `{id}` differs, and {} more", others.len()),
    }
}
