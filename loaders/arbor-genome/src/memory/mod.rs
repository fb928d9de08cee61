//! Memory of weights and of what a model remembers of a text, in bytes, exact.
//!
//! Where a genome is known, [`Kept`] lists what each of its layers keeps and
//! [`Needs`] turns that into bytes. Where only a few numbers are claimed of a
//! model, [`CacheShape`] knows the classic cache: every layer keeps a key and
//! a value per key-value head and position.

mod kept;
mod needs;

pub use kept::{Kept, Policy};
pub use needs::{Ask, Needs};

use std::num::NonZeroU64;

arbor_model::words! {
    /// How numbers are stored.
    Dtype: "dtype" {
        /// bfloat16.
        Bf16 = "bf16",
        /// IEEE half precision.
        F16 = "f16",
        /// IEEE single precision.
        F32 = "f32",
        /// An 8-bit float.
        F8 = "f8",
        /// GGUF's `Q4_0`: blocks of 32 in 18 bytes.
        Q40 = "q4_0",
        /// GGUF's `Q8_0`: blocks of 32 in 34 bytes.
        Q80 = "q8_0",
    }
}

impl Dtype {
    /// The format of a cache beside weights in this one: block formats are
    /// for weights, engines keep half precision beside them.
    #[must_use]
    pub const fn of_cache(self) -> Self {
        match self {
            Self::Q40 | Self::Q80 => Self::F16,
            Self::Bf16 | Self::F16 | Self::F32 | Self::F8 => self,
        }
    }

    /// Bytes of a block and how many numbers it holds.
    const fn block(self) -> (u64, u64) {
        match self {
            Self::Bf16 | Self::F16 => (2, 1),
            Self::F32 => (4, 1),
            Self::F8 => (1, 1),
            Self::Q40 => (18, 32),
            Self::Q80 => (34, 32),
        }
    }
}

/// Why memory cannot be computed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MemoryError {
    /// More bytes than 64 bits count.
    #[error("the memory asked for exceeds 2^64 bytes")]
    TooLarge,
}

/// What a layer stack keeps for every position.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CacheShape {
    /// Layers that keep keys and values.
    pub layers: NonZeroU64,
    /// Key-value heads of a layer.
    pub kv_heads: NonZeroU64,
    /// Width of a head.
    pub head_size: NonZeroU64,
}

/// Bytes a model needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Memory {
    /// The parameters.
    pub weights: u64,
    /// The cache for one position of one sequence.
    pub cache_per_token: u64,
    /// The cache for all positions of all sequences.
    pub cache: u64,
    /// Weights and cache.
    pub total: u64,
}

/// Bytes of `count` numbers, whole blocks.
///
/// # Errors
/// [`MemoryError::TooLarge`] past 64 bits.
pub fn bytes_of(count: u64, dtype: Dtype) -> Result<u64, MemoryError> {
    let (bytes, numbers) = dtype.block();
    count
        .div_ceil(numbers)
        .checked_mul(bytes)
        .ok_or(MemoryError::TooLarge)
}

impl Memory {
    /// Memory of `parameters` and of `batch` sequences of `context` positions,
    /// both in `dtype`. Block formats are for weights: their cache is
    /// reckoned in half precision, as engines keep it.
    ///
    /// # Errors
    /// [`MemoryError::TooLarge`] past 64 bits.
    pub fn plan(
        parameters: u64,
        cache: Option<CacheShape>,
        dtype: Dtype,
        context: u64,
        batch: u64,
    ) -> Result<Self, MemoryError> {
        let weights = bytes_of(parameters, dtype)?;
        let cache_per_token = cache.map_or(Ok(0), |shape| shape.bytes_per_token(dtype))?;
        let all = context
            .checked_mul(batch)
            .and_then(|n| n.checked_mul(cache_per_token));
        let cache = all.ok_or(MemoryError::TooLarge)?;
        let total = weights.checked_add(cache).ok_or(MemoryError::TooLarge)?;
        Ok(Self {
            weights,
            cache_per_token,
            cache,
            total,
        })
    }
}

impl CacheShape {
    fn bytes_per_token(self, dtype: Dtype) -> Result<u64, MemoryError> {
        let numbers = self
            .layers
            .checked_mul(self.kv_heads)
            .and_then(|n| n.checked_mul(self.head_size))
            .and_then(|n| n.get().checked_mul(2))
            .ok_or(MemoryError::TooLarge)?;
        bytes_of(numbers, dtype.of_cache())
    }
}
