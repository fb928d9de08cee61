//! Every architecture against the recorded outputs of an independent
//! implementation, and against the laws that its objective implies.
//!
//! `tests/reference/` in the repository's root makes the fixtures and says
//! how; weights are made from names (`seed.rs`), so only configurations and
//! outputs are stored.

mod bad;
mod covered;
mod elmo;
mod fixture;
mod laws;
mod low;
mod mistakes;
mod mutants;
mod outputs;
mod plausible;
mod published;
mod seed;
mod texts;
mod vectors;
mod ways;
