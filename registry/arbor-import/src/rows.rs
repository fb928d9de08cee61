//! A Parquet file's rows as JSON, only the columns that are used, one row in
//! memory at a time. The file is hostile: whatever it is, reading it ends in
//! rows or in an error that names it.

use crate::{Column, nesting};
use parquet::basic::{LogicalType, TimeUnit};
use parquet::errors::ParquetError;
use parquet::file::reader::{FileReader as _, SerializedFileReader};
use parquet::record::reader::RowIter;
use parquet::record::{Field, Row};
use parquet::schema::types::{Type, TypePtr};
use serde_json::{Map, Value};
use std::fs::File;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

/// More rows are no dump of one hub.
const MOST_ROWS: i64 = 100_000_000;

/// Why a file gives no rows.
#[derive(Debug, thiserror::Error)]
pub enum RowsError {
    /// It cannot be opened.
    #[error("`{}` cannot be opened: {source}", .path.display())]
    Open {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// It is no Parquet, or a damaged one.
    #[error("`{}` cannot be read as Parquet{}: {reason}", .path.display(), at(.group))]
    Damaged {
        /// The file.
        path: PathBuf,
        /// The row group, from 1 on, if it got so far.
        group: Option<usize>,
        /// What is wrong.
        reason: String,
    },
    /// It has no column of repositories.
    #[error("`{}` has no column `id`: it has {columns}", .path.display())]
    NoId {
        /// The file.
        path: PathBuf,
        /// What it has, shortened.
        columns: String,
    },
}

fn at(group: &Option<usize>) -> String {
    group.map_or_else(String::new, |group| format!(" in row group {group}"))
}

/// An open file.
pub struct Table {
    path: PathBuf,
    reader: SerializedFileReader<File>,
    projection: Type,
    /// Columns of whole numbers that are times, and what divides them to
    /// microseconds.
    nanoseconds: Vec<String>,
    missing: Vec<Column>,
    rows: u64,
}

impl Table {
    /// Reads the description at the file's end.
    ///
    /// # Errors
    /// [`RowsError`] says what is wrong with the file.
    pub fn open(path: &Path) -> Result<Self, RowsError> {
        let mut file = File::open(path).map_err(|source| RowsError::Open {
            path: path.to_owned(),
            source,
        })?;
        let damaged = |reason: String| RowsError::Damaged {
            path: path.to_owned(),
            group: None,
            reason,
        };
        nesting::check(&mut file).map_err(damaged)?;
        let reader = guarded(|| SerializedFileReader::new(file)).map_err(damaged)?;
        let described = reader.metadata().file_metadata();
        let rows = described.num_rows();
        if !(0..=MOST_ROWS).contains(&rows) {
            return Err(damaged(format!("it claims {rows} rows")));
        }
        let fields = described.schema().get_fields();
        let names: Vec<&str> = fields.iter().map(|field| field.name()).collect();
        let found: Vec<(Column, Option<&str>)> = Column::ALL
            .iter()
            .map(|column| (*column, column.among(&names)))
            .collect();
        if found.contains(&(Column::Id, None)) {
            let columns: String = names.join(", ").chars().take(200).collect();
            return Err(RowsError::NoId {
                path: path.to_owned(),
                columns: columns.escape_debug().to_string(),
            });
        }
        let missing = found.iter().filter(|(_, name)| name.is_none());
        let missing = missing.map(|(column, _)| *column).collect();
        let wanted = |field: &&TypePtr| found.iter().any(|(_, name)| *name == Some(field.name()));
        let wanted: Vec<TypePtr> = fields.iter().filter(wanted).cloned().collect();
        let nanoseconds = wanted.iter().filter(|field| counts_nanoseconds(field));
        let nanoseconds = nanoseconds.map(|field| field.name().to_owned()).collect();
        let projection = Type::group_type_builder(described.schema().name());
        let projection = projection.with_fields(wanted).build();
        Ok(Self {
            path: path.to_owned(),
            projection: projection.map_err(|error| damaged(error.to_string()))?,
            nanoseconds,
            missing,
            rows: rows.unsigned_abs(),
            reader,
        })
    }

    /// How many rows the file says that it has.
    #[must_use]
    pub const fn rows(&self) -> u64 {
        self.rows
    }

    /// Columns that the file lacks.
    #[must_use]
    pub fn missing(&self) -> &[Column] {
        &self.missing
    }

    /// Gives each row to `take`, until that says `false`.
    ///
    /// # Errors
    /// [`RowsError::Damaged`] names the row group.
    pub fn each(&self, mut take: impl FnMut(Value) -> bool) -> Result<(), RowsError> {
        for group in 0..self.reader.num_row_groups() {
            let read = guarded(|| self.group(group, &mut take));
            let on = read.map_err(|reason| RowsError::Damaged {
                path: self.path.clone(),
                group: Some(group + 1),
                reason,
            })?;
            if !on {
                break;
            }
        }
        Ok(())
    }

    fn group(
        &self,
        group: usize,
        take: &mut impl FnMut(Value) -> bool,
    ) -> Result<bool, ParquetError> {
        let group = self.reader.get_row_group(group)?;
        let rows = group.metadata().num_rows();
        // Flat columns have a value, or the lack of one, for each row; rows
        // that are only claimed would be made up of nothing.
        let mut columns = group.metadata().columns().iter();
        let short = columns.find(|column| {
            column.column_descr().max_rep_level() == 0 && column.num_values() != rows
        });
        if let Some(column) = short {
            return Err(ParquetError::General(format!(
                "it claims {rows} rows, its column {} has {}",
                column.column_path(),
                column.num_values()
            )));
        }
        for row in RowIter::from_row_group(Some(self.projection.clone()), &*group)? {
            if !take(self.record(row?)) {
                return Ok(false);
            }
        }
        Ok(true)
    }

    fn record(&self, row: Row) -> Value {
        let fields = row.into_columns().into_iter().map(|(name, field)| {
            let value = match (&field, self.nanoseconds.contains(&name)) {
                (Field::Long(time), true) => (time / 1_000).into(),
                _ => value(&field),
            };
            (name, value)
        });
        Value::Object(fields.collect())
    }
}

/// Runs what may panic on bytes that were never meant to be read.
fn guarded<T>(work: impl FnOnce() -> Result<T, ParquetError>) -> Result<T, String> {
    match catch_unwind(AssertUnwindSafe(work)) {
        Ok(done) => done.map_err(|error| {
            let text = error.to_string();
            text.chars()
                .take(300)
                .flat_map(char::escape_debug)
                .collect()
        }),
        Err(_) => Err("its values are not what it says they are".to_owned()),
    }
}

/// Times in nanoseconds come as bare numbers.
fn counts_nanoseconds(field: &TypePtr) -> bool {
    let logical = field.get_basic_info().logical_type_ref();
    matches!(logical, Some(LogicalType::Timestamp(time)) if time.unit == TimeUnit::NANOS)
}

/// A field as JSON; times are microseconds.
fn value(field: &Field) -> Value {
    match field {
        Field::Null | Field::Decimal(_) | Field::TimeMillis(_) | Field::TimeMicros(_) => {
            Value::Null
        }
        Field::Bool(flag) => (*flag).into(),
        Field::Byte(number) => (*number).into(),
        Field::Short(number) => (*number).into(),
        Field::Int(number) => (*number).into(),
        Field::Long(number) | Field::TimestampMicros(number) => (*number).into(),
        Field::UByte(number) => (*number).into(),
        Field::UShort(number) => (*number).into(),
        Field::UInt(number) => (*number).into(),
        Field::ULong(number) => (*number).into(),
        Field::Float16(number) => f32::from(*number).into(),
        Field::Float(number) => (*number).into(),
        Field::Double(number) => (*number).into(),
        Field::Str(text) => text.as_str().into(),
        // Texts that nobody marked as such.
        Field::Bytes(bytes) => std::str::from_utf8(bytes.data()).map_or(Value::Null, Value::from),
        Field::Date(days) => i64::from(*days).saturating_mul(86_400_000_000).into(),
        Field::TimestampMillis(millis) => millis.saturating_mul(1_000).into(),
        Field::Group(row) => {
            let fields = row.get_column_iter();
            let fields = fields.map(|(name, field)| (name.clone(), value(field)));
            Value::Object(fields.collect::<Map<_, _>>())
        }
        Field::ListInternal(list) => list.elements().iter().map(value).collect(),
        Field::MapInternal(map) => {
            let entries = map.entries().iter();
            let entries = entries.filter_map(|(key, entry)| match value(key) {
                Value::String(key) => Some((key, value(entry))),
                Value::Null
                | Value::Bool(_)
                | Value::Number(_)
                | Value::Array(_)
                | Value::Object(_) => None,
            });
            Value::Object(entries.collect::<Map<_, _>>())
        }
    }
}
