//! The parameters of what nobody here knows, from headers alone: of a
//! repository, by range, or of files on this machine. How bytes travel is
//! `arbor-hub`'s, how they are counted the genome's; this puts both into one
//! answer.
//!
//! Where to look next: `gguf.rs` for which of many files are counted,
//! `local.rs` for folders, `remote.rs` for repositories that hold GGUF files.

mod answer;
mod gguf;
mod local;
mod remote;

pub use local::{local_memory, local_params};

use crate::{Files, MemoryQuery, ServiceError, folder_memory, folder_params, wire};
use answer::{Reach, answer};
use arbor_genome::stored::{self, Entry};
use arbor_hub::{Budget, Headers, Peek};
use arbor_model::Target;
use serde::Deserialize;
use std::collections::BTreeMap;

/// How much may be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reading {
    /// Under 25 requests and 1 MB: of many shards, some.
    Few,
    /// The header of every file.
    Every,
}

impl Reading {
    fn budget(self) -> Budget {
        match self {
            Self::Few => Budget::default(),
            Self::Every => Budget::EVERY,
        }
    }
}

impl Files {
    /// Counts a repository's parameters from its configuration and headers.
    ///
    /// # Errors
    /// [`ServiceError::Hub`] as the hub refuses, [`ServiceError::Headers`] if
    /// there are none, or none that a checkpoint has.
    pub async fn params(
        &self,
        target: &Target,
        reading: Reading,
    ) -> Result<wire::Params, ServiceError> {
        let mut peek = self.hub().peek(target, reading.budget()).await?;
        if let Some(sets) = remote::sets(&peek) {
            let config = peek.config().await?;
            let read = remote::read(&mut peek, target, &sets).await?;
            return read.params(&target.to_string(), config.as_deref());
        }
        let config = peek.config().await?;
        let headers = peek.headers(config).await?;
        params(target, &headers)
    }

    /// How much memory a repository's model needs, by its configuration, or by
    /// the headers of its GGUF files.
    ///
    /// # Errors
    /// As [`Files::params`].
    pub async fn memory(
        &self,
        target: &Target,
        reading: Reading,
        query: MemoryQuery,
    ) -> Result<wire::Memory, ServiceError> {
        let name = target.to_string();
        let mut peek = self.hub().peek(target, reading.budget()).await?;
        if let Some(sets) = remote::sets(&peek) {
            let read = remote::read(&mut peek, target, &sets).await?;
            return read.memory(&name, query);
        }
        match peek.config().await? {
            Some(config) => folder_memory(&name, &config, query),
            None => Err(refused(
                &name,
                "it has neither `config.json` nor a GGUF file",
            )),
        }
    }
}

fn refused(name: &str, reason: impl Into<String>) -> ServiceError {
    ServiceError::Headers {
        repo: name.to_owned(),
        reason: reason.into(),
    }
}

fn commit_of(peek: &Peek) -> Reach {
    let spent = peek.spent();
    Reach {
        repo: Some(peek.info().id.to_string()),
        commit: Some(peek.info().commit.to_string()),
        requests: spent.requests,
        bytes: spent.bytes,
        ..Reach::default()
    }
}

/// The answer where safetensors files are counted.
fn params(target: &Target, headers: &Headers) -> Result<wire::Params, ServiceError> {
    let name = target.to_string();
    let texts = headers.read.iter();
    let texts = texts.map(|header| (header.file.path.as_str(), &header.text[..], header.data));
    let reach = Reach {
        repo: Some(headers.info.id.to_string()),
        commit: Some(headers.info.commit.to_string()),
        requests: headers.requests,
        bytes: headers.bytes_read,
        read: headers.read.len() as u64,
        unread: headers.unread.len() as u64,
    };
    of_texts(&name, texts, headers.config.as_deref(), &reach)
}

/// Counts the headers of safetensors files, each with its name, its text and
/// the bytes behind it.
fn of_texts<'h>(
    name: &str,
    texts: impl Iterator<Item = (&'h str, &'h [u8], u64)>,
    config: Option<&str>,
    reach: &Reach,
) -> Result<wire::Params, ServiceError> {
    let (mut entries, mut metadata) = (Vec::new(), BTreeMap::new());
    for (path, text, data) in texts {
        let read = read(text, data);
        let (tensors, said) =
            read.map_err(|reason| refused(name, format!("in `{path}`, {reason}")))?;
        entries.extend(tensors);
        metadata.extend(said);
    }
    let counted = stored::count(&stored::Headers {
        entries: &entries,
        config,
        metadata: &metadata,
    });
    let counted = counted.map_err(|error| refused(name, error.to_string()))?;
    // What it says where headers are lacking.
    let genome = config.and_then(|text| folder_params(name, text).ok());
    if reach.read == 0 && genome.is_none() {
        return Err(refused(
            name,
            "it has no safetensors or GGUF file, and no configuration of a known architecture",
        ));
    }
    Ok(answer(name, reach, &counted, genome))
}

/// A header's tensors, and what it says of itself.
fn read(text: &[u8], data: u64) -> Result<(Vec<Entry>, BTreeMap<String, String>), String> {
    #[derive(Deserialize)]
    struct Said {
        #[serde(default, rename = "__metadata__")]
        metadata: Option<BTreeMap<String, String>>,
    }
    let data = usize::try_from(data).map_err(|error| error.to_string())?;
    let tensors = arbor_loaders::header::in_order(text, data)?;
    let entry = |tensor: arbor_loaders::header::Entry| {
        let dtype = tensor.dtype.to_string();
        let dtype = dtype.parse().map_err(|_| format!("{dtype} is no format"))?;
        let shape: Vec<u64> = tensor.shape.iter().map(|dim| *dim as u64).collect();
        Entry::new(tensor.name, dtype, &shape).map_err(|error| error.to_string())
    };
    let entries = tensors.into_iter().map(entry).collect::<Result<_, _>>()?;
    let said: Said = serde_json::from_slice(text).map_err(|error| error.to_string())?;
    Ok((entries, said.metadata.unwrap_or_default()))
}
