//! How fast a model reads and writes: recorded, never judged.

use crate::law::Probe;
use crate::{Input, LoadError, Model};
use std::time::Instant;

/// Tokens read in one pass.
const PREFILL: [usize; 2] = [128, 512];
/// Tokens written one by one after the shorter of them.
const DECODE: usize = 64;

/// Tokens a second of one pass over the probe.
pub(crate) fn of_probe(model: &Model, probe: &Probe) -> Result<f64, LoadError> {
    rate(model, probe, &probe.ids, 0)
}

/// The rates of long passes and of steps, in words; what is longer than the
/// model's texts is left out.
pub(crate) fn of_long_texts(model: &Model, probe: &Probe) -> Result<String, LoadError> {
    let genome = &model.blueprint().genome;
    let room = genome.context.unwrap_or(u64::MAX);
    let ids =
        |count: usize| -> Vec<u32> { probe.ids.iter().copied().cycle().take(count).collect() };
    let mut said = Vec::new();
    for count in PREFILL {
        if count as u64 <= room {
            // The first pass also makes what every later one finds made.
            rate(model, probe, &ids(count), 0)?;
            let best = rate(model, probe, &ids(count), 0)?.max(rate(model, probe, &ids(count), 0)?);
            said.push(format!("prefill {count}: {best:.1}/s"));
        }
    }
    let causal = genome.writer().mask == arbor_model::Mask::Causal;
    if causal && (PREFILL[0] + DECODE) as u64 <= room {
        let best = rate(model, probe, &ids(PREFILL[0]), DECODE)?;
        said.push(format!("decode {DECODE}: {best:.1}/s"));
    }
    Ok(said.join(", "))
}

/// Tokens a second: of the pass, or of the steps after it where there are
/// any. Work on a card is waited for.
fn rate(model: &Model, probe: &Probe, ids: &[u32], steps: usize) -> Result<f64, LoadError> {
    let mut memory = model.memory(probe.source.as_ref())?;
    let wait = |ids: &[u32], memory: &mut _| -> Result<(), LoadError> {
        let answer = model.forward(&Input::row(ids), memory)?;
        Ok(answer.device().synchronize()?)
    };
    let began = Instant::now();
    wait(ids, &mut memory)?;
    if steps == 0 {
        return Ok(ids.len() as f64 / began.elapsed().as_secs_f64().max(1e-9));
    }
    let began = Instant::now();
    for id in probe.ids.iter().cycle().take(steps) {
        wait(&[*id], &mut memory)?;
    }
    Ok(steps as f64 / began.elapsed().as_secs_f64().max(1e-9))
}
