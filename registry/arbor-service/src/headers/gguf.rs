//! GGUF files as answers. Of the quantisations of one model that lie beside
//! each other one is counted, the others are named with their sizes; the files
//! that a model was split into are one.

use super::answer::{Reach, answer};
use super::refused;
use crate::memory::of_numbers;
use crate::{MemoryQuery, ServiceError, folder_params, wire};
use arbor_genome::gguf::{Facts, FileSet, Header, Role, Value};
use arbor_genome::stored::{self, StoredDtype};
use arbor_model::Text;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

/// Bits of a weight in the smallest and the largest format, about.
const BITS: std::ops::RangeInclusive<f64> = 1.0..=40.0;

/// What was read of some GGUF files.
#[derive(Debug)]
pub(super) struct Read<'s> {
    /// All files there are, as sets.
    pub(super) sets: &'s [FileSet],
    /// The one that is counted.
    pub(super) chosen: &'s FileSet,
    /// The headers of its files, in order.
    pub(super) headers: Vec<Header>,
    /// What the first one says, if not all of its header could be read.
    pub(super) partial: Option<BTreeMap<String, Value>>,
    pub(super) reach: Reach,
}

/// The set that is counted: of the models that are whole the one of the
/// fewest files, of these the largest, as it is nearest to what was trained.
///
/// # Errors
/// Says that files are missing.
pub(super) fn choose(sets: &[FileSet]) -> Result<&FileSet, String> {
    let of_role = |role: Role| {
        let whole = sets
            .iter()
            .filter(move |set| set.role == role && set.is_whole());
        whole.min_by_key(|set| (set.files.len(), Reverse(set.bytes())))
    };
    let found = if sets.iter().any(|set| set.role == Role::Model) {
        of_role(Role::Model)
    } else {
        of_role(Role::Projector)
    };
    found.ok_or_else(|| match sets.iter().find(|set| !set.is_whole()) {
        Some(set) => format!(
            "of the {} files that `{}` was split into, {} are there",
            set.of.unwrap_or(0),
            set.name,
            set.files.len()
        ),
        None => "it has no GGUF file of a model".to_owned(),
    })
}

impl Read<'_> {
    fn metadata(&self) -> Option<&BTreeMap<String, Value>> {
        let first = self.headers.first().map(Header::metadata);
        first.or(self.partial.as_ref())
    }

    fn is_whole(&self) -> bool {
        self.headers.len() == self.chosen.files.len()
    }

    /// Shows that the files are parts of one model.
    fn check_parts(&self) -> Result<(), String> {
        let Some(of) = self.chosen.of.filter(|_| self.is_whole()) else {
            return Ok(());
        };
        let name = &self.chosen.name;
        let splits = self
            .headers
            .iter()
            .map(|header| Facts::of(header.metadata()).split());
        let numbers: BTreeSet<u64> = splits
            .flatten()
            .filter_map(|(count, number)| (count == of && number < of).then_some(number))
            .collect();
        if numbers.len() as u64 != of {
            return Err(format!(
                "the files of `{name}` are not the {of} parts of one model that their names say"
            ));
        }
        let said = self.headers.iter();
        let mut said = said.filter_map(|header| Facts::of(header.metadata()).split_tensors());
        let there: usize = self
            .headers
            .iter()
            .map(|header| header.tensors().len())
            .sum();
        match said.find(|said| *said != there as u64) {
            Some(said) => Err(format!(
                "`{name}` has {there} tensors, and says it has {said}"
            )),
            None => Ok(()),
        }
    }

    /// Bytes of the tensors that were read.
    fn bytes(&self) -> u64 {
        let tensors = self.headers.iter().flat_map(Header::tensors);
        tensors.fold(0, |sum, tensor| sum.saturating_add(tensor.bytes()))
    }

    /// The parameters.
    ///
    /// A configuration that lies beside the files says how many there are
    /// where their headers could not all be read.
    pub(super) fn params(
        &self,
        name: &str,
        config: Option<&str>,
    ) -> Result<wire::Params, ServiceError> {
        self.check_parts().map_err(|reason| refused(name, reason))?;
        let (mut entries, mut words) = (Vec::new(), BTreeMap::new());
        for header in &self.headers {
            entries.extend(header.entries().cloned());
            for (key, word) in header.words() {
                words.entry(key).or_insert(word);
            }
        }
        let counted = stored::count(&stored::Headers {
            entries: &entries,
            config: None,
            metadata: &words,
        });
        let counted = counted.map_err(|error| refused(name, error.to_string()))?;
        let genome = config.and_then(|text| folder_params(name, text).ok());
        let said = genome.as_ref().and_then(|genome| genome.total);
        let mut params = answer(name, &self.reach, &counted, genome);
        let total = params.total;
        if let Some(headers) = &mut params.headers {
            headers.remarks.extend(self.remarks(total));
            let said = said.filter(|said| Some(*said) != total);
            headers.remarks.extend(said.map(|said| {
                format!("by the configuration beside it the model has {said} parameters")
            }));
            headers.gguf = self.facts(total);
        }
        Ok(params)
    }

    fn remarks(&self, total: Option<u64>) -> Vec<String> {
        let mut remarks = Vec::new();
        if self.partial.is_some() {
            remarks.push(format!(
                "the list of tensors lies beyond the first {} of the file: `arbor params \
                 --every-header` reads on",
                arbor_model::human_bytes(self.reach.bytes)
            ));
        }
        let models = self.sets.iter().filter(|set| set.role == Role::Model);
        for set in models.filter(|set| set.is_whole()) {
            let bits = total.map(|total| bits(set.bytes(), total));
            if bits.is_some_and(|bits| !BITS.contains(&bits)) {
                let (name, chosen) = (&set.name, &self.chosen.name);
                remarks.push(format!(
                    "by its size `{name}` is another model than `{chosen}`"
                ));
            }
        }
        remarks
    }

    fn facts(&self, total: Option<u64>) -> Option<wire::GgufFacts> {
        let metadata = self.metadata()?;
        let facts = Facts::of(metadata);
        let mut storage: BTreeMap<StoredDtype, wire::Storage> = BTreeMap::new();
        for tensor in self.headers.iter().flat_map(Header::tensors) {
            let row = storage.entry(tensor.entry().dtype()).or_default();
            row.tensors += 1;
            row.weights = row.weights.saturating_add(tensor.entry().elements());
            row.bytes = row.bytes.saturating_add(tensor.bytes());
        }
        let storage: BTreeMap<String, wire::Storage> = storage
            .into_iter()
            .map(|(dtype, row)| {
                let bits_per_weight = bits(row.bytes, row.weights);
                (
                    dtype.to_string(),
                    wire::Storage {
                        bits_per_weight,
                        ..row
                    },
                )
            })
            .collect();
        let weights = storage.values().map(|row| row.weights).sum();
        let sets = self.sets.iter().filter(|set| set.role == self.chosen.role);
        let others = self.sets.iter().filter(|set| set.role != self.chosen.role);
        Some(wire::GgufFacts {
            version: self.headers.first().map(Header::version),
            architecture: facts.architecture().and_then(printable),
            name: facts.name().and_then(printable),
            context: facts.number("context_length"),
            layers: facts.number("block_count"),
            width: facts.number("embedding_length"),
            heads: facts.numbers("attention.head_count").unwrap_or_default(),
            kv_heads: facts.numbers("attention.head_count_kv").unwrap_or_default(),
            experts: facts.number("expert_count"),
            experts_used: facts.number("expert_used_count"),
            vocabulary: facts.vocabulary(),
            counted: self.chosen.name.clone(),
            bytes: self.bytes(),
            bits_per_weight: (weights > 0).then(|| bits(self.bytes(), weights)),
            storage,
            quantisations: sets
                .map(|set| wire::Quantisation {
                    name: set.name.clone(),
                    files: set.files.len() as u64,
                    whole: set.is_whole(),
                    bytes: set.bytes(),
                    bits_per_weight: total
                        .filter(|total| *total > 0 && set.is_whole())
                        .map(|total| bits(set.bytes(), total)),
                })
                .collect(),
            beside: others.map(|set| set.name.clone()).collect(),
        })
    }

    /// The memory: weights as they are stored, the cache by the metadata.
    pub(super) fn memory(
        &self,
        name: &str,
        query: MemoryQuery,
    ) -> Result<wire::Memory, ServiceError> {
        self.check_parts().map_err(|reason| refused(name, reason))?;
        let facts = self.metadata().map(Facts::of).filter(|_| self.is_whole());
        let facts = facts.ok_or_else(|| {
            let reason = "not all headers of its GGUF files were read: --every-header reads them";
            refused(name, reason)
        })?;
        let context = query.context.or(facts.number("context_length"));
        of_numbers(name, self.bytes(), facts.cache(), context, query)
    }
}

/// Bits of one of so many weights, to two digits.
fn bits(bytes: u64, weights: u64) -> f64 {
    let bits = bytes as f64 * 8.0 / weights.max(1) as f64;
    (bits * 100.0).round() / 100.0
}

/// What a file says of itself, if it can be printed.
fn printable(text: &str) -> Option<String> {
    let text = Text::new(text.trim()).ok()?;
    Some(text.to_string())
}
