//! How much memory a model needs, per number format, in units for people.

use arbor_model::{Field, Model, human_bytes};
use arbor_service::{MemoryQuery, ServiceError, View};

/// The formats that the table shows.
const DTYPES: [&str; 4] = ["f32", "bf16", "q8_0", "q4_0"];
/// The short context that the table shows beside the model's own.
const SHORT: u64 = 8_192;

/// A line of the table.
pub(crate) struct Line {
    /// The number format.
    pub(crate) dtype: &'static str,
    /// The weights.
    pub(crate) weights: String,
    /// The cache for one position.
    pub(crate) per_token: String,
    /// Weights and cache at the short context, where the model goes beyond it.
    pub(crate) short: Option<String>,
    /// Weights and cache at the model's own length.
    pub(crate) long: String,
}

/// The table, or why there is none.
pub(crate) struct Memory {
    /// One line a format.
    pub(crate) lines: Vec<Line>,
    /// The model's own context length, or the one that is assumed.
    pub(crate) context: String,
    /// Whether that is only assumed.
    pub(crate) is_assumed: bool,
    /// How the cache was worked out.
    pub(crate) formula: Option<String>,
    /// What is missing.
    pub(crate) missing: Option<String>,
}

impl Memory {
    /// What memory a model needs.
    pub(crate) fn of(view: &View, model: &Model) -> Result<Self, ServiceError> {
        let mut memory = Self {
            lines: Vec::new(),
            context: String::new(),
            is_assumed: model.number(Field::ContextLength).is_none(),
            formula: None,
            missing: None,
        };
        for dtype in DTYPES {
            let query = MemoryQuery::default().dtype(dtype)?;
            let long = match view.memory(model, query) {
                Ok(long) => long,
                Err(ServiceError::Unknown { missing, .. }) => {
                    memory.missing = Some(missing);
                    return Ok(memory);
                }
                Err(error) => return Err(error),
            };
            let known = |bytes: Option<u64>| bytes.map_or("not known".to_owned(), human_bytes);
            let short = if long.context > SHORT {
                let mut short = query;
                short.context = Some(SHORT);
                Some(known(view.memory(model, short)?.total))
            } else {
                None
            };
            memory.lines.push(Line {
                dtype: long.dtype,
                weights: human_bytes(long.weights),
                per_token: known(long.cache_per_token),
                short,
                long: known(long.total),
            });
            memory.context = grouped(long.context);
            memory.formula = long.policies.into_iter().next().map(|p| p.formula);
            memory.missing = long.missing;
        }
        Ok(memory)
    }
}

/// A whole number with its thousands set apart.
pub(crate) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}
