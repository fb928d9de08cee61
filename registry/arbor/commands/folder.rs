//! A checkpoint's folder where a model may be named: what is written as a
//! path is one, and never an id.

use anyhow::{Context as _, Result};
use arbor_service::Placement;
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

/// Bounds this process: a checkpoint that asks for more than a few times
/// its own size is refused memory, not served.
pub(crate) fn limit_memory(folder: &Path, placement: Placement) -> Result<()> {
    const BASE: u64 = 8 << 30;
    let files = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let sizes = files.filter_map(|file| std::fs::metadata(file.path()).ok());
    let bytes = sizes.fold(0_u64, |sum, file| sum.saturating_add(file.len()));
    let limit = bytes.saturating_mul(4).saturating_add(BASE);
    // A card's driver reserves far more addresses than it ever fills.
    let bounded = if placement.is_on_processor() {
        rlimit::Resource::AS
    } else {
        rlimit::Resource::DATA
    };
    let (_, hard) = bounded.get().context("the memory limit is not known")?;
    bounded
        .set(limit.min(hard), hard)
        .context("the memory limit cannot be set")
}
