//! Examining a checkpoint: the ladder of checks, from its files to its
//! numbers. A bad model is a verdict, not an error; nothing here panics or
//! stops at the first fault that leaves something to look at.

use crate::compare::{Compared, far_from, own_run};
use crate::elmo::{self, Elmo};
use crate::law::{Finding, LAWS, Probe};
use crate::published::{self, Judgement, Row};
use crate::reference::Reference;
use crate::text::{self, Tokenizer};
use crate::word2vec::{self, Files};
use crate::{DType, LoadError, Marks, Model, Seat, speed};
use arbor_model::{Check, CheckRecord, Outcome, Text, Verdict};
use std::fmt;
use std::path::Path;

/// What an examination found.
#[derive(Clone, Debug, PartialEq)]
pub struct Examination {
    /// How it ended.
    pub verdict: Verdict,
    /// Every check in the order of the ladder, each once.
    pub checks: Vec<CheckRecord>,
    /// The configuration's `model_type`, where it could be read.
    pub model_type: Option<&'static str>,
    /// How it stands to each published value of its repository.
    pub published: Vec<published::Compared>,
    /// The numbers it was examined in.
    pub dtype: &'static str,
}

/// What an examination is asked beside the folder.
#[derive(Clone, Copy, Debug, Default)]
pub struct Asked<'a> {
    /// What is compared with; without one, the file beside the checkpoint
    /// is, where there is one.
    pub reference: Option<&'a Path>,
    /// The values published for the repository that the checkpoint is from
    /// (`published::rows_of`), if that is known.
    pub published: &'a [Row],
    /// Whether long passes and steps are timed too.
    pub speeds: bool,
    /// Who is told of each check as it is made.
    pub heard: Heard<'a>,
}

/// Who is told of each check as it is made; one that is made anew is told
/// again. Nobody, where nothing is said.
#[derive(Clone, Copy, Default)]
pub struct Heard<'a>(Option<&'a dyn Fn(&CheckRecord)>);

impl<'a> Heard<'a> {
    /// Tells this function.
    #[must_use]
    pub const fn by(listener: &'a dyn Fn(&CheckRecord)) -> Self {
        Self(Some(listener))
    }
}

impl fmt::Debug for Heard<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let word = if self.0.is_some() { "Heard" } else { "Nobody" };
        f.write_str(word)
    }
}

/// Examines the checkpoint of a folder, or word vectors. In other numbers than single
/// precision, or elsewhere than on the processor, it is compared with our own
/// run there as well, and that one with the reference.
#[must_use]
pub fn examine(folder: &Path, asked: Asked<'_>, seat: &Seat) -> Examination {
    if let Some(files) = Files::at(folder) {
        return word2vec::examine(&files, asked);
    }
    if Elmo::is_at(folder) {
        return elmo::examine(folder, asked);
    }
    let mut ladder = Ladder {
        dtype: seat.dtype(DType::F32).as_str(),
        ..Ladder::single(asked.heard)
    };
    ladder.skip(
        Check::Files,
        "a folder has no manifest to hold its files against",
    );
    let beside = Reference::beside(folder);
    let reference = asked.reference.or(beside.as_deref()).map(Reference::read);
    let known = reference.as_ref().and_then(|read| read.as_ref().ok());
    let own = match own_run(folder, known, seat) {
        Ok(own) => own,
        Err(error) => return ladder.unloadable(&error),
    };
    let model = match Model::load_on(folder, seat) {
        Ok(model) => model,
        Err(error) => return ladder.unloadable(&error),
    };
    ladder.dtype = model.dtype().as_str();
    ladder.loaded(&model);
    let tokenizer = Tokenizer::beside(folder);
    let finding = text::check(folder, &tokenizer, &model, known);
    ladder.add(Check::Tokenizer, &finding);
    let genome = &model.blueprint().genome;
    let probe = Probe::of(genome);
    for law in LAWS {
        match (law.test)(&model, &probe) {
            Ok(finding) => ladder.add(law.check, &finding),
            Err(error) => ladder.fail(law.check, error.to_string()),
        }
    }
    let compared = match (&own, &reference) {
        (Some(own), _) => own.compare(&model, known),
        (None, Some(Ok(reference))) => far_from(&model, reference).map(|far| far.judged(reference)),
        (None, Some(Err(error))) => Ok(Compared::skip(error.to_string())),
        (None, None) => Ok(Compared::skip("no reference is known for this checkpoint")),
    };
    ladder.compared(compared);
    let tokenizer = tokenizer.ok().flatten();
    ladder.published(published::compare(
        &model,
        tokenizer.as_ref(),
        asked.published,
    ));
    match text::plausible(tokenizer.as_ref(), &Marks::of(folder), &model) {
        Ok(finding) => ladder.add(Check::Plausible, &finding),
        Err(error) => ladder.fail(Check::Plausible, error.to_string()),
    }
    ladder.speed(&model, &probe, asked.speeds);
    ladder.end(Some(genome.model_type))
}

pub(crate) struct Ladder<'a> {
    checks: Vec<CheckRecord>,
    drifted: bool,
    dtype: &'static str,
    published: Vec<published::Compared>,
    heard: Heard<'a>,
}

impl<'a> Ladder<'a> {
    /// In single precision, whatever is asked for.
    pub(crate) fn single(heard: Heard<'a>) -> Self {
        Self {
            checks: Vec::new(),
            drifted: false,
            dtype: DType::F32.as_str(),
            published: Vec::new(),
            heard,
        }
    }

    pub(crate) fn record(
        &mut self,
        check: Check,
        outcome: Outcome,
        figure: Option<f64>,
        detail: &str,
    ) {
        let figure = figure.filter(|figure| figure.is_finite());
        let record = CheckRecord {
            check,
            outcome,
            figure,
            detail: readable(detail),
        };
        if let Some(listener) = self.heard.0 {
            listener(&record);
        }
        self.checks.push(record);
    }

    pub(crate) fn add(&mut self, check: Check, finding: &Finding) {
        self.record(check, finding.outcome, finding.figure, &finding.detail);
    }

    pub(crate) fn skip(&mut self, check: Check, reason: &str) {
        self.record(check, Outcome::Skip, None, reason);
    }

    pub(crate) fn fail(&mut self, check: Check, reason: impl AsRef<str>) {
        self.record(check, Outcome::Fail, None, reason.as_ref());
    }

    /// The rung at which loading stopped, and the ones above it.
    pub(crate) fn unloadable(mut self, error: &LoadError) -> Examination {
        let at = match error {
            LoadError::Io { .. }
            | LoadError::TooLarge { .. }
            | LoadError::NoWeights(_)
            | LoadError::Hdf5 { .. }
            | LoadError::Pickle(_)
            | LoadError::Unpickled { .. }
            | LoadError::Place { .. }
            | LoadError::Index { .. }
            | LoadError::Header { .. }
            | LoadError::Vectors { .. } => Check::Header,
            LoadError::Config(_)
            | LoadError::Options { .. }
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
            published: self.published,
            dtype: self.dtype,
        }
    }

    fn loaded(&mut self, model: &Model) {
        let (weights, inventory) = (model.weights(), &model.blueprint().inventory);
        let bytes = weights.bytes() as f64;
        let remark = weights.remark().map(|remark| format!("; {remark}"));
        let detail = format!(
            "bytes of well-formed {}{}",
            weights.format(),
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

    /// What a comparison came to; one that could not be made is a fault.
    pub(crate) fn compared(&mut self, compared: Result<Compared, LoadError>) {
        match compared {
            Ok(Compared { finding, drifted }) => {
                self.drifted = drifted;
                self.add(Check::Reference, &finding);
            }
            Err(error) => self.fail(Check::Reference, error.to_string()),
        }
    }

    /// Adds what published values say to the rung that has just been climbed.
    fn published(&mut self, compared: Vec<published::Compared>) {
        let at = |record: &CheckRecord| record.check == Check::Reference;
        let place = self.checks.iter().position(at);
        let before = place.map(|place| self.checks[place].clone());
        if let Some(judged) = published::judged(before.as_ref(), &compared) {
            let file_failed = before.is_some_and(|record| record.outcome == Outcome::Fail);
            // What differs from print has drifted, unless it was broken before.
            self.drifted |= judged.outcome == Outcome::Fail && !file_failed;
            self.checks.retain(|record| !at(record));
            let Judgement {
                outcome,
                figure,
                detail,
            } = judged;
            self.record(Check::Reference, outcome, figure, &detail);
        }
        self.published = compared;
    }

    /// Tokens a second of one pass over the probe and step by step, and the
    /// peak of memory so far: recorded, never judged.
    fn speed(&mut self, model: &Model, probe: &Probe, long: bool) {
        match speed::said(model, probe, long) {
            Ok((rate, said)) => self.add(Check::Speed, &Finding::pass(rate, said)),
            Err(error) => self.fail(Check::Speed, error.to_string()),
        }
    }

    pub(crate) fn end(self, model_type: Option<&'static str>) -> Examination {
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
            published: self.published,
            dtype: self.dtype,
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
