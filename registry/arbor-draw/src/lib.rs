//! The evolution tree laid out and drawn as SVG.
