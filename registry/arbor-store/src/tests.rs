//! Unit tests of the crate: every shared statement under both dialects, the
//! difference of rows, folding, the reports' words.

use crate::*;
use sqlparser::dialect::{PostgreSqlDialect, SQLiteDialect};
use sqlparser::parser::Parser;

#[test]
fn every_shared_statement_parses_under_both_dialects() {
    for (name, sql) in queries::ALL {
        for (dialect, parsed) in [
            ("SQLite", Parser::parse_sql(&SQLiteDialect {}, sql)),
            ("PostgreSQL", Parser::parse_sql(&PostgreSqlDialect {}, sql)),
        ] {
            let statements = parsed.unwrap_or_else(|e| panic!("{name} under {dialect}: {e}"));
            assert_eq!(statements.len(), 1, "{name} is one statement");
        }
    }
}

#[test]
fn shared_statements_are_sorted_and_keep_to_what_both_engines_have() {
    assert!(queries::ALL.is_sorted_by(|a, b| a.0 < b.0), "sort them");
    let banned = [
        "datetime(",
        "json",
        "->",
        "autoincrement",
        "ilike",
        "?",
        "rowid",
        "replace",
        "glob",
    ];
    for (name, sql) in queries::ALL {
        let lower = sql.to_lowercase();
        for word in banned {
            assert!(!lower.contains(word), "{name} uses `{word}`");
        }
    }
}

#[derive(Clone, Debug, PartialEq)]
struct Row(u8, &'static str);

impl Keyed for Row {
    type Key<'a> = u8;

    fn key(&self) -> u8 {
        self.0
    }
}

#[test]
fn a_difference_holds_exactly_what_changed() {
    let old = vec![Row(5, "e"), Row(1, "a"), Row(2, "b"), Row(9, "z")];
    let new = vec![Row(2, "B"), Row(1, "a"), Row(3, "c"), Row(5, "e")];
    let changes = diff(old, new);
    assert_eq!(changes.inserted, [Row(3, "c")]);
    assert_eq!(changes.updated, [Row(2, "B")]);
    assert_eq!(changes.deleted, [Row(9, "z")]);
}

#[test]
fn text_is_folded() {
    for (text, folded) in [
        ("LLaMA-2", "llama 2"),
        ("  a \t\u{0} b  ", "a b"),
        ("E\u{301}lan vital", "elan vital"),
        ("ÅÄÖ Straße Łódź", "aao strasse lodz"),
        ("İstanbul", "istanbul"),
        ("org/Name_x", "org name x"),
        ("qwen1.5", "qwen1.5"),
        ("悟道 α", "悟道 α"),
        ("--__//", ""),
        ("\u{301}", ""),
    ] {
        assert_eq!(fold(text), folded, "{text:?}");
        assert_eq!(fold(folded), folded, "folding twice is folding once");
    }
}

#[test]
fn a_query_is_bounded() {
    assert_eq!(SearchQuery::new(" - "), Err(SearchQueryError::Empty));
    let long = "x".repeat(SearchQuery::LIMIT);
    assert!(SearchQuery::new(&long).is_ok());
    assert_eq!(
        SearchQuery::new(&format!("{long}x")),
        Err(SearchQueryError::TooLong)
    );
    let many = SearchQuery::new("a b c d e f g h i").expect("a query");
    assert_eq!(many.words().last(), Some("h i"));
}

#[test]
fn a_sync_report_says_what_was_done() {
    let mut report = SyncReport::default();
    assert_eq!(report.to_string(), "catalogue unchanged");
    let counts = TableCounts {
        inserted: 2,
        updated: 0,
        deleted: 1,
    };
    report.tables = vec![(Table::Edge, counts), (Table::Model, counts)];
    assert_eq!(report.to_string(), "edge +2 -1, model +2 -1");
    assert_eq!(report.of(Table::Edge).total(), 3);
    assert_eq!(report.of(Table::Claim).total(), 0);
}

#[test]
fn errors_name_the_file_and_the_way_out() {
    let error = StoreError::NewerSchema {
        found: 9,
        known: 3,
        path: "/data/arbor.db".into(),
    };
    let text = error.to_string();
    assert!(text.contains("/data/arbor.db") && text.contains("newer arbor"));
    assert!(!error.is_transient());
}
