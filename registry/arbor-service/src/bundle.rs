//! Pulled models that travel as one file to where no network is. What a bundle
//! looks like is `arbor-hub`'s; here its receipt leaves one store and enters
//! another.

use crate::files::{pulled_file, tensors_seen};
use crate::wire::{Bundle, SCHEMA_VERSION};
use crate::{Files, Registry, ServiceError};
use arbor_hub::Progress;
use arbor_model::{Receipt, Target, Text};
use std::io::{Read, Write};

/// What is about to be packed.
#[derive(Clone, Debug)]
pub struct Packing(Receipt);

impl Packing {
    /// Bytes of all its files.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.0.bytes()
    }

    /// A file name that says what is in it.
    #[must_use]
    pub fn file_name(&self) -> String {
        let repo = self.0.repo.as_str().replace('/', "--");
        let commit = self.0.commit.to_string();
        format!("{repo}-{}.tar", commit.get(..12).unwrap_or(&commit))
    }
}

impl Registry {
    /// Finds the receipt of a pulled commit.
    ///
    /// # Errors
    /// [`ServiceError::Hub`] if it is not in the cache,
    /// [`ServiceError::Unknown`] if another program put it there.
    pub async fn packing(&self, files: &Files, target: &Target) -> Result<Packing, ServiceError> {
        let commit = files.hub().cache().snapshot(target)?.commit;
        let receipt = self.store().receipt(&target.repo, &commit).await?;
        let receipt = receipt.ok_or_else(|| ServiceError::Unknown {
            what: "receipt",
            model: target.to_string(),
            missing: format!(
                "another program put it into the cache; `arbor pull {target}` compares it with \
                 the hub and fetches nothing that is right"
            ),
        })?;
        // As it was asked for now: a branch may have been pulled as a commit.
        let revision = target.revision.clone();
        Ok(Packing(Receipt {
            revision,
            ..receipt
        }))
    }

    /// Writes a bundle; every file is compared with the receipt on its way.
    ///
    /// # Errors
    /// [`ServiceError::Hub`] if a file is gone or damaged, or the writer
    /// refuses; what was written is then no bundle.
    pub async fn pack(
        &self,
        files: &Files,
        packing: &Packing,
        out: impl Write + Send + 'static,
        progress: Progress,
    ) -> Result<Bundle, ServiceError> {
        let cache = files.hub().cache();
        let packed = cache.pack(&packing.0, out, progress).await?;
        let (manifest, files) = (packed.manifest.to_string(), packed.receipt.files.len());
        Ok(bundle(&packed.receipt, manifest, files, None))
    }

    /// Takes a bundle into the cache and keeps its receipt, which says that it
    /// came from one.
    ///
    /// # Errors
    /// [`ServiceError::Hub`] if it is no bundle, or a file is not what its list
    /// says; [`ServiceError::Store`] if the receipt cannot be kept.
    pub async fn unpack(
        &self,
        files: &Files,
        from: impl Read + Send + 'static,
        progress: Progress,
    ) -> Result<Bundle, ServiceError> {
        let (observe, seen) = tensors_seen();
        let cache = files.hub().cache();
        let unpacked = cache.unpack(from, progress, Some(observe)).await;
        self.keep_tensors(&seen).await?;
        let unpacked = unpacked?;
        let manifest = unpacked.manifest.to_string();
        let mut receipt = unpacked.receipt;
        // Nobody here has asked that server.
        let endpoint = format!("bundle {manifest} of {}", receipt.endpoint);
        receipt.endpoint = Text::new(&endpoint).map_err(|error| {
            ServiceError::bad_parameter("bundle", receipt.endpoint.as_str(), error.to_string())
        })?;
        self.store().record_receipt(&receipt).await?;
        let folder = Some(unpacked.folder.display().to_string());
        Ok(bundle(&receipt, manifest, unpacked.fetched, folder))
    }
}

fn bundle(receipt: &Receipt, manifest: String, moved: usize, folder: Option<String>) -> Bundle {
    Bundle {
        schema_version: SCHEMA_VERSION,
        repo: receipt.repo.to_string(),
        revision: receipt.revision.to_string(),
        commit: receipt.commit.to_string(),
        endpoint: receipt.endpoint.to_string(),
        manifest,
        time_us: receipt.time_us,
        bytes: receipt.bytes(),
        files: receipt.files.iter().map(pulled_file).collect(),
        moved: moved as u64,
        folder,
    }
}
