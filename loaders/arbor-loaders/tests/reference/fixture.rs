//! Fixtures: a configuration, weights made from names, recorded outputs.

use crate::seed;
use arbor_genome::{Blueprint, Task};
use arbor_loaders::{DType, Device, Input, LoadError, Model, Tensor};
use safetensors::SafeTensors;
use safetensors::tensor::{Dtype, TensorView};
use std::fs;
use std::path::{Path, PathBuf};

/// An architecture's fixture.
pub(crate) struct Fixture {
    pub(crate) name: String,
    folder: PathBuf,
    bytes: Vec<u8>,
}

/// One recorded question and its answer.
pub(crate) struct Case {
    pub(crate) name: String,
    pub(crate) input: Input,
    pub(crate) target: Option<Input>,
    /// `[b][s][v]`, flat.
    pub(crate) answer: Vec<f32>,
    pub(crate) dims: Vec<usize>,
}

/// Every fixture, by name.
pub(crate) fn all() -> Vec<Fixture> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures/models");
    let mut fixtures: Vec<_> = fs::read_dir(root)
        .expect("the fixtures")
        .flatten()
        .map(|entry| Fixture {
            name: entry.file_name().to_string_lossy().into_owned(),
            bytes: fs::read(entry.path().join("reference.safetensors")).expect("a reference"),
            folder: entry.path(),
        })
        .collect();
    fixtures.sort_by(|a, b| a.name.cmp(&b.name));
    fixtures
}

impl Fixture {
    /// The configuration's text.
    pub(crate) fn config(&self) -> String {
        fs::read_to_string(self.folder.join("config.json")).expect("a configuration")
    }

    fn fact(&self, key: &str) -> String {
        let (_, metadata) = SafeTensors::read_metadata(&self.bytes).expect("a header");
        let facts = metadata.metadata().clone().unwrap_or_default();
        facts.get(key).cloned().unwrap_or_default()
    }

    /// Parameters, as the reference counts them.
    pub(crate) fn parameters(&self) -> u64 {
        self.fact("parameters").parse().expect("a count")
    }

    /// The spread of the reference's answers.
    pub(crate) fn spread(&self) -> f64 {
        self.fact("spread").parse().expect("a number")
    }

    /// How far the same computation in double precision lies from the
    /// reference, in units of the spread.
    pub(crate) fn noise(&self) -> f64 {
        let noise: f64 = self.fact("float64_distance").parse().expect("a number");
        if noise.is_finite() { noise } else { 0.0 }
    }

    /// The model, with weights made from names and written to a folder.
    pub(crate) fn model(&self) -> Result<Model, LoadError> {
        let blueprint = Blueprint::read(&self.config())?;
        let folder = tempfile::tempdir().expect("a temporary folder");
        let data: Vec<(String, Vec<usize>, Vec<u8>)> = blueprint
            .inventory
            .tensors()
            .iter()
            .map(|(name, spec)| {
                // A base model without a head leaves its prefix out.
                let name = match blueprint.task {
                    Task::Encoder => name.strip_prefix(blueprint.architecture.base),
                    Task::Causal | Task::Discriminator | Task::Masked | Task::Seq2Seq => None,
                }
                .unwrap_or(name);
                let dims = spec.shape.dims();
                let sizes = dims.iter().map(|dim| *dim as usize).collect();
                (name.to_owned(), sizes, seed::weights(name, dims))
            })
            .collect();
        let views = data.iter().map(|(name, dims, bytes)| {
            (
                name,
                TensorView::new(Dtype::F32, dims.clone(), bytes).expect("a tensor"),
            )
        });
        let file = folder.path().join("model.safetensors");
        safetensors::serialize_to_file(views, None, &file).expect("written");
        fs::write(folder.path().join("config.json"), self.config()).expect("written");
        // The mapping outlives the folder.
        Model::load(folder.path(), DType::F32, &Device::Cpu)
    }

    /// The recorded cases.
    pub(crate) fn cases(&self) -> Vec<Case> {
        let file = SafeTensors::deserialize(&self.bytes).expect("a file");
        let mut names: Vec<String> = file
            .names()
            .into_iter()
            .filter_map(|name| name.strip_suffix(".ids").map(str::to_owned))
            .collect();
        names.sort();
        names
            .into_iter()
            .map(|name| Case::read(&file, name))
            .collect()
    }
}

impl Case {
    fn read(file: &SafeTensors<'_>, name: String) -> Self {
        let rows = |key: &str| -> Vec<Vec<u32>> {
            let Ok(view) = file.tensor(&format!("{name}.{key}")) else {
                return Vec::new();
            };
            let length = view.shape()[1];
            let numbers: Vec<u32> = view
                .data()
                .chunks_exact(4)
                .map(|b| u32::from_le_bytes([b[0], b[1], b[2], b[3]]))
                .collect();
            numbers.chunks(length).map(<[u32]>::to_vec).collect()
        };
        let answer = file
            .tensor(&format!("{name}.logits"))
            .or_else(|_| file.tensor(&format!("{name}.hidden")))
            .expect("an answer");
        let mask = rows("mask")
            .iter()
            .map(|row| row.iter().map(|n| *n != 0).collect())
            .collect();
        let target = rows("target");
        Self {
            input: Input {
                ids: rows("ids"),
                mask,
                types: rows("types"),
            },
            target: (!target.is_empty()).then(|| Input {
                ids: target,
                ..Input::default()
            }),
            answer: answer
                .data()
                .chunks_exact(4)
                .map(|b| f32::from_le_bytes([b[0], b[1], b[2], b[3]]))
                .collect(),
            dims: answer.shape().to_vec(),
            name,
        }
    }

    /// What the model answers, in one pass.
    pub(crate) fn run(&self, model: &Model) -> Result<Tensor, LoadError> {
        match &self.target {
            Some(target) => model.forward(target, &mut model.memory(Some(&self.input))?),
            None => model.forward(&self.input, &mut model.memory(None)?),
        }
    }

    /// The largest distance from the record over all positions that hold
    /// tokens.
    pub(crate) fn distance(&self, got: &Tensor) -> f64 {
        let got: Vec<f32> = got
            .flatten_all()
            .and_then(|t| t.to_vec1())
            .expect("numbers");
        assert_eq!(
            got.len(),
            self.answer.len(),
            "{}: another shape than {:?}",
            self.name,
            self.dims
        );
        let real: Vec<bool> = match &self.target {
            Some(_) => Vec::new(),
            None => self.input.mask.iter().flatten().copied().collect(),
        };
        let width = *self.dims.last().unwrap_or(&1);
        let pairs = got.iter().zip(&self.answer).enumerate();
        pairs
            .filter(|(at, _)| real.get(at / width).copied().unwrap_or(true))
            .map(|(_, (a, b))| f64::from((a - b).abs()))
            .fold(0.0, |far, d| {
                if d.is_nan() {
                    f64::INFINITY
                } else {
                    far.max(d)
                }
            })
    }
}
