//! One checkpoint, read by both.
//!
//! Whole texts, beginnings of texts and single tokens are asked: windows and
//! buckets show beyond some length only, caches from the second token on.

use crate::checkpoint;
use crate::fixture::Fixture;
use crate::models::{Failure, Help, Reads, Row};
use arbor_loaders::reference::{Agreement, Case};
use arbor_loaders::{DType, Device, Model};
use candle_core::{Tensor, safetensors};
use candle_nn::VarBuilder;
use serde_json::{Map, Value};
use std::panic::{AssertUnwindSafe, catch_unwind};

/// How many tokens are read at once by models that look back only.
const BEGINNINGS: [usize; 4] = [1, 9, 20, 40];

/// Our answer to a fixture's main text, and the recorded one.
pub(crate) struct Ours {
    case: Case,
    answer: Vec<f32>,
    /// The recorded answer's spread: the unit of distances.
    spread: f64,
    /// The distance that counts as the same.
    pub(crate) limit: f64,
    weights: Vec<u8>,
}

/// How far their numbers are away, at most.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Far {
    pub(crate) from_reference: f64,
    pub(crate) from_ours: f64,
    /// Where the first number lies that is not the recorded one.
    pub(crate) first: Option<Place>,
}

/// What had been read.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Place {
    /// All there is.
    Whole(usize),
    /// This many tokens, at once.
    AtOnce(usize),
    /// This many tokens, one by one.
    ByOne(usize),
}

/// What their model did.
pub(crate) enum Finding {
    Answers(Far),
    Fails(Failure),
    Panics,
}

/// Loads the checkpoint with our loader and holds it against the record. What
/// is changed for both has none: there ours is the measure.
pub(crate) fn ours(fixture: &Fixture, row: &Row) -> Result<Ours, String> {
    let name = &fixture.name;
    let said = |error: &dyn std::fmt::Display| format!("{name}: {error}");
    let changed = row.help.iter().any(Help::is_for_both);
    let folder = tempfile::tempdir().map_err(|error| said(&error))?;
    let root = folder.path();
    fixture.write(root).map_err(|error| said(&error))?;
    if changed {
        let config = amended(&fixture.config(), row.help, Help::is_for_both);
        checkpoint::write(root, &config, row.help).map_err(|error| said(&error))?;
    }
    let model = Model::load(root, DType::F32, &Device::Cpu).map_err(|error| said(&error))?;
    let weights = std::fs::read(root.join("model.safetensors")).map_err(|error| said(&error))?;
    let reference = fixture.reference();
    let case = reference.cases.iter().find(|case| case.name == "main");
    let mut case = case.ok_or_else(|| said(&"no main case"))?.clone();
    let answer = case.ask(&model).map_err(|error| said(&error))?;
    let far = case.distance(&answer).map_err(|error| said(&error))? / reference.spread;
    let agreement = reference.judge(far);
    let answer = answer.flatten_all().and_then(|flat| flat.to_vec1());
    let answer: Vec<f32> = answer.map_err(|error| said(&error))?;
    let mut spread = reference.spread;
    if changed {
        if agreement == Agreement::Same {
            return Err(said(&"what was changed for both changes nothing"));
        }
        spread = checkpoint::spread(&answer);
        case.answer.clone_from(&answer);
    } else if agreement != Agreement::Same {
        return Err(said(&format!("ours is {far:.1e} away")));
    }
    Ok(Ours {
        case,
        answer,
        spread,
        limit: reference.limit(),
        weights,
    })
}

/// Loads the same checkpoint with theirs, and asks the same.
pub(crate) fn theirs(fixture: &Fixture, row: &Row, ours: &Ours) -> Finding {
    let config = amended(&fixture.config(), row.help, |_| true);
    match catch_unwind(AssertUnwindSafe(|| asked(&config, row, ours))) {
        Ok(Ok(far)) => Finding::Answers(far),
        Ok(Err(failure)) => Finding::Fails(failure),
        Err(_) => Finding::Panics,
    }
}

/// The configuration with those of the changes that are wanted.
fn amended(config: &str, help: &[Help], wanted: fn(&Help) -> bool) -> String {
    let help: Vec<&Help> = help.iter().filter(|one| wanted(one)).collect();
    if help.is_empty() {
        return config.to_owned();
    }
    // Python writes infinities, which JSON does not have.
    let config = config.replace("Infinity", "\"Infinity\"");
    let mut keys: Map<String, Value> = serde_json::from_str(&config).expect("a configuration");
    for one in help {
        match *one {
            Help::Set(key, value) | Help::Both(key, value) => {
                let value = serde_json::from_str(value).expect("a value");
                keys.insert(key.to_owned(), value);
            }
            Help::Drop(key) | Help::Less(key) => {
                keys.remove(key).expect("a key to leave out");
            }
            Help::Lend { .. } | Help::Within(_) | Help::Sinusoids | Help::Zeros(_) => {}
        }
    }
    let config = serde_json::to_string_pretty(&keys).expect("text");
    config.replace("\"Infinity\"", "Infinity")
}

fn builder(row: &Row, weights: &[u8]) -> Result<VarBuilder<'static>, Failure> {
    let mut tensors = safetensors::load_buffer(weights, &Device::Cpu)?;
    let mut root = None;
    for one in row.help {
        match *one {
            Help::Lend { name, of } => {
                let tensor = tensors.get(of).expect("a tensor to lend").clone();
                tensors.insert(name.to_owned(), tensor);
            }
            Help::Within(prefix) => root = Some(prefix),
            Help::Set(..)
            | Help::Both(..)
            | Help::Drop(_)
            | Help::Less(_)
            | Help::Sinusoids
            | Help::Zeros(_) => {}
        }
    }
    let builder = VarBuilder::from_tensors(tensors, DType::F32, &Device::Cpu);
    Ok(match root {
        Some(prefix) => builder.pp(prefix),
        None => builder,
    })
}

fn asked(config: &str, row: &Row, ours: &Ours) -> Result<Far, Failure> {
    let source = &ours.case.input.ids[0];
    let text = match &ours.case.target {
        Some(target) => &target.ids[0],
        None => source,
    };
    let model = || (row.build)(config, builder(row, &ours.weights)?, source);
    let mut far = Far::default();
    match row.reads {
        Reads::Whole => far.add(ours, Place::Whole(text.len()), model()?(text, 0))?,
        Reads::Beginnings | Reads::Both => {
            for count in BEGINNINGS {
                let count = count.min(text.len());
                far.add(ours, Place::AtOnce(count), model()?(&text[..count], 0))?;
            }
        }
        Reads::Steps => {}
    }
    match row.reads {
        Reads::Steps | Reads::Both => {
            let mut model = model()?;
            for at in 0..text.len() {
                far.add(ours, Place::ByOne(at + 1), model(&text[at..=at], at))?;
            }
        }
        Reads::Whole | Reads::Beginnings => {}
    }
    Ok(far)
}

impl Far {
    /// Takes an answer to what was read: of each token, or of the last.
    fn add(
        &mut self,
        ours: &Ours,
        read: Place,
        answer: candle_core::Result<Tensor>,
    ) -> Result<(), Failure> {
        let failed = |error: candle_core::Error| Failure::Run(error.to_string(), read);
        let (end, count) = match read {
            Place::Whole(count) | Place::AtOnce(count) => (count, count),
            Place::ByOne(count) => (count, 1),
        };
        let answer = answer.map_err(failed)?;
        let numbers = answer.flatten_all().and_then(|flat| flat.to_vec1());
        let numbers: Vec<f32> = numbers.map_err(failed)?;
        let width = ours.case.width;
        if numbers.len() != width && numbers.len() != count * width {
            let shape = answer.dims();
            return Err(Failure::Run(format!("an answer {shape:?}"), read));
        }
        let place = end * width - numbers.len()..end * width;
        let apart = |wanted: &[f32]| {
            let pairs = numbers.iter().zip(&wanted[place.clone()]);
            pairs.fold(0.0_f64, |far, (a, b)| {
                let apart = f64::from((a - b).abs()) / ours.spread;
                if apart.is_nan() {
                    f64::INFINITY
                } else {
                    far.max(apart)
                }
            })
        };
        let from_reference = apart(&ours.case.answer);
        if from_reference > ours.limit && self.first.is_none() {
            self.first = Some(read);
        }
        self.from_reference = self.from_reference.max(from_reference);
        self.from_ours = self.from_ours.max(apart(&ours.answer));
        Ok(())
    }
}
