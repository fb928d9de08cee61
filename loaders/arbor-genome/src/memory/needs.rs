//! Bytes: of weights, of what is kept of so many texts of such a length, of
//! the logits of a step.

use super::{Dtype, Kept, MemoryError, bytes_of};
use crate::{Blueprint, Genome};

/// What memory is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ask {
    /// Positions of a text.
    pub context: u64,
    /// Positions of a source, where there is one.
    pub source: u64,
    /// Texts at once.
    pub batch: u64,
    /// The format of weights; what is kept follows [`Dtype::of_cache`].
    pub dtype: Dtype,
}

/// Bytes a model needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Needs {
    /// The parameters.
    pub weights: u64,
    /// One more position of one text, while no window is full.
    pub per_token: u64,
    /// What grows with the texts.
    pub positions: u64,
    /// What grows with their sources.
    pub source: u64,
    /// What does not grow.
    pub state: u64,
    /// All that is kept.
    pub cache: u64,
    /// The logits of one step, a position of each text, in single precision.
    pub logits: u64,
    /// Weights and what is kept.
    pub total: u64,
}

impl Kept {
    /// Numbers kept for all positions of one text.
    fn in_text(&self, context: u64) -> Option<u64> {
        self.positions
            .iter()
            .try_fold(0_u64, |all, (window, each)| {
                let positions = window.map_or(context, |window| window.min(context));
                all.checked_add(each.checked_mul(positions)?)
            })
    }

    /// Numbers kept for one more position.
    fn each(&self) -> Option<u64> {
        self.positions
            .values()
            .try_fold(0_u64, |all, each| all.checked_add(*each))
    }
}

impl Needs {
    /// What a blueprint needs whose layers keep this.
    ///
    /// # Errors
    /// [`MemoryError::TooLarge`] past 64 bits.
    pub fn of(blueprint: &Blueprint, kept: &Kept, ask: &Ask) -> Result<Self, MemoryError> {
        let all = |numbers: Option<u64>, dtype: Dtype| {
            let numbers = numbers.and_then(|n| n.checked_mul(ask.batch));
            bytes_of(numbers.ok_or(MemoryError::TooLarge)?, dtype)
        };
        let dtype = ask.dtype.of_cache();
        let weights = bytes_of(blueprint.inventory.total(), ask.dtype)?;
        let each = kept.each().ok_or(MemoryError::TooLarge)?;
        let positions = all(kept.in_text(ask.context), dtype)?;
        let source = all(kept.source.checked_mul(ask.source), dtype)?;
        let state = all(Some(kept.state), dtype)?;
        let cache = positions
            .checked_add(source)
            .and_then(|n| n.checked_add(state));
        let cache = cache.ok_or(MemoryError::TooLarge)?;
        Ok(Self {
            weights,
            per_token: bytes_of(each, dtype)?,
            positions,
            source,
            state,
            cache,
            logits: all(Some(blueprint.genome.answers()), Dtype::F32)?,
            total: weights.checked_add(cache).ok_or(MemoryError::TooLarge)?,
        })
    }
}

impl Genome {
    /// How many numbers the model answers with at a position.
    #[must_use]
    pub fn answers(&self) -> u64 {
        use crate::gene::Head;
        match &self.head {
            Head::None => self.width,
            Head::Vocabulary { map, .. } | Head::Discriminator { map, .. } => map.outputs(),
        }
    }
}
