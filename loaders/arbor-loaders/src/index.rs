//! An index of shards: which file holds which tensor. It is hostile input: no
//! key twice, nothing kept but what is asked for.

use serde::Deserialize;
use serde::de::{Deserializer, Error, MapAccess, Visitor};
use serde_json::Number;
use std::collections::BTreeMap;
use std::fmt;

/// An index names each tensor; the largest models' have 10 MB. What is made
/// of it is at most three times as large.
pub(crate) const LIMIT_BYTES: u64 = 24 << 20;

/// The file.
#[derive(Deserialize)]
pub(crate) struct Index {
    #[serde(default)]
    metadata: Metadata,
    weight_map: Map,
}

#[derive(Default, Deserialize)]
struct Metadata {
    #[serde(default)]
    total_size: Option<Number>,
}

/// Names of shards, and tensors in the file's order, each with its shard.
#[derive(Default)]
pub(crate) struct Map {
    pub(crate) shards: Vec<String>,
    pub(crate) tensors: Vec<(Box<str>, usize)>,
}

impl Index {
    /// Reads the text.
    pub(crate) fn read(text: &str) -> Result<Self, String> {
        let mut index: Self = serde_json::from_str(text).map_err(|error| error.to_string())?;
        let tensors = &mut index.weight_map.tensors;
        tensors.sort();
        if let Some(pair) = tensors.windows(2).find(|pair| pair[0].0 == pair[1].0) {
            return Err(format!(
                "it names {} twice",
                crate::error::quoted(&pair[0].0)
            ));
        }
        if tensors.is_empty() {
            return Err("its `weight_map` is empty".to_owned());
        }
        Ok(index)
    }

    /// How many bytes of tensors it speaks of. Some write it as a fraction.
    pub(crate) fn total_size(&self) -> Option<f64> {
        self.metadata.total_size.as_ref().and_then(Number::as_f64)
    }

    /// Where the tensors are.
    pub(crate) fn into_map(self) -> Map {
        self.weight_map
    }
}

impl<'de> Deserialize<'de> for Map {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(MapVisitor)
    }
}

struct MapVisitor;

impl<'de> Visitor<'de> for MapVisitor {
    type Value = Map;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object of file names")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Map, A::Error> {
        /// More files than any model has.
        const SHARDS: usize = 10_000;
        let mut map = Map::default();
        let mut places = BTreeMap::new();
        while let Some((tensor, shard)) = access.next_entry::<Box<str>, String>()? {
            let place = match places.get(&shard) {
                Some(place) => *place,
                None if map.shards.len() == SHARDS => {
                    return Err(A::Error::custom(format!("it names over {SHARDS} shards")));
                }
                None => {
                    map.shards.push(shard.clone());
                    places.insert(shard, map.shards.len() - 1);
                    map.shards.len() - 1
                }
            };
            map.tensors.push((tensor, place));
        }
        Ok(map)
    }
}
