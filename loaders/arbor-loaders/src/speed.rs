//! How fast a model reads and writes: recorded, never judged.

use crate::law::Probe;
use crate::{Input, LoadError, Model};
use std::time::Instant;

/// Tokens read in one pass.
const PREFILL: [usize; 2] = [128, 512];
/// Tokens written one by one after the shorter of them.
const DECODE: usize = 64;

/// Tokens a second of one pass over the probe; the same with the steps' rate
/// and the memory in words, and the rates of long texts where they are wanted.
pub(crate) fn said(model: &Model, probe: &Probe, long: bool) -> Result<(f64, String), LoadError> {
    let pass = rate(model, probe, &probe.ids, 0)?;
    let mut said = "tokens a second in one pass".to_owned();
    if is_causal(model) {
        let half = probe.ids.len() / 2;
        let steps = rate(model, probe, &probe.ids[..half], probe.ids.len() - half)?;
        said += &format!(", {steps:.0} step by step");
    }
    if let Some(bytes) = peak_memory() {
        said += &format!("; {} MB of memory at most", bytes.div_ceil(1_000_000));
    }
    if long {
        said += &format!("; {}", of_long_texts(model, probe)?);
    }
    Ok((pass, said))
}

fn is_causal(model: &Model) -> bool {
    model.blueprint().genome.writer().mask == arbor_model::Mask::Causal
}

/// The most bytes this process had in memory, where the system tells.
fn peak_memory() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let peak = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kilobytes: u64 = peak.trim().strip_suffix("kB")?.trim().parse().ok()?;
    kilobytes.checked_mul(1024)
}

/// The rates of long passes and of steps, in words; what is longer than the
/// model's texts is left out.
fn of_long_texts(model: &Model, probe: &Probe) -> Result<String, LoadError> {
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
    if is_causal(model) && (PREFILL[0] + DECODE) as u64 <= room {
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
