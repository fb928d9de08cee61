//! The stylesheet, the script, the font and the icon, compiled in. Their addresses carry a digest,
//! so that browsers may keep them for ever.

use crate::reply::{Ask, Outcome, Reply};
use arbor_service::ServiceError;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::LazyLock;

/// One asset.
pub(crate) struct Asset {
    name: String,
    media: &'static str,
    body: Vec<u8>,
}

impl Asset {
    fn new(stem: &str, extension: &str, media: &'static str, body: Vec<u8>) -> Self {
        let mut hasher = DefaultHasher::new();
        body.hash(&mut hasher);
        Self {
            name: format!("{stem}-{:016x}.{extension}", hasher.finish()),
            media,
            body,
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
    let font = FONT.path();
    // Pages ask for it early. Where it comes late all the same, or cannot be
    // had, a font of much the same widths stands in for good, so that nothing
    // moves; the next page has it.
    let face = format!(
        "@font-face{{font-family:Inter;src:url({font}) format(\"woff2\");font-weight:400 700;font-display:optional}}\n\
         @font-face{{font-family:\"Inter stand-in\";src:local(\"Arial\"),local(\"Liberation Sans\"),local(\"Helvetica\");size-adjust:107.1%;ascent-override:90.4%;descent-override:22.5%;line-gap-override:0%}}\n"
    );
    let text = [&face, arbor_service::picture::STYLE, own].concat();
    Asset::new("style", "css", "text/css; charset=utf-8", text.into_bytes())
});

/// The script, as `templates/script` builds it: it is kept built, so that
/// nobody needs Node to build the site.
pub(crate) static SCRIPT: LazyLock<Asset> = LazyLock::new(|| {
    let text = include_bytes!("../../../templates/script.js").to_vec();
    Asset::new("script", "js", "text/javascript; charset=utf-8", text)
});

/// The font.
pub(crate) static FONT: LazyLock<Asset> = LazyLock::new(|| {
    let body = arbor_service::picture::FONT.to_vec();
    Asset::new("inter", "woff2", "font/woff2", body)
});

/// The site's mark, as markup.
pub(crate) const MARK: &str = include_str!("../../../templates/icon.svg");

/// The icon.
pub(crate) static ICON: LazyLock<Asset> =
    LazyLock::new(|| Asset::new("icon", "svg", "image/svg+xml", MARK.as_bytes().to_vec()));

/// Serves an asset by its name with the digest.
pub(crate) fn asset(ask: &Ask) -> Outcome {
    let assets: [&Asset; 4] = [&STYLE, &SCRIPT, &FONT, &ICON];
    let found = assets.into_iter().find(|asset| asset.name == ask.id);
    let asset = found.ok_or_else(|| ServiceError::not_found("asset", &ask.id, Vec::new()))?;
    Ok(Reply::text(asset.media, asset.body.clone()))
}

/// The icon where browsers look for it unasked.
pub(crate) fn favicon(_: &Ask) -> Outcome {
    Ok(Reply::text(ICON.media, ICON.body.clone()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::encode::Encoding;

    #[test]
    fn the_script_is_small() {
        let packed = Encoding::Gzip.apply(SCRIPT.body.clone()).expect("gzip");
        assert!(packed.0.len() <= 8 << 10, "{} bytes", packed.0.len());
    }
}
