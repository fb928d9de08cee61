//! The pages, one file each: a struct that a template renders, and the
//! function that fills it from the view.
//!
//! `frame.rs` is what stands around every page, `filters.rs` the filter form,
//! `row.rs` a model in a table, `bough.rs` a model in nested lists.

pub(crate) mod bough;
pub(crate) mod card;
pub(crate) mod columns;
pub(crate) mod compare;
pub(crate) mod errors;
pub(crate) mod facts;
pub(crate) mod families;
pub(crate) mod family;
pub(crate) mod fault;
pub(crate) mod figures;
pub(crate) mod filters;
pub(crate) mod frame;
pub(crate) mod genes;
pub(crate) mod home;
pub(crate) mod kin;
pub(crate) mod memory;
pub(crate) mod model;
pub(crate) mod models;
pub(crate) mod observed;
pub(crate) mod organisation;
pub(crate) mod organisations;
pub(crate) mod row;
pub(crate) mod run;
pub(crate) mod runs;
pub(crate) mod search;
pub(crate) mod source;
pub(crate) mod sources;
