//! Fixtures: a configuration, weights made from names, recorded outputs.

use crate::seed;
use arbor_genome::{Blueprint, Task};
use arbor_loaders::reference::Reference;
use arbor_loaders::{DType, Device, LoadError, Model};
use safetensors::tensor::{Dtype, TensorView};
use std::fs;
use std::path::{Path, PathBuf};

/// An architecture's fixture.
pub(crate) struct Fixture {
    pub(crate) name: String,
    folder: PathBuf,
}

/// Every fixture, by name.
pub(crate) fn all() -> Vec<Fixture> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures/models");
    let mut fixtures: Vec<_> = fs::read_dir(root)
        .expect("the fixtures")
        .flatten()
        .map(|entry| Fixture {
            name: entry.file_name().to_string_lossy().into_owned(),
            folder: entry.path(),
        })
        .collect();
    fixtures.sort_by(|a, b| a.name.cmp(&b.name));
    fixtures
}

/// A file that PyTorch wrote; see `tests/reference/pickles.py`.
pub(crate) fn pickle(name: &str) -> Vec<u8> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures/pickles");
    fs::read(root.join(name)).expect("the file")
}

impl Fixture {
    /// The configuration's text.
    pub(crate) fn config(&self) -> String {
        fs::read_to_string(self.folder.join("config.json")).expect("a configuration")
    }

    /// The recorded answers.
    pub(crate) fn reference(&self) -> Reference {
        Reference::read(&self.folder.join("reference.safetensors")).expect("a reference")
    }

    /// The recorded answers as they are stored.
    pub(crate) fn recorded(&self) -> Vec<u8> {
        fs::read(self.folder.join("reference.safetensors")).expect("a reference")
    }

    /// Weights made from names, as one file's bytes.
    pub(crate) fn weights(&self) -> Result<Vec<u8>, LoadError> {
        let blueprint = Blueprint::read(&self.config())?;
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
                .unwrap_or(&**name);
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
        Ok(safetensors::serialize(views, None).expect("a file"))
    }

    /// Writes a checkpoint: configuration, weights made from names, and the
    /// recorded answers.
    pub(crate) fn write(&self, folder: &Path) -> Result<(), LoadError> {
        let weights = self.weights()?;
        for (name, data) in [
            ("config.json", self.config().as_bytes()),
            ("model.safetensors", &weights),
            ("reference.safetensors", &self.recorded()),
        ] {
            fs::write(folder.join(name), data).expect("written");
        }
        Ok(())
    }

    /// The model, with weights made from names and written to a folder.
    pub(crate) fn model(&self) -> Result<Model, LoadError> {
        let folder = tempfile::tempdir().expect("a temporary folder");
        self.write(folder.path())?;
        // The mapping outlives the folder.
        Model::load(folder.path(), DType::F32, &Device::Cpu)
    }
}
