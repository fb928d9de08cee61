//! A made-up file of the shape of the public dumps, for tests and
//! measurements: as many models as are asked for, by a fixed generator, with
//! the faults that real ones have.

use parquet::basic::Compression;
use parquet::data_type::{ByteArray, ByteArrayType, DoubleType, Int64Type};
use parquet::errors::ParquetError;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::{SerializedFileWriter, SerializedRowGroupWriter};
use parquet::schema::parser::parse_message_type;
use std::fs::File;
use std::path::Path;
use std::sync::Arc;

const ROWS_IN_A_GROUP: u64 = 50_000;

const SCHEMA: &str = "
message models {
    OPTIONAL BYTE_ARRAY _id (UTF8);
    REQUIRED BYTE_ARRAY id (UTF8);
    OPTIONAL BYTE_ARRAY author (UTF8);
    OPTIONAL INT64 createdAt (TIMESTAMP_MILLIS);
    OPTIONAL INT64 lastModified (TIMESTAMP_MILLIS);
    OPTIONAL INT64 downloads;
    OPTIONAL DOUBLE downloadsAllTime;
    OPTIONAL INT64 likes;
    OPTIONAL group tags (LIST) { REPEATED group list { OPTIONAL BYTE_ARRAY element (UTF8); } }
    OPTIONAL BYTE_ARRAY pipeline_tag (UTF8);
    OPTIONAL BYTE_ARRAY library_name (UTF8);
    OPTIONAL BYTE_ARRAY siblings (UTF8);
    OPTIONAL group safetensors {
        OPTIONAL group parameters { OPTIONAL INT64 BF16; OPTIONAL INT64 F32; }
        OPTIONAL INT64 total;
    }
    OPTIONAL group baseModels {
        OPTIONAL group models (LIST) {
            REPEATED group list {
                OPTIONAL group element { OPTIONAL BYTE_ARRAY _id (UTF8); OPTIONAL BYTE_ARRAY id (UTF8); }
            }
        }
        OPTIONAL BYTE_ARRAY relation (UTF8);
    }
}";

/// One made-up model.
struct Model {
    key: String,
    id: String,
    created: i64,
    tags: Vec<String>,
    task: Option<&'static str>,
    parameters: Option<i64>,
    bases: Vec<String>,
    relation: &'static str,
    downloads: i64,
}

/// Numbers that repeat nowhere soon.
fn mix(number: u64) -> u64 {
    let mut mixed = number.wrapping_add(0x9E37_79B9_7F4A_7C15);
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    mixed ^ (mixed >> 31)
}

fn name(number: u64) -> String {
    let owner = mix(number) % 200_000;
    format!("org-{owner:06}/model-{:08x}-{number}", mix(number) >> 32)
}

/// Of ten models three have a base. Of a hundred bases one is a ghost and one
/// is of a later model, or of the model itself.
fn model(number: u64) -> Model {
    let dice = mix(number ^ 0xD1CE);
    let relations = ["adapter", "finetune", "merge", "quantized"];
    let relation = relations[(dice >> 8) as usize % 4];
    let parents = match (dice % 10 < 3 && number > 0, relation) {
        (false, _) => 0,
        (true, "merge") => 3,
        (true, _) => 1,
    };
    let base = |n: u64| match (mix(dice ^ n) % 100, mix(dice ^ n ^ 7)) {
        (0, far) => format!("gone/nothing-{far}"),
        (1, far) => name(number + far % 8),
        // Most of them hang from few.
        (even, far) if even % 2 == 0 => name(far % number.clamp(1, 1_000)),
        (_, far) => name(far % number.max(1)),
    };
    let bases: Vec<String> = match number % 5_000 {
        // Each is the other's base.
        7 => vec![name(number + 1)],
        8 => vec![name(number - 1)],
        _ => (0..parents).map(base).collect(),
    };
    let mut tags = vec![
        "safetensors".to_owned(),
        "en".to_owned(),
        "region:us".to_owned(),
    ];
    tags.push(format!(
        "license:{}",
        ["mit", "apache-2.0", "llama3"][(dice >> 16) as usize % 3]
    ));
    for base in &bases {
        tags.push(format!("base_model:{base}"));
        tags.push(format!("base_model:{relation}:{base}"));
    }
    Model {
        // Now and then one was renamed, and the dump has both names.
        key: format!(
            "621ffdc0{:016x}",
            number - u64::from(dice % 997 == 1 && number > 0)
        ),
        id: name(number),
        created: 1_646_263_744_000 + i64::try_from(number % 100_000_000).unwrap_or(0),
        tags,
        task: (dice % 5 < 3).then_some("text-generation"),
        parameters: dice
            .is_multiple_of(4)
            .then_some(1_000 + (dice >> 40) as i64),
        // A fifth of the dump says it in tags alone.
        bases: if dice.is_multiple_of(5) {
            Vec::new()
        } else {
            bases
        },
        relation,
        downloads: (dice >> 50) as i64,
    }
}

/// Writes a file of so many models.
///
/// # Errors
/// The file system's, in the library's words.
pub fn write(path: &Path, models: u64) -> Result<(), ParquetError> {
    let schema = Arc::new(parse_message_type(SCHEMA)?);
    let properties = WriterProperties::builder().set_compression(Compression::SNAPPY);
    let file = File::create(path)?;
    let mut writer = SerializedFileWriter::new(file, schema, Arc::new(properties.build()))?;
    for first in (0..models).step_by(ROWS_IN_A_GROUP as usize) {
        let last = models.min(first + ROWS_IN_A_GROUP);
        let group: Vec<Model> = (first..last).map(model).collect();
        let mut rows = writer.next_row_group()?;
        write_group(&mut rows, &group)?;
        rows.close()?;
    }
    writer.close()?;
    Ok(())
}

fn write_group(
    rows: &mut SerializedRowGroupWriter<'_, File>,
    models: &[Model],
) -> Result<(), ParquetError> {
    let text = |value: &str| ByteArray::from(value);
    // In the order of the schema's leaves.
    texts(rows, models, |m| Some(text(&m.key)))?;
    let ids: Vec<ByteArray> = models.iter().map(|m| text(&m.id)).collect();
    column::<ByteArrayType>(rows, &ids, None, None)?;
    texts(rows, models, |m| {
        m.id.split_once('/').map(|(author, _)| text(author))
    })?;
    numbers(rows, models, 1, |m| Some(m.created))?;
    numbers(rows, models, 1, |m| Some(m.created + 1_000))?;
    numbers(rows, models, 1, |m| Some(m.downloads))?;
    let doubles: Vec<f64> = models.iter().map(|m| m.downloads as f64 * 9.0).collect();
    column::<DoubleType>(rows, &doubles, Some(&vec![1; models.len()]), None)?;
    numbers(rows, models, 1, |m| {
        (m.downloads % 3 > 0).then_some(m.downloads % 7)
    })?;
    lists(rows, models, 3, 1, |m| Some(&m.tags))?;
    texts(rows, models, |m| m.task.map(text))?;
    texts(rows, models, |m| m.task.map(|_| text("transformers")))?;
    // Long and never read.
    texts(rows, models, |m| {
        Some(text(&format!(
            "[\"{}/model.safetensors\", \"config.json\"]",
            m.id
        )))
    })?;
    for at in [3, 3, 2] {
        numbers(rows, models, at, |m| m.parameters)?;
    }
    for is_name in [false, true] {
        let values: Vec<Vec<String>> = models
            .iter()
            .map(|m| {
                m.bases
                    .iter()
                    .map(|base| if is_name { base.clone() } else { m.key.clone() })
                    .collect()
            })
            .collect();
        let pairs: Vec<(bool, Vec<String>)> = models
            .iter()
            .map(|m| !m.bases.is_empty())
            .zip(values)
            .collect();
        lists(rows, &pairs, 5, 2, |(any, values)| any.then_some(values))?;
    }
    let (mut values, mut levels) = (Vec::new(), Vec::new());
    for model in models {
        levels.push(if model.bases.is_empty() { 0 } else { 2 });
        if !model.bases.is_empty() {
            values.push(text(model.relation));
        }
    }
    column::<ByteArrayType>(rows, &values, Some(&levels), None)
}

fn texts<M>(
    rows: &mut SerializedRowGroupWriter<'_, File>,
    models: &[M],
    value: impl Fn(&M) -> Option<ByteArray>,
) -> Result<(), ParquetError> {
    let found: Vec<_> = models.iter().map(value).collect();
    let levels: Vec<i16> = found
        .iter()
        .map(|value| i16::from(value.is_some()))
        .collect();
    let values: Vec<ByteArray> = found.into_iter().flatten().collect();
    column::<ByteArrayType>(rows, &values, Some(&levels), None)
}

/// `full` is the level of a value that is there; one that is not is absent
/// from the outermost structure on.
fn numbers<M>(
    rows: &mut SerializedRowGroupWriter<'_, File>,
    models: &[M],
    full: i16,
    value: impl Fn(&M) -> Option<i64>,
) -> Result<(), ParquetError> {
    let found: Vec<_> = models.iter().map(value).collect();
    let levels: Vec<i16> = found
        .iter()
        .map(|value| if value.is_some() { full } else { 0 })
        .collect();
    let values: Vec<i64> = found.into_iter().flatten().collect();
    column::<Int64Type>(rows, &values, Some(&levels), None)
}

/// `empty` is the level of a list without elements.
fn lists<M>(
    rows: &mut SerializedRowGroupWriter<'_, File>,
    models: &[M],
    full: i16,
    empty: i16,
    value: impl Fn(&M) -> Option<&Vec<String>>,
) -> Result<(), ParquetError> {
    let (mut values, mut levels, mut repeats) = (Vec::new(), Vec::new(), Vec::new());
    for model in models {
        let list = value(model);
        for (at, text) in list.into_iter().flatten().enumerate() {
            values.push(ByteArray::from(text.as_str()));
            levels.push(full);
            repeats.push(i16::from(at > 0));
        }
        if list.is_none_or(Vec::is_empty) {
            levels.push(if list.is_some() { empty } else { 0 });
            repeats.push(0);
        }
    }
    column::<ByteArrayType>(rows, &values, Some(&levels), Some(&repeats))
}

fn column<T: parquet::data_type::DataType>(
    rows: &mut SerializedRowGroupWriter<'_, File>,
    values: &[T::T],
    levels: Option<&[i16]>,
    repeats: Option<&[i16]>,
) -> Result<(), ParquetError> {
    let missing = || ParquetError::General("the schema has no further column".to_owned());
    let mut column = rows.next_column()?.ok_or_else(missing)?;
    column.typed::<T>().write_batch(values, levels, repeats)?;
    column.close()
}
