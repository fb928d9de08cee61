//! Behaviour of the SQLite store, seen through the `Store` trait and the
//! file: one folder per kind of behaviour, made-up catalogues in `world`.

mod backup;
mod concurrency;
mod crash;
mod imports;
mod limits;
mod lineage;
mod open;
mod receipts;
mod runs;
mod search;
mod sync;
mod world;
