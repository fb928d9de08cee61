//! How much memory a model needs, per number format, in units for people.

use arbor_model::{Field, Model, human_bytes};
use arbor_service::{MemoryQuery, ServiceError, View, wire};

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
    /// Whether it fits each of the machine's devices.
    pub(crate) fits: Vec<Fits>,
}

/// Whether a model fits a device.
pub(crate) struct Fits {
    /// In words.
    pub(crate) said: String,
    /// The class in the stylesheet.
    pub(crate) class: &'static str,
}

impl Fits {
    fn of(memory: &wire::Memory, room: u64) -> Self {
        let (class, said) = match (memory.total, memory.cache_per_token) {
            (Some(total), _) if total <= room => ("passed", "✓ fits".to_owned()),
            _ if memory.weights > room => ("failed", "✕ too large".to_owned()),
            (Some(_), Some(token)) if token > 0 => {
                let tokens = (room - memory.weights) / token;
                ("never", format!("○ up to {} tokens", grouped(tokens)))
            }
            _ => ("never", "○ the weights fit".to_owned()),
        };
        Self { said, class }
    }
}

/// The table, or why there is none.
pub(crate) struct Memory {
    /// The machine's devices, and the memory of each.
    pub(crate) devices: Vec<(String, String)>,
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
    pub(crate) fn of(
        view: &View,
        model: &Model,
        devices: &[(String, u64)],
    ) -> Result<Self, ServiceError> {
        let named = |(name, room): &(String, u64)| (name.clone(), human_bytes(*room));
        let mut memory = Self {
            devices: devices.iter().map(named).collect(),
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
                fits: devices
                    .iter()
                    .map(|(_, room)| Fits::of(&long, *room))
                    .collect(),
            });
            memory.context = grouped(long.context);
            memory.formula = long.policies.into_iter().next().map(|p| p.formula);
            memory.missing = long.missing;
        }
        Ok(memory)
    }
}

/// A model's memory as a bar: bf16, one sequence at the short context.
pub(crate) struct Bar {
    weights: u64,
    cache: Option<u64>,
    context: u64,
    /// Why there is no bar.
    pub(crate) missing: Option<String>,
}

impl Bar {
    /// The bar of a model.
    pub(crate) fn of(view: &View, model: &Model) -> Self {
        let own = model.number(Field::ContextLength);
        let query = MemoryQuery {
            context: Some(own.map_or(SHORT, |own| own.min(SHORT))),
            ..MemoryQuery::default()
        };
        match view.memory(model, query) {
            Ok(memory) => Self {
                weights: memory.weights,
                cache: memory.cache,
                context: memory.context,
                missing: None,
            },
            Err(error) => Self {
                weights: 0,
                cache: None,
                context: 0,
                missing: Some(match error {
                    ServiceError::Unknown { missing, .. } => missing,
                    other => other.to_string(),
                }),
            },
        }
    }

    fn bytes(&self) -> u64 {
        self.weights.saturating_add(self.cache.unwrap_or(0))
    }

    /// What it comes to.
    pub(crate) fn total(&self) -> String {
        human_bytes(self.bytes())
    }

    /// Of what it is the sum.
    pub(crate) fn parts(&self) -> String {
        let weights = human_bytes(self.weights);
        match self.cache {
            Some(0) => format!("{weights}, no cache"),
            Some(cache) => {
                let (cache, context) = (human_bytes(cache), grouped(self.context));
                format!("{weights} + {cache} at {context}")
            }
            None => format!("{weights}; the cache is not known"),
        }
    }

    /// As it is read out.
    pub(crate) fn spoken(&self) -> String {
        format!("{} in all: {}", self.total(), self.parts())
    }
}

/// Bars to one scale.
pub(crate) struct Bars {
    /// One for each model.
    pub(crate) bars: Vec<Bar>,
    longest: u64,
}

impl Bars {
    /// The same with a scale on which the longest has a thousand parts.
    pub(crate) fn of(bars: Vec<Bar>) -> Self {
        let longest = bars.iter().map(Bar::bytes).max().unwrap_or(0);
        Self { bars, longest }
    }

    /// The weights' parts of a thousand; what is there can be seen.
    pub(crate) fn weights(&self, bar: &Bar) -> u64 {
        self.parts(bar.weights)
    }

    /// The cache's.
    pub(crate) fn cache(&self, bar: &Bar) -> u64 {
        bar.cache.map_or(0, |cache| self.parts(cache))
    }

    fn parts(&self, bytes: u64) -> u64 {
        let parts = u128::from(bytes) * 1_000 / u128::from(self.longest.max(1));
        let parts = u64::try_from(parts).unwrap_or(1_000);
        parts.max(u64::from(bytes > 0))
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
