//! Answers are numbers: no infinities, no NaN, and not all the same.

use super::{Finding, Probe, ask, spread};
use crate::{LoadError, Model};

pub(super) fn test(model: &Model, probe: &Probe) -> Result<Finding, LoadError> {
    let answers = ask(model, probe.source.as_ref(), &probe.ids)?;
    let broken = answers.iter().flatten().filter(|n| !n.is_finite()).count();
    if broken > 0 {
        let all = answers.iter().flatten().count();
        return Ok(Finding::fail(
            broken as f64,
            format!("{broken} of {all} numbers are not finite"),
        ));
    }
    let spread = spread(&answers);
    if spread < 1e-12 {
        return Ok(Finding::fail(spread, "every answer is the same number"));
    }
    Ok(Finding::pass(
        spread,
        "the standard deviation of all answers",
    ))
}
