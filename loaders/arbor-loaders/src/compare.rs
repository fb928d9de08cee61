//! The `reference` rung: a model against recorded answers and, in other
//! numbers or on another device, against our own run. What is recorded judges
//! that run; the run judges the other.

use crate::law::{Finding, Probe};
use crate::reference::{Agreement, Case, OwnRun, Reference};
use crate::{LoadError, Model, Seat, Tensor};
use arbor_model::Outcome;
use std::path::Path;

/// What the rung found, and whether it is the numbers that differ.
pub(crate) struct Compared {
    pub(crate) finding: Finding,
    pub(crate) drifted: bool,
}

impl Compared {
    pub(crate) fn skip(reason: impl Into<String>) -> Self {
        Self {
            finding: Finding::skip(reason),
            drifted: false,
        }
    }

    fn judged(figure: f64, agreement: Agreement, detail: String) -> Self {
        match agreement {
            Agreement::Same => Self {
                finding: Finding::pass(figure, detail),
                drifted: false,
            },
            Agreement::Suspect => Self {
                finding: Finding::fail(
                    figure,
                    format!("suspect: {detail}; honest computations differ by less"),
                ),
                drifted: true,
            },
            Agreement::Different => Self {
                finding: Finding::fail(figure, detail),
                drifted: true,
            },
        }
    }
}

/// The largest distance from recorded answers, and of which case.
pub(crate) struct Far {
    distance: f64,
    case: String,
}

/// A model's largest distance from recorded answers.
pub(crate) fn far_from(model: &Model, reference: &Reference) -> Result<Far, LoadError> {
    far_by(reference, |case| case.ask(model))
}

/// The largest distance of whatever answers.
pub(crate) fn far_by(
    reference: &Reference,
    ask: impl Fn(&Case) -> Result<Tensor, LoadError>,
) -> Result<Far, LoadError> {
    let mut worst = Far {
        distance: 0.0,
        case: String::new(),
    };
    for case in &reference.cases {
        let answer = ask(case).and_then(|answer| case.distance(&answer));
        let named = |error| LoadError::Input(format!("{}: {error}", case.name));
        let distance = answer.map_err(named)? / reference.spread;
        if distance >= worst.distance {
            worst = Far {
                distance,
                case: case.name.clone(),
            };
        }
    }
    Ok(worst)
}

impl Far {
    /// By the acceptance rule.
    pub(crate) fn judged(&self, reference: &Reference) -> Compared {
        let agreement = reference.judge(self.distance);
        Compared::judged(self.distance, agreement, self.detail(reference))
    }

    fn detail(&self, reference: &Reference) -> String {
        let limit = reference.limit();
        format!(
            "case `{}` against {}, limit {limit:.1e}",
            self.case, reference.origin
        )
    }
}

/// Our own run, where the examination is another one.
pub(crate) struct Own {
    cases: Vec<Case>,
    run: OwnRun,
    /// How it compares with the record.
    far: Option<Far>,
}

/// Makes our own run in single precision on the processor, unless that is
/// what is examined. It is let go before the other is loaded.
pub(crate) fn own_run(
    folder: &Path,
    reference: Option<&Reference>,
    seat: &Seat,
) -> Result<Option<Own>, LoadError> {
    if seat.is_plain() {
        return Ok(None);
    }
    let plain = Seat::plain().reading(seat.pickles());
    let model = Model::load_on(folder, &plain)?;
    let cases = match reference {
        Some(reference) => reference.cases.clone(),
        None => vec![Probe::of(&model.blueprint().genome).as_case()],
    };
    Ok(Some(Own {
        run: OwnRun::of(&model, &cases)?,
        far: reference.map(|known| far_from(&model, known)).transpose()?,
        cases,
    }))
}

impl Own {
    /// Compares another run with ours. Without a record it can fail, but it
    /// proves nothing.
    pub(crate) fn compare(
        &self,
        model: &Model,
        reference: Option<&Reference>,
    ) -> Result<Compared, LoadError> {
        let apart = self.run.apart(model, &self.cases)?;
        let over = apart.over(&model.tolerance());
        let agreement = if over <= 1.0 {
            Agreement::Same
        } else if over <= 10.0 {
            Agreement::Suspect
        } else {
            Agreement::Different
        };
        let dtype = model.dtype().as_str();
        let against = format!("{dtype} against our own run in f32 on the processor: {apart}");
        let own = Compared::judged(apart.nmse, agreement, against.clone());
        let (Some(far), Some(reference)) = (&self.far, reference) else {
            return Ok(if own.drifted {
                own
            } else {
                Compared::skip(format!("no reference is known; {against}"))
            });
        };
        let plain = far.judged(reference);
        if plain.finding.outcome != Outcome::Pass {
            return Ok(plain);
        }
        let recorded = format!("; that run {:.1e}, {}", far.distance, far.detail(reference));
        Ok(Compared {
            finding: Finding {
                detail: own.finding.detail + &recorded,
                ..own.finding
            },
            ..own
        })
    }
}
