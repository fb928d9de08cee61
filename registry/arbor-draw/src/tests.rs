//! Tests, by what they hold: laws of the layout over random scenes, the
//! drawing as text, colours, folding, small tools.

mod colours;
mod drawing;
mod folding;
mod geometry;
mod laws;
mod scenes;
mod tools;
