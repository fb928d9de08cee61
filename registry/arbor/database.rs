//! Where the database is, and opening the registry on it.

use crate::args::Globals;
use crate::exit::{Exit, Refusal};
use crate::terminal::Terminal;
use anyhow::Result;
use arbor_catalog::CatalogueFiles;
use arbor_service::Registry;
use arbor_store_sqlite::{OpenOptions, SqliteStore};
use etcetera::BaseStrategy as _;
use std::path::PathBuf;
use std::sync::Arc;

/// The file: as given, else in the user's data folder.
pub(crate) fn path(globals: &Globals) -> Result<PathBuf> {
    if let Some(path) = &globals.db {
        return Ok(path.clone());
    }
    let folders = etcetera::choose_base_strategy().map_err(|_| Refusal {
        exit: Exit::Failed,
        code: "no-home",
        message: "there is no home folder to keep the database in".to_owned(),
        hint: Some("`--db PATH` or `ARBOR_DB` names a file".to_owned()),
    })?;
    Ok(folders.data_dir().join("arbor").join("arbor.db"))
}

/// Opens the registry: makes the database where there is none, and brings it
/// to the compiled-in catalogue.
pub(crate) async fn open(globals: &Globals, terminal: &Terminal) -> Result<Registry> {
    let path = path(globals)?;
    let store = SqliteStore::open(&path, &OpenOptions::default()).await?;
    let (registry, report) = Registry::open(Arc::new(store), &CatalogueFiles::builtin()).await?;
    terminal.detail(&format!("the database is `{}`", path.display()));
    if !report.is_unchanged() {
        terminal.detail(&format!("catalogue synchronised: {report}"));
    }
    Ok(registry)
}
