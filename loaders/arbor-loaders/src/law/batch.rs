//! A row in a batch, padded or not, equals the row alone.

use super::{FOLLOWS_LENGTH, Finding, Probe, apart, ask, follows_length, rows, spread};
use crate::{Input, LoadError, Model};

pub(super) fn test(model: &Model, probe: &Probe) -> Result<Finding, LoadError> {
    if probe.source.is_some() {
        return of_sources(model, probe);
    }
    if follows_length(model, probe.ids.len() + 4) {
        return Ok(Finding::skip(FOLLOWS_LENGTH));
    }
    let alone = ask(model, None, &probe.ids)?;
    let spread = spread(&alone);
    let mut longer = probe.ids.clone();
    longer.reverse();
    longer.extend_from_slice(&probe.ids[..4]);
    let mut padded = probe.ids.clone();
    padded.resize(longer.len(), 0);
    let real = |count: usize| (0..longer.len()).map(|at| at < count).collect();
    let batch = Input {
        mask: vec![real(probe.ids.len()), real(longer.len())],
        ids: vec![padded, longer.clone()],
        ..Input::default()
    };
    let together = rows(&model.forward(&batch, &mut model.memory(None)?)?)?;
    let far = alone
        .iter()
        .zip(&together)
        .map(|(a, b)| apart(a, b, spread))
        .fold(0.0, f64::max);
    Ok(Finding::within(
        far,
        model.tolerance().same,
        "a padded row beside a longer one",
    ))
}

/// The same of an encoder's sources.
fn of_sources(model: &Model, probe: &Probe) -> Result<Finding, LoadError> {
    let Some(source) = &probe.source else {
        return Ok(Finding::skip("there is no source"));
    };
    let alone = ask(model, Some(source), &probe.ids)?;
    let spread = spread(&alone);
    let mut longer = source.ids[0].clone();
    longer.reverse();
    longer.extend_from_slice(&source.ids[0][..4]);
    let mut padded = source.ids[0].clone();
    padded.resize(longer.len(), 0);
    let real = |count: usize| (0..longer.len()).map(|at| at < count).collect();
    let sources = Input {
        mask: vec![real(source.ids[0].len()), real(longer.len())],
        ids: vec![padded, longer.clone()],
        ..Input::default()
    };
    let targets = Input {
        ids: vec![probe.ids.clone(), probe.ids.clone()],
        ..Input::default()
    };
    let together = rows(&model.forward(&targets, &mut model.memory(Some(&sources))?)?)?;
    let far = alone
        .iter()
        .zip(&together)
        .map(|(a, b)| apart(a, b, spread))
        .fold(0.0, f64::max);
    Ok(Finding::within(
        far,
        model.tolerance().same,
        "a padded source beside a longer one",
    ))
}
