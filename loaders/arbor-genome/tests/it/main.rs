//! What follows from configurations alone, checked from outside.

mod changes;
mod counts;
mod gguf;
mod hostile;
mod memory;
mod mutants;
mod released;
mod stored;
