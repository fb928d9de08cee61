//! The stylesheet and the icon, compiled in. Their addresses carry a digest,
//! so that browsers may keep them for ever.

use crate::reply::{Ask, Outcome, Reply};
use arbor_service::ServiceError;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::LazyLock;

/// One asset.
pub(crate) struct Asset {
    name: String,
    media: &'static str,
    text: String,
}

impl Asset {
    fn new(stem: &str, extension: &str, media: &'static str, text: String) -> Self {
        let mut hasher = DefaultHasher::new();
        text.hash(&mut hasher);
        Self {
            name: format!("{stem}-{:016x}.{extension}", hasher.finish()),
            media,
            text,
        }
    }

    /// Its address.
    pub(crate) fn path(&self) -> String {
        format!("/assets/{}", self.name)
    }
}

/// The stylesheet: the drawing's, then the site's.
pub(crate) static STYLE: LazyLock<Asset> = LazyLock::new(|| {
    let own = include_str!("../../../templates/style.css");
    let text = [arbor_service::picture::STYLE, own].concat();
    Asset::new("style", "css", "text/css; charset=utf-8", text)
});

/// The icon.
pub(crate) static ICON: LazyLock<Asset> = LazyLock::new(|| {
    let text = include_str!("../../../templates/icon.svg").to_owned();
    Asset::new("icon", "svg", "image/svg+xml", text)
});

/// Serves an asset by its name with the digest.
pub(crate) fn asset(ask: &Ask) -> Outcome {
    let assets: [&Asset; 2] = [&STYLE, &ICON];
    let found = assets.into_iter().find(|asset| asset.name == ask.id);
    let asset = found.ok_or_else(|| ServiceError::not_found("asset", &ask.id, Vec::new()))?;
    Ok(Reply::text(asset.media, asset.text.as_str()))
}

/// The icon where browsers look for it unasked.
pub(crate) fn favicon(_: &Ask) -> Outcome {
    Ok(Reply::text(ICON.media, ICON.text.as_str()))
}
