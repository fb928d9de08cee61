//! The tokens that a model's files give a part: where a text ends, what hides
//! another. Files that lack them or are odd say nothing; none is guessed.

use crate::folder;
use serde_json::Value;
use std::path::Path;

/// The tokens with a part to play.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Marks {
    /// Any of these ends a text.
    pub end: Vec<u32>,
    /// Hides another.
    pub mask: Option<u32>,
    /// What a decoder gives first, whatever it would say itself.
    pub first: Option<u32>,
}

impl Marks {
    /// Reads `generation_config.json`, and `config.json` for what it lacks.
    #[must_use]
    pub fn of(folder: &Path) -> Self {
        let read = |name: &str| {
            let text = folder::text(folder, name, 1 << 20).ok()?;
            serde_json::from_str::<Value>(&text).ok()
        };
        let files = [read("generation_config.json"), read("config.json")];
        let ids = |key: &str| -> Vec<u32> {
            let values = files.iter().flatten().map(|file| &file[key]);
            let found = values.map(numbers).find(|ids| !ids.is_empty());
            found.unwrap_or_default()
        };
        Self {
            end: ids("eos_token_id"),
            mask: ids("mask_token_id").first().copied(),
            first: ids("forced_bos_token_id").first().copied(),
        }
    }
}

/// A number, or a list of them.
fn numbers(value: &Value) -> Vec<u32> {
    let one = |value: &Value| value.as_u64().and_then(|n| u32::try_from(n).ok());
    match value.as_array() {
        Some(list) => list.iter().filter_map(one).collect(),
        None => one(value).into_iter().collect(),
    }
}
