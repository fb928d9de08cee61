//! Integers of a few bits packed into 16- or 32-bit words.

use super::{Packing, Row, Site, Unpacked, group, product, quotient};
use crate::stored::StoredDtype::{Bf16, F8E8M0, F16, I8, I16, I32, I64, U32};
use crate::stored::hints::alone;

/// Bits of a word.
const WORD: u64 = 32;

/// Outputs packed word by word, inputs as they are; or, for one row at a time,
/// inputs packed and scales filled up.
pub(in crate::stored) static AWQ: Row = Row {
    packing: Packing::Awq,
    ending: ".qweight",
    formats: &[I32],
    needs: &[".qzeros", ".scales"],
    data: &[".qzeros", ".scales"],
    name: ".weight",
    unpack: awq,
    source: "github.com/casper-hansen/AutoAWQ awq/modules/linear/gemm.py and gemv.py",
};

fn awq(site: &Site<'_>) -> Option<Unpacked> {
    let [rows, columns] = site.own()?;
    let [groups, scales] = site.matrix(".scales")?;
    let [zero_rows, zeros] = site.matrix(".qzeros")?;
    if zero_rows != groups || groups == 0 {
        return None;
    }
    let bits = quotient(product(&[zeros, WORD])?, scales).filter(|bits| (1..=8).contains(bits))?;
    let elements = quotient(product(&[rows, columns, WORD])?, bits);
    let outputs = quotient(product(&[columns, WORD])?, bits);
    let group = if outputs == Some(scales) {
        // Matrix by matrix: the scales have a row for each group of inputs.
        Some(rows.div_ceil(groups))
    } else if rows == groups && columns != scales {
        // Matrix by vector: the scales have a row for each output, filled up.
        site.hints.group
    } else {
        return None;
    };
    Some(Unpacked {
        elements,
        bits: Some(bits),
        group,
        ..Unpacked::default()
    })
}

/// Four weights in 16 bits, rows interleaved by four.
pub(in crate::stored) static AWQ_FAST: Row = Row {
    packing: Packing::Awq,
    ending: ".qweight",
    formats: &[I16],
    needs: &[".qzeros", ".scales"],
    data: &[".qzeros", ".scales"],
    name: ".weight",
    unpack: |site| {
        let [_, outputs] = site.matrix(".scales")?;
        let [quarter, inputs] = site.own()?;
        // Zero points are floats here; GPTQ packs them like the weights.
        matches!(site.beside(".qzeros")?.dtype, Bf16 | F16).then_some(())?;
        (product(&[quarter, 4])? == outputs).then_some(())?;
        Some(Unpacked {
            elements: product(&[outputs, inputs]),
            bits: Some(4),
            group: site.hints.group,
            ..Unpacked::default()
        })
    },
    source: "github.com/casper-hansen/AutoAWQ awq/modules/linear/gemv_fast.py",
};

/// Rows filled up to whole words, each with as many weights as fit whole; the
/// shape is a tensor's value, not in the header.
pub(in crate::stored) static COMPRESSED_PACKED: Row = Row {
    packing: Packing::CompressedPacked,
    ending: ".weight_packed",
    formats: &[I32],
    needs: &[".weight_scale"],
    data: &[
        ".input_scale",
        ".weight_g_idx",
        ".weight_scale",
        ".weight_shape",
        ".weight_zero_point",
    ],
    name: ".weight",
    unpack: compressed,
    source: "github.com/vllm-project/compressed-tensors compressors/quantized_compressors/pack_quantized.py",
};

fn compressed(site: &Site<'_>) -> Option<Unpacked> {
    let words = *site.payload.shape.last()?;
    let rows = quotient(site.elements(), words)?;
    let scales = site.beside(".weight_scale")?;
    let columns = scales.shape.last().copied().unwrap_or(1);
    let fits = |bits: &&u64| match site.hints.group {
        // Whole groups, the last word filled up.
        Some(group) if columns > 1 && **bits <= 8 => {
            product(&[columns, group]).is_some_and(|inputs| inputs.div_ceil(WORD / **bits) == words)
        }
        Some(_) | None => **bits <= 8,
    };
    let bits: Vec<u64> = site.hints.bits.iter().filter(fits).copied().collect();
    let Some(bits) = alone(&bits) else {
        return Some(Unpacked::default());
    };
    let in_word = WORD / bits;
    let inputs = product(&[words, in_word])?;
    Some(Unpacked {
        elements: product(&[rows, inputs]),
        filler: product(&[rows, in_word - 1])?,
        bits: Some(bits),
        group: group(inputs, Some(scales)),
    })
}

/// As many bits as each group was given; the order of the inputs says how many
/// there are.
pub(in crate::stored) static EXL2: Row = Row {
    packing: Packing::Exl2,
    ending: ".q_weight",
    formats: &[I32],
    needs: &[".q_scale"],
    data: &[
        ".q_group_map",
        ".q_groups",
        ".q_invperm",
        ".q_perm",
        ".q_scale",
        ".q_scale_max",
    ],
    name: ".weight",
    unpack: |site| {
        let [words, outputs] = site.own()?;
        let order = site
            .beside(".q_invperm")
            .or_else(|| site.beside(".q_perm"))?;
        let inputs = order.elements();
        // At most eight bits a weight and at least one.
        let bits = product(&[words, WORD])?;
        (bits >= inputs && bits <= product(&[inputs, 8])?).then_some(())?;
        Some(Unpacked {
            elements: product(&[inputs, outputs]),
            ..Unpacked::default()
        })
    },
    source: "github.com/turboderp-org/exllamav2 exllamav2/ext.py",
};

/// Inputs packed into words, outputs as they are: 32 weights of 3 bits lie in
/// three words. Inputs are filled up to whole groups where they are not.
pub(in crate::stored) static GPTQ: Row = Row {
    packing: Packing::Gptq,
    ending: ".qweight",
    formats: &[I8, I16, I32, I64],
    needs: &[".scales"],
    data: &[".g_idx", ".qzeros", ".scales"],
    name: ".weight",
    unpack: gptq,
    source: "github.com/ModelCloud/GPTQModel gptqmodel/nn_modules/qlinear/__init__.py",
};

fn gptq(site: &Site<'_>) -> Option<Unpacked> {
    let [words, outputs] = site.own()?;
    let [groups, scales] = site.matrix(".scales")?;
    let word = site.payload.dtype.bits()?;
    let zeros = site.beside(".qzeros");
    let foreign = zeros.is_some_and(|zeros| zeros.dtype != site.payload.dtype);
    if scales != outputs || groups == 0 || foreign {
        return None;
    }
    let of_zeros = site.matrix(".qzeros").and_then(|[_, zeros]| {
        // A rest of outputs below a word has no zeros of its own.
        let whole = outputs - outputs % word;
        quotient(product(&[zeros, word])?, whole)
    });
    let bits = of_zeros
        .or_else(|| alone(&site.hints.bits))
        .filter(|bits| (1..=8).contains(bits));
    let Some(bits) = bits else {
        return Some(Unpacked::default());
    };
    let inputs = quotient(product(&[words, word])?, bits)?;
    // The order of groups has an entry for each input, filler left out.
    let order = site.beside(".g_idx").map(super::Entry::elements);
    let exact = order
        .filter(|order| *order <= inputs && inputs - order < word.max(inputs.div_ceil(groups)));
    let group = exact.unwrap_or(inputs).div_ceil(groups);
    Some(Unpacked {
        elements: product(&[exact.unwrap_or(inputs), outputs]),
        filler: if exact.is_some() {
            0
        } else {
            product(&[group.max(word) - 1, outputs])?
        },
        bits: Some(bits),
        group: Some(group),
    })
}

/// Tiles of 16 by 16, four bits each.
pub(in crate::stored) static MARLIN: Row = Row {
    packing: Packing::Marlin,
    ending: ".B",
    formats: &[I32],
    needs: &[".s"],
    data: &[".s", ".workspace"],
    name: ".weight",
    unpack: |site| {
        let [groups, outputs] = site.matrix(".s")?;
        let elements = product(&[site.elements(), WORD / 4])?;
        let inputs = quotient(elements, outputs)?;
        Some(Unpacked {
            elements: Some(elements),
            bits: Some(4),
            group: quotient(inputs, groups),
            ..Unpacked::default()
        })
    },
    source: "github.com/IST-DASLab/marlin marlin/__init__.py",
};

/// The same of the half that is not zero.
pub(in crate::stored) static MARLIN24: Row = Row {
    packing: Packing::Marlin24,
    ending: ".weight_packed",
    formats: &[I32],
    needs: &[".meta", ".scale_packed"],
    data: &[".meta", ".scale_packed", ".weight_shape"],
    name: ".weight",
    unpack: |site| {
        let bits = alone(&site.hints.bits).filter(|bits| matches!(bits, 4 | 8));
        Some(Unpacked {
            elements: bits.and_then(|bits| product(&[site.elements(), WORD / bits, 2])),
            bits,
            ..Unpacked::default()
        })
    },
    source: "github.com/vllm-project/compressed-tensors compressors/sparse_quantized_compressors/marlin_24.py",
};

/// Inputs packed without gaps; bits times group follow from the shapes, and
/// the configuration says the group.
pub(in crate::stored) static MLX: Row = Row {
    packing: Packing::Mlx,
    ending: ".weight",
    formats: &[U32],
    needs: &[".scales"],
    data: &[".biases", ".scales"],
    name: ".weight",
    unpack: |site| {
        let scales = site.beside(".scales")?;
        let powers = matches!(scales.dtype, F8E8M0 | super::StoredDtype::U8);
        let group = site.hints.group.or(powers.then_some(32));
        let weights = group.and_then(|group| product(&[scales.elements(), group]));
        let bits = weights.and_then(|n| quotient(product(&[site.elements(), WORD])?, n));
        let known = bits.is_some_and(|bits| (1..=8).contains(&bits));
        Some(Unpacked {
            elements: weights.filter(|_| known),
            bits: bits.filter(|_| known),
            group: group.filter(|_| known),
            ..Unpacked::default()
        })
    },
    source: "github.com/ml-explore/mlx mlx/ops.cpp (quantize)",
};
