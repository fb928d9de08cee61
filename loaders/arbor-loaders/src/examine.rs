//! Examining a checkpoint: the ladder of checks, from its files to its
//! numbers. A bad model is a verdict, not an error; nothing here panics or
//! stops at the first fault that leaves something to look at.

use crate::law::{Finding, LAWS, Probe};
use crate::reference::{Agreement, Reference};
use crate::text::{self, Tokenizer};
use crate::{DType, Device, Input, LoadError, Marks, Model};
use arbor_genome::Stacks;
use arbor_model::{Check, CheckRecord, Mask, Outcome, Text, Verdict};
use std::path::Path;
use std::time::Instant;

/// What an examination found.
#[derive(Clone, Debug, PartialEq)]
pub struct Examination {
    /// How it ended.
    pub verdict: Verdict,
    /// Every check in the order of the ladder, each once.
    pub checks: Vec<CheckRecord>,
    /// The configuration's `model_type`, where it could be read.
    pub model_type: Option<&'static str>,
}

/// Examines the checkpoint of a folder in single precision on the CPU.
///
/// `reference` is compared with; without one, the file beside the checkpoint
/// is, where there is one.
#[must_use]
pub fn examine(folder: &Path, reference: Option<&Path>) -> Examination {
    let mut ladder = Ladder::default();
    ladder.skip(
        Check::Files,
        "a folder has no manifest to hold its files against",
    );
    let model = match Model::load(folder, DType::F32, &Device::Cpu) {
        Ok(model) => model,
        Err(error) => return ladder.unloadable(&error),
    };
    ladder.loaded(&model);
    let beside = Reference::beside(folder);
    let reference = reference.or(beside.as_deref()).map(Reference::read);
    let known = reference.as_ref().and_then(|read| read.as_ref().ok());
    let tokenizer = Tokenizer::beside(folder);
    let finding = text::check(&tokenizer, &model, known);
    ladder.add(Check::Tokenizer, &finding);
    let genome = &model.blueprint().genome;
    let pair = matches!(genome.stacks, Stacks::Pair { .. });
    let probe = Probe::spread_over(genome.embedding().vocabulary(), pair);
    for law in LAWS {
        match (law.test)(&model, &probe) {
            Ok(finding) => ladder.add(law.check, &finding),
            Err(error) => ladder.fail(law.check, error.to_string()),
        }
    }
    match &reference {
        Some(Ok(reference)) => ladder.compare(&model, reference),
        Some(Err(error)) => ladder.skip(Check::Reference, &error.to_string()),
        None => ladder.skip(
            Check::Reference,
            "no reference is known for this checkpoint",
        ),
    }
    let tokenizer = tokenizer.ok().flatten();
    match text::plausible(tokenizer.as_ref(), &Marks::of(folder), &model) {
        Ok(finding) => ladder.add(Check::Plausible, &finding),
        Err(error) => ladder.fail(Check::Plausible, error.to_string()),
    }
    ladder.speed(&model, &probe);
    ladder.end(Some(genome.model_type))
}

#[derive(Default)]
struct Ladder {
    checks: Vec<CheckRecord>,
    drifted: bool,
}

impl Ladder {
    fn record(&mut self, check: Check, outcome: Outcome, figure: Option<f64>, detail: &str) {
        let figure = figure.filter(|figure| figure.is_finite());
        self.checks.push(CheckRecord {
            check,
            outcome,
            figure,
            detail: readable(detail),
        });
    }

    fn add(&mut self, check: Check, finding: &Finding) {
        self.record(check, finding.outcome, finding.figure, &finding.detail);
    }

    fn skip(&mut self, check: Check, reason: &str) {
        self.record(check, Outcome::Skip, None, reason);
    }

    fn fail(&mut self, check: Check, reason: impl AsRef<str>) {
        self.record(check, Outcome::Fail, None, reason.as_ref());
    }

    /// The rung at which loading stopped, and the ones above it.
    fn unloadable(mut self, error: &LoadError) -> Examination {
        let at = match error {
            LoadError::Io { .. }
            | LoadError::TooLarge { .. }
            | LoadError::NoWeights(_)
            | LoadError::Pickle(_)
            | LoadError::Place { .. }
            | LoadError::Index { .. }
            | LoadError::Header { .. }
            | LoadError::Vectors { .. } => Check::Header,
            LoadError::Config(_)
            | LoadError::Missing { .. }
            | LoadError::Surplus { .. }
            | LoadError::Twice(_)
            | LoadError::Shape { .. }
            | LoadError::Dtype { .. }
            | LoadError::Tokenizer { .. }
            | LoadError::Input(_)
            | LoadError::Gene(_)
            | LoadError::Tensor(_) => Check::Load,
            LoadError::NotFinite { .. } => Check::Finite,
        };
        for check in Check::ALL
            .iter()
            .copied()
            .filter(|check| *check > Check::Files)
        {
            if check == at {
                self.fail(check, error.to_string());
            } else {
                self.skip(check, "it could not be loaded");
            }
        }
        let verdict = if at == Check::Finite {
            Verdict::Broken
        } else {
            Verdict::Unloadable
        };
        Examination {
            verdict,
            checks: self.checks,
            model_type: None,
        }
    }

    fn loaded(&mut self, model: &Model) {
        let (weights, inventory) = (model.weights(), &model.blueprint().inventory);
        let bytes = weights.bytes() as f64;
        let remark = weights.remark().map(|remark| format!("; {remark}"));
        let detail = format!(
            "bytes of well-formed safetensors{}",
            remark.unwrap_or_default()
        );
        self.record(Check::Header, Outcome::Pass, Some(bytes), &detail);
        let unused: u64 = weights.unused().iter().map(|unused| unused.elements).sum();
        let named = match weights.unused().first() {
            Some(first) => format!(
                "; left out {unused} elements of {} tensors, the first `{}`: {}",
                weights.unused().len(),
                first.tensor,
                first.reason
            ),
            None => String::new(),
        };
        // What may be left out and is counts on neither side; buffers are
        // stored and never learned.
        let (mut absent, mut buffers) = (0, 0);
        for (name, spec) in inventory.tensors() {
            match (weights.holds(name), spec.learned) {
                (false, true) => absent += spec.shape.elements(),
                (true, false) => buffers += spec.shape.elements(),
                (false, false) | (true, true) => {}
            }
        }
        let stored = weights.elements().saturating_sub(unused + buffers);
        let wanted = inventory.total().saturating_sub(absent);
        let mut detail = format!("{stored} learned in the file, {wanted} by the genome{named}");
        for (count, what) in [
            (buffers, "of buffers besides"),
            (absent, "that may be left out are"),
        ] {
            if count > 0 {
                detail += &format!("; {count} {what}");
            }
        }
        let apart = stored.abs_diff(wanted);
        let outcome = if apart == 0 {
            Outcome::Pass
        } else {
            Outcome::Fail
        };
        self.record(Check::Parameters, outcome, Some(apart as f64), &detail);
        let count = inventory.tensors().len();
        self.record(
            Check::Load,
            Outcome::Pass,
            Some(count as f64),
            "tensors, each in its place",
        );
    }

    fn compare(&mut self, model: &Model, reference: &Reference) {
        let mut worst = (0.0, "");
        for case in &reference.cases {
            let distance = case.ask(model).and_then(|answer| case.distance(&answer));
            match distance {
                Ok(far) if far / reference.spread >= worst.0 => {
                    worst = (far / reference.spread, case.name.as_str());
                }
                Ok(_) => {}
                Err(error) => {
                    return self.fail(Check::Reference, format!("{}: {error}", case.name));
                }
            }
        }
        let (far, case) = worst;
        let limit = reference.limit();
        let detail = format!(
            "case `{case}` against {}, limit {limit:.1e}",
            reference.origin
        );
        match reference.judge(far) {
            Agreement::Same => self.record(Check::Reference, Outcome::Pass, Some(far), &detail),
            Agreement::Suspect => {
                self.drifted = true;
                let detail = format!("suspect: {detail}; honest computations differ by less");
                self.record(Check::Reference, Outcome::Fail, Some(far), &detail);
            }
            Agreement::Different => {
                self.drifted = true;
                self.record(Check::Reference, Outcome::Fail, Some(far), &detail);
            }
        }
    }

    /// Tokens a second of one pass over the probe and step by step, and the
    /// peak of memory so far: recorded, never judged.
    fn speed(&mut self, model: &Model, probe: &Probe) {
        let rates = pace(model, probe).and_then(|pass| {
            let causal = model.blueprint().genome.writer().mask == Mask::Causal;
            Ok((pass, causal.then(|| steps(model, probe)).transpose()?))
        });
        match rates {
            Ok((pass, steps)) => {
                let mut detail = "tokens a second in one pass".to_owned();
                if let Some(rate) = steps {
                    detail += &format!(", {rate:.0} step by step");
                }
                if let Some(bytes) = peak_memory() {
                    detail += &format!("; {} MB of memory at most", bytes.div_ceil(1_000_000));
                }
                self.record(Check::Speed, Outcome::Pass, Some(pass), &detail);
            }
            Err(error) => self.fail(Check::Speed, error.to_string()),
        }
    }

    fn end(self, model_type: Option<&'static str>) -> Examination {
        let failed = |of: &CheckRecord| of.outcome == Outcome::Fail;
        let lawless = self
            .checks
            .iter()
            .any(|c| failed(c) && c.check != Check::Reference);
        let reference = self.checks.iter().find(|c| c.check == Check::Reference);
        let verdict = if lawless {
            Verdict::Broken
        } else {
            match reference.map(|check| check.outcome) {
                Some(Outcome::Pass) => Verdict::Verified,
                Some(Outcome::Fail) if self.drifted => Verdict::Drifted,
                Some(Outcome::Fail) => Verdict::Broken,
                Some(Outcome::Skip) | None => Verdict::Sound,
            }
        };
        Examination {
            verdict,
            checks: self.checks,
            model_type,
        }
    }
}

/// A detail that may hold hostile names, as a bounded line.
fn readable(detail: &str) -> Option<Text> {
    let line: String = detail
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect();
    let short: String = line.trim().chars().take(1_000).collect();
    Text::new(short.trim()).ok()
}

/// Tokens a second of one pass over the probe.
fn pace(model: &Model, probe: &Probe) -> Result<f64, LoadError> {
    let mut memory = model.memory(probe.source.as_ref())?;
    let began = Instant::now();
    model.forward(&Input::row(&probe.ids), &mut memory)?;
    Ok(probe.ids.len() as f64 / began.elapsed().as_secs_f64().max(1e-9))
}

/// Tokens a second of steps that go on from the first tokens.
fn steps(model: &Model, probe: &Probe) -> Result<f64, LoadError> {
    let mut memory = model.memory(probe.source.as_ref())?;
    let (first, rest) = probe.ids.split_at(probe.ids.len() / 2);
    model.forward(&Input::row(first), &mut memory)?;
    let began = Instant::now();
    for id in rest {
        model.forward(&Input::row(&[*id]), &mut memory)?;
    }
    Ok(rest.len() as f64 / began.elapsed().as_secs_f64().max(1e-9))
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
