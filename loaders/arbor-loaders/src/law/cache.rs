//! Step by step equals one pass: what is remembered is enough, and right.

use super::{FOLLOWS_LENGTH, Finding, Probe, apart, ask, follows_length, rows, spread};
use crate::{Input, LoadError, Model};
use arbor_model::Mask;

pub(super) fn test(model: &Model, probe: &Probe) -> Result<Finding, LoadError> {
    let stack = model.blueprint().genome.writer();
    if stack.mask != Mask::Causal {
        return Ok(Finding::skip(
            "only a causal stack goes on from what it remembers",
        ));
    }
    if follows_length(model, probe.ids.len()) {
        return Ok(Finding::skip(FOLLOWS_LENGTH));
    }
    // A recurrence adds up in another order when it is cut into steps.
    let recurs = stack.layers.iter().any(|layer| layer.attention().is_none());
    let same = model.tolerance().same;
    let limit = if recurs { 5.0 * same } else { same };
    let source = probe.source.as_ref();
    let whole = ask(model, source, &probe.ids)?;
    let spread = spread(&whole);
    let mut memory = model.memory(source)?;
    let (first, rest) = probe.ids.split_at(probe.ids.len() / 4);
    let mut pieces = rows(&model.forward(&Input::row(first), &mut memory)?)?;
    for id in rest {
        pieces.extend(rows(&model.forward(&Input::row(&[*id]), &mut memory)?)?);
    }
    let far = whole
        .iter()
        .zip(&pieces)
        .map(|(a, b)| apart(a, b, spread))
        .fold(0.0, f64::max);
    Ok(Finding::within(
        far,
        limit,
        format!("{} steps against one pass", rest.len() + 1),
    ))
}
