//! Weights of four bits or fewer in bytes.

use super::{Packing, Row, Site, Unpacked, group, product, quotient};
use crate::stored::StoredDtype::{Bf16, F8E4M3, F8E8M0, F16, F32, I8, U8};

/// Four ternary weights in a byte, packed along the outputs.
pub(in crate::stored) static BITNET: Row = Row {
    packing: Packing::BitNet,
    ending: ".weight",
    formats: &[U8],
    needs: &[".weight_scale"],
    data: &[".weight_scale"],
    name: ".weight",
    unpack: |site| {
        let scale = site.beside(".weight_scale")?;
        let one = scale.elements() == 1 && matches!(scale.dtype, Bf16 | F16 | F32);
        one.then_some(())?;
        Some(Unpacked {
            elements: product(&[site.elements(), 4]),
            bits: Some(2),
            ..Unpacked::default()
        })
    },
    source: "github.com/huggingface/transformers src/transformers/integrations/bitnet.py",
};

/// Two to a byte, all weights in one row; stored as bytes or as wider floats
/// that hold them.
pub(in crate::stored) static BNB4: Row = Row {
    packing: Packing::Bnb4,
    ending: ".weight",
    formats: &[Bf16, F16, F32, U8],
    needs: &[".weight.absmax"],
    data: &[
        ".weight.absmax",
        ".weight.nested_absmax",
        ".weight.nested_quant_map",
        ".weight.quant_map",
        ".weight.quant_state.*",
    ],
    name: ".weight",
    unpack: |site| {
        let bytes = product(&[site.elements(), site.payload.dtype.bits()? / 8])?;
        let elements = product(&[bytes, 2])?;
        let scales = site.beside(".weight.absmax")?.elements();
        // Blocks are powers of two, the last one may be short.
        let block = elements.checked_div(scales)?.checked_next_power_of_two();
        Some(Unpacked {
            elements: Some(elements),
            filler: elements.min(1),
            bits: Some(4),
            group: block.filter(|block| (32..=4_096).contains(block)),
        })
    },
    source: "github.com/bitsandbytes-foundation/bitsandbytes bitsandbytes/functional.py (QuantState)",
};

/// A bit for every weight says whether it is stored.
pub(in crate::stored) static COMPRESSED_SPARSE: Row = Row {
    packing: Packing::CompressedSparse,
    ending: ".compressed",
    formats: &[Bf16, F8E4M3, F16, F32, I8],
    needs: &[".bitmask"],
    data: &[".bitmask", ".row_offsets", ".shape", ".weight_scale"],
    name: ".weight",
    unpack: |site| {
        let [rows, bytes] = site.matrix(".bitmask")?;
        Some(Unpacked {
            elements: product(&[rows, bytes, 8]),
            filler: product(&[rows, 7])?,
            bits: site.payload.dtype.bits(),
            group: None,
        })
    },
    source: "github.com/vllm-project/compressed-tensors compressors/sparse_compressors/sparse_bitmask.py",
};

/// Two to a signed byte, 32 to a power of two.
pub(in crate::stored) static FP4: Row = Row {
    packing: Packing::Fp4,
    ending: ".weight",
    formats: &[I8],
    needs: &[".scale"],
    data: &[".scale"],
    name: ".weight",
    unpack: |site| two(site, ".scale", 32, &[F8E8M0]),
    source: "github.com/deepseek-ai/DeepSeek-V4 inference/convert.py",
};

/// Two to a byte, 32 to a scale of eight bits.
pub(in crate::stored) static MXFP4: Row = Row {
    packing: Packing::Mxfp4,
    ending: ".weight",
    formats: &[U8],
    needs: &[".weight_scale"],
    data: &[".input_scale", ".weight_scale"],
    name: ".weight",
    unpack: |site| two(site, ".weight_scale", 32, &[F8E8M0, U8]),
    source: "github.com/amd/Quark quark/torch/quantization (OCP microscaling)",
};

/// The same as compressed-tensors names it.
pub(in crate::stored) static MXFP4_PACKED: Row = Row {
    ending: ".weight_packed",
    data: &[".input_global_scale", ".weight_scale", ".weight_shape"],
    source: "github.com/vllm-project/compressed-tensors compressors/mxfp4_quantized.py",
    ..MXFP4
};

/// All experts in one tensor, a block of 32 in its last 16 bytes.
pub(in crate::stored) static MXFP4_BLOCKS: Row = Row {
    packing: Packing::Mxfp4,
    ending: "_blocks",
    formats: &[U8],
    needs: &["_scales"],
    data: &["_scales"],
    name: "",
    unpack: |site| {
        let scales = site.beside("_scales")?;
        let (last, blocks) = site.payload.shape.split_last()?;
        let whole = *last == 16 && blocks == scales.shape && matches!(scales.dtype, F8E8M0 | U8);
        whole.then_some(())?;
        Some(Unpacked {
            elements: product(&[site.elements(), 2]),
            bits: Some(4),
            group: Some(32),
            ..Unpacked::default()
        })
    },
    source: "github.com/openai/gpt-oss gpt_oss/torch/weights.py",
};

/// Two to a byte, 16 to a scale of eight bits, and a scale for all of them.
pub(in crate::stored) static NVFP4: Row = Row {
    packing: Packing::Nvfp4,
    ending: ".weight",
    formats: &[U8],
    needs: &[".weight_scale"],
    data: &[
        ".input_scale",
        ".pre_quant_scale",
        ".weight_scale",
        ".weight_scale_2",
    ],
    name: ".weight",
    unpack: |site| two(site, ".weight_scale", 16, &[F8E4M3]),
    source: "github.com/NVIDIA/Model-Optimizer modelopt/torch/export/quant_utils.py",
};

/// The same as compressed-tensors names it.
pub(in crate::stored) static NVFP4_PACKED: Row = Row {
    ending: ".weight_packed",
    data: &[
        ".input_global_scale",
        ".weight_global_scale",
        ".weight_scale",
    ],
    source: "github.com/vllm-project/compressed-tensors compressors/nvfp4_quantized.py",
    ..NVFP4
};

/// Two weights to a byte, `block` to a scale along the last dimension.
fn two(
    site: &Site<'_>,
    scale: &str,
    block: u64,
    formats: &[super::StoredDtype],
) -> Option<Unpacked> {
    let scales = site
        .beside(scale)
        .filter(|scales| formats.contains(&scales.dtype))?;
    let (bytes, rows) = site.payload.shape.split_last()?;
    let (columns, same) = scales.shape.split_last()?;
    let inputs = product(&[*bytes, 2])?;
    (rows == same && inputs.div_ceil(block) == *columns).then_some(())?;
    Some(Unpacked {
        elements: product(&[site.elements(), 2]),
        filler: quotient(site.elements(), *bytes).unwrap_or(0),
        bits: Some(4),
        group: group(inputs, Some(scales)).map(|_| block),
    })
}
