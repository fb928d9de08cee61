//! Files of Parquet: a whole one, ones of other shapes, damaged ones.

use crate::{Column, RowsError, Table, read, sample, settle};
use arbor_model::{Declared, Imported, Relation, Repair, RepairKind};
use parquet::data_type::{ByteArray, ByteArrayType, Int64Type};
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::parser::parse_message_type;
use std::fs;
use std::path::Path;
use std::sync::Arc;

fn records(path: &Path) -> (Vec<Imported>, Vec<Repair>) {
    let table = Table::open(path).expect("a table");
    let (mut found, mut repairs) = (Vec::new(), Vec::new());
    let each = table.each(|row| {
        found.extend(read(&row, &mut repairs));
        true
    });
    each.expect("rows");
    (found, repairs)
}

#[test]
fn a_dump_is_read_whole_and_settled() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("models.parquet");
    sample::write(&path, 60_000).expect("written");
    let table = Table::open(&path).expect("a table");
    assert_eq!(table.rows(), 60_000);
    assert_eq!(table.missing(), [Column::Licence]);
    let (found, repairs) = records(&path);
    assert_eq!(found.len(), 60_000);
    assert!(
        repairs
            .iter()
            .all(|repair| repair.kind == RepairKind::SelfParent),
        "{repairs:?}"
    );
    let first = &found[0];
    assert_eq!(
        first.key.expect("a key").to_string(),
        "621ffdc00000000000000000"
    );
    assert_eq!(first.created_us, Some(1_646_263_744_000_000));
    assert_eq!(first.modified_us, Some(1_646_263_745_000_000));
    assert!(first.licence.is_some());
    let with = |has: fn(&Imported) -> bool| found.iter().filter(|one| has(one)).count();
    assert!((14_000..16_000).contains(&with(|one| one.parameters.is_some())));
    assert!((17_000..19_000).contains(&with(|one| !one.bases.is_empty())));
    assert!(with(|one| one.bases.len() > 1) > 3_000);
    for relation in [
        "adapter-of",
        "fine-tuned-from",
        "merged-from",
        "quantised-from",
    ] {
        let relation: Relation = relation.parse().expect("a relation");
        assert!(
            found
                .iter()
                .any(|one| one.bases.iter().any(|base| base.relation == relation))
        );
    }
    let declared: Vec<_> = found
        .into_iter()
        .map(|one| Declared {
            id: one.id,
            key: one.key,
            modified_us: one.modified_us,
            bases: one.bases,
        })
        .collect();
    let settled = settle(&declared, |_| None);
    assert!(settled.edges.len() > 20_000);
    for kind in [RepairKind::Cycle, RepairKind::Ghost, RepairKind::Renamed] {
        assert!(settled.repairs.count(kind) > 0, "{kind}");
    }
}

/// Writes a file of one row group; a column is its name and values.
fn table(path: &Path, schema: &str, texts: &[&str], time: Option<i64>) {
    let schema = Arc::new(parse_message_type(schema).expect("a schema"));
    let file = fs::File::create(path).expect("a file");
    let mut writer = SerializedFileWriter::new(file, schema, Arc::default()).expect("a writer");
    let mut group = writer.next_row_group().expect("a group");
    for text in texts {
        let mut column = group.next_column().expect("a column").expect("a column");
        let value = [ByteArray::from(*text)];
        column
            .typed::<ByteArrayType>()
            .write_batch(&value, None, None)
            .expect("written");
        column.close().expect("closed");
    }
    if let Some(time) = time {
        let mut column = group.next_column().expect("a column").expect("a column");
        column
            .typed::<Int64Type>()
            .write_batch(&[time], None, None)
            .expect("written");
        column.close().expect("closed");
    }
    group.close().expect("closed");
    writer.close().expect("closed");
}

#[test]
fn columns_are_found_in_other_forms() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("other.parquet");
    let schema = "message m {
        REQUIRED BYTE_ARRAY modelId; REQUIRED BYTE_ARRAY tags (UTF8);
        REQUIRED BYTE_ARRAY base_models (UTF8); REQUIRED BYTE_ARRAY junk;
        REQUIRED INT64 createdAt (TIMESTAMP(NANOS,true)); }";
    let base = r#"{"relation": "finetune", "models": [{"id": "a/b"}]}"#;
    let texts = ["acme/tiny", r#"["license:mit"]"#, base, "\u{1}"];
    table(&path, schema, &texts, Some(1_646_263_744_000_000_000));
    let (found, repairs) = records(&path);
    assert_eq!(repairs, []);
    assert_eq!(found[0].id.as_str(), "acme/tiny");
    assert_eq!(found[0].created_us, Some(1_646_263_744_000_000));
    assert_eq!(found[0].bases[0].to_string(), "fine-tuned-from a/b");
    assert_eq!(
        found[0].licence.as_ref().expect("a licence").as_str(),
        "mit"
    );
}

#[test]
fn other_files_are_refused_by_name() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("x.parquet");
    let refused = |path: &Path| Table::open(path).err().expect("an error");
    assert!(matches!(refused(&path), RowsError::Open { .. }));
    for content in [
        &b""[..],
        b"PAR1",
        b"PAR1\xff\xff\xff\x7fPAR1",
        &[b'x'; 5_000],
    ] {
        fs::write(&path, content).expect("written");
        let error = refused(&path);
        assert!(matches!(error, RowsError::Damaged { .. }), "{error}");
        assert!(error.to_string().contains("x.parquet"), "{error}");
    }
    table(
        &path,
        "message m { REQUIRED BYTE_ARRAY name (UTF8); }",
        &["x"],
        None,
    );
    let error = refused(&path);
    assert!(matches!(error, RowsError::NoId { .. }), "{error}");
    assert!(error.to_string().contains("it has name"), "{error}");
}

/// Cut short or with bytes changed, a file gives rows or an error.
#[test]
fn damage_is_an_error_and_no_crash() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("models.parquet");
    sample::write(&path, 400).expect("written");
    let whole = fs::read(&path).expect("a file");
    let mut damaged = 0;
    let mut state = 7_usize;
    for round in 0..300 {
        let mut bytes = whole.clone();
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        let at = (state >> 16) % bytes.len();
        match round % 3 {
            0 => bytes.truncate(at),
            1 => bytes[at] ^= 1 << (state % 8),
            _ => {
                let end = (at + 40).min(bytes.len());
                bytes[at..end].fill((state >> 40) as u8);
            }
        }
        fs::write(&path, &bytes).expect("written");
        let mut rows = 0;
        let read = Table::open(&path).and_then(|table| {
            table.each(|row| {
                read(&row, &mut Vec::new());
                rows += 1;
                true
            })
        });
        damaged += usize::from(read.is_err());
        assert!(rows <= 400);
    }
    assert!(damaged > 150, "{damaged} of 300");
}
