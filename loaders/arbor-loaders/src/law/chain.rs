//! The chain rule: the log-probability of a text, scored in one pass, is the
//! sum of what the steps report.

use super::{FOLLOWS_LENGTH, Finding, Probe, ask, follows_length, rows};
use crate::score::log_softmax;
use crate::{Input, LoadError, Model};
use arbor_genome::Task;
use arbor_model::Mask;

pub(super) fn test(model: &Model, probe: &Probe) -> Result<Finding, LoadError> {
    let blueprint = model.blueprint();
    let speaks = matches!(blueprint.task, Task::Causal | Task::Seq2Seq);
    if !speaks || blueprint.genome.writer().mask != Mask::Causal {
        return Ok(Finding::skip(
            "only a model with a causal head has a chain rule",
        ));
    }
    if follows_length(model, probe.ids.len()) {
        return Ok(Finding::skip(FOLLOWS_LENGTH));
    }
    let source = probe.source.as_ref();
    let scored = ask(model, source, &probe.ids)?;
    let score = |row: &[f32], next: u32| {
        log_softmax(row)
            .get(next as usize)
            .copied()
            .unwrap_or(f64::NAN)
    };
    let whole: f64 = scored
        .iter()
        .zip(&probe.ids[1..])
        .map(|(row, next)| score(row, *next))
        .sum();
    let mut memory = model.memory(source)?;
    let mut steps = 0.0;
    for pair in probe.ids.windows(2) {
        let row = rows(&model.forward(&Input::row(&pair[..1]), &mut memory)?)?;
        steps += row.first().map_or(f64::NAN, |row| score(row, pair[1]));
    }
    let far = (whole - steps).abs() / (probe.ids.len() - 1) as f64;
    let far = if far.is_nan() { f64::INFINITY } else { far };
    Ok(Finding::within(
        far,
        model.tolerance().nats,
        format!("log-likelihood {whole:.4} against {steps:.4}"),
    ))
}
