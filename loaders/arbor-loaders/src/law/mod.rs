//! Laws: what must hold of a model whatever its weights are, tested directly
//! from the definition of its objective. One sorted list of small modules.
//!
//! A law takes a loaded model and a probe (ids) and answers with a figure, in
//! units of the answers' spread; the model's `Tolerance` says what is noise.
//! It knows no reference outputs; comparing with those is
//! `crate::reference`'s business.

mod batch;
mod cache;
mod chain;
mod factorisation;
mod finite;

use crate::{Input, LoadError, Model, Tensor};
use arbor_genome::gene::RotaryScaling;
use arbor_genome::{Genome, Stacks};
use arbor_model::{Check, Outcome};

/// What a law found.
#[derive(Clone, Debug, PartialEq)]
pub struct Finding {
    /// Whether the law holds.
    pub outcome: Outcome,
    /// The largest deviation, in units of the spread.
    pub figure: Option<f64>,
    /// What was compared, or why nothing was.
    pub detail: String,
}

impl Finding {
    pub(crate) fn pass(figure: f64, detail: impl Into<String>) -> Self {
        Self {
            outcome: Outcome::Pass,
            figure: Some(figure),
            detail: detail.into(),
        }
    }

    pub(crate) fn fail(figure: f64, detail: impl Into<String>) -> Self {
        Self {
            outcome: Outcome::Fail,
            figure: Some(figure),
            detail: detail.into(),
        }
    }

    pub(crate) fn fault(reason: impl Into<String>) -> Self {
        Self {
            outcome: Outcome::Fail,
            figure: None,
            detail: reason.into(),
        }
    }

    pub(crate) fn skip(reason: impl Into<String>) -> Self {
        Self {
            outcome: Outcome::Skip,
            figure: None,
            detail: reason.into(),
        }
    }

    /// Passes below a limit.
    pub(crate) fn within(figure: f64, limit: f64, detail: impl Into<String>) -> Self {
        if figure <= limit {
            Self::pass(figure, detail)
        } else {
            Self::fail(figure, detail)
        }
    }
}

/// A question to a model.
#[derive(Clone, Debug)]
pub struct Probe {
    /// What the encoder reads, where there is one.
    pub source: Option<Input>,
    /// What the answering stack reads: one row of at least eight ids.
    pub ids: Vec<u32>,
}

/// A law: the check it answers for, and its test.
pub struct Law {
    /// The rung of the ladder.
    pub check: Check,
    /// Tests it.
    pub test: fn(&Model, &Probe) -> Result<Finding, LoadError>,
}

/// Every law, in the order of the ladder.
pub static LAWS: &[Law] = &[
    Law {
        check: Check::Finite,
        test: finite::test,
    },
    Law {
        check: Check::Factorisation,
        test: factorisation::test,
    },
    Law {
        check: Check::Cache,
        test: cache::test,
    },
    Law {
        check: Check::Batch,
        test: batch::test,
    },
    Law {
        check: Check::Chain,
        test: chain::test,
    },
];

impl Probe {
    /// A probe for models of this genome, short enough for their texts: laws
    /// ask for up to four ids more.
    #[must_use]
    pub fn of(genome: &Genome) -> Self {
        let pair = matches!(genome.stacks, Stacks::Pair { .. });
        let mut probe = Self::spread_over(genome.embedding().vocabulary(), pair);
        let room = genome
            .context
            .map_or(u64::MAX, |most| most.saturating_sub(4));
        let room = usize::try_from(room).unwrap_or(usize::MAX).max(8);
        probe.ids.truncate(room);
        for row in probe.source.iter_mut().flat_map(|source| &mut source.ids) {
            row.truncate(room);
        }
        probe
    }

    /// A probe that any model of that vocabulary can be asked: ids spread
    /// over it, the low ones left out, since they are mostly special.
    #[must_use]
    pub fn spread_over(vocabulary: u64, with_source: bool) -> Self {
        let low = 5.min(vocabulary / 2);
        let range = (vocabulary - low).max(1);
        // Steps of a number that shares no factor with common sizes.
        let ids = |start: u64, count: u64| -> Vec<u32> {
            let one = |i: u64| (low + (start + i * 7_919) % range) as u32;
            (0..count).map(one).collect()
        };
        Self {
            source: with_source.then(|| Input::row(&ids(11, 24))),
            ids: ids(3, 20),
        }
    }
}

/// Whether the model's rotations change with the length of the text, so that
/// a longer text or a longer neighbour gives other numbers by definition.
pub(crate) fn follows_length(model: &Model, length: usize) -> bool {
    let layers = model.blueprint().genome.writer().layers.iter();
    layers
        .filter_map(|layer| layer.attention()?.rotary.as_ref())
        .any(|rotary| match rotary.scaling {
            RotaryScaling::Dynamic { original, .. }
            | RotaryScaling::LongRope { original, .. }
            | RotaryScaling::Steps {
                original,
                stepped: true,
                ..
            } => length as u64 > original,
            RotaryScaling::None
            | RotaryScaling::Linear { .. }
            | RotaryScaling::Ntk { .. }
            | RotaryScaling::Steps { stepped: false, .. }
            | RotaryScaling::Yarn { .. }
            | RotaryScaling::Llama3 { .. } => false,
        })
}

/// Why such a model is not asked.
const FOLLOWS_LENGTH: &str = "its rotations change with the length, by definition";

/// The answers at each position to one row, from an empty memory.
fn ask(model: &Model, source: Option<&Input>, ids: &[u32]) -> Result<Vec<Vec<f32>>, LoadError> {
    rows(&model.forward(&Input::row(ids), &mut model.memory(source)?)?)
}

/// `[1, s, v]` as rows.
fn rows(answer: &Tensor) -> Result<Vec<Vec<f32>>, LoadError> {
    Ok(answer.narrow(0, 0, 1)?.squeeze(0)?.to_vec2()?)
}

/// The largest difference between two rows, in units of the spread; NaN is
/// infinitely far.
pub(crate) fn apart(a: &[f32], b: &[f32], spread: f64) -> f64 {
    let far = a.iter().zip(b).map(|(a, b)| f64::from((a - b).abs()));
    far.fold(0.0, |far: f64, d| {
        if d.is_nan() {
            f64::INFINITY
        } else {
            far.max(d)
        }
    }) / spread
}

/// The standard deviation of all numbers; never zero.
pub(crate) fn spread(rows: &[Vec<f32>]) -> f64 {
    let numbers = || rows.iter().flatten().map(|n| f64::from(*n));
    let count = numbers().count().max(1) as f64;
    let mean = numbers().sum::<f64>() / count;
    let variance = numbers().map(|n| (n - mean).powi(2)).sum::<f64>() / count;
    variance.sqrt().max(f64::MIN_POSITIVE)
}

#[cfg(test)]
mod tests {
    use super::LAWS;

    #[test]
    fn laws_stand_in_the_ladders_order() {
        assert!(LAWS.is_sorted_by(|a, b| a.check < b.check));
    }
}
