//! A checkpoint's folder where a model may be named: what is written as a
//! path is one, and never an id.

use anyhow::{Context as _, Result};
use std::path::Path;

/// The text of the folder's `config.json`, if `named` is a path.
pub(crate) fn config(named: &str) -> Result<Option<String>> {
    let path = Path::new(named);
    let is_path = named.starts_with(['.', '/', '~']) || path.is_dir() || named.ends_with(".json");
    if !is_path {
        return Ok(None);
    }
    let file = if path.is_dir() {
        path.join("config.json")
    } else {
        path.to_owned()
    };
    let text = std::fs::read_to_string(&file);
    text.with_context(|| format!("`{}` cannot be read", file.display()))
        .map(Some)
}
