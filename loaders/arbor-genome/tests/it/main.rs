//! What follows from configurations alone, checked from outside.

mod changes;
mod counts;
mod memory;
mod released;
