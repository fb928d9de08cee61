//! Reading `config.json`: bounded, strict, and never guessing.
//!
//! Every key is taken by somebody, listed as one that changes no output
//! (`known.rs`), or reported: a key nobody knows may change the model.
//! Numbers keep to bounds that no real model exceeds.

mod json;
mod known;
mod lists;
mod lookup;
mod rope;

pub use rope::{RopeKeys, yarn_scale};

use serde_json::{Map, Value};
use std::cell::RefCell;
use std::collections::BTreeSet;

/// Why a configuration cannot be used. Every message names the key.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum ConfigError {
    /// The text is no JSON, or not the kind that a configuration may be.
    #[error("config.json: {0}")]
    Json(String),
    /// A key that the architecture needs.
    #[error("config.json has no `{0}`, and there is no default for it")]
    Missing(String),
    /// A value of the wrong type or out of bounds.
    #[error("config.json: `{key}` is {found}, expected {expected}")]
    Value {
        /// The key.
        key: String,
        /// What was found, cut.
        found: String,
        /// What would do.
        expected: String,
    },
    /// No architecture of that name.
    #[error("no architecture is known for model_type `{0}`")]
    UnknownType(String),
    /// `model_type` and `architectures` name different models.
    #[error("config.json: model_type is `{model_type}`, but architectures names `{class}`")]
    Disagrees {
        /// The type.
        model_type: String,
        /// The class.
        class: String,
    },
    /// Keys that nobody knows.
    #[error("config.json has keys that are not understood: {}", .0.join(", "))]
    UnknownKeys(Vec<String>),
    /// An option that is understood and not supported.
    #[error("config.json: `{key}` = {value} is not supported")]
    Unsupported {
        /// The key.
        key: String,
        /// Its value.
        value: String,
    },
    /// A shape that cannot be.
    #[error(transparent)]
    Shape(#[from] crate::ShapeError),
    /// Genes that contradict each other.
    #[error(transparent)]
    Inventory(#[from] crate::InventoryError),
}

/// A configuration being read: an object whose keys are taken one by one.
#[derive(Debug)]
pub struct Config {
    values: Map<String, Value>,
    path: String,
    taken: RefCell<BTreeSet<String>>,
}

/// The largest configuration that is read.
pub const LIMIT_BYTES: usize = 2 << 20;

impl Config {
    /// Reads the text of a `config.json`.
    ///
    /// # Errors
    /// [`ConfigError::Json`] for anything but one JSON object without
    /// duplicate keys, at most 2 MiB.
    pub fn parse(text: &str) -> Result<Self, ConfigError> {
        let values = json::object(text)?;
        Ok(Self {
            values,
            path: String::new(),
            taken: RefCell::default(),
        })
    }

    fn raw(&self, key: &str) -> Option<&Value> {
        self.taken.borrow_mut().insert(key.to_owned());
        self.values.get(key).filter(|value| !value.is_null())
    }

    /// Whether the key has a value other than null.
    #[must_use]
    pub fn has(&self, key: &str) -> bool {
        self.raw(key).is_some()
    }

    /// Whether the key stands there with the value null.
    #[must_use]
    pub fn is_null(&self, key: &str) -> bool {
        self.values.get(key).is_some_and(Value::is_null)
    }

    fn wrong(&self, key: &str, found: &Value, expected: &str) -> ConfigError {
        let found: String = found.to_string().chars().take(60).collect();
        ConfigError::Value {
            key: self.name(key),
            found,
            expected: expected.to_owned(),
        }
    }

    fn name(&self, key: &str) -> String {
        format!("{}{key}", self.path)
    }

    /// An error for a value that is understood and not supported.
    #[must_use]
    pub fn unsupported(&self, key: &str) -> ConfigError {
        let value = self
            .values
            .get(key)
            .map_or_else(|| "null".to_owned(), ToString::to_string);
        ConfigError::Unsupported {
            key: self.name(key),
            value: value.chars().take(60).collect(),
        }
    }

    /// A count of at most 2^31: a width, a number of layers or positions.
    ///
    /// # Errors
    /// [`ConfigError::Value`] for anything but a whole number in bounds.
    pub fn optional(&self, key: &str) -> Result<Option<u64>, ConfigError> {
        let Some(value) = self.raw(key) else {
            return Ok(None);
        };
        match value.as_u64().filter(|n| *n <= 1 << 31) {
            Some(count) => Ok(Some(count)),
            None => Err(self.wrong(key, value, "a whole number from 0 to 2^31")),
        }
    }

    /// A count that is at least 1.
    ///
    /// # Errors
    /// As [`Config::optional`], and [`ConfigError::Missing`].
    pub fn count(&self, key: &str) -> Result<u64, ConfigError> {
        let found = self
            .optional(key)?
            .ok_or_else(|| ConfigError::Missing(self.name(key)))?;
        self.positive(key, found)
    }

    /// A count that is at least 1, or the class's default.
    ///
    /// # Errors
    /// As [`Config::optional`].
    pub fn count_or(&self, key: &str, default: u64) -> Result<u64, ConfigError> {
        let found = self.optional(key)?.unwrap_or(default);
        self.positive(key, found)
    }

    /// A count that is at least 1; `auto` and silence mean the default.
    ///
    /// # Errors
    /// As [`Config::optional`].
    pub fn count_or_auto(&self, key: &str, default: u64) -> Result<u64, ConfigError> {
        match self.raw(key).and_then(Value::as_str) {
            Some("auto") => Ok(default),
            Some(_) | None => self.count_or(key, default),
        }
    }

    fn positive(&self, key: &str, found: u64) -> Result<u64, ConfigError> {
        if found == 0 {
            return Err(self.wrong(key, &Value::from(0), "at least 1"));
        }
        Ok(found)
    }

    /// A count of at least 1 that null turns off; where the key is missing,
    /// the class's default.
    ///
    /// # Errors
    /// As [`Config::optional`].
    pub fn nullable(&self, key: &str, default: Option<u64>) -> Result<Option<u64>, ConfigError> {
        match self.optional(key)? {
            Some(found) => self.positive(key, found).map(Some),
            None if self.values.contains_key(key) => Ok(None),
            None => Ok(default),
        }
    }

    /// A finite number above zero that null turns off; where the key is
    /// missing, the class's default.
    ///
    /// # Errors
    /// As [`Config::positive_or`].
    pub fn nullable_number(
        &self,
        key: &str,
        default: Option<f64>,
    ) -> Result<Option<f64>, ConfigError> {
        if self.has(key) {
            return self.positive_or(key, 1.0).map(Some);
        }
        Ok(default.filter(|_| !self.values.contains_key(key)))
    }

    /// The number of layers: at most 1,024, several times what
    /// large models have.
    ///
    /// # Errors
    /// As [`Config::count`].
    pub fn layers(&self, key: &str) -> Result<u64, ConfigError> {
        self.few_layers(key, self.count(key)?)
    }

    /// The number of layers, or the class's default.
    ///
    /// # Errors
    /// As [`Config::count`].
    pub fn layers_or(&self, key: &str, default: u64) -> Result<u64, ConfigError> {
        self.few_layers(key, self.count_or(key, default)?)
    }

    fn few_layers(&self, key: &str, layers: u64) -> Result<u64, ConfigError> {
        if layers > 1_024 {
            return Err(self.wrong(key, &Value::from(layers), "at most 1,024 layers"));
        }
        Ok(layers)
    }

    /// A finite number, or the class's default.
    ///
    /// # Errors
    /// [`ConfigError::Value`] for anything else.
    pub fn number_or(&self, key: &str, default: f64) -> Result<f64, ConfigError> {
        Ok(self.number(key)?.unwrap_or(default))
    }

    /// A finite number, the class's default where the key is missing, none
    /// where it is null.
    ///
    /// # Errors
    /// [`ConfigError::Value`] for anything else.
    pub fn number_unless_null(&self, key: &str, default: f64) -> Result<Option<f64>, ConfigError> {
        if self.values.contains_key(key) {
            self.number(key)
        } else {
            Ok(Some(default))
        }
    }

    /// A finite number, where there is one.
    ///
    /// # Errors
    /// [`ConfigError::Value`] for anything else.
    pub fn number(&self, key: &str) -> Result<Option<f64>, ConfigError> {
        let Some(value) = self.raw(key) else {
            return Ok(None);
        };
        match value.as_f64().filter(|n| n.is_finite()) {
            Some(number) => Ok(Some(number)),
            None => Err(self.wrong(key, value, "a finite number")),
        }
    }

    /// A finite number above zero (an epsilon, a base, a factor), or the
    /// class's default.
    ///
    /// # Errors
    /// [`ConfigError::Value`] for anything else.
    pub fn positive_or(&self, key: &str, default: f64) -> Result<f64, ConfigError> {
        let number = self.number_or(key, default)?;
        if number > 0.0 {
            return Ok(number);
        }
        Err(self.wrong(key, &Value::from(number), "a number above 0"))
    }

    /// True or false, or the class's default.
    ///
    /// # Errors
    /// [`ConfigError::Value`] for anything else.
    pub fn flag_or(&self, key: &str, default: bool) -> Result<bool, ConfigError> {
        let Some(value) = self.raw(key) else {
            return Ok(default);
        };
        value
            .as_bool()
            .ok_or_else(|| self.wrong(key, value, "true or false"))
    }

    /// A word, or the class's default.
    ///
    /// # Errors
    /// [`ConfigError::Value`] for anything else.
    pub fn word_or<'c>(&'c self, key: &str, default: &'c str) -> Result<&'c str, ConfigError> {
        let Some(value) = self.raw(key) else {
            return Ok(default);
        };
        value
            .as_str()
            .ok_or_else(|| self.wrong(key, value, "a word"))
    }

    /// An activation function, or the class's default.
    ///
    /// # Errors
    /// [`ConfigError::Value`] for one that nobody knows.
    pub fn activation_or(
        &self,
        key: &str,
        default: crate::gene::Activation,
    ) -> Result<crate::gene::Activation, ConfigError> {
        let Some(value) = self.raw(key) else {
            return Ok(default);
        };
        let known = value
            .as_str()
            .and_then(crate::gene::Activation::from_config);
        known.ok_or_else(|| self.wrong(key, value, "an activation function that is known"))
    }

    /// An object within, where there is one; its keys are its own to finish.
    ///
    /// # Errors
    /// [`ConfigError::Value`] for anything else.
    pub fn section(&self, key: &str) -> Result<Option<Self>, ConfigError> {
        let Some(value) = self.raw(key) else {
            return Ok(None);
        };
        let values = value
            .as_object()
            .ok_or_else(|| self.wrong(key, value, "an object"))?;
        let path = format!("{}.", self.name(key));
        Ok(Some(Self {
            values: values.clone(),
            path,
            taken: RefCell::default(),
        }))
    }

    /// Whether `architectures` names one of these classes first.
    #[must_use]
    pub fn names_class(&self, classes: &[&str]) -> bool {
        let named = self.raw("architectures").and_then(Value::as_array);
        let first = named.and_then(|list| list.first()).and_then(Value::as_str);
        first.is_some_and(|first| classes.contains(&first))
    }

    /// Says that a key is understood and changes nothing here.
    pub fn skip(&self, keys: &[&str]) {
        self.taken
            .borrow_mut()
            .extend(keys.iter().map(|key| (*key).to_owned()));
    }

    /// Ends the reading.
    ///
    /// # Errors
    /// [`ConfigError::UnknownKeys`] for the keys that nobody took.
    pub fn finish(&self) -> Result<(), ConfigError> {
        let taken = self.taken.borrow();
        let unknown: Vec<_> = self
            .values
            .iter()
            .filter(|(key, value)| {
                !taken.contains(*key) && !known::changes_nothing(key) && !value.is_null()
            })
            .take(20)
            .map(|(key, _)| format!("`{}`", self.name(key).escape_debug()))
            .collect();
        if unknown.is_empty() {
            Ok(())
        } else {
            Err(ConfigError::UnknownKeys(unknown))
        }
    }
}
