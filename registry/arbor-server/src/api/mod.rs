//! The API, one file a subject: each function reads its keys, asks the view
//! and gives a wire shape. Shapes and errors are `arbor-service`'s.

pub(crate) mod export;
pub(crate) mod groups;
pub(crate) mod health;
pub(crate) mod lineage;
pub(crate) mod models;
pub(crate) mod numbers;
pub(crate) mod openapi;
pub(crate) mod runs;
pub(crate) mod search;
pub(crate) mod tree;
