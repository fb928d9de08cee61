//! What this machine can run.

use serde::Serialize;

/// The devices of this machine and what would fit them.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Devices {
    /// Positions of cache that a model must have room for, unless it was
    /// built for fewer.
    pub context: u64,
    /// Every kind of device, once for each that answers.
    pub devices: Vec<Device>,
    /// Models that people know, and where they would fit.
    pub models: Vec<Fit>,
}

/// A device, or a kind of which none answers.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Device {
    /// `cpu`, `cuda` or `metal`.
    pub kind: &'static str,
    /// `present`, `not-built`, `no-driver`, `no-device` or `failed`.
    pub state: &'static str,
    /// As `--device` takes it.
    pub device: Option<String>,
    /// What its maker calls it.
    pub name: Option<String>,
    /// The driver's version.
    pub driver: Option<String>,
    /// CUDA's compute capability.
    pub capability: Option<String>,
    /// Its memory in bytes.
    pub memory_total: Option<u64>,
    /// What a program could have of it now.
    pub memory_free: Option<u64>,
    /// For each number format the largest model of the catalogue that has
    /// room.
    pub largest: Vec<Fit>,
    /// Why none answers.
    pub detail: Option<String>,
}

/// A model and the memory that it needs.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Fit {
    /// Its id.
    pub model: String,
    /// The number format.
    pub dtype: &'static str,
    /// Bytes of weights and cache.
    pub needs: u64,
    /// The devices that have as much free.
    pub fits: Vec<String>,
}
