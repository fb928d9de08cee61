//! A standalone drawing as a PNG, by resvg with the font of `font.rs`: no
//! system font and no file is looked at, so the bytes are the same everywhere.
//!
//! It does not know what is drawn.

use crate::font::FACES;
use resvg::{tiny_skia, usvg};
use std::sync::{Arc, LazyLock};

/// The most pixels of a picture: 64 megapixels take 256 MiB while they are
/// drawn.
const PIXELS: u64 = 64_000_000;

/// Why there is no picture.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PngError {
    /// It would be too large.
    #[error(
        "a picture of {width} × {height} pixels is more than {PIXELS} in all: ask for a smaller scale"
    )]
    TooLarge {
        /// Its width in pixels.
        width: u64,
        /// Its height in pixels.
        height: u64,
    },
    /// The drawing is none.
    #[error("the drawing cannot be read: {0}")]
    Drawing(String),
}

/// How large a picture is made.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Fit {
    /// So many pixels to one of the drawing.
    Scale(f32),
    /// Within a rectangle of pixels, in its middle, as large as it fits; the
    /// rest has the drawing's background.
    Within {
        /// The rectangle's width.
        width: u32,
        /// The rectangle's height.
        height: u32,
        /// What lies behind the drawing, as `#rrggbb`.
        ground: [u8; 3],
    },
}

static FONTS: LazyLock<Arc<usvg::fontdb::Database>> = LazyLock::new(|| {
    let mut fonts = usvg::fontdb::Database::new();
    for face in FACES {
        fonts.load_font_data(face.to_vec());
    }
    fonts.set_sans_serif_family("Inter");
    Arc::new(fonts)
});

/// Draws a standalone SVG.
///
/// # Errors
/// [`PngError`] where the picture would be too large or the SVG is none.
pub fn png(svg: &str, fit: Fit) -> Result<Vec<u8>, PngError> {
    let options = usvg::Options {
        fontdb: FONTS.clone(),
        font_family: "Inter".to_owned(),
        ..usvg::Options::default()
    };
    let broken = |error: &dyn std::fmt::Display| PngError::Drawing(error.to_string());
    let tree = usvg::Tree::from_str(svg, &options).map_err(|error| broken(&error))?;
    let (wide, high) = (tree.size().width(), tree.size().height());
    let (width, height, scale) = match fit {
        Fit::Scale(scale) => ((wide * scale).ceil(), (high * scale).ceil(), scale),
        Fit::Within { width, height, .. } => {
            let (w, h) = (width as f32, height as f32);
            (w, h, (w / wide).min(h / high))
        }
    };
    let (columns, rows) = (width as u64, height as u64);
    if columns.saturating_mul(rows) > PIXELS || columns == 0 || rows == 0 {
        return Err(PngError::TooLarge {
            width: columns,
            height: rows,
        });
    }
    let map = tiny_skia::Pixmap::new(columns as u32, rows as u32);
    let mut map = map.ok_or(PngError::TooLarge {
        width: columns,
        height: rows,
    })?;
    if let Fit::Within { ground, .. } = fit {
        let [r, g, b] = ground;
        map.fill(tiny_skia::Color::from_rgba8(r, g, b, 255));
    }
    let (left, top) = ((width - wide * scale) / 2.0, (height - high * scale) / 2.0);
    let place = tiny_skia::Transform::from_row(scale, 0.0, 0.0, scale, left, top);
    resvg::render(&tree, place, &mut map.as_mut());
    map.encode_png().map_err(|error| broken(&error))
}
