//! The whole program from outside: one binary, so that it links once.
//!
//! `world.rs` starts the real `arbor` on temporary databases and port 0;
//! `cli/`, `http/`, `mirror/` and `pages/` follow what is asked of it,
//! `browser/` does so with a browser; `tidy/` checks the house rules of the
//! repository.

mod browser;
mod cli;
mod http;
mod mirror;
mod pages;
mod tidy;
mod world;
