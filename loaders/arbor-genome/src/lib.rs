//! Architecture facts to parameters and memory; no tensors, no I/O.
