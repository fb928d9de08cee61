//! A hub that misbehaves on request: the protocol's routes on one port, its
//! content servers on another, and a list of faults to apply. For tests only.
//!
//! What repositories hold is in `repo.rs`, what can go wrong in `fault.rs`,
//! what a route answers in `routes.rs` and what a fault makes of that in
//! `spoil.rs`. Sockets and HTTP are written by hand in `server.rs` and
//! `wire.rs`, since a decent server would refuse to send most of this.

mod fault;
mod list;
mod repo;
mod routes;
mod server;
mod spoil;
mod wire;

pub use fault::{Fault, On};
pub use repo::{Access, Repo, git_blob, sha256};
pub use server::{FaultyHub, Server};
pub use wire::Request;
