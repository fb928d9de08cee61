//! The bulk read of the lineage: millions of rows in about half a second.
//!
//! A row costs sqlx about a microsecond on its way through the connection's
//! thread, so SQLite packs many into one text (`string_agg`) and `unpack.rs`
//! takes that apart. Names come from one reader and edges from another at the
//! same time; the change number says whether both saw one state.
//!
//! It knows nothing of what the graph does with the rows.

mod unpack;

use crate::SqliteStore;
use crate::error::At;
use crate::shared::{self, Conn, Fault};
use arbor_model::{EdgeRow, LineageRows, PackedNames, Relation};
use arbor_store::{StoreError, Unreadable};
use sqlx::{Row as _, Sqlite, Transaction};
use std::path::Path;
use tokio::task::JoinHandle;
use unpack::{unpack_edges, unpack_names};

/// About how many models are packed into one text.
const MODELS: usize = 1 << 15;

/// Parents whose edges of one relation are packed into one text.
const PARENTS: i64 = 1 << 18;

/// Attempts to catch both readers in one state before one reads it all.
const ATTEMPTS: usize = 3;

/// How many models there are, and the largest number.
const ROOM: &str = "SELECT COUNT(*), COALESCE(MAX(no), 0) FROM model";

/// An id to end a block with.
const SAMPLE: &str = "SELECT id FROM model WHERE no >= $1 ORDER BY no LIMIT 1";

/// The ids and numbers of a block: behind $1, up to $2. The index gives them
/// in order; `ORDER BY` would sort them once more, for half a second.
const NAMES: &str = "
    SELECT string_agg(id, ' '), string_agg(no, ' ')
    FROM model INDEXED BY model_by_id WHERE id > $1 AND id <= $2";

/// The first parent from $2 on in an edge of the relation $1.
const NEXT: &str = "SELECT MIN(parent) FROM edge WHERE relation = $1 AND parent >= $2";

/// Child · 2^18 + parent − $2, of the relation $1 and 2^18 parents from $2 on.
const EDGES: &str = "
    SELECT string_agg(child * 262144 + (parent - $2), ' ')
    FROM edge INDEXED BY edge_by_relation
    WHERE relation = $1 AND parent BETWEEN $2 AND $2 + 262143";

/// Names sorted by id, and edges between their places.
pub(crate) async fn lineage_rows(store: &SqliteStore) -> Result<LineageRows, StoreError> {
    let path = store.path();
    if store.pools().path.is_some() {
        for _ in 0..ATTEMPTS {
            let (one, two) = tokio::try_join!(store.read(), store.read())?;
            // Tasks of their own, so that both texts are taken apart at once.
            let names = tokio::spawn(read_names(one));
            let edges = tokio::spawn(read_edges(two));
            let names = joined(names, path).await?;
            let edges = joined(edges, path).await?;
            if names.change == edges.change {
                return rows(names, edges).at(path);
            }
        }
    }
    let mut tx = store.read().await?;
    let names = names(&mut tx).await.at(path)?;
    let edges = edges(&mut tx).await.at(path)?;
    rows(names, edges).at(path)
}

async fn joined<T>(task: JoinHandle<Result<T, Fault>>, path: &Path) -> Result<T, StoreError> {
    let done = task
        .await
        .map_err(|e| StoreError::Engine { cause: e.into() })?;
    done.at(path)
}

async fn read_names(mut tx: Transaction<'static, Sqlite>) -> Result<Names, Fault> {
    names(&mut tx).await
}

async fn read_edges(mut tx: Transaction<'static, Sqlite>) -> Result<Edges, Fault> {
    edges(&mut tx).await
}

struct Names {
    change: u64,
    names: PackedNames,
    /// The place of each number's name; the gaps hold `u32::MAX`.
    places: Vec<u32>,
}

struct Edges {
    change: u64,
    /// With the database's numbers.
    edges: Vec<EdgeRow>,
}

async fn names(conn: &mut Conn) -> Result<Names, Fault> {
    let change = shared::meta(conn).await?.change;
    let (count, last): (i64, i64) = sqlx::query_as(ROOM).fetch_one(&mut *conn).await?;
    let count = usize::try_from(count).unwrap_or(0);
    let room = usize::try_from(last).ok().filter(|last| *last < 1 << 31);
    let room = room.ok_or_else(|| unreadable("model", "its number passes 2^31"))?;
    let mut names = PackedNames::default();
    let mut places = vec![u32::MAX; room + 1];
    let mut after = String::new();
    for upto in ends(conn, count, last).await? {
        let block = sqlx::query(NAMES).bind(&after).bind(&upto);
        let row = block.fetch_one(&mut *conn).await?;
        let (ids, numbers): (Option<&str>, Option<&str>) = (row.try_get(0)?, row.try_get(1)?);
        if let (Some(ids), Some(numbers)) = (ids, numbers) {
            if names.is_empty() {
                // The first block says how long names are; a tenth to spare.
                let each = ids.len() / (1 + ids.bytes().filter(|b| *b == b' ').count());
                names = PackedNames::with_capacity(count, count.saturating_mul(each + each / 10));
            }
            unpack_names(ids, numbers, &mut names, &mut places)?;
        }
        after = upto;
    }
    Ok(Names {
        change,
        names,
        places,
    })
}

/// The ids that end the blocks, in order: those of models with evenly spaced
/// numbers, and one behind every id. Walking the index to find even blocks
/// would take a tenth of the whole time.
async fn ends(conn: &mut Conn, count: usize, last: i64) -> Result<Vec<String>, Fault> {
    let blocks = i64::try_from(count / MODELS).unwrap_or(0);
    let mut ends = Vec::new();
    for block in 1..=blocks {
        let sample = sqlx::query_scalar(SAMPLE).bind(last / (blocks + 1) * block);
        ends.extend(sample.fetch_optional(&mut *conn).await?);
    }
    // An id begins with a letter or digit, and all of them come before it.
    ends.push("{".to_owned());
    ends.sort();
    ends.dedup();
    Ok(ends)
}

async fn edges(conn: &mut Conn) -> Result<Edges, Fault> {
    let change = shared::meta(conn).await?.change;
    let mut edges = Vec::new();
    for relation in Relation::ALL {
        let mut from = 0_i64;
        loop {
            let next = sqlx::query_scalar(NEXT).bind(relation.as_str()).bind(from);
            let next: Option<i64> = next.fetch_one(&mut *conn).await?;
            let Some(first) = next else { break };
            let block = sqlx::query(EDGES).bind(relation.as_str()).bind(first);
            let row = block.fetch_one(&mut *conn).await?;
            unpack_edges(row.try_get(0)?, first, *relation, &mut edges)?;
            from = first.saturating_add(PARENTS);
        }
    }
    Ok(Edges { change, edges })
}

fn rows(mut names: Names, mut edges: Edges) -> Result<LineageRows, Fault> {
    for edge in &mut edges.edges {
        for end in [&mut edge.child, &mut edge.parent] {
            let place = names.places.get(*end as usize).copied();
            *end = place
                .filter(|place| *place != u32::MAX)
                .ok_or_else(|| unreadable("edge", "it joins a model that is not there"))?;
        }
    }
    names.names.shrink();
    Ok(LineageRows {
        change: names.change,
        names: names.names,
        edges: edges.edges,
    })
}

fn unreadable(table: &'static str, problem: &str) -> Fault {
    Fault::Unreadable(Unreadable {
        table,
        row: "of the lineage".to_owned(),
        problem: problem.to_owned(),
    })
}
