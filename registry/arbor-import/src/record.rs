//! One record of the hub, from JSON to checked types. The record is hostile:
//! each value is parsed alone, so that a bad one costs only itself; without a
//! sound id nothing is taken.

use crate::bases::bases;
use crate::column::Column;
use crate::value::{count, structure, time, word};
use arbor_model::{HubKey, Imported, Repair, RepairKind, RepoId, Text};
use serde_json::{Map, Value};

/// More tags of one model are not looked at.
pub const MOST_TAGS: usize = 10_000;

/// Reads a record, as the hub's API gives it or as a [`Table`](crate::Table) does;
/// what is left out of it is added to `repairs`.
pub fn read(record: &Value, repairs: &mut Vec<Repair>) -> Option<Imported> {
    let Some(record) = record.as_object() else {
        repairs.push(Repair::new(RepairKind::Record, "", "it is no record"));
        return None;
    };
    let named = Column::Id
        .of(record)
        .and_then(Value::as_str)
        .unwrap_or_default();
    let id = match RepoId::new(named) {
        Ok(id) => id,
        Err(error) => {
            repairs.push(Repair::new(RepairKind::Record, named, &error.to_string()));
            return None;
        }
    };
    let tags = Column::Tags.of(record).map(structure);
    let tags = tags.as_deref().and_then(Value::as_array);
    let tags = tags.into_iter().flatten().take(MOST_TAGS);
    let tags: Vec<&str> = tags.filter_map(Value::as_str).collect();
    let bases = bases(&id, Column::BaseModels.of(record), &tags, repairs);
    let mut values = Values {
        record,
        id: &id,
        repairs,
    };
    Some(Imported {
        key: values.take(Column::Key, |value| value.as_str()?.parse::<HubKey>().ok()),
        created_us: values.take(Column::Created, time),
        modified_us: values.take(Column::Modified, time),
        parameters: values.take(Column::Safetensors, |value| parameters(&structure(value))),
        licence: licence(&tags).or_else(|| values.take(Column::Licence, word)),
        task: values.take(Column::Task, word),
        library: values.take(Column::Library, word),
        downloads: values.take(Column::Downloads, count),
        downloads_all: values.take(Column::DownloadsAll, count),
        likes: values.take(Column::Likes, count),
        bases,
        id,
    })
}

/// When a record says that its model last changed, for who needs no more.
#[must_use]
pub fn modified(record: &Value) -> Option<i64> {
    time(Column::Modified.of(record.as_object()?)?)
}

struct Values<'r> {
    record: &'r Map<String, Value>,
    id: &'r RepoId,
    repairs: &'r mut Vec<Repair>,
}

impl Values<'_> {
    fn take<T>(&mut self, column: Column, read: impl Fn(&Value) -> Option<T>) -> Option<T> {
        let value = column.of(self.record)?;
        // Absent values are written so too.
        let empty = match value {
            Value::String(text) => text.trim().is_empty(),
            Value::Object(fields) => fields.values().all(Value::is_null),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::Array(_) => false,
        };
        if empty {
            return None;
        }
        let read = read(value);
        if read.is_none() {
            let shown: String = match value {
                Value::String(text) => text.chars().take(80).collect(),
                Value::Number(_) | Value::Bool(_) | Value::Null => value.to_string(),
                Value::Array(_) => "a list".to_owned(),
                Value::Object(_) => "a structure".to_owned(),
            };
            let detail = format!("{column}: {shown}");
            self.repairs
                .push(Repair::new(RepairKind::Value, self.id.as_str(), &detail));
        }
        read
    }
}

/// `{"parameters": {"BF16": …}, "total": …}`.
fn parameters(safetensors: &Value) -> Option<u64> {
    if let Some(total) = safetensors.get("total").filter(|total| !total.is_null()) {
        return count(total);
    }
    let parts = safetensors.get("parameters")?.as_object()?.values();
    let parts = parts.filter(|part| !part.is_null());
    let sum = parts
        .map(count)
        .try_fold(0_u64, |sum, part| sum.checked_add(part?))?;
    count(&Value::from(sum))
}

fn licence(tags: &[&str]) -> Option<Text> {
    let tag = tags.iter().find_map(|tag| tag.strip_prefix("license:"))?;
    word(&Value::from(tag))
}

#[cfg(test)]
mod tests {
    use super::*;
    use arbor_model::MOST_BASES;
    use proptest::prelude::*;
    use serde_json::json;

    fn whole() -> Value {
        json!({
            "_id": "621ffdc036468d709f17434d", "id": "acme/tiny-4bit", "author": "acme",
            "createdAt": "2022-03-02T23:29:04.000Z", "lastModified": "2024-01-01T00:00:00.000Z",
            "downloads": 12, "downloadsAllTime": 4000, "likes": 3, "private": false,
            "pipeline_tag": "text-generation", "library_name": "transformers",
            "tags": ["license:apache-2.0", "base_model:acme/tiny", "base_model:quantized:acme/tiny"],
            "safetensors": {"parameters": {"BF16": 10, "F32": 5}, "total": 15},
        })
    }

    fn one(record: &Value) -> (Option<Imported>, Vec<(RepairKind, String)>) {
        let mut repairs = Vec::new();
        let found = read(record, &mut repairs);
        let repairs = repairs
            .into_iter()
            .map(|repair| (repair.kind, repair.detail));
        (found, repairs.collect())
    }

    fn declared(record: &Value) -> Vec<String> {
        let found = one(record).0.expect("a record");
        found.bases.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_record_is_read_whole() {
        let (found, repairs) = one(&whole());
        let found = found.expect("a record");
        assert_eq!(repairs, vec![]);
        assert_eq!(found.id.as_str(), "acme/tiny-4bit");
        assert_eq!(
            found.key.expect("a key").to_string(),
            "621ffdc036468d709f17434d"
        );
        assert_eq!(found.created_us, Some(1_646_263_744_000_000));
        assert_eq!(found.modified_us, Some(1_704_067_200_000_000));
        assert_eq!((found.parameters, found.likes), (Some(15), Some(3)));
        assert_eq!(
            (found.downloads, found.downloads_all),
            (Some(12), Some(4000))
        );
        assert_eq!(found.licence.expect("a licence").as_str(), "apache-2.0");
        assert_eq!(found.task.expect("a task").as_str(), "text-generation");
        assert_eq!(found.library.expect("a library").as_str(), "transformers");
        assert_eq!(declared(&whole()), ["quantised-from acme/tiny"]);
    }

    #[test]
    fn names_of_columns_are_found() {
        let record = json!({
            "modelId": "gpt2", "created_at": "2022-03-02 23:29:04", "downloads": 7.0,
            "tags": r#"["license:mit"]"#, "safetensors": r#"{"parameters": {"F32": 9, "I8": null}}"#,
            "last_modified": 1_646_263_744_000_000_i64, "likes": null, "library": "",
        });
        let (found, repairs) = one(&record);
        let found = found.expect("a record");
        assert_eq!(repairs, vec![]);
        assert_eq!(found.created_us, found.modified_us);
        assert_eq!((found.downloads, found.parameters), (Some(7), Some(9)));
        assert_eq!(found.licence.expect("a licence").as_str(), "mit");
        assert_eq!((found.likes, found.library), (None, None));
    }

    #[test]
    fn bases_are_found_in_each_form() {
        let ids = json!([{"_id": "x", "id": "acme/one"}, {"id": "acme/two"}]);
        let cases = [
            (
                json!({"models": ids, "relation": "merge"}),
                "merged-from acme/one,merged-from acme/two",
            ),
            (
                json!({"models": ids, "relation": "adapter"})
                    .to_string()
                    .into(),
                "adapter-of acme/one,adapter-of acme/two",
            ),
            (
                json!({"models": [{"id": "acme/one"}]}),
                "fine-tuned-from acme/one",
            ),
            (json!(["acme/one", "acme/one"]), "fine-tuned-from acme/one"),
            // Without a list the tags speak.
            (
                json!({"models": [], "relation": "merge"}),
                "quantised-from acme/tiny",
            ),
            (json!(null), "quantised-from acme/tiny"),
            (json!("{not json"), "quantised-from acme/tiny"),
        ];
        for (listed, bases) in cases {
            let mut record = whole();
            record["baseModels"] = listed.clone();
            assert_eq!(declared(&record).join(","), bases, "{listed}");
        }
    }

    /// Each costs no more than itself, and is told.
    #[test]
    fn what_makes_no_sense_is_left_out_and_told() {
        let cases = [
            (
                "tags",
                json!(["base_model:../x"]),
                RepairKind::Malformed,
                "../x",
            ),
            (
                "tags",
                json!(["base_model:https://hub.test/a"]),
                RepairKind::Malformed,
                "https://hub.test/a",
            ),
            (
                "tags",
                json!(["base_model:stolen:a/b"]),
                RepairKind::Relation,
                "stolen: a/b",
            ),
            (
                "tags",
                json!(["base_model:merge:ACME/tiny-4bit"]),
                RepairKind::SelfParent,
                "ACME/tiny-4bit",
            ),
            ("likes", json!(-4), RepairKind::Value, "likes: -4"),
            (
                "downloads",
                json!(u64::MAX),
                RepairKind::Value,
                "downloads: 18446744073709551615",
            ),
            (
                "safetensors",
                json!({"total": -1}),
                RepairKind::Value,
                "safetensors: a structure",
            ),
            (
                "safetensors",
                json!({"parameters": {"A": i64::MAX, "B": 1}}),
                RepairKind::Value,
                "safetensors: a structure",
            ),
            (
                "createdAt",
                json!("soon"),
                RepairKind::Value,
                "created: soon",
            ),
            ("_id", json!("7"), RepairKind::Value, "key: 7"),
            (
                "pipeline_tag",
                json!("a\u{1b}[2Jb"),
                RepairKind::Value,
                "task: a\\u{1b}[2Jb",
            ),
            (
                "library_name",
                json!("x".repeat(97)),
                RepairKind::Value,
                &format!("library: {}", "x".repeat(80)),
            ),
        ];
        for (name, value, kind, detail) in cases {
            let mut record = whole();
            record[name] = value;
            let (found, repairs) = one(&record);
            assert!(found.is_some(), "{name}");
            assert_eq!(repairs, [(kind, detail.to_owned())]);
        }
        let many: Vec<_> = (0..70)
            .map(|n| format!("base_model:merge:a/b{n}"))
            .collect();
        let mut record = whole();
        record["tags"] = many.into();
        let (found, repairs) = one(&record);
        assert_eq!(found.expect("a record").bases.len(), MOST_BASES);
        assert_eq!(repairs[0].0, RepairKind::Excess);
    }

    #[test]
    fn a_record_without_a_sound_id_is_refused() {
        for record in [
            json!(null),
            json!([]),
            json!({}),
            json!({"id": 7}),
            json!({"id": "../../etc"}),
            json!({"id": "a/b/c"}),
            json!({"id": "a/\u{202e}b"}),
        ] {
            let (found, repairs) = one(&record);
            assert_eq!(found, None);
            assert_eq!(repairs[0].0, RepairKind::Record, "{record}");
        }
    }

    proptest! {
        #[test]
        fn no_record_breaks_the_reader(id in "[a-z/.:-]{0,9}", tag in "(base_model:|license:)?[ -~]{0,30}", listed in "[\\[\\]{}\",:a-z/]{0,40}", number in any::<f64>()) {
            let record = json!({"id": id, "tags": [tag], "baseModels": listed, "likes": number, "safetensors": {"total": number}});
            let (found, repairs) = one(&record);
            prop_assert_eq!(found.is_none(), repairs.iter().any(|(kind, _)| *kind == RepairKind::Record));
        }
    }
}
