//! The evolution tree laid out and drawn as SVG.
//!
//! [`select`] folds a catalogue to what can be read at once, [`layout`] gives
//! every model a place on one time axis, [`svg`] writes the drawing: themed,
//! with classes that [`STYLE`] colours, or standalone, with colours resolved.
//!
//! This crate is pure. It knows no database, no HTTP and no catalogue; models
//! come to it as [`Scene`], plain data. It does not know what a page looks
//! like. Coordinates are half pixels throughout: integers, so that paths are
//! short and every output is the same on every machine.
//!
//! Where to look: `scene.rs` is the input; `select.rs` folds; `forest.rs`
//! settles lineage and dates; `axis.rs`, `boughs.rs`, `pack.rs` and `limbs.rs`
//! are the steps that `layout.rs` takes; `svg.rs` writes, with `ribbon.rs` for
//! shapes, `stems.rs` and `limbwood.rs` for what they connect, `path.rs` for their encoding and `theme.rs` for colours.

mod advances;
mod axis;
mod boughs;
mod chart;
mod figure;
mod font;
mod forest;
mod frame;
mod key;
mod layout;
mod legend;
mod limbs;
mod limbwood;
mod lineage;
mod links;
mod markup;
mod metrics;
mod pack;
mod path;
mod pen;
mod pill;
mod place;
mod png;
mod ribbon;
mod roots;
mod scene;
mod select;
mod skyline;
mod stems;
mod style;
mod svg;
mod theme;
mod tray;
mod when;
mod zoom;

pub use figure::{Curve, Dot, Figure, Marks, Scale};
pub use font::FONT;
pub use forest::{Dropped, Fault};
pub use layout::{Layout, Placed, layout};
pub use png::{Fit, PngError, png};
pub use scene::{
    Access, Bead, DrawError, Evidence, Folded, Key, KeyEntry, LIMIT, Legend, Link, Links, Mark,
    Options, Organisation, Scene, Status,
};
pub use select::{Candidate, Checked, Origin, Selection, Standing, select};
pub use style::STYLE;
pub use svg::svg;
pub use theme::{DARK, Hue, LIGHT, Mode, Palette, Shades, Theme, VALUES};
pub use zoom::{NoZoom, Zoom};

#[cfg(test)]
mod tests;
