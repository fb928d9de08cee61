//! Rendering for people: styles, tables, running text, trees. It knows wire
//! types and widths, no streams and no database.

pub(crate) mod bond;
pub(crate) mod counter;
pub(crate) mod facts;
pub(crate) mod report;
pub(crate) mod style;
pub(crate) mod table;
pub(crate) mod text;
pub(crate) mod transfer;
pub(crate) mod tree;
