//! The font of drawings and pages: Inter (OFL-1.1), subsets of Latin, Greek
//! and the signs that are drawn. `font/README.md` says how they were made.
//!
//! It does not know how wide texts are (`metrics.rs`); a test holds that
//! table against these files.

/// The font for pages: weights 400 to 700, WOFF2.
pub const FONT: &[u8] = include_bytes!("../font/inter.woff2");

/// The font for pictures, by weight.
pub(crate) const FACES: [&[u8]; 3] = [
    include_bytes!("../font/inter-400.ttf"),
    include_bytes!("../font/inter-600.ttf"),
    include_bytes!("../font/inter-700.ttf"),
];
