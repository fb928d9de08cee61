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
        let files = files(folder);
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

/// No vocabulary is as large.
const ABSURD: u64 = 1 << 24;

/// What is wrong with the ids that the files give a part: one that no
/// embedding could have, or one beyond this embedding where the other file
/// says otherwise. Some classes write their own defaults into the files of
/// models whose vocabulary is smaller; both files then agree, and it is let be.
pub(crate) fn fault(folder: &Path, rows: u64) -> Option<String> {
    let [generation, config] = files(folder);
    let config = config?;
    for (key, value) in config.as_object()? {
        if !key.ends_with("_token_id") {
            continue;
        }
        let values = value
            .as_array()
            .map_or(std::slice::from_ref(value), Vec::as_slice);
        let Some(id) = values
            .iter()
            .filter_map(Value::as_u64)
            .find(|id| *id >= rows)
        else {
            continue;
        };
        let other = generation.as_ref().and_then(|file| file.get(key));
        if id >= ABSURD || other.is_some_and(|other| other != value) {
            return Some(format!(
                "config.json names {id} as `{key}`, the embedding has {rows} rows"
            ));
        }
    }
    None
}

/// `generation_config.json` and `config.json`, where they can be read.
fn files(folder: &Path) -> [Option<Value>; 2] {
    ["generation_config.json", "config.json"].map(|name| {
        let text = folder::text(folder, name, 1 << 20).ok()?;
        serde_json::from_str(&text).ok()
    })
}

/// A number, or a list of them.
fn numbers(value: &Value) -> Vec<u32> {
    let one = |value: &Value| value.as_u64().and_then(|n| u32::try_from(n).ok());
    match value.as_array() {
        Some(list) => list.iter().filter_map(one).collect(),
        None => one(value).into_iter().collect(),
    }
}
