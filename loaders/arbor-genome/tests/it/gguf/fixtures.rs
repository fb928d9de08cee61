//! Files that another program wrote are read as that program reads them.

use super::{read, read_by};
use arbor_genome::gguf::{FORMATS, Header, Value};
use serde_json::{Value as Json, json};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

pub(super) fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures/gguf")
}

pub(super) fn json_of(name: &str) -> Json {
    let text = std::fs::read_to_string(folder().join(name)).expect(name);
    serde_json::from_str(&text).expect("JSON")
}

pub(super) fn file(name: &str) -> Vec<u8> {
    std::fs::read(folder().join(name)).expect(name)
}

/// What the package says of a key, in the terms of what is kept of it.
fn is_as_expected(found: &Value, expected: &Json) -> bool {
    let value = &expected["value"];
    match found {
        Value::Whole(n) => value.as_u64() == Some(*n),
        Value::Negative(n) => value.as_i64() == Some(*n),
        Value::Float(n) => value.as_f64().is_some_and(|expected| {
            // A single-precision number, printed with all its digits.
            (expected - n).abs() <= expected.abs() * 1e-12
        }),
        Value::Bool(is) => value.as_bool() == Some(*is),
        Value::Text(text) => value.as_str() == Some(text),
        Value::LongText(length) => value.as_str().map(|text| text.len() as u64) == Some(*length),
        Value::Numbers(_) | Value::Array(..) => {
            let nested = expected["kinds"].as_array().map_or(0, Vec::len) > 2;
            nested || expected["length"].as_u64() == found.length()
        }
    }
}

fn compare(name: &str, header: &Header, expected: &Json) {
    assert_eq!(json!(header.version()), expected["version"], "{name}");
    assert_eq!(json!(header.data()), expected["data"], "{name}");
    let keys = expected["keys"].as_object().expect("keys");
    assert_eq!(header.metadata().len(), keys.len(), "{name}");
    for (key, expected) in keys {
        let found = header.metadata().get(key).expect(key);
        assert!(is_as_expected(found, expected), "{name}: {key} {found:?}");
    }
    let tensors = expected["tensors"].as_array().expect("tensors");
    assert_eq!(header.tensors().len(), tensors.len(), "{name}");
    for (found, expected) in header.tensors().iter().zip(tensors) {
        let entry = found.entry();
        let dims: Vec<_> = entry.shape().iter().rev().collect();
        let found = json!({
            "name": entry.name(), "format": entry.dtype().as_str(), "dims": dims,
            "elements": entry.elements(), "bytes": found.bytes(),
            "at": header.data() + found.place().start,
        });
        assert_eq!(&found, expected, "{name}");
    }
}

#[test]
fn every_file_is_read_as_its_own_package_reads_it() {
    let expected = json_of("expected.json");
    let expected = expected.as_object().expect("files");
    assert!(expected.len() >= 5);
    for (name, expected) in expected {
        let file = file(name);
        let header = read(&file).expect(name);
        compare(name, &header, expected);
        // However it is cut into pieces.
        for most in [1, 7, 64, 1_000] {
            assert_eq!(
                read_by(&file, most).as_ref(),
                Ok(&header),
                "{name} by {most}"
            );
        }
        // Its second version differs in nothing that is read.
        let mut older = file;
        older[4] = 2;
        let older = read(&older).expect(name);
        assert_eq!((older.version(), older.tensors()), (2, header.tensors()));
    }
    let header = read(&file("experts.gguf")).expect("a header");
    let heads = &header.metadata()["glm4moe.attention.head_count_kv"];
    assert_eq!(heads, &Value::Numbers(vec![2, 4]));
}

/// No byte behind the header is asked for, nor those of long arrays.
#[test]
fn only_what_is_needed_is_asked_for() {
    let sound = super::writer::Writer::sound();
    let file = sound.bytes();
    let mut reader = arbor_genome::gguf::Reader::new(file.len() as u64);
    let mut fed = 0;
    while let Some(at) = reader.wanted() {
        let at = usize::try_from(at).expect("a place");
        reader.feed(&file[at..=at]).expect("sound");
        fed += 1;
    }
    // The scores are 8,000 bytes that are jumped over, the words 1,090.
    assert_eq!(fed, sound.header().len() - 8_000 - 1_090);
    assert!(reader.finish().is_ok());
}

/// The table of formats, held against the package's. Its size of Q8_1 is that
/// of an older ggml, whose blocks held two single-precision numbers; no file
/// holds that format.
#[test]
fn the_table_of_formats_is_the_packages() {
    let known = json_of("known.json");
    let sizes: BTreeMap<u64, Json> = known["formats"]
        .as_array()
        .expect("formats")
        .iter()
        .map(|row| (row[0].as_u64().expect("a number"), row.clone()))
        .collect();
    assert_eq!(sizes.len(), FORMATS.len());
    for format in FORMATS {
        let bytes = if format.dtype.as_str() == "Q8_1" {
            format.bytes + 4
        } else {
            format.bytes
        };
        let row = json!([format.id, format.dtype.as_str(), format.block, bytes]);
        assert_eq!(sizes.get(&u64::from(format.id)), Some(&row));
    }
}
