//! How a model's numbers are held against published ones, and what comes of
//! it.
//!
//! Published numbers have four decimals and were computed elsewhere. In
//! single precision a number passes within the larger of the source's own
//! tolerance and 2·10⁻⁴, plus a ten-thousandth of itself; up to 10⁻³ it is
//! loose, which confirms nothing and refutes nothing: the two common forms of
//! GELU differ by 3·10⁻³. A token passes if it is the likeliest or within
//! 2·10⁻³ of it.

use super::answer::{Said, answer, worst};
use super::ask::{Misfit, class_fits};
use super::{Quantity, Row, Tell, Tier, Tolerance};
use crate::text::Tokenizer;
use crate::{DType, Model};
use arbor_model::{CheckRecord, Outcome};

arbor_model::words! {
    /// How a model stands to a published value.
    Standing: "standing" {
        /// Another number or another token.
        Fail = "fail",
        /// Near, and not near enough to say more.
        Loose = "loose",
        /// It cannot be asked here.
        NotComparable = "not-comparable",
        /// The same.
        Pass = "pass",
    }
}

/// A row held against a model.
#[derive(Clone, Debug, PartialEq)]
pub struct Compared {
    /// The row.
    pub id: String,
    /// What it can decide.
    pub tier: Tier,
    /// The outcome.
    pub standing: Standing,
    /// The largest distance from a published number, or the gap to a
    /// published token.
    pub far: Option<f64>,
    /// The largest share of what was allowed that a number took; above 1 it
    /// does not pass.
    pub share: Option<f64>,
    /// Why it cannot be compared, or what was said instead.
    pub detail: Option<String>,
    /// The address of the published value.
    pub source: String,
}

/// Less than this is not told apart from what the source rounded.
const ROUNDED: f64 = 2e-4;
/// More than this is another number.
const LOOSE: f64 = 1e-3;
/// A share of the number itself.
const SHARE: f64 = 1e-4;
/// Tokens nearer than this change places.
const TIE: f64 = 2e-3;
/// What numbers in half precision differ by from one accelerator to another.
const HALF: f64 = 0.15;

impl Tolerance {
    /// How far a number may be from this one; the second is for loose ones.
    fn around(self, published: f64) -> (f64, f64) {
        let floor = if self.half { HALF } else { ROUNDED };
        let near = self.absolute.max(floor) + self.relative.max(SHARE) * published.abs();
        (near, near.max(LOOSE))
    }

    const fn tie(self) -> f64 {
        if self.half { HALF } else { TIE }
    }
}

/// Holds a model in single precision against published values, each by
/// itself.
#[must_use]
pub fn compare(model: &Model, tokenizer: Option<&Tokenizer>, rows: &[Row]) -> Vec<Compared> {
    rows.iter().map(|row| one(model, tokenizer, row)).collect()
}

fn one(model: &Model, tokenizer: Option<&Tokenizer>, row: &Row) -> Compared {
    let said = precise(model)
        .and_then(|()| class_fits(row, model, needs_head(&row.tell)))
        .and_then(|()| answer(row, model, tokenizer));
    let blank = Compared {
        id: row.id.clone(),
        tier: row.tier,
        standing: Standing::NotComparable,
        far: None,
        share: None,
        detail: None,
        source: row.source.url(),
    };
    match said {
        Err(Misfit(reason)) => Compared {
            detail: Some(reason),
            ..blank
        },
        Ok(Said::Other(instead)) => Compared {
            standing: Standing::Fail,
            detail: Some(instead),
            ..blank
        },
        Ok(Said::Gap(gap)) => {
            let share = gap / row.tolerance.tie();
            Compared {
                standing: if share <= 1.0 {
                    Standing::Pass
                } else {
                    Standing::Fail
                },
                far: Some(gap),
                share: Some(share),
                ..blank
            }
        }
        Ok(Said::Pairs(pairs)) => {
            let far = |(ours, theirs): &(f64, f64)| (ours - theirs).abs();
            let share = |pair: &(f64, f64)| far(pair) / row.tolerance.around(pair.1).0;
            let beyond = |pair: &(f64, f64)| far(pair) / row.tolerance.around(pair.1).1;
            let share = worst(pairs.iter().map(share));
            let standing = if share <= 1.0 {
                Standing::Pass
            } else if worst(pairs.iter().map(beyond)) <= 1.0 {
                Standing::Loose
            } else {
                Standing::Fail
            };
            Compared {
                standing,
                far: Some(worst(pairs.iter().map(far))),
                share: Some(share),
                ..blank
            }
        }
    }
}

/// Published numbers are held against single precision only; other numbers
/// are judged by our own run in it.
fn precise(model: &Model) -> Result<(), Misfit> {
    let dtype = model.dtype();
    if matches!(dtype, DType::F32 | DType::F64) {
        return Ok(());
    }
    Err(Misfit(format!(
        "the model was run in {}, and published numbers are compared in f32",
        dtype.as_str()
    )))
}

/// Whether the head has a part in the answer.
const fn needs_head(tell: &Tell) -> bool {
    match tell {
        Tell::Numbers { of, .. } => matches!(of, Quantity::Logits),
        Tell::Embedding { .. } => false,
        Tell::Ids(_) | Tell::Loss(_) | Tell::Texts(_) | Tell::Tokens(_) | Tell::Top { .. } => true,
    }
}

/// What published values say to the `reference` rung.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Judgement {
    pub(crate) outcome: Outcome,
    pub(crate) figure: Option<f64>,
    pub(crate) detail: String,
}

/// What the rung says, with what a reference file said before, if there was
/// one. Rows of tier C are counted and decide nothing.
pub(crate) fn judged(before: Option<&CheckRecord>, compared: &[Compared]) -> Option<Judgement> {
    if compared.is_empty() {
        return None;
    }
    let decides = |row: &&Compared| match row.tier {
        Tier::Asserted | Tier::Tokenised => true,
        Tier::Told => false,
    };
    let count = |standing: Standing| {
        let all = compared.iter().filter(decides);
        all.filter(|row| row.standing == standing).count()
    };
    let worst_row = |standing: Standing| {
        let all = compared.iter().filter(decides);
        let all = all.filter(|row| row.standing == standing);
        all.max_by(|a, b| {
            let share = |row: &Compared| row.share.unwrap_or(f64::INFINITY);
            share(a).total_cmp(&share(b))
        })
    };
    let fails = worst_row(Standing::Fail);
    let (passed, loose) = (count(Standing::Pass), count(Standing::Loose));
    let told = compared.iter().filter(|row| !decides(row));
    let (agree, told) = (
        told.clone()
            .filter(|row| row.standing == Standing::Pass)
            .count(),
        told.filter(|row| row.standing != Standing::NotComparable)
            .count(),
    );
    let mut detail = format!(
        "published values: {passed} agree, {loose} loose, {} differ, {} not comparable",
        count(Standing::Fail),
        count(Standing::NotComparable)
    );
    let shown = fails.or_else(|| worst_row(Standing::Loose));
    let shown = shown.or_else(|| worst_row(Standing::Pass));
    if let Some(row) = shown {
        let share = row.share.filter(|share| share.is_finite());
        let share = share.map_or_else(
            || row.detail.clone().unwrap_or_default(),
            |share| format!("{share:.2} of what is allowed"),
        );
        detail += &format!("; the farthest is `{}`, {share}: {}", row.id, row.source);
    }
    if told > 0 {
        detail += &format!("; {agree} of {told} others agree, which decide nothing");
    }
    let ours = if fails.is_some() {
        Outcome::Fail
    } else if passed > 0 && loose == 0 {
        Outcome::Pass
    } else {
        Outcome::Skip
    };
    let before = before.filter(|record| record.outcome != Outcome::Skip);
    Some(match before {
        None => Judgement {
            outcome: ours,
            figure: shown.and_then(|row| row.far),
            detail,
        },
        Some(record) => Judgement {
            outcome: match (record.outcome, ours) {
                (Outcome::Fail, _) | (_, Outcome::Fail) => Outcome::Fail,
                // A reference file is the finer measure.
                (Outcome::Pass | Outcome::Skip, Outcome::Pass | Outcome::Skip) => record.outcome,
            },
            figure: record.figure,
            detail: match &record.detail {
                Some(before) => format!("{before}; {detail}"),
                None => detail,
            },
        },
    })
}
