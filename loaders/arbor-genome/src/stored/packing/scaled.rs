//! One element for each weight, with scales beside it.

use super::{Packing, Row, Site, Unpacked, group};
use crate::stored::StoredDtype::{F8E4M3, F8E4M3Fnuz, F8E5M2, F8E5M2Fnuz, F8E8M0, I8};

/// Bytes with the largest weight of each output.
pub(in crate::stored) static BNB8: Row = Row {
    packing: Packing::Bnb8,
    ending: ".weight",
    formats: &[I8],
    needs: &[".SCB"],
    data: &[".SCB", ".weight_format"],
    name: ".weight",
    unpack: |site| plain(site, None),
    source: "github.com/bitsandbytes-foundation/bitsandbytes bitsandbytes/nn/modules.py (Linear8bitLt)",
};

/// Bytes, inputs first, with a scale for each output.
pub(in crate::stored) static EETQ: Row = Row {
    packing: Packing::Eetq,
    ending: ".weight",
    formats: &[I8],
    needs: &[".weight_scales"],
    data: &[".weight_scales"],
    name: ".weight",
    unpack: |site| plain(site, None),
    source: "github.com/NetEase-FuXi/EETQ python/eetq/modules/qlinear.py",
};

/// Eight-bit floats of a layer.
pub(in crate::stored) static FP8: Row = Row {
    packing: Packing::Fp8,
    ending: ".weight",
    formats: &[F8E4M3, F8E4M3Fnuz, F8E5M2, F8E5M2Fnuz],
    needs: &[],
    data: &[
        ".activation_scale",
        ".input_scale",
        ".input_scale_ub",
        ".output_scale",
        ".scale",
        ".weight_scale",
        ".weight_scale_inv",
        ".weight_zero_point",
    ],
    name: ".weight",
    unpack: |site| {
        let scales = [".weight_scale_inv", ".weight_scale", ".scale"];
        plain(site, scales.iter().find_map(|scale| site.beside(scale)))
    },
    source: "github.com/deepseek-ai/DeepSeek-V3 inference/fp8_cast_bf16.py; \
             github.com/vllm-project/compressed-tensors compressors/naive_quantized.py",
};

/// Eight-bit floats that are no layer's `weight`: all experts in one tensor.
pub(in crate::stored) static FP8_ANY: Row = Row {
    ending: "",
    data: &["_activation_scale", "_input_scale", "_scale", "_scale_inv"],
    name: "",
    unpack: |site| {
        (!site.stem.ends_with(".weight")).then_some(())?;
        plain(
            site,
            site.beside("_scale_inv").or_else(|| site.beside("_scale")),
        )
    },
    source: "github.com/huggingface/transformers src/transformers/integrations/fbgemm_fp8.py",
    ..FP8
};

/// Bytes with a scale for each output or group.
pub(in crate::stored) static INT8: Row = Row {
    packing: Packing::Int8,
    ending: ".weight",
    formats: &[I8],
    needs: &[".weight_scale"],
    data: &[
        ".input_scale",
        ".input_zero_point",
        ".weight_scale",
        ".weight_zero_point",
    ],
    name: ".weight",
    unpack: |site| plain(site, site.beside(".weight_scale")),
    source: "github.com/vllm-project/compressed-tensors compressors/int_quantized.py",
};

/// As many weights as elements. Scales of powers of two beside bytes are
/// another layout's.
fn plain(site: &Site<'_>, scales: Option<&super::Entry>) -> Option<Unpacked> {
    let bits = site.payload.dtype.bits();
    let powers = scales.is_some_and(|scales| scales.dtype == F8E8M0);
    (!(powers && site.payload.dtype == I8)).then_some(())?;
    let inputs = site.payload.shape.last().copied().unwrap_or(0);
    Some(Unpacked {
        elements: Some(site.elements()),
        bits,
        group: group(inputs, scales),
        ..Unpacked::default()
    })
}
