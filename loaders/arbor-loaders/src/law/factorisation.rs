//! The law that makes a model autoregressive or autoencoding: what a position
//! conditions on, tested by changing what it may or must not see.
//!
//! Forward: a change at t moves no answer before t, and moves the next one.
//! Autoencoding: a change moves answers on both sides. With an encoder: every
//! source position reaches the first target position.

use super::{Finding, Probe, apart, ask, spread};
use crate::{LoadError, Model};
use arbor_model::Mask;

/// Another id than this one.
fn other(id: u32) -> u32 {
    if id == 7 { 8 } else { 7 }
}

pub(super) fn test(model: &Model, probe: &Probe) -> Result<Finding, LoadError> {
    let source = probe.source.as_ref();
    let before = ask(model, source, &probe.ids)?;
    let spread = spread(&before);
    let mask = model.blueprint().genome.writer().mask;
    let at = probe.ids.len() / 2;
    let mut changed = probe.ids.clone();
    changed[at] = other(changed[at]);
    let after = ask(model, source, &changed)?;
    let moved: Vec<f64> = before
        .iter()
        .zip(&after)
        .map(|(a, b)| apart(a, b, spread))
        .collect();
    match mask {
        Mask::Causal => {
            let leak = moved[..at].iter().copied().fold(0.0, f64::max);
            if leak > model.tolerance().leak {
                return Ok(Finding::fail(
                    leak,
                    format!("a change at position {at} moves earlier answers"),
                ));
            }
            if moved[at + 1] < model.tolerance().other {
                let detail = format!("a change at position {at} does not move the next answer");
                return Ok(Finding::fail(moved[at + 1], detail));
            }
        }
        Mask::Bidirectional => {
            let deaf = moved[at - 1].min(moved[at + 1]);
            if deaf < model.tolerance().other {
                let detail = format!("a change at position {at} does not move both neighbours");
                return Ok(Finding::fail(deaf, detail));
            }
        }
        Mask::Mixed | Mask::None | Mask::Prefix => {
            return Ok(Finding::skip(format!(
                "no law is written for the mask `{mask}`"
            )));
        }
    }
    let Some(source) = source else {
        return Ok(Finding::pass(
            moved[..at].iter().copied().fold(0.0, f64::max),
            detail(mask),
        ));
    };
    // An untied second question: does every end of the source matter?
    let mut weakest = f64::INFINITY;
    for place in [0, source.ids[0].len() - 1] {
        let mut another = source.clone();
        another.ids[0][place] = other(another.ids[0][place]);
        let after = ask(model, Some(&another), &probe.ids)?;
        let strongest = before.iter().zip(&after).map(|(a, b)| apart(a, b, spread));
        weakest = weakest.min(strongest.fold(0.0, f64::max));
    }
    if weakest < model.tolerance().other {
        return Ok(Finding::fail(
            weakest,
            "an end of the source moves no answer",
        ));
    }
    Ok(Finding::pass(
        weakest,
        "targets see the past and the whole source",
    ))
}

fn detail(mask: Mask) -> &'static str {
    match mask {
        Mask::Causal => "answers see the past and nothing after it",
        Mask::Bidirectional => "answers see both sides",
        Mask::Mixed | Mask::None | Mask::Prefix => "",
    }
}
