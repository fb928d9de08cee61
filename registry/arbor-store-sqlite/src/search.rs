//! Search in SQLite: a trigram index finds the terms that hold a query's
//! words, plain comparisons rank them.
//!
//! What is a term and which letters are the same is `arbor-store`'s business.

use crate::shared::{Conn, Fault, Reader};
use arbor_store::{MatchRank, SearchHit, SearchQuery};

/// More hits than this are never read at once.
const LIMIT: u32 = 1_000;

/// Trigrams know no shorter words.
const TRIGRAM: usize = 3;

macro_rules! ranked {
    ($candidates:literal) => {
        // `MIN` in SQLite takes the other columns from the row it found.
        concat!(
            "
    SELECT m.id, m.name, m.family, hit.rank, hit.term,
        (SELECT COUNT(*) FROM edge WHERE edge.parent = m.no) AS children
    FROM (
        SELECT t.model, t.term, MIN(CASE
            WHEN t.kind = 'text' THEN 3
            WHEN t.term = $1 THEN 0
            WHEN substr(t.term, 1, length($1)) = $1 THEN 1
            WHEN instr(t.term, $1) > 0 THEN 2
            ELSE 3 END) AS rank
        FROM ",
            $candidates,
            " instr(t.term, $3) > 0 AND instr(t.term, $4) > 0 AND instr(t.term, $5) > 0
            AND instr(t.term, $6) > 0 AND instr(t.term, $7) > 0 AND instr(t.term, $8) > 0
            AND instr(t.term, $9) > 0 AND instr(t.term, $10) > 0
        GROUP BY t.model) AS hit
    JOIN model AS m ON m.id = hit.model
    ORDER BY hit.rank, children DESC, m.id
    LIMIT $2"
        )
    };
}

/// $1 the query, $2 the limit, $3 to $10 its words or nothing, $11 the
/// index's expression.
const BY_INDEX: &str = ranked!(
    "search_fts JOIN search_term AS t ON t.no = search_fts.rowid
        WHERE search_fts MATCH $11 AND"
);

/// For words too short for the index; without $11.
const BY_SCAN: &str = ranked!("search_term AS t WHERE");

/// The best hits; see `Store::search`.
pub(crate) async fn search(
    conn: &mut Conn,
    query: &SearchQuery,
    limit: u32,
) -> Result<Vec<SearchHit>, Fault> {
    // Quoted, every character but the quote stands for itself.
    let indexed: Vec<String> = query
        .words()
        .filter(|word| word.chars().count() >= TRIGRAM)
        .map(|word| format!("\"{}\"", word.replace('"', "\"\"")))
        .collect();
    let statement = if indexed.is_empty() {
        BY_SCAN
    } else {
        BY_INDEX
    };
    let mut statement = sqlx::query(statement)
        .bind(query.as_str())
        .bind(i64::from(limit.min(LIMIT)));
    let words = query.words().chain(std::iter::repeat(""));
    for word in words.take(SearchQuery::WORDS) {
        statement = statement.bind(word);
    }
    if !indexed.is_empty() {
        statement = statement.bind(indexed.join(" AND "));
    }
    let rows = statement.fetch_all(conn).await?;
    rows.iter()
        .map(|row| {
            let r = Reader::new("model", row);
            Ok(SearchHit {
                id: r.parse(0)?,
                name: r.parse(1)?,
                family: r.parse(2)?,
                rank: MatchRank::ALL[r.number::<u8>(3)?.min(3) as usize],
                matched: r.text(4)?.to_owned(),
                children: r.number(5)?,
            })
        })
        .collect()
}
