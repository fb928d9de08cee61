//! Importing the hub's models in bulk: records in, checked rows kept, the
//! lineage settled anew. How a record is read is `arbor-import`'s; what is
//! asked of imported models afterwards stands in `imported.rs`.

use crate::record::readable;
use crate::{Registry, ServiceError, wire};
use arbor_import::{Column, Table, read, settle};
use arbor_model::{
    HubId, Import, ImportId, ImportKind, Imported, Repair, RepairKind, Repairs, Text,
};
use arbor_store::Taken;
use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};
use tokio::sync::mpsc;

/// Models in one transaction: few enough for others to get their turn, and
/// enough for the index of names not to be written again and again.
const BATCH: usize = 100_000;

/// A part of an import: what was read of so many records.
struct Part {
    records: u64,
    models: Vec<Imported>,
    repairs: Vec<Repair>,
}

/// What an import has done so far.
pub(crate) struct Tally {
    pub(crate) kind: ImportKind,
    pub(crate) source: Text,
    pub(crate) id: ImportId,
    pub(crate) records: u64,
    pub(crate) taken: Taken,
    pub(crate) repairs: Repairs,
}

/// Now, in microseconds since 1970.
pub(crate) fn now() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    let micros = since.map_or(0, |since| since.as_micros());
    i64::try_from(micros).unwrap_or(i64::MAX)
}

impl Registry {
    /// Imports a Parquet file of the hub's records. `tell` hears how many of
    /// how many have been kept. What was kept before an interruption stays,
    /// and the next import of the file finds it done.
    ///
    /// # Errors
    /// [`ServiceError::Rows`] says what is wrong with the file,
    /// [`ServiceError::Store`] what with the database.
    pub async fn import_parquet(
        &self,
        path: &Path,
        mut tell: impl FnMut(u64, u64),
    ) -> Result<wire::ImportReport, ServiceError> {
        let table = Table::open(path)?;
        let missing: Vec<Column> = table.missing().to_vec();
        let rows = table.rows();
        let mut tally = self
            .begin(ImportKind::Parquet, &path.display().to_string())
            .await?;
        tell(0, rows);
        // One part is read while another is written.
        let (send, mut parts) = mpsc::channel(1);
        let reader = std::thread::spawn(move || read_parts(&table, &send));
        while let Some(part) = parts.recv().await {
            self.take(&mut tally, part).await?;
            tell(tally.records, rows);
        }
        match reader.join() {
            Ok(read) => read?,
            Err(_) => return Err(ServiceError::Told("rows")),
        }
        let mut report = self.settle(tally).await?;
        report.missing = missing.iter().map(|column| column.as_str()).collect();
        Ok(report)
    }

    pub(crate) async fn begin(
        &self,
        kind: ImportKind,
        source: &str,
    ) -> Result<Tally, ServiceError> {
        let source = readable(source);
        let import = Import {
            kind,
            source: source.clone(),
            began_us: now(),
        };
        Ok(Tally {
            kind,
            source,
            id: self.store().begin_import(&import).await?,
            records: 0,
            taken: Taken::default(),
            repairs: Repairs::default(),
        })
    }

    async fn take(&self, tally: &mut Tally, part: Part) -> Result<(), ServiceError> {
        let taken = self.store().put_imported(tally.id, &part.models).await?;
        tally.taken.added += taken.added;
        tally.taken.updated += taken.updated;
        tally.records += part.records;
        tally.repairs.extend(part.repairs);
        Ok(())
    }

    /// Keeps records that came as JSON, and gives what they became.
    pub(crate) async fn take_records(
        &self,
        tally: &mut Tally,
        records: &[serde_json::Value],
    ) -> Result<(), ServiceError> {
        let mut repairs = Vec::new();
        let models = records
            .iter()
            .filter_map(|record| read(record, &mut repairs));
        let models = models.collect();
        let records = records.len() as u64;
        self.take(
            tally,
            Part {
                records,
                models,
                repairs,
            },
        )
        .await
    }

    /// Makes the lineage of all imports anew, and says what was done.
    pub(crate) async fn settle(&self, tally: Tally) -> Result<wire::ImportReport, ServiceError> {
        let declared = self.store().declared().await?;
        let view = self.view();
        let curated = |lower: &str| view.of_hub(lower)?.hub.as_ref().map(HubId::as_str);
        let settled = settle(&declared, curated);
        drop(declared);
        let edges_changed = self.store().settle_imported(&settled.edges).await?;
        let counts = self.store().import_counts().await?;
        let repairs = RepairKind::ALL.iter().map(|kind| {
            let both = [&tally.repairs, &settled.repairs];
            let examples = both.into_iter().flat_map(|repairs| repairs.examples(*kind));
            wire::RepairCount {
                kind: kind.as_str(),
                count: both.iter().map(|repairs| repairs.count(*kind)).sum(),
                examples: examples
                    .take(Repairs::EXAMPLES as usize)
                    .map(example)
                    .collect(),
            }
        });
        let Taken { added, updated } = tally.taken;
        Ok(wire::ImportReport {
            schema_version: wire::SCHEMA_VERSION,
            kind: tally.kind.as_str(),
            source: tally.source.to_string(),
            records: tally.records,
            added,
            updated,
            unchanged: tally
                .records
                .saturating_sub(added + updated + tally.repairs.count(RepairKind::Record)),
            models: counts.models,
            edges: counts.edges,
            edges_changed,
            missing: Vec::new(),
            repairs: repairs.collect(),
        })
    }
}

fn example(repair: &Repair) -> wire::RepairExample {
    wire::RepairExample {
        model: repair.model.clone(),
        detail: repair.detail.clone(),
    }
}

/// Reads until the file ends or nobody listens any more.
fn read_parts(table: &Table, send: &mpsc::Sender<Part>) -> Result<(), arbor_import::RowsError> {
    let empty = || Part {
        records: 0,
        models: Vec::with_capacity(BATCH),
        repairs: Vec::new(),
    };
    let mut part = empty();
    let mut heard = true;
    table.each(|row| {
        part.records += 1;
        part.models.extend(read(&row, &mut part.repairs));
        if part.records as usize >= BATCH {
            heard = send
                .blocking_send(std::mem::replace(&mut part, empty()))
                .is_ok();
        }
        heard
    })?;
    if heard && part.records > 0 {
        // Whoever does not listen any more has its reason.
        let _ = send.blocking_send(part);
    }
    Ok(())
}
