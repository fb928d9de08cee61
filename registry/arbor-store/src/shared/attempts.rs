//! Examinations as they go: begun, heard of, and ended as a run.

use super::{Conn, Fault, Reader, Row, bump, record};
use arbor_model::{Attempt, CheckRecord, ModelId, Run, RunId, Text};
use arbor_store::{AttemptEntry, Heard, queries};

/// More attempts than this are never read at once.
const LIMIT: u32 = 100;

/// Begins an attempt under a number that its run will have.
pub(crate) async fn begin_attempt(conn: &mut Conn, attempt: &Attempt) -> Result<RunId, Fault> {
    let put = sqlx::query(queries::ATTEMPT_PUT)
        .bind(attempt.subject.as_str())
        .bind(attempt.model.as_ref().map(ModelId::as_str))
        .bind(attempt.began_us);
    let row = put.fetch_one(&mut *conn).await?;
    let id = RunId(Reader::new("attempt", &row).number(0)?);
    // A page that lists runs shows it.
    bump(conn).await?;
    Ok(id)
}

/// Notes a sign of life.
pub(crate) async fn attempt_alive(conn: &mut Conn, id: RunId, now_us: i64) -> Result<(), Fault> {
    let put = sqlx::query(queries::ATTEMPT_ALIVE)
        .bind(key(id))
        .bind(now_us);
    put.execute(conn).await?;
    Ok(())
}

/// Notes a check that was made; one heard before is made anew.
pub(crate) async fn attempt_heard(
    conn: &mut Conn,
    id: RunId,
    check: &CheckRecord,
    now_us: i64,
) -> Result<(), Fault> {
    if check.figure.is_some_and(f64::is_nan) {
        return Err(Fault::Unstorable("a check's figure"));
    }
    let put = sqlx::query(queries::ATTEMPT_CHECK_PUT)
        .bind(key(id))
        .bind(check.check.as_str())
        .bind(check.outcome.as_str())
        .bind(check.figure)
        .bind(check.detail.as_ref().map(Text::as_str));
    put.execute(&mut *conn).await?;
    attempt_alive(conn, id, now_us).await
}

/// Records the run that an attempt came to, under its number.
pub(crate) async fn end_attempt(conn: &mut Conn, id: RunId, run: &Run) -> Result<RunId, Fault> {
    for gone in [queries::ATTEMPT_CHECK_DELETE, queries::ATTEMPT_DELETE] {
        sqlx::query(gone).bind(key(id)).execute(&mut *conn).await?;
    }
    record(conn, run, Some(id)).await
}

/// One attempt with what was heard of it.
pub(crate) async fn attempt(conn: &mut Conn, id: RunId) -> Result<Option<AttemptEntry>, Fault> {
    let query = sqlx::query(queries::ATTEMPT_GET).bind(key(id));
    let Some(row) = query.fetch_optional(&mut *conn).await? else {
        return Ok(None);
    };
    let mut entry = read(&row)?;
    let heard = sqlx::query(queries::ATTEMPT_CHECK_OF).bind(key(id));
    let heard = heard.fetch_all(conn).await?;
    entry.heard = heard.iter().map(read_heard).collect::<Result<_, _>>()?;
    Ok(Some(entry))
}

/// The newest attempts, without what was heard of them.
pub(crate) async fn attempts(conn: &mut Conn) -> Result<Vec<AttemptEntry>, Fault> {
    let query = sqlx::query(queries::ATTEMPT_NEWEST).bind(i64::from(LIMIT));
    query.fetch_all(conn).await?.iter().map(read).collect()
}

/// A number beyond the database's range names no attempt, as zero does not.
fn key(id: RunId) -> i64 {
    i64::try_from(id.0).unwrap_or(0)
}

fn read(row: &Row) -> Result<AttemptEntry, Fault> {
    let r = Reader::new("attempt", row);
    Ok(AttemptEntry {
        id: RunId(r.number(0)?),
        attempt: Attempt {
            subject: r.parse(1)?,
            model: r.maybe(2)?,
            began_us: r.number(3)?,
        },
        seen_us: r.number(4)?,
        heard: Vec::new(),
    })
}

fn read_heard(row: &Row) -> Result<Heard, Fault> {
    let r = Reader::new("attempt_check", row);
    Ok(Heard {
        place: r.number(4)?,
        check: CheckRecord {
            check: r.parse(0)?,
            outcome: r.parse(1)?,
            figure: r.maybe_float(2)?,
            detail: r.maybe(3)?,
        },
    })
}
