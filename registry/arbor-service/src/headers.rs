//! The parameters of a repository that nobody here knows, from its headers
//! alone. How they travel is `arbor-hub`'s, how they are counted the
//! genome's; this puts both into one answer.

use crate::validate::by_part;
use crate::{Files, ServiceError, folder_params, wire};
use arbor_genome::stored::{self, Counted, Entry, Remark, Why};
use arbor_hub::{Budget, FileHeader, Headers};
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
        let budget = match reading {
            Reading::Few => Budget::default(),
            Reading::Every => Budget::EVERY,
        };
        let headers = self.hub().headers(target, budget).await?;
        let refused = |reason: String| ServiceError::Headers {
            repo: target.to_string(),
            reason,
        };
        let (mut entries, mut metadata) = (Vec::new(), BTreeMap::new());
        for header in &headers.read {
            let path = &header.file.path;
            let read = read(header).map_err(|reason| refused(format!("in `{path}`, {reason}")));
            let (tensors, said) = read?;
            entries.extend(tensors);
            metadata.extend(said);
        }
        let counted = stored::count(&stored::Headers {
            entries: &entries,
            config: headers.config.as_deref(),
            metadata: &metadata,
        });
        let counted = counted.map_err(|error| refused(error.to_string()))?;
        // What it says where headers are lacking.
        let config = headers.config.as_deref();
        let genome = config.and_then(|text| folder_params(&target.to_string(), text).ok());
        if headers.read.is_empty() && genome.is_none() {
            return Err(refused(
                "it has no safetensors file, and no configuration of a known architecture"
                    .to_owned(),
            ));
        }
        Ok(answer(target, &headers, &counted, genome))
    }
}

/// A header's tensors, and what it says of itself.
fn read(header: &FileHeader) -> Result<(Vec<Entry>, BTreeMap<String, String>), String> {
    #[derive(Deserialize)]
    struct Said {
        #[serde(default, rename = "__metadata__")]
        metadata: Option<BTreeMap<String, String>>,
    }
    let data = usize::try_from(header.data).map_err(|error| error.to_string())?;
    let tensors = arbor_loaders::header::in_order(&header.text, data)?;
    let entry = |tensor: arbor_loaders::header::Entry| {
        let dtype = tensor.dtype.to_string();
        let dtype = dtype.parse().map_err(|_| format!("{dtype} is no format"))?;
        let shape: Vec<u64> = tensor.shape.iter().map(|dim| *dim as u64).collect();
        Entry::new(tensor.name, dtype, &shape).map_err(|error| error.to_string())
    };
    let entries = tensors.into_iter().map(entry).collect::<Result<_, _>>()?;
    let said: Said = serde_json::from_slice(&header.text).map_err(|error| error.to_string())?;
    Ok((entries, said.metadata.unwrap_or_default()))
}

fn answer(
    target: &Target,
    headers: &Headers,
    counted: &Counted,
    genome: Option<wire::Params>,
) -> wire::Params {
    let whole = headers.unread.is_empty() && !headers.read.is_empty();
    let by_dtype = counted.by_dtype.iter();
    let elements = by_dtype.map(|(dtype, tally)| (dtype.to_string(), tally.elements));
    let facts = facts(headers, counted, whole);
    let found = wire::Params {
        schema_version: wire::SCHEMA_VERSION,
        model: target.to_string(),
        total: whole.then_some(counted.total),
        active: counted.active,
        by_part: counted.by_part.as_ref().map(by_part).unwrap_or_default(),
        by_dtype: elements.collect(),
        tied: whole.then(|| counted.copies()),
        buffers: whole.then(|| counted.buffers()),
        source: "header",
        bytes_read: headers.bytes_read,
        claims: Vec::new(),
        headers: Some(facts),
    };
    match genome {
        // Headers are missing: the sums over some are none of the model.
        Some(genome) if !whole => wire::Params {
            total: genome.total,
            active: genome.active,
            by_part: genome.by_part,
            source: "genome",
            ..found
        },
        None if !whole => wire::Params {
            active: None,
            by_part: wire::ByPart::default(),
            ..found
        },
        Some(_) | None => found,
    }
}

fn facts(headers: &Headers, counted: &Counted, whole: bool) -> wire::HeaderFacts {
    let mut packed = BTreeMap::new();
    for (layout, tally) in &counted.packed {
        *packed.entry(layout.packing.to_string()).or_default() += tally.parameters;
    }
    let left_out = counted.left_out.iter().map(|left| wire::LeftOut {
        tensor: left.tensor.clone(),
        elements: left.elements,
        why: match &left.why {
            Why::Buffer(reason) => (*reason).to_owned(),
            Why::Copy(of) => format!("a second copy of {of}"),
        },
    });
    let genome = counted.genome.as_ref().map(|genome| {
        let unexplained = genome.surplus.iter().filter(|(_, why)| why.is_none());
        let (surplus, wrong) = (unexplained.count() as u64, genome.wrong.len() as u64);
        let missing = if whole {
            genome.missing.len() as u64
        } else {
            0
        };
        wire::GenomeSays {
            total: genome.total,
            agrees: surplus == 0 && wrong == 0 && missing == 0,
            agreeing: genome.agreeing,
            missing,
            surplus,
            wrong,
        }
    });
    let mut remarks: Vec<String> = counted.remarks.iter().map(remark).collect();
    let unknown = counted.unknown.iter();
    remarks.extend(unknown.map(|unknown| format!("no rule counts `{}`", unknown.tensor)));
    wire::HeaderFacts {
        repo: headers.info.id.to_string(),
        commit: headers.info.commit.to_string(),
        requests: headers.requests,
        files_read: headers.read.len() as u64,
        files_unread: headers.unread.len() as u64,
        tensors: counted.by_dtype.values().map(|tally| tally.tensors).sum(),
        counted: counted.total,
        uncertain: counted.uncertain,
        packed,
        left_out: left_out.collect(),
        genome,
        remarks,
    }
}

fn remark(remark: &Remark) -> String {
    match remark {
        Remark::AdapterOnly => "the files hold changes to a model, not the model".to_owned(),
        Remark::Ambiguous(tensor) => format!("two layouts fit `{tensor}`"),
        Remark::Claimed { key, claimed } => {
            format!("the files say `{key}` is {claimed}, which is not believed")
        }
        Remark::MaybeTied { tensor, of } => {
            format!("`{tensor}` may be a copy of `{of}`; both are counted")
        }
        Remark::Names => "the tensors have GGUF's names".to_owned(),
        Remark::Genome(why) => format!("the genome: {why}"),
        Remark::FromGenome { tensor } => format!("the size of `{tensor}` is the genome's"),
        Remark::NotPacked(method) => {
            format!("the configuration speaks of `{method}`, the files show no packing")
        }
    }
}
