//! Tests, by what they hold: laws of the layout over random scenes, the
//! drawing as text, colours, figures, pixels, folding, small tools.

mod colours;
mod drawing;
mod figures;
mod folding;
mod geometry;
mod laws;
mod pixels;
mod scenes;
mod steady;
mod tools;
