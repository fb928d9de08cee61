//! Our own run in single precision on the processor, which other number
//! formats and other devices are judged by. In bfloat16 a mistake as small as
//! a norm's epsilon cannot be told from rounding, so the run itself is what
//! the record judges.

use super::Case;
use crate::law::{Probe, spread};
use crate::score::log_softmax;
use crate::{LoadError, Model, Tolerance};
use arbor_genome::gene::Head;
use std::fmt;

/// The answers of our own run.
#[derive(Clone, Debug)]
pub struct OwnRun {
    answers: Vec<Vec<Vec<f32>>>,
    spread: f64,
    variance: f64,
    /// Whether an answer is a word's probability.
    words: bool,
}

/// How far a run lies from our own.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Apart {
    /// The largest difference, in units of the spread.
    pub far: f64,
    /// The mean squared difference, in units of the variance.
    pub nmse: f64,
    /// The mean divergence of a position's words, in nats.
    pub kl: f64,
    /// The largest margin, in units of the spread, by which a word led where
    /// the run puts another first.
    pub missed: f64,
}

impl OwnRun {
    /// Asks a model every case.
    ///
    /// # Errors
    /// Any error of [`Model::forward`].
    pub fn of(model: &Model, cases: &[Case]) -> Result<Self, LoadError> {
        let answers = cases.iter().map(|case| answers(case, model));
        let answers = answers.collect::<Result<Vec<_>, _>>()?;
        let all: Vec<Vec<f32>> = answers.iter().flatten().cloned().collect();
        let spread = spread(&all);
        Ok(Self {
            answers,
            spread,
            variance: spread * spread,
            words: matches!(model.blueprint().genome.head, Head::Vocabulary { .. }),
        })
    }

    /// How far another run of the same cases lies from this one.
    ///
    /// # Errors
    /// Any error of [`Model::forward`], and [`LoadError::Input`] for answers
    /// of another shape.
    pub fn apart(&self, model: &Model, cases: &[Case]) -> Result<Apart, LoadError> {
        let mut sum = Sum::default();
        for (case, own) in cases.iter().zip(&self.answers) {
            let got = answers(case, model)?;
            let fits =
                got.len() == own.len() && got.iter().zip(own).all(|(a, b)| a.len() == b.len());
            if !fits {
                let name = &case.name;
                let reason = format!("the answer to `{name}` has another shape than our own");
                return Err(LoadError::Input(reason));
            }
            for (got, own) in got.iter().zip(own) {
                sum.add(got, own, self.words);
            }
        }
        Ok(Apart {
            far: sum.far / self.spread,
            nmse: sum.squares / sum.numbers.max(1.0) / self.variance,
            kl: sum.kl / sum.positions.max(1.0),
            missed: sum.missed / self.spread,
        })
    }
}

/// The rows of an answer at positions that hold tokens.
fn answers(case: &Case, model: &Model) -> Result<Vec<Vec<f32>>, LoadError> {
    let answer = case.ask(model)?;
    let width = answer.dim(2)?;
    let rows: Vec<Vec<f32>> = answer.reshape(((), width))?.to_vec2()?;
    let asked = case.target.as_ref().unwrap_or(&case.input);
    let real: Vec<bool> = asked.mask.iter().flatten().copied().collect();
    let rows = rows.into_iter().enumerate();
    let rows = rows.filter(|(at, _)| real.get(*at).copied().unwrap_or(true));
    Ok(rows.map(|(_, row)| row).collect())
}

#[derive(Default)]
struct Sum {
    far: f64,
    squares: f64,
    numbers: f64,
    kl: f64,
    positions: f64,
    missed: f64,
}

impl Sum {
    fn add(&mut self, got: &[f32], own: &[f32], words: bool) {
        for (a, b) in got.iter().zip(own) {
            let d = f64::from(a - b).abs();
            // A NaN is infinitely far.
            let d = if d.is_nan() { f64::INFINITY } else { d };
            self.far = self.far.max(d);
            self.squares += d * d;
        }
        self.numbers += own.len() as f64;
        self.positions += 1.0;
        if !words {
            return;
        }
        let (p, q) = (log_softmax(own), log_softmax(got));
        // A word that cannot come adds nothing.
        let pairs = p.iter().zip(&q).filter(|(p, _)| p.exp() > 0.0);
        let terms = pairs.map(|(p, q)| p.exp() * (p - q));
        let kl: f64 = terms.sum();
        self.kl += if kl.is_nan() {
            f64::INFINITY
        } else {
            kl.max(0.0)
        };
        let (first, other) = (top(own), top(got));
        if let (Some(first), Some(other)) = (own.get(first), own.get(other)) {
            self.missed = self.missed.max(f64::from(first - other));
        }
    }
}

/// Where the largest number stands, the first of equals.
fn top(row: &[f32]) -> usize {
    let larger = |best: usize, at: usize| if row[at] > row[best] { at } else { best };
    (0..row.len()).fold(0, larger)
}

impl Apart {
    /// Whether honest computations in these numbers differ by as much.
    #[must_use]
    pub fn is_within(&self, tolerance: &Tolerance) -> bool {
        self.over(tolerance) <= 1.0
    }

    /// The largest share of its limit that any figure takes.
    #[must_use]
    pub fn over(&self, tolerance: &Tolerance) -> f64 {
        [
            self.far / tolerance.far,
            self.nmse / tolerance.nmse,
            self.kl / tolerance.kl,
            self.missed / tolerance.margin,
        ]
        .into_iter()
        .fold(0.0, |most, share| {
            // Infinity over an infinite limit is no share.
            let share = if share.is_nan() { f64::INFINITY } else { share };
            most.max(share)
        })
    }
}

impl fmt::Display for Apart {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            far,
            nmse,
            kl,
            missed,
        } = self;
        write!(f, "squares {nmse:.1e}, divergence {kl:.1e}, ")?;
        if *missed > 0.0 {
            write!(f, "another word first by a margin of {missed:.1e}, ")?;
        } else {
            f.write_str("the same words first, ")?;
        }
        write!(f, "largest {far:.1e}")
    }
}

impl Probe {
    /// The probe as a case without a recorded answer.
    #[must_use]
    pub fn as_case(&self) -> Case {
        let ids = crate::Input::row(&self.ids);
        let (input, target) = match &self.source {
            Some(source) => (source.clone(), Some(ids)),
            None => (ids, None),
        };
        Case {
            name: "probe".to_owned(),
            input,
            target,
            answer: Vec::new(),
            width: 0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::DType;

    fn sum(got: &[f32], own: &[f32]) -> Sum {
        let mut sum = Sum::default();
        sum.add(got, own, true);
        sum
    }

    #[test]
    fn what_is_no_number_is_infinitely_far() {
        let own = [1.0, 2.0, 3.0];
        for got in [
            [1.0, f32::NAN, 3.0],
            [f32::INFINITY, 2.0, 3.0],
            [f32::NAN; 3],
        ] {
            let sum = sum(&got, &own);
            assert!(
                sum.far.is_infinite() && sum.squares.is_infinite(),
                "{got:?}"
            );
            let apart = Apart {
                far: sum.far,
                nmse: sum.squares,
                kl: sum.kl,
                missed: sum.missed,
            };
            for dtype in [DType::F32, DType::F16, DType::BF16] {
                assert!(
                    !apart.is_within(&Tolerance::of(dtype, true)),
                    "{got:?} {dtype:?}"
                );
            }
        }
    }

    #[test]
    fn equal_answers_are_not_apart_and_a_lost_lead_is() {
        let own = [0.0, 2.0, 1.5];
        let same = sum(&own, &own);
        assert_eq!(
            (same.far, same.squares, same.kl, same.missed),
            (0.0, 0.0, 0.0, 0.0)
        );
        // ln of e⁰ + e² + e^1.5 = 2.5546; the divergence by hand.
        let other = sum(&[0.0, 1.5, 2.0], &own);
        assert!((other.missed - 0.5).abs() < 1e-12);
        let of = |x: f64| (x - (1.0 + 2_f64.exp() + 1.5_f64.exp()).ln()).exp();
        let wanted = 0.5 * (of(2.0) - of(1.5));
        assert!((other.kl - wanted).abs() < 1e-12, "{} {wanted}", other.kl);
    }

    #[test]
    fn a_coarser_format_is_allowed_no_less() {
        for routed in [false, true] {
            let [f32, f16, bf16] =
                [DType::F32, DType::F16, DType::BF16].map(|dtype| Tolerance::of(dtype, routed));
            for (fine, coarse) in [(f32, f16), (f16, bf16)] {
                assert!(fine.nmse <= coarse.nmse && fine.kl <= coarse.kl);
                assert!(fine.same <= coarse.same && fine.leak <= coarse.leak);
                assert!(coarse.leak < coarse.other);
            }
        }
    }
}
