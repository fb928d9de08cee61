//! Imported models: millions of rows in, all declarations out, and the few
//! questions about one of them.
//!
//! SQLite's own, and not shared: many rows go into one statement, names are
//! compared without case, and the cache is lent memory for the while.

use crate::shared::{Conn, Fault, Reader};
use arbor_model::{Base, Declared, Import, ImportId, Imported, ImportedEdge, RepoId, Text};
use arbor_store::{Beneath, ImportCounts, ImportPlace, Taken};
use sqlx::AssertSqlSafe;
use std::fmt::Write as _;
use std::iter::zip;
use std::str::FromStr as _;

/// Rows in one statement: 14 values each, and SQLite takes 32,766.
const ROWS: usize = 2_000;

const COLUMNS: [&str; 13] = [
    "id",
    "hub_key",
    "created_us",
    "modified_us",
    "parameters",
    "licence",
    "task",
    "library",
    "downloads",
    "downloads_all",
    "likes",
    "bases",
    "import",
];

/// What an import takes of the writer's memory, in KiB: the index of names is
/// filled in no order.
pub(crate) const LENT: &str = "PRAGMA cache_size = -262144";
pub(crate) const USUAL: &str = "PRAGMA cache_size = -4096";

/// Appends an import.
pub(crate) async fn begin(conn: &mut Conn, import: &Import) -> Result<ImportId, Fault> {
    let put = "INSERT INTO import (kind, source, began_us) VALUES ($1, $2, $3) RETURNING id";
    let put = sqlx::query(put)
        .bind(import.kind.as_str())
        .bind(import.source.as_str())
        .bind(import.began_us);
    let row = put.fetch_one(conn).await?;
    Ok(ImportId(Reader::new("import", &row).number(0)?))
}

/// Adds what is new, and brings up to date what is not older than what is
/// there.
pub(crate) async fn put(
    conn: &mut Conn,
    import: ImportId,
    models: &[Imported],
) -> Result<Taken, Fault> {
    let import = stored(import.0, "an import's number")?;
    let before = count(conn, "imported_model").await?;
    // In order, so that the index is filled page after page.
    let mut sorted: Vec<&Imported> = models.iter().collect();
    sorted.sort_by_cached_key(|model| model.id.as_str().to_ascii_lowercase());
    let whole = statement(ROWS);
    let mut written = 0;
    for block in sorted.chunks(ROWS) {
        let text = match block.len() {
            ROWS => whole.clone(),
            fewer => statement(fewer),
        };
        let mut query = sqlx::query(AssertSqlSafe(text));
        for model in block {
            let number =
                |value: Option<u64>| value.map(|value| stored(value, "a count")).transpose();
            query = query
                .bind(model.id.as_str())
                .bind(model.key.map(|key| key.to_string()))
                .bind(model.created_us)
                .bind(model.modified_us)
                .bind(number(model.parameters)?)
                .bind(model.licence.as_ref().map(Text::as_str))
                .bind(model.task.as_ref().map(Text::as_str))
                .bind(model.library.as_ref().map(Text::as_str))
                .bind(number(model.downloads)?)
                .bind(number(model.downloads_all)?)
                .bind(number(model.likes)?)
                .bind(packed(&model.bases))
                .bind(import);
        }
        written += query.execute(&mut *conn).await?.rows_affected();
    }
    let added = count(conn, "imported_model").await?.saturating_sub(before);
    Ok(Taken {
        added,
        updated: written.saturating_sub(added),
    })
}

/// The statement for so many rows.
fn statement(rows: usize) -> String {
    // What says when it was imported is no difference.
    let compared = &COLUMNS[..COLUMNS.len() - 1];
    let of = |table: &str| {
        let columns = compared.iter().map(|column| format!("{table}.{column}"));
        columns.collect::<Vec<_>>().join(", ")
    };
    let set = COLUMNS.map(|column| format!("{column} = excluded.{column}"));
    let row = format!("({})", ["?"; COLUMNS.len()].join(", "));
    format!(
        "INSERT INTO imported_model ({}) VALUES {}
        ON CONFLICT (id COLLATE NOCASE) DO UPDATE SET {}
        WHERE ({}) IS NOT ({})
            AND (imported_model.modified_us IS NULL
                OR excluded.modified_us >= imported_model.modified_us)",
        COLUMNS.join(", "),
        vec![row; rows].join(", "),
        set.join(", "),
        of("excluded"),
        of("imported_model"),
    )
}

fn stored(number: u64, what: &'static str) -> Result<i64, Fault> {
    i64::try_from(number).map_err(|_| Fault::Unstorable(what))
}

fn packed(bases: &[Base]) -> Option<String> {
    let mut text = String::new();
    for (at, base) in bases.iter().enumerate() {
        // Writing to a string cannot fail.
        let _ = write!(text, "{}{base}", if at == 0 { "" } else { "\n" });
    }
    (!bases.is_empty()).then_some(text)
}

fn unpacked(reader: &Reader<'_>, column: usize) -> Result<Vec<Base>, Fault> {
    let lines = reader.maybe_text(column)?.into_iter().flat_map(str::lines);
    reader.check(lines.map(Base::from_str).collect())
}

async fn count(conn: &mut Conn, table: &'static str) -> Result<u64, Fault> {
    let text = format!("SELECT COUNT(*) FROM {table}");
    let row = sqlx::query(AssertSqlSafe(text)).fetch_one(conn).await?;
    Reader::new(table, &row).number(0)
}

/// How much is imported.
pub(crate) async fn counts(conn: &mut Conn) -> Result<ImportCounts, Fault> {
    Ok(ImportCounts {
        imports: count(conn, "import").await?,
        models: count(conn, "imported_model").await?,
        edges: count(conn, "imported_edge").await?,
    })
}

/// What every model declares, the first imported first.
pub(crate) async fn declared(conn: &mut Conn) -> Result<Vec<Declared>, Fault> {
    const BLOCK: i64 = 100_000;
    const PAGE: &str = "
        SELECT no, id, hub_key, modified_us, bases FROM imported_model
        WHERE no > $1 ORDER BY no LIMIT $2";
    let mut found = Vec::new();
    let mut after = 0_i64;
    loop {
        let page = sqlx::query(PAGE).bind(after).bind(BLOCK);
        let rows = page.fetch_all(&mut *conn).await?;
        let Some(last) = rows.last() else {
            return Ok(found);
        };
        after = Reader::new("imported_model", last).number(0)?;
        found.reserve(rows.len());
        for row in &rows {
            let r = Reader::new("imported_model", row);
            found.push(Declared {
                id: r.parse(1)?,
                key: r.maybe(2)?,
                modified_us: r.maybe_number(3)?,
                bases: unpacked(&r, 4)?,
            });
        }
    }
}

/// Makes the edges equal to these, which are sorted; says whether they were
/// not.
pub(crate) async fn settle(conn: &mut Conn, edges: &[ImportedEdge]) -> Result<bool, Fault> {
    const HEAD: &str = "INSERT INTO imported_edge (child, parent, relation) VALUES ";
    if same(conn, edges).await? {
        return Ok(false);
    }
    sqlx::query("DELETE FROM imported_edge")
        .execute(&mut *conn)
        .await?;
    for block in edges.chunks(ROWS) {
        let text = format!("{HEAD}{}", vec!["(?, ?, ?)"; block.len()].join(", "));
        let mut query = sqlx::query(AssertSqlSafe(text));
        for edge in block {
            query = query
                .bind(edge.child.as_str())
                .bind(edge.parent.as_str())
                .bind(edge.relation.as_str());
        }
        query.execute(&mut *conn).await?;
    }
    Ok(true)
}

/// Whether these are the edges that are there. A part at a time: all of them
/// at once would take their memory twice.
async fn same(conn: &mut Conn, edges: &[ImportedEdge]) -> Result<bool, Fault> {
    if count(conn, "imported_edge").await? != edges.len() as u64 {
        return Ok(false);
    }
    const NEXT: &str = "
        SELECT child, parent, relation FROM imported_edge
        WHERE (child, parent, relation) > ($1, $2, $3)
        ORDER BY child, parent, relation LIMIT 50000";
    let mut left = edges;
    let mut after = [String::new(), String::new(), String::new()];
    while !left.is_empty() {
        let [child, parent, relation] = &after;
        let next = sqlx::query(NEXT).bind(child).bind(parent).bind(relation);
        let rows = next.fetch_all(&mut *conn).await?;
        let (these, later) = left.split_at(rows.len().min(left.len()));
        for (row, edge) in zip(&rows, these) {
            let r = Reader::new("imported_edge", row);
            let is = [r.text(0)?, r.text(1)?, r.text(2)?];
            if is
                != [
                    edge.child.as_str(),
                    edge.parent.as_str(),
                    edge.relation.as_str(),
                ]
            {
                return Ok(false);
            }
        }
        let Some(row) = rows.last() else {
            return Ok(false);
        };
        let r = Reader::new("imported_edge", row);
        after = [
            r.text(0)?.to_owned(),
            r.text(1)?.to_owned(),
            r.text(2)?.to_owned(),
        ];
        left = later;
    }
    Ok(true)
}

/// The model of that name, in whatever case.
pub(crate) async fn one(conn: &mut Conn, id: &RepoId) -> Result<Option<Imported>, Fault> {
    let text = format!(
        "SELECT {} FROM imported_model WHERE id = $1 COLLATE NOCASE",
        COLUMNS.join(", ")
    );
    let query = sqlx::query(AssertSqlSafe(text)).bind(id.as_str());
    let Some(row) = query.fetch_optional(conn).await? else {
        return Ok(None);
    };
    Ok(Some(model(&Reader::new("imported_model", &row))?))
}

/// Models behind an id, by name.
pub(crate) async fn page(
    conn: &mut Conn,
    after: &str,
    upto: &str,
    limit: u32,
) -> Result<Vec<Imported>, Fault> {
    let text = format!(
        "SELECT {} FROM imported_model WHERE id > $1 COLLATE NOCASE AND id < $2 COLLATE NOCASE
        ORDER BY id COLLATE NOCASE LIMIT $3",
        COLUMNS.join(", ")
    );
    let query = sqlx::query(AssertSqlSafe(text))
        .bind(after)
        .bind(upto)
        .bind(limit);
    let rows = query.fetch_all(conn).await?;
    rows.iter()
        .map(|row| model(&Reader::new("imported_model", row)))
        .collect()
}

/// In the order of `COLUMNS`.
fn model(r: &Reader<'_>) -> Result<Imported, Fault> {
    Ok(Imported {
        id: r.parse(0)?,
        key: r.maybe(1)?,
        created_us: r.maybe_number(2)?,
        modified_us: r.maybe_number(3)?,
        parameters: r.maybe_number(4)?,
        licence: r.maybe(5)?,
        task: r.maybe(6)?,
        library: r.maybe(7)?,
        downloads: r.maybe_number(8)?,
        downloads_all: r.maybe_number(9)?,
        likes: r.maybe_number(10)?,
        bases: unpacked(r, 11)?,
    })
}

/// Edges to parents or to children, at most `limit`.
pub(crate) async fn edges(
    conn: &mut Conn,
    id: &RepoId,
    up: bool,
    limit: u32,
) -> Result<Vec<ImportedEdge>, Fault> {
    const UP: &str = "
        SELECT child, parent, relation FROM imported_edge WHERE child = $1
        ORDER BY parent, relation LIMIT $2";
    const DOWN: &str = "
        SELECT child, parent, relation FROM imported_edge WHERE parent = $1
        ORDER BY child, relation LIMIT $2";
    let query = sqlx::query(if up { UP } else { DOWN })
        .bind(id.as_str())
        .bind(limit);
    let rows = query.fetch_all(conn).await?;
    let edge = |row| {
        let r = Reader::new("imported_edge", row);
        Ok(ImportedEdge {
            child: r.parse(0)?,
            parent: r.parse(1)?,
            relation: r.parse(2)?,
        })
    };
    rows.iter().map(edge).collect()
}

/// What hangs directly beneath a repository.
pub(crate) async fn beneath(conn: &mut Conn, id: &RepoId, most: u32) -> Result<Beneath, Fault> {
    // The names of edges are those of the models' rows, in whatever case.
    const EDGES: &str = "
        WITH edge AS (
            SELECT child, relation FROM imported_edge WHERE parent = $1
            ORDER BY child LIMIT 100000
        )";
    let relations =
        format!("{EDGES} SELECT relation, COUNT(*) FROM edge GROUP BY relation ORDER BY 2 DESC, 1");
    let licences = format!(
        "{EDGES} SELECT licence, COUNT(*) FROM imported_model
        JOIN (SELECT DISTINCT child FROM edge) ON id = child COLLATE NOCASE
        GROUP BY licence ORDER BY 2 DESC, 1"
    );
    let top = format!(
        "{EDGES} SELECT {}, relation FROM edge
        JOIN imported_model ON id = child COLLATE NOCASE
        ORDER BY downloads DESC NULLS LAST, id LIMIT $2",
        COLUMNS.join(", ")
    );
    let mut found = Beneath::default();
    let query = sqlx::query(AssertSqlSafe(relations)).bind(id.as_str());
    for row in query.fetch_all(&mut *conn).await? {
        let r = Reader::new("imported_edge", &row);
        found.relations.push((r.parse(0)?, r.number(1)?));
    }
    let query = sqlx::query(AssertSqlSafe(licences)).bind(id.as_str());
    for row in query.fetch_all(&mut *conn).await? {
        let r = Reader::new("imported_model", &row);
        found.licences.push((r.maybe(0)?, r.number(1)?));
    }
    let query = sqlx::query(AssertSqlSafe(top)).bind(id.as_str()).bind(most);
    for row in query.fetch_all(&mut *conn).await? {
        let r = Reader::new("imported_model", &row);
        found.top.push((model(&r)?, r.parse(COLUMNS.len())?));
    }
    Ok(found)
}

/// How far a question to the hub got.
pub(crate) async fn place(conn: &mut Conn, source: &str) -> Result<Option<ImportPlace>, Fault> {
    let get = "SELECT next, complete_us, newest_us FROM import_place WHERE source = $1";
    let Some(row) = sqlx::query(get).bind(source).fetch_optional(conn).await? else {
        return Ok(None);
    };
    let r = Reader::new("import_place", &row);
    Ok(Some(ImportPlace {
        next: r.maybe_text(0)?.map(str::to_owned),
        complete_us: r.maybe_number(1)?,
        newest_us: r.maybe_number(2)?,
    }))
}

/// Keeps how far it got.
pub(crate) async fn set_place(
    conn: &mut Conn,
    source: &str,
    place: &ImportPlace,
) -> Result<(), Fault> {
    let put = "
        INSERT INTO import_place (source, next, complete_us, newest_us) VALUES ($1, $2, $3, $4)
        ON CONFLICT (source) DO UPDATE SET
            next = excluded.next, complete_us = excluded.complete_us,
            newest_us = excluded.newest_us";
    let put = sqlx::query(put)
        .bind(source)
        .bind(place.next.as_deref())
        .bind(place.complete_us)
        .bind(place.newest_us);
    put.execute(conn).await?;
    Ok(())
}
