//! What was counted in headers as an answer, with how much of them was read.

use crate::validate::by_part;
use crate::wire;
use arbor_genome::stored::{Counted, Remark, Why};
use std::collections::BTreeMap;

/// How much was read, and of what.
#[derive(Clone, Debug, Default)]
pub(super) struct Reach {
    /// The repository, if it is one.
    pub(super) repo: Option<String>,
    /// Its commit.
    pub(super) commit: Option<String>,
    pub(super) requests: u64,
    pub(super) bytes: u64,
    /// Files whose headers were read.
    pub(super) read: u64,
    /// Files whose headers were not.
    pub(super) unread: u64,
}

/// The answer, where headers were counted: they are believed if all were read.
pub(super) fn answer(
    name: &str,
    reach: &Reach,
    counted: &Counted,
    genome: Option<wire::Params>,
) -> wire::Params {
    let whole = reach.unread == 0 && reach.read > 0;
    let by_dtype = counted.by_dtype.iter();
    let elements = by_dtype.map(|(dtype, tally)| (dtype.to_string(), tally.elements));
    let facts = facts(reach, counted, whole);
    let found = wire::Params {
        schema_version: wire::SCHEMA_VERSION,
        model: name.to_owned(),
        total: whole.then_some(counted.total),
        active: counted.active,
        by_part: counted.by_part.as_ref().map(by_part).unwrap_or_default(),
        by_dtype: elements.collect(),
        tied: whole.then(|| counted.copies()),
        buffers: whole.then(|| counted.buffers()),
        source: "header",
        bytes_read: reach.bytes,
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

fn facts(reach: &Reach, counted: &Counted, whole: bool) -> wire::HeaderFacts {
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
        repo: reach.repo.clone(),
        commit: reach.commit.clone(),
        requests: reach.requests,
        files_read: reach.read,
        files_unread: reach.unread,
        tensors: counted.by_dtype.values().map(|tally| tally.tensors).sum(),
        counted: counted.total,
        uncertain: counted.uncertain,
        packed,
        left_out: left_out.collect(),
        genome,
        gguf: None,
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
        Remark::Names => "the tensors have GGUF's names, and no architecture is named".to_owned(),
        Remark::SharedHead(of) => format!("there is no head of its own: `{of}` is the head too"),
        Remark::Genome(why) => format!("the genome: {why}"),
        Remark::FromGenome { tensor } => format!("the size of `{tensor}` is the genome's"),
        Remark::NotPacked(method) => {
            format!("the configuration speaks of `{method}`, the files show no packing")
        }
    }
}
