//! The rows that are compiled in, and what the strict reader refuses.

use super::*;
use arbor_genome::arch;
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

const ROW: &str = r#"{"hub":"a/b","id":"a/b/1","class":"BertModel","tier":"A",
"ask":{"ids":[[1,2,3]],"mask":[[1,1,0]]},
"tell":{"numbers":{"of":"hidden","at":"0, :2, -1","shape":[2],"numbers":[0.5,1.0]}},
"atol":1e-4,"dtype":"f32","source":"a/b@70179949f7899e0ca235210f7188c6c9e0add77b:tests/x.py#L3"}"#;

fn one(text: &str) -> Result<Row, ReadError> {
    read(&text.replace('\n', "")).map(|mut rows| rows.remove(0))
}

#[test]
fn a_row_is_read() {
    let row = one(ROW).expect("a row");
    assert_eq!(
        (row.tier, row.class.as_str()),
        (Tier::Asserted, "BertModel")
    );
    let url = "https://github.com/a/b/blob/70179949f7899e0ca235210f7188c6c9e0add77b/tests/x.py#L3";
    assert_eq!(row.source.url(), url);
}

#[test]
fn what_is_no_row_is_refused() {
    for (from, to) in [
        ("\"a/b\"", "\"a\""),
        ("\"a/b\"", "\"../b\""),
        ("\"tier\":\"A\"", "\"tier\":\"D\""),
        ("\"dtype\":\"f32\"", "\"dtype\":\"bf16\""),
        ("\"dtype\":\"f32\"", "\"dtype\":\"f32\",\"more\":1"),
        ("[2],\"numbers\"", "[3],\"numbers\""),
        ("[[1,2,3]],", "[[1,2,3],[4]],"),
        ("[[1,2,3]],", "[[-1,2,3]],"),
        ("[[1,1,0]]", "[[1,1]]"),
        ("\"ids\":[[1,2,3]]", "\"texts\":[\"a\"]"),
        ("0, :2, -1", "0, two"),
        ("\"hidden\"", "\"attention\""),
        ("1e-4", "-1"),
        ("1e-4", "1e9"),
        ("70179949f7899e0ca235210f7188c6c9e0add77b", "main"),
        ("tests/x.py", "../x.py"),
        ("#L3", "#L0"),
        ("\"numbers\":{", "\"loss\":{"),
    ] {
        assert!(ROW.contains(from), "{from}");
        assert!(one(&ROW.replacen(from, to, 1)).is_err(), "{to}");
    }
}

#[test]
fn parts_are_taken_as_python_takes_them() {
    let data: Vec<f32> = (0..24_u8).map(f32::from).collect();
    let take = |text: &str| Slice::parse(text).expect("a slice").take(&[2, 3, 4], &data);
    assert_eq!(take("0, -1, :2"), Some((vec![2], vec![8.0, 9.0])));
    assert_eq!(
        take("1"),
        take("1:, :, :").map(|(_, all)| (vec![3, 4], all))
    );
    assert_eq!(
        take(":, 1:3, -1"),
        Some((vec![2, 2], vec![7.0, 11.0, 19.0, 23.0]))
    );
    assert_eq!(take("0, 0, 0"), Some((Vec::new(), vec![0.0])));
    for beyond in ["2", "0, :5", "0, -4", "0, 0, 0, 0", "0, 2:1"] {
        assert_eq!(take(beyond), None, "{beyond}");
    }
    for none in ["", "a", "1:2:3", "0,", "99999999999999999999"] {
        assert_eq!(Slice::parse(none), None, "{none}");
    }
}

fn all() -> Vec<(&'static str, Row)> {
    let read = |(name, text): &(&'static str, &str)| {
        let rows = read(text).unwrap_or_else(|error| panic!("{name}: {error}"));
        rows.into_iter().map(|row| (*name, row)).collect::<Vec<_>>()
    };
    files::ALL.iter().flat_map(read).collect()
}

#[test]
fn the_table_is_the_folder() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../registry/references");
    let names = fs::read_dir(folder).expect("the folder").flatten();
    let mut names: Vec<String> = names
        .filter_map(|entry| {
            Some(
                entry
                    .file_name()
                    .to_str()?
                    .strip_suffix(".jsonl")?
                    .to_owned(),
            )
        })
        .collect();
    names.sort();
    let table: Vec<&str> = files::ALL.iter().map(|(name, _)| *name).collect();
    assert_eq!(table, names);
}

#[test]
fn every_row_can_be_read_and_asked() {
    let rows = all();
    assert!(rows.len() >= 250, "{} rows", rows.len());
    let known: BTreeSet<&str> = arch::ALL
        .iter()
        .flat_map(|architecture| architecture.classes)
        .map(|(class, _)| *class)
        .collect();
    let mut ids = BTreeSet::new();
    for (file, row) in &rows {
        assert!(ids.insert(&row.id), "{} stands twice", row.id);
        assert!(row.id.starts_with(row.hub.as_str()), "{}", row.id);
        assert!(known.contains(row.class.as_str()), "{file}: {}", row.class);
        // A number that is lost in its tolerance says nothing.
        if let Tell::Numbers { part, .. } = &row.tell {
            let largest = part.numbers.iter().fold(0.0_f64, |a, b| a.max(b.abs()));
            assert!(
                largest > 10.0 * row.tolerance.absolute.max(2e-4),
                "{}",
                row.id
            );
        }
    }
    let decide = rows.iter().filter(|(_, row)| row.tier != Tier::Told);
    assert!(decide.count() >= 100);
}

#[test]
fn rows_are_found_by_their_repository() {
    let hub = |text: &str| HubId::new(text).expect("an id");
    let rows = rows_of(&hub("google-bert/bert-base-uncased"));
    let kinds: Vec<_> = rows.iter().map(|row| row.tier.as_str()).collect();
    assert!(kinds.contains(&"A") && kinds.contains(&"B"), "{kinds:?}");
    assert_eq!(rows_of(&hub("Google-BERT/Bert-Base-Uncased")), rows);
    assert!(rows_of(&hub("nobody/nothing")).is_empty());
    let every: usize = all()
        .iter()
        .map(|(_, row)| row.hub.as_str().to_lowercase())
        .collect::<BTreeSet<_>>()
        .iter()
        .map(|name| rows_of(&hub(name)).len())
        .sum();
    assert_eq!(every, all().len());
}
