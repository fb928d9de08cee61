//! Lists: of numbers, of words, of a count for each place.

use super::{Config, ConfigError};
use serde_json::Value;

impl Config {
    /// A list of finite numbers, where there is one.
    ///
    /// # Errors
    /// [`ConfigError::Value`] for anything else.
    pub fn numbers(&self, key: &str) -> Result<Option<Vec<f64>>, ConfigError> {
        let Some(value) = self.raw(key) else {
            return Ok(None);
        };
        let list = value.as_array().filter(|list| list.len() <= 65_536);
        let list = list.and_then(|list| list.iter().map(Value::as_f64).collect());
        list.map(Some)
            .ok_or_else(|| self.wrong(key, value, "a list of numbers"))
    }

    /// A count for each of `len` places: one for all, or a list.
    ///
    /// # Errors
    /// [`ConfigError::Value`] for anything else.
    pub fn count_or_list(
        &self,
        key: &str,
        default: u64,
        len: usize,
    ) -> Result<Vec<u64>, ConfigError> {
        let Some(Value::Array(list)) = self.raw(key) else {
            return Ok(vec![self.count_or(key, default)?; len]);
        };
        let counts: Option<Vec<u64>> = list.iter().map(Value::as_u64).collect();
        counts
            .filter(|counts| counts.len() == len && counts.iter().all(|n| *n <= 1 << 31))
            .ok_or_else(|| {
                let found = Value::from(list.as_slice());
                self.wrong(key, &found, &format!("{len} counts"))
            })
    }

    /// A list of words, where there is one.
    ///
    /// # Errors
    /// [`ConfigError::Value`] for anything else.
    pub fn words(&self, key: &str) -> Result<Option<Vec<&str>>, ConfigError> {
        let Some(value) = self.raw(key) else {
            return Ok(None);
        };
        let list = value.as_array().filter(|list| list.len() <= 65_536);
        let list = list.and_then(|list| list.iter().map(Value::as_str).collect());
        list.map(Some)
            .ok_or_else(|| self.wrong(key, value, "a list of words"))
    }
}
