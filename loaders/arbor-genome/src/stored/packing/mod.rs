//! Packed and quantised weights: how each library lays them out, and how many
//! parameters a packed tensor stands for. One row a layout, taken from the
//! library that writes it; rows exclude each other, and a test holds them to
//! it. It reads shapes and names only: where these leave a question open, the
//! configuration's word is used, and where that is silent the tensor is named
//! and not counted.
//!
//! Where to look next: `words.rs` for weights packed into 32-bit words,
//! `bytes.rs` for two or four in a byte, `scaled.rs` for one element a weight,
//! `books.rs` for vectors of a table.

mod books;
mod bytes;
mod scaled;
mod words;

use super::Entry;
use super::dtype::StoredDtype;
use super::hints::Hints;
use crate::Shape;
use std::collections::BTreeMap;

arbor_model::words! {
    /// Who packed a weight, and how.
    Packing: "packing" {
        /// Sums of vectors of learned tables (arXiv 2401.06118).
        Aqlm = "aqlm",
        /// Activation-aware, 4 bits (arXiv 2306.00978).
        Awq = "awq",
        /// Ternary, four in a byte (arXiv 2402.17764).
        BitNet = "bitnet",
        /// bitsandbytes, NF4 or FP4, two in a byte (arXiv 2305.14314).
        Bnb4 = "bitsandbytes-4bit",
        /// bitsandbytes, LLM.int8 (arXiv 2208.07339).
        Bnb8 = "bitsandbytes-8bit",
        /// compressed-tensors, integers padded into words.
        CompressedPacked = "compressed-tensors-pack",
        /// compressed-tensors, what is not zero and where it stands.
        CompressedSparse = "compressed-tensors-sparse",
        /// EETQ, bytes with a scale for each row of outputs.
        Eetq = "eetq",
        /// ExLlamaV2, bits that differ from group to group.
        Exl2 = "exl2",
        /// ExLlamaV3, trellis-coded tiles.
        Exl3 = "exl3",
        /// Four-bit floats in signed bytes, with scales of powers of two.
        Fp4 = "fp4",
        /// Eight-bit floats with scales.
        Fp8 = "fp8",
        /// GGUF's block formats.
        Gguf = "gguf",
        /// GPTQ (arXiv 2210.17323).
        Gptq = "gptq",
        /// Half-quadratic quantisation.
        Hqq = "hqq",
        /// Signed bytes with scales.
        Int8 = "int8",
        /// Marlin's tiles of 4 bits.
        Marlin = "marlin",
        /// Marlin's tiles, half of the weights zero.
        Marlin24 = "marlin-24",
        /// MLX, integers in 32-bit words.
        Mlx = "mlx",
        /// OCP microscaling, 32 to a scale.
        Mxfp4 = "mxfp4",
        /// NVIDIA's four-bit floats, 16 to a scale.
        Nvfp4 = "nvfp4",
        /// QuIP#, vectors of a lattice (arXiv 2402.04396).
        Quip = "quip",
        /// Vectors of learned tables (arXiv 2409.17066).
        Vptq = "vptq",
    }
}

impl Packing {
    /// The implementations whose layouts are followed; GGUF's dimensions are
    /// the weight's own and need none.
    pub fn sources(self) -> impl Iterator<Item = &'static str> {
        let rows = ROWS.iter().filter(move |row| row.packing == self);
        rows.map(|row| row.source)
    }
}

/// A layout of one library.
#[derive(Debug)]
pub(super) struct Row {
    pub(super) packing: Packing,
    /// How the name of the tensor that holds the weights ends.
    pub(super) ending: &'static str,
    /// In which formats it may be.
    pub(super) formats: &'static [StoredDtype],
    /// What must lie beside it.
    pub(super) needs: &'static [&'static str],
    /// What may lie beside it that belongs to the packing: scales, zero
    /// points, orders. A `*` stands for any ending.
    pub(super) data: &'static [&'static str],
    /// What the name of the weight ends with in place of `ending`.
    pub(super) name: &'static str,
    /// How many weights there are; none for another layout.
    pub(super) unpack: fn(&Site<'_>) -> Option<Unpacked>,
    /// The implementation that was followed.
    pub(super) source: &'static str,
}

/// What a packed tensor stands for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Unpacked {
    /// Weights, filler included; none where headers do not say.
    pub(super) elements: Option<u64>,
    /// How many of them may be filler.
    pub(super) filler: u64,
    /// Bits of one.
    pub(super) bits: Option<u64>,
    /// How many share a scale, along the inputs.
    pub(super) group: Option<u64>,
}

/// A tensor that may hold packed weights, and what lies beside it.
#[derive(Debug)]
pub(super) struct Site<'s> {
    pub(super) payload: &'s Entry,
    /// Its name without the row's ending.
    pub(super) stem: &'s str,
    pub(super) hints: &'s Hints,
    all: &'s BTreeMap<&'s str, &'s Entry>,
}

impl<'s> Site<'s> {
    /// A tensor beside this one.
    pub(super) fn beside(&self, ending: &str) -> Option<&'s Entry> {
        self.all
            .get(format!("{}{ending}", self.stem).as_str())
            .copied()
    }

    /// The shape of a tensor beside this one, if it is a matrix.
    pub(super) fn matrix(&self, ending: &str) -> Option<[u64; 2]> {
        self.beside(ending)?.shape.as_slice().try_into().ok()
    }

    /// The packed tensor's own shape, if it is a matrix.
    pub(super) fn own(&self) -> Option<[u64; 2]> {
        self.payload.shape.as_slice().try_into().ok()
    }

    /// The elements of the packed tensor.
    pub(super) fn elements(&self) -> u64 {
        self.payload.elements()
    }
}

/// A product that no model exceeds.
pub(super) fn product(factors: &[u64]) -> Option<u64> {
    let mut factors = factors.iter();
    let product = factors.try_fold(1_u64, |n, factor| n.checked_mul(*factor));
    product.filter(|n| *n <= Shape::LIMIT)
}

/// A quotient without a rest.
pub(super) fn quotient(n: u64, by: u64) -> Option<u64> {
    n.checked_div(by).filter(|quotient| quotient * by == n)
}

/// Weights that share a scale along the inputs, where there is more than one
/// scale along them.
pub(super) fn group(inputs: u64, scales: Option<&Entry>) -> Option<u64> {
    let scales = scales?;
    let columns = *scales.shape.last().filter(|_| scales.shape.len() > 1)?;
    (columns > 1 && columns <= inputs).then(|| inputs.div_ceil(columns))
}

/// Every layout, by packing and ending.
pub(super) static ROWS: &[&Row] = &[
    &books::AQLM,
    &words::AWQ,
    &words::AWQ_FAST,
    &bytes::BITNET,
    &bytes::BNB4,
    &scaled::BNB8,
    &words::COMPRESSED_PACKED,
    &bytes::COMPRESSED_SPARSE,
    &scaled::EETQ,
    &words::EXL2,
    &books::EXL3,
    &bytes::FP4,
    &scaled::FP8_ANY,
    &scaled::FP8,
    &words::GPTQ,
    &books::HQQ,
    &scaled::INT8,
    &words::MARLIN,
    &words::MARLIN24,
    &words::MLX,
    &bytes::MXFP4,
    &bytes::MXFP4_PACKED,
    &bytes::MXFP4_BLOCKS,
    &bytes::NVFP4,
    &bytes::NVFP4_PACKED,
    &books::QUIP,
    &books::VPTQ,
];

/// Tensors of a packing that lie beside no packed weight: scales of what
/// passes through a layer, and of the cache.
pub(super) static STRAY: &[&str] = &[
    "input_scale",
    "k_scale",
    "kv_cache_scaling_factor",
    "kv_scale",
    "output_scale",
    "prob_output_scale",
    "q_scale",
    "v_scale",
];

/// A row that a tensor matches.
#[derive(Debug)]
pub(super) struct Found {
    pub(super) row: &'static Row,
    pub(super) unpacked: Unpacked,
    /// The weight's name.
    pub(super) name: String,
    /// Names of the packing's data.
    pub(super) data: Vec<String>,
}

/// The rows that a tensor matches: none, or one.
pub(super) fn find<'s>(
    payload: &'s Entry,
    all: &'s BTreeMap<&'s str, &'s Entry>,
    hints: &'s Hints,
) -> impl Iterator<Item = Found> {
    ROWS.iter().filter_map(move |row| {
        let stem = payload.name.strip_suffix(row.ending)?;
        let site = Site {
            payload,
            stem,
            hints,
            all,
        };
        let fits = row.formats.contains(&payload.dtype)
            && row.needs.iter().all(|need| site.beside(need).is_some());
        let unpacked = fits.then(|| (row.unpack)(&site)).flatten()?;
        Some(Found {
            row,
            unpacked,
            name: format!("{stem}{}", row.name),
            data: row
                .data
                .iter()
                .flat_map(|ending| named(all, stem, ending))
                .collect(),
        })
    })
}

/// The tensors of that stem and ending.
fn named(all: &BTreeMap<&str, &Entry>, stem: &str, ending: &str) -> Vec<String> {
    let name = format!("{stem}{ending}");
    match name.strip_suffix('*') {
        None => all
            .get_key_value(name.as_str())
            .map(|(name, _)| (*name).to_owned())
            .into_iter()
            .collect(),
        Some(start) => {
            let from = all.range(start..).map(|(name, _)| *name);
            from.take_while(|name| name.starts_with(start))
                .map(str::to_owned)
                .collect()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{ROWS, STRAY};

    #[test]
    fn the_tables_are_sorted_and_cite_a_source() {
        assert!(ROWS.is_sorted_by_key(|row| (row.packing, row.ending)));
        assert!(STRAY.is_sorted());
        for row in ROWS {
            assert!(row.source.contains('/'), "{}", row.packing);
            for need in row.needs {
                assert!(row.data.contains(need), "{} {need}", row.packing);
            }
        }
    }
}
