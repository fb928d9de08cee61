//! `arbor import parquet`: a file of the hub's records.

use crate::render::counter::Counter;
use arbor_service::wire::ImportReport;
use arbor_service::{Registry, ServiceError};
use std::path::PathBuf;

/// Import a Parquet file of the hub's records
///
/// Columns are found by the names that the hub's API gives them; only `id` is
/// needed. Importing a file again changes nothing.
#[derive(clap::Args)]
pub(crate) struct Parquet {
    /// The file
    file: PathBuf,
}

impl Parquet {
    pub(super) async fn run(
        &self,
        registry: &Registry,
        counter: &mut Counter,
    ) -> Result<ImportReport, ServiceError> {
        let tell = |done, all| counter.set(done, Some(all));
        registry.import_parquet(&self.file, tell).await
    }
}
