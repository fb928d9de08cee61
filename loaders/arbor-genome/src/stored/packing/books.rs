//! Vectors of weights that an index into a table stands for, and layouts whose
//! headers leave the number of weights open.

use super::{Packing, Row, Site, Unpacked, product, quotient};
use crate::stored::StoredDtype::{I8, I16, I32, I64, U8, U16};
use crate::stored::hints::alone;

/// An index for each group of outputs and inputs; the tables say how large a
/// group is.
pub(in crate::stored) static AQLM: Row = Row {
    packing: Packing::Aqlm,
    ending: ".codes",
    formats: &[I8, I16, I32, U8, U16],
    needs: &[".codebooks", ".scales"],
    data: &[".codebooks", ".scales"],
    name: ".weight",
    unpack: |site| {
        let codes: [u64; 3] = site.payload.shape.as_slice().try_into().ok()?;
        let books = site.beside(".codebooks")?.shape.as_slice();
        let [number, _, outputs, inputs]: [u64; 4] = books.try_into().ok()?;
        (codes[2] == number).then_some(())?;
        Some(Unpacked {
            elements: product(&[codes[0], outputs, codes[1], inputs]),
            ..Unpacked::default()
        })
    },
    source: "github.com/Vahe1994/AQLM inference_lib/src/aqlm/inference.py",
};

/// Tiles of 16 by 16 in as many 16-bit words as there are bits to a weight.
pub(in crate::stored) static EXL3: Row = Row {
    packing: Packing::Exl3,
    ending: ".trellis",
    formats: &[I16],
    needs: &[".suh", ".svh"],
    data: &[".mcg", ".mul1", ".su", ".suh", ".sv", ".svh"],
    name: ".weight",
    unpack: |site| {
        let [rows, columns, words]: [u64; 3] = site.payload.shape.as_slice().try_into().ok()?;
        Some(Unpacked {
            elements: product(&[rows, columns, 256]),
            bits: quotient(words, 16),
            ..Unpacked::default()
        })
    },
    source: "github.com/turboderp-org/exllamav3 exllamav3/modules/quant/exl3.py",
};

/// Groups of weights, one scale each; the configuration says how large a group
/// is, the header does not.
pub(in crate::stored) static HQQ: Row = Row {
    packing: Packing::Hqq,
    ending: ".W_q",
    formats: &[I32, U8],
    needs: &[".scale"],
    data: &[
        ".axis",
        ".channel_wise",
        ".compute_dtype",
        ".encoded_state_dict",
        ".group_size",
        ".nbits",
        ".offload_meta",
        ".optimize",
        ".packing",
        ".quant_scale",
        ".quant_zero",
        ".round_zero",
        ".scale",
        ".shape",
        ".stores_quant_config",
        ".unpack_view_dtype",
        ".view_as_float",
        ".zero",
    ],
    name: ".weight",
    unpack: hqq,
    source: "github.com/mobiusml/hqq hqq/core/quantize.py and bitpack.py",
};

fn hqq(site: &Site<'_>) -> Option<Unpacked> {
    let scales = site.beside(".scale")?.elements();
    let Some((group, bits)) = site.hints.group.zip(alone(&site.hints.bits)) else {
        return Some(Unpacked::default());
    };
    let elements = product(&[scales, group])?;
    // Ten weights of three bits lie in a word, two or more whole ones in a byte.
    let in_one = if site.payload.dtype == I32 {
        32 / bits
    } else {
        8_u64.checked_div(bits)?
    };
    let room = product(&[site.elements(), in_one])?;
    let fits = room >= elements && room - elements < product(&[scales.max(group), in_one])?;
    Some(Unpacked {
        elements: Some(elements).filter(|_| fits),
        bits: Some(bits),
        group: Some(group),
        ..Unpacked::default()
    })
}

/// Signs of inputs and outputs say how many there are.
pub(in crate::stored) static QUIP: Row = Row {
    packing: Packing::Quip,
    ending: ".Qidxs",
    formats: &[I16, I32, I64, U8],
    needs: &[".SU", ".SV"],
    data: &[".SU", ".SV", ".Wscale", ".codebook_id", ".fuse_scales"],
    name: ".weight",
    unpack: |site| {
        let signs = |ending: &str| site.beside(ending).map(super::Entry::elements);
        Some(Unpacked {
            elements: product(&[signs(".SU")?, signs(".SV")?]),
            ..Unpacked::default()
        })
    },
    source: "github.com/Cornell-RelaxML/quip-sharp lib/linear/quantized_linear.py",
};

/// Packed indices of a length that headers do not say.
pub(in crate::stored) static VPTQ: Row = Row {
    packing: Packing::Vptq,
    ending: ".indices",
    formats: &[I16, I32, I64, U16],
    needs: &[".centroids.weight"],
    data: &[
        ".centroids.weight",
        ".outlier_centroids.weight",
        ".outlier_indices",
        ".perm",
        ".res_centroids.weight",
        ".weight_bias",
        ".weight_scale",
    ],
    name: ".weight",
    unpack: |_: &Site<'_>| Some(Unpacked::default()),
    source: "github.com/microsoft/VPTQ vptq/layers/vqlinear.py",
};
