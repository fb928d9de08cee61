//! How a database is opened.

use std::time::Duration;

/// What may be done to the file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Access {
    /// Read and write; made if it is not there, brought to the newest schema.
    #[default]
    ReadWrite,
    /// Read an existing one that has the newest schema.
    ReadOnly,
}

/// How a database is opened; the default suits a service.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenOptions {
    /// What may be done to the file.
    pub access: Access,
    /// How many connections read at once, at least two.
    pub readers: u32,
    /// How long a write waits for another writer.
    pub busy_timeout: Duration,
    /// How far the file may grow, in pages of 4 KiB; `None`: as far as the
    /// disk lets it. Beyond it a write fails with `StoreError::Full`.
    pub max_pages: Option<u32>,
}

impl Default for OpenOptions {
    fn default() -> Self {
        // More readers than cores bring nothing: they wait for each other.
        let cores = std::thread::available_parallelism().map_or(2, std::num::NonZero::get);
        Self {
            access: Access::ReadWrite,
            readers: u32::try_from(cores).unwrap_or(u32::MAX).clamp(2, 16),
            busy_timeout: Duration::from_secs(5),
            max_pages: None,
        }
    }
}

impl OpenOptions {
    /// Those of [`Access::ReadOnly`].
    #[must_use]
    pub fn read_only() -> Self {
        Self {
            access: Access::ReadOnly,
            ..Self::default()
        }
    }
}
