//! What was counted: types without a wire shape. Who shows them to others
//! gives them one.

use super::{Packing, StoredDtype, Tower};
use crate::gene::Part;
use std::collections::BTreeMap;

/// Tensors and the parameters they stand for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// How many tensors.
    pub tensors: u64,
    /// How many elements of their number format.
    pub elements: u64,
    /// How many learned parameters they stand for.
    pub parameters: u64,
}

/// How weights were packed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Layout {
    /// By whom.
    pub packing: Packing,
    /// In elements of which format.
    pub format: StoredDtype,
    /// Bits of a weight; none where they differ or are not said.
    pub bits: Option<u64>,
    /// Weights that share a scale along the inputs; none for a scale for each
    /// output or for all.
    pub group: Option<u64>,
}

/// Why a tensor is not counted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Why {
    /// It was never learned.
    Buffer(&'static str),
    /// It is a second copy of this tensor.
    Copy(String),
}

/// A tensor that is not counted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeftOut {
    /// Its name in the file.
    pub tensor: String,
    /// Its elements.
    pub elements: u64,
    /// Why.
    pub why: Why,
}

/// What no rule knows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unknown {
    /// The tensor's name in the file.
    pub tensor: String,
    /// Its format.
    pub dtype: StoredDtype,
    /// Its elements.
    pub elements: u64,
    /// Who packed it, where that much is known.
    pub packing: Option<Packing>,
}

/// A file held against a genome, tensor by tensor.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Compared {
    /// Learned parameters by the genome.
    pub total: u64,
    /// Tensors that are as large as the genome says.
    pub agreeing: u64,
    /// Tensors of the genome that the file does not hold.
    pub missing: Vec<String>,
    /// Tensors of the file that the genome does not know, with the reason why
    /// that changes no answer where there is one.
    pub surplus: Vec<(String, Option<&'static str>)>,
    /// Tensors of another size: name, parameters in the file, by the genome.
    pub wrong: Vec<(String, u64, u64)>,
}

/// What a reader should know besides.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Remark {
    /// The file holds changes to a model, not the model.
    AdapterOnly,
    /// A tensor that two layouts fit; it was counted by the first.
    Ambiguous(String),
    /// A total that the file itself gives, which is another one.
    Claimed {
        /// Under which key.
        key: String,
        /// What it says.
        claimed: u64,
    },
    /// A head of the embedding's shape: nothing says whether it is a copy.
    MaybeTied {
        /// The head.
        tensor: String,
        /// The table.
        of: String,
    },
    /// The file is GGUF, whose tensors have names of their own, and nothing
    /// says of which architecture it is.
    Names,
    /// There is no head: engines take this table for one.
    SharedHead(String),
    /// About the genome: why there is none, or what it leaves out.
    Genome(String),
    /// A packed tensor whose size is the genome's, as headers do not say it.
    FromGenome {
        /// Its name.
        tensor: String,
    },
    /// The configuration speaks of a packing that the file does not show.
    NotPacked(String),
}

/// The parameters of a checkpoint, by its headers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counted {
    /// Learned parameters of the model: each tensor once, packed ones as what
    /// they stand for, layers for further tokens left out.
    pub total: u64,
    /// Whether there is something that no rule knows, so that the total may
    /// be another.
    pub uncertain: bool,
    /// Parameters that one token passes, by the genome.
    pub active: Option<u64>,
    /// The total by part, where a genome is known; what it does not know is
    /// under other.
    pub by_part: Option<BTreeMap<Part, u64>>,
    /// By number format, every tensor of the file.
    pub by_dtype: BTreeMap<StoredDtype, Tally>,
    /// By what a tensor belongs to, without what is left out.
    pub by_tower: BTreeMap<Tower, Tally>,
    /// Packed tensors.
    pub packed: BTreeMap<Layout, Tally>,
    /// Scales, zero points and orders, by the end of their names.
    pub packing_data: BTreeMap<String, Tally>,
    /// Buffers and second copies.
    pub left_out: Vec<LeftOut>,
    /// What no rule knows.
    pub unknown: Vec<Unknown>,
    /// The comparison with the genome, where one is known.
    pub genome: Option<Compared>,
    /// What a reader should know besides.
    pub remarks: Vec<Remark>,
}

impl Counted {
    /// Elements of every tensor of the file, whatever they are: what a hub
    /// shows that knows nothing of buffers.
    #[must_use]
    pub fn elements(&self) -> u64 {
        self.by_dtype.values().map(|tally| tally.elements).sum()
    }

    /// Elements that are not counted as they were never learned.
    #[must_use]
    pub fn buffers(&self) -> u64 {
        let buffers = self.left_out.iter();
        buffers
            .filter(|left| matches!(left.why, Why::Buffer(_)))
            .map(|left| left.elements)
            .sum()
    }

    /// Elements of second copies.
    #[must_use]
    pub fn copies(&self) -> u64 {
        let copies = self.left_out.iter();
        copies
            .filter(|left| matches!(left.why, Why::Copy(_)))
            .map(|left| left.elements)
            .sum()
    }
}
