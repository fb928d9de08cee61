//! JSON as configurations may be: one object, no key twice, no NaN.

use super::{ConfigError, LIMIT_BYTES};
use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};
use std::cell::Cell;
use std::fmt;

/// Reads one object.
pub(super) fn object(text: &str) -> Result<Map<String, Value>, ConfigError> {
    if text.len() > LIMIT_BYTES {
        return Err(ConfigError::Json(format!("more than {LIMIT_BYTES} bytes")));
    }
    if text.starts_with('\u{feff}') {
        let reason = "it begins with a byte order mark, which JSON does not allow";
        return Err(ConfigError::Json(reason.to_owned()));
    }
    // Python writes an infinite limit as `Infinity`, which is no JSON.
    let text = text.replace(" Infinity", " 1.7976931348623157e308");
    let budget = Cell::new(BUDGET);
    let mut reader = serde_json::Deserializer::from_str(&text);
    let value = Strict(&budget)
        .deserialize(&mut reader)
        .and_then(|value| reader.end().map(|()| value))
        .map_err(|e| ConfigError::Json(e.to_string()))?;
    let Value::Object(map) = value else {
        return Err(ConfigError::Json("not an object".to_owned()));
    };
    Ok(map)
}

/// What a value costs of the budget, in values: an object's first node has
/// room for eleven entries.
const OBJECT: u32 = 12;

/// How much a configuration may hold, in values.
const BUDGET: u32 = 200_000;

/// A value in which no object has a key twice, within a budget.
#[derive(Clone, Copy)]
struct Strict<'b>(&'b Cell<u32>);

impl Strict<'_> {
    fn spend<E: Error>(self, cost: u32) -> Result<(), E> {
        let left = self.0.get().checked_sub(cost);
        self.0.set(left.unwrap_or(0));
        left.map(|_| ())
            .ok_or_else(|| E::custom(format!("more than {BUDGET} values")))
    }
}

impl<'de> DeserializeSeed<'de> for Strict<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        self.spend(1)?;
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Strict<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::from(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(Value::from(value))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(Value::from(value))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(Value::from(value))
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(Value::from(value))
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Value, A::Error> {
        let mut list = Vec::new();
        while let Some(value) = seq.next_element_seed(self)? {
            list.push(value);
        }
        Ok(Value::Array(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Value, A::Error> {
        self.spend(OBJECT)?;
        let mut map = Map::new();
        while let Some(key) = access.next_key::<String>()? {
            let value = access.next_value_seed(self)?;
            if map.contains_key(&key) {
                return Err(A::Error::custom(format!(
                    "`{}` stands twice",
                    key.escape_debug()
                )));
            }
            map.insert(key, value);
        }
        // Newer files write it as an object.
        if map.len() == 1 && map.get("__float__") == Some(&Value::from("Infinity")) {
            return Ok(Value::from(f64::MAX));
        }
        Ok(Value::Object(map))
    }
}
