//! Runs: appended, never changed.

use super::{Conn, Fault, Reader, Row, bump};
use arbor_model::{CheckRecord, FileRecord, HubId, Latest, ModelId, Revision, Run, RunId, Text};
use arbor_store::{Page, RunEntry, queries};

/// More runs than this are never read at once.
const LIMIT: u32 = 1_000;

/// Appends a run and its checks, in the caller's transaction: under its
/// attempt's number, or under a new one.
pub(crate) async fn record(
    conn: &mut Conn,
    run: &Run,
    attempt: Option<RunId>,
) -> Result<RunId, Fault> {
    let took = i64::try_from(run.took_us).map_err(|_| Fault::Unstorable("the run's duration"))?;
    // SQLite would keep a NaN as nothing.
    if run.checks.iter().any(|c| c.figure.is_some_and(f64::is_nan)) {
        return Err(Fault::Unstorable("a check's figure"));
    }
    let put = sqlx::query(queries::RUN_PUT)
        .bind(run.model.as_ref().map(ModelId::as_str))
        .bind(run.hub.as_ref().map(HubId::as_str))
        .bind(run.revision.as_ref().map(Revision::as_str))
        .bind(run.verdict.as_str())
        .bind(run.device.as_str())
        .bind(run.dtype.as_str())
        .bind(run.loader.as_str())
        .bind(i64::from(run.threads))
        .bind(run.began_us)
        .bind(took)
        .bind(run.subject.as_str())
        .bind(run.model_type.as_ref().map(Text::as_str))
        .bind(attempt.map(key));
    let row = put.fetch_one(&mut *conn).await?;
    let id: u64 = Reader::new("run", &row).number(0)?;
    for (place, check) in (0_i64..).zip(&run.checks) {
        let put = sqlx::query(queries::RUN_CHECK_PUT)
            .bind(key(RunId(id)))
            .bind(place)
            .bind(check.check.as_str())
            .bind(check.outcome.as_str())
            .bind(check.figure)
            .bind(check.detail.as_ref().map(Text::as_str));
        put.execute(&mut *conn).await?;
    }
    for (place, file) in (0_i64..).zip(&run.files) {
        let bytes = i64::try_from(file.bytes).map_err(|_| Fault::Unstorable("a file's size"))?;
        let put = sqlx::query(queries::RUN_FILE_PUT)
            .bind(key(RunId(id)))
            .bind(place)
            .bind(file.name.as_str())
            .bind(bytes)
            .bind(file.digest.to_string());
        put.execute(&mut *conn).await?;
    }
    bump(conn).await?;
    Ok(RunId(id))
}

/// A page of runs, the newest first; without their files.
pub(crate) async fn runs(
    conn: &mut Conn,
    model: Option<&ModelId>,
    page: Page,
) -> Result<Vec<RunEntry>, Fault> {
    let below = page.before.map_or(i64::MAX, key);
    let limit = i64::from(page.limit.min(LIMIT));
    let query = match model {
        Some(model) => sqlx::query(queries::RUN_OF_MODEL).bind(model.as_str()),
        None => sqlx::query(queries::RUN_PAGE),
    };
    let rows = query.bind(below).bind(limit).fetch_all(&mut *conn).await?;
    let mut entries: Vec<RunEntry> = rows.iter().map(read).collect::<Result<_, _>>()?;
    read_checks(conn, model, &mut entries).await?;
    Ok(entries)
}

/// One run.
pub(crate) async fn run(conn: &mut Conn, id: RunId) -> Result<Option<Run>, Fault> {
    let query = sqlx::query(queries::RUN_GET).bind(key(id));
    let Some(row) = query.fetch_optional(&mut *conn).await? else {
        return Ok(None);
    };
    let mut entries = [read(&row)?];
    read_checks(conn, None, &mut entries).await?;
    let [mut entry] = entries;
    let files = sqlx::query(queries::RUN_FILE_OF).bind(key(id));
    let files = files.fetch_all(&mut *conn).await?;
    entry.run.files = files.iter().map(read_file).collect::<Result<_, _>>()?;
    Ok(Some(entry.run))
}

/// The newest run of a hub repository at a revision.
pub(crate) async fn run_of_hub(
    conn: &mut Conn,
    hub: &HubId,
    revision: &Revision,
) -> Result<Option<Run>, Fault> {
    let query = sqlx::query(queries::RUN_OF_HUB)
        .bind(hub.as_str())
        .bind(revision.as_str());
    let Some(row) = query.fetch_optional(&mut *conn).await? else {
        return Ok(None);
    };
    let id = RunId(Reader::new("run", &row).number(0)?);
    run(conn, id).await
}

/// How the newest run of each model ended, by id.
pub(crate) async fn latest(conn: &mut Conn) -> Result<Vec<Latest>, Fault> {
    let rows = sqlx::query(queries::RUN_LATEST).fetch_all(conn).await?;
    let read = |row: &Row| {
        let r = Reader::new("run", row);
        Ok(Latest {
            model: r.parse(0)?,
            run: RunId(r.number(1)?),
            verdict: r.parse(2)?,
        })
    };
    rows.iter().map(read).collect()
}

fn read_file(row: &Row) -> Result<FileRecord, Fault> {
    let r = Reader::new("run_file", row);
    Ok(FileRecord {
        name: r.parse(1)?,
        bytes: r.number(2)?,
        digest: r.parse(3)?,
    })
}

/// A number beyond the database's range names no run, as zero does not.
fn key(id: RunId) -> i64 {
    i64::try_from(id.0).unwrap_or(0)
}

fn read(row: &Row) -> Result<RunEntry, Fault> {
    let r = Reader::new("run", row);
    let run = Run {
        subject: r.parse(11)?,
        model_type: r.maybe(12)?,
        model: r.maybe(1)?,
        hub: r.maybe(2)?,
        revision: r.maybe(3)?,
        verdict: r.parse(4)?,
        checks: Vec::new(),
        files: Vec::new(),
        device: r.parse(5)?,
        dtype: r.parse(6)?,
        loader: r.parse(7)?,
        threads: r.number(8)?,
        began_us: r.number(9)?,
        took_us: r.number(10)?,
    };
    Ok(RunEntry {
        id: RunId(r.number(0)?),
        run,
    })
}

/// Fills in the checks of runs that stand in falling order, with one
/// statement for all of them.
async fn read_checks(
    conn: &mut Conn,
    model: Option<&ModelId>,
    entries: &mut [RunEntry],
) -> Result<(), Fault> {
    let (Some(newest), Some(oldest)) = (entries.first(), entries.last()) else {
        return Ok(());
    };
    let query = match model {
        Some(_) => sqlx::query(queries::RUN_CHECK_OF_MODEL),
        None => sqlx::query(queries::RUN_CHECK_BETWEEN),
    };
    let mut query = query.bind(key(oldest.id)).bind(key(newest.id));
    if let Some(model) = model {
        query = query.bind(model.as_str());
    }
    for row in query.fetch_all(conn).await? {
        let r = Reader::new("run_check", &row);
        let run = RunId(r.number(0)?);
        let check = CheckRecord {
            check: r.parse(1)?,
            outcome: r.parse(2)?,
            figure: r.maybe_float(3)?,
            detail: r.maybe(4)?,
        };
        if let Ok(at) = entries.binary_search_by(|entry| run.cmp(&entry.id)) {
            entries[at].run.checks.push(check);
        }
    }
    Ok(())
}
