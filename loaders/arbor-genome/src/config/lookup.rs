//! Rarer ways to look a key up: under two names, present but null, lists
//! written with repetitions.

use super::{Config, ConfigError};
use serde_json::Value;

impl Config {
    /// Whether the key stands there at all, be it with null.
    #[must_use]
    pub fn mentions(&self, key: &str) -> bool {
        self.values.contains_key(key)
    }

    /// A count that is at least 1, under one of two names of the same thing;
    /// the first one is meant where both have a value.
    ///
    /// # Errors
    /// As [`Config::count`].
    pub fn count_of(&self, [first, second]: [&str; 2]) -> Result<u64, ConfigError> {
        match self.optional(second)? {
            Some(found) if !self.has(first) => self.positive(second, found),
            Some(_) | None => self.count(first),
        }
    }

    /// A list of words written in pairs of a list and how often it repeats,
    /// where there is one; at most 10,000 words.
    ///
    /// # Errors
    /// [`ConfigError::Value`] for anything else.
    pub fn repeated_words(&self, key: &str) -> Result<Option<Vec<&str>>, ConfigError> {
        const MOST: usize = 10_000;
        let Some(value) = self.raw(key) else {
            return Ok(None);
        };
        let pairs: Option<Vec<_>> = value
            .as_array()
            .and_then(|list| list.iter().map(repetition).collect());
        let mut words = Vec::new();
        for (list, times) in pairs.iter().flatten() {
            let wanted = list.len().saturating_mul(*times);
            let room = (MOST + 1).saturating_sub(words.len());
            words.extend(list.iter().copied().cycle().take(wanted.min(room)));
        }
        if pairs.is_some() && words.len() <= MOST {
            return Ok(Some(words));
        }
        Err(self.wrong(key, value, "pairs of a list of words and a number"))
    }
}

fn repetition(pair: &Value) -> Option<(Vec<&str>, usize)> {
    let [list, times] = pair.as_array()?.as_slice() else {
        return None;
    };
    let words = list.as_array()?.iter().map(Value::as_str);
    let times = usize::try_from(times.as_u64()?).ok()?;
    Some((words.collect::<Option<_>>()?, times))
}

#[cfg(test)]
mod tests {
    use super::Config;

    #[test]
    fn repetitions_are_spelt_out_and_bounded() {
        let config = Config::parse(
            r#"{"a": [[["x", "y"], 2], [["z"], 1]], "b": [[["x"], 99999999999]], "c": [["x", 1]]}"#,
        )
        .unwrap();
        let found = config.repeated_words("a").unwrap().unwrap();
        assert_eq!(found, ["x", "y", "x", "y", "z"]);
        assert!(config.repeated_words("b").is_err());
        assert!(config.repeated_words("c").is_err());
        assert_eq!(config.repeated_words("d").unwrap(), None);
    }
}
