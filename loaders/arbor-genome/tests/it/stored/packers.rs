//! What libraries make of a weight, header by header: each layout written down
//! a second time, from the writer's side, as a list of tensors for a matrix of
//! outputs by inputs. `pack.rs` uses the table.

use arbor_genome::stored::StoredDtype::{
    Bf16, F8E4M3, F8E8M0, F16, F32, I8, I16, I32, I64, U8, U32,
};
use arbor_genome::stored::{Packing, StoredDtype};
use serde_json::{Value, json};

/// Ends of tensors' names, formats and shapes.
type Made = Vec<(&'static str, StoredDtype, Vec<u64>)>;

/// A library's way to store a matrix.
pub(super) struct Packer {
    pub(super) name: &'static str,
    pub(super) packing: Packing,
    /// What outputs and inputs must be multiples of.
    pub(super) multiple: [u64; 2],
    /// Tensors beside a stem without its `.weight`.
    pub(super) make: fn(u64, u64) -> Made,
    /// What names hold that are packed.
    pub(super) only: &'static str,
    /// The section of the configuration.
    pub(super) config: fn() -> Value,
    /// Whether headers alone say how many weights there are.
    pub(super) alone: bool,
    /// Bits of a weight, where the layout says.
    pub(super) bits: Option<u64>,
    /// Weights that share a scale, where the layout says.
    pub(super) group: Option<u64>,
}

fn none() -> Value {
    Value::Null
}

fn gptq(bits: u64, outputs: u64, inputs: u64) -> Made {
    vec![
        (".qweight", I32, vec![inputs / 32 * bits, outputs]),
        (".qzeros", I32, vec![inputs / 128, outputs / 32 * bits]),
        (".scales", F16, vec![inputs / 128, outputs]),
        (".g_idx", I32, vec![inputs]),
    ]
}

fn bnb4(outputs: u64, inputs: u64) -> Made {
    let weights = outputs * inputs;
    vec![
        (".weight", U8, vec![weights.div_ceil(2), 1]),
        (".weight.absmax", F32, vec![weights.div_ceil(64)]),
        (".weight.quant_map", F32, vec![16]),
        (".weight.quant_state.bitsandbytes__nf4", U8, vec![86]),
    ]
}

const fn packer(name: &'static str, packing: Packing, make: fn(u64, u64) -> Made) -> Packer {
    Packer {
        name,
        packing,
        multiple: [1, 1],
        make,
        only: "",
        config: none,
        alone: true,
        bits: Some(4),
        group: None,
    }
}

/// Every layout, by name.
pub(super) static PACKERS: &[Packer] = &[
    Packer {
        bits: None,
        multiple: [1, 8],
        ..packer("aqlm", Packing::Aqlm, |o, i| {
            vec![
                (".codes", I16, vec![o, i / 8, 2]),
                (".codebooks", F16, vec![2, 65_536, 1, 8]),
                (".scales", F16, vec![o, 1, 1, 1]),
            ]
        })
    },
    Packer {
        multiple: [8, 128],
        group: Some(128),
        ..packer("awq-gemm", Packing::Awq, |o, i| {
            vec![
                (".qweight", I32, vec![i, o / 8]),
                (".qzeros", I32, vec![i / 128, o / 8]),
                (".scales", F16, vec![i / 128, o]),
            ]
        })
    },
    Packer {
        multiple: [8, 128],
        group: Some(128),
        config: || json!({"quant_method": "awq", "bits": 4, "group_size": 128, "version": "gemv"}),
        ..packer("awq-gemv", Packing::Awq, |o, i| {
            let zeros = (i / 128).div_ceil(8);
            vec![
                (".qweight", I32, vec![o, i / 8]),
                (".qzeros", I32, vec![o, zeros]),
                (".scales", F16, vec![o, zeros * 8]),
            ]
        })
    },
    Packer {
        multiple: [4, 128],
        group: Some(128),
        config: || json!({"quant_method": "awq", "bits": 4, "group_size": 128, "version": "gemv_fast"}),
        ..packer("awq-gemv-fast", Packing::Awq, |o, i| {
            let zeros = (i / 128).div_ceil(8) * 8;
            vec![
                (".qweight", I16, vec![o / 4, i]),
                (".qzeros", F16, vec![zeros, o]),
                (".scales", F16, vec![zeros, o]),
            ]
        })
    },
    Packer {
        multiple: [4, 1],
        bits: Some(2),
        ..packer("bitnet", Packing::BitNet, |o, i| {
            vec![
                (".weight", U8, vec![o / 4, i]),
                (".weight_scale", Bf16, vec![1]),
            ]
        })
    },
    Packer {
        group: Some(64),
        ..packer("bitsandbytes-nf4", Packing::Bnb4, bnb4)
    },
    Packer {
        group: Some(64),
        ..packer("bitsandbytes-nf4-nested", Packing::Bnb4, |o, i| {
            let mut made = bnb4(o, i);
            let scales = (o * i).div_ceil(64);
            made[1].1 = U8;
            made.push((".weight.nested_absmax", F32, vec![scales.div_ceil(256)]));
            made.push((".weight.nested_quant_map", F32, vec![256]));
            made
        })
    },
    Packer {
        bits: Some(8),
        ..packer("bitsandbytes-int8", Packing::Bnb8, |o, i| {
            vec![
                (".weight", I8, vec![o, i]),
                (".SCB", F32, vec![o]),
                (".weight_format", U8, vec![]),
            ]
        })
    },
    Packer {
        alone: false,
        group: Some(128),
        multiple: [1, 128],
        config: || {
            json!({"quant_method": "compressed-tensors", "format": "pack-quantized", "config_groups":
                {"group_0": {"input_activations": {"num_bits": 8}, "weights": {"num_bits": 4, "group_size": 128}}}})
        },
        ..packer(
            "compressed-pack-group",
            Packing::CompressedPacked,
            |o, i| {
                vec![
                    (".weight_packed", I32, vec![o, i.div_ceil(8)]),
                    (".weight_scale", Bf16, vec![o, i / 128]),
                    (".weight_zero_point", I32, vec![o.div_ceil(8), i / 128]),
                    (".weight_shape", I64, vec![2]),
                    (".weight_g_idx", I32, vec![i]),
                ]
            },
        )
    },
    Packer {
        alone: false,
        only: ".experts.",
        group: Some(32),
        multiple: [1, 32],
        config: w4a16,
        ..packer(
            "compressed-pack-experts",
            Packing::CompressedPacked,
            |o, i| {
                vec![
                    (".weight_packed", I32, vec![o, i / 8]),
                    (".weight_scale", Bf16, vec![o, i / 32]),
                    (".weight_shape", I32, vec![2]),
                ]
            },
        )
    },
    Packer {
        alone: false,
        config: w4a16,
        ..packer(
            "compressed-pack-channel",
            Packing::CompressedPacked,
            |o, i| {
                vec![
                    (".weight_packed", I32, vec![o, i.div_ceil(8)]),
                    (".weight_scale", F16, vec![o, 1]),
                    (".weight_shape", I64, vec![2]),
                ]
            },
        )
    },
    Packer {
        bits: Some(16),
        multiple: [1, 8],
        ..packer("compressed-bitmask", Packing::CompressedSparse, |o, i| {
            vec![
                (".compressed", Bf16, vec![o * i / 2]),
                (".bitmask", U8, vec![o, i.div_ceil(8)]),
                (".row_offsets", I64, vec![o]),
                (".shape", I64, vec![2]),
            ]
        })
    },
    Packer {
        bits: Some(8),
        ..packer("eetq", Packing::Eetq, |o, i| {
            vec![
                (".weight", I8, vec![i, o]),
                (".weight_scales", F16, vec![o]),
            ]
        })
    },
    Packer {
        bits: None,
        multiple: [32, 32],
        ..packer("exl2", Packing::Exl2, |o, i| {
            vec![
                (".q_weight", I32, vec![i * 5 / 32, o]),
                (".q_scale", I32, vec![i.div_ceil(32), o / 8]),
                (".q_scale_max", F16, vec![i.div_ceil(32)]),
                (".q_groups", I16, vec![2 * i.div_ceil(32)]),
                (".q_invperm", I32, vec![i]),
            ]
        })
    },
    Packer {
        bits: Some(3),
        multiple: [16, 16],
        ..packer("exl3", Packing::Exl3, |o, i| {
            vec![
                (".trellis", I16, vec![i / 16, o / 16, 48]),
                (".suh", F16, vec![i]),
                (".svh", F16, vec![o]),
            ]
        })
    },
    Packer {
        multiple: [1, 64],
        group: Some(32),
        ..packer("fp4", Packing::Fp4, |o, i| {
            vec![
                (".weight", I8, vec![o, i / 2]),
                (".scale", F8E8M0, vec![o, i / 32]),
            ]
        })
    },
    Packer {
        bits: Some(8),
        ..packer("fp8-block", Packing::Fp8, |o, i| {
            vec![
                (".weight", F8E4M3, vec![o, i]),
                (
                    ".weight_scale_inv",
                    F32,
                    vec![o.div_ceil(128), i.div_ceil(128)],
                ),
            ]
        })
    },
    Packer {
        bits: Some(8),
        ..packer("fp8-tensor", Packing::Fp8, |o, i| {
            vec![
                (".weight", F8E4M3, vec![o, i]),
                (".weight_scale", F32, vec![1]),
                (".input_scale", F32, vec![1]),
            ]
        })
    },
    Packer {
        multiple: [32, 128],
        bits: Some(2),
        group: Some(128),
        ..packer("gptq-2", Packing::Gptq, |o, i| gptq(2, o, i))
    },
    Packer {
        multiple: [32, 128],
        bits: Some(3),
        group: Some(128),
        ..packer("gptq-3", Packing::Gptq, |o, i| gptq(3, o, i))
    },
    Packer {
        multiple: [32, 128],
        group: Some(128),
        ..packer("gptq-4", Packing::Gptq, |o, i| gptq(4, o, i))
    },
    Packer {
        multiple: [32, 128],
        bits: Some(8),
        group: Some(128),
        ..packer("gptq-8", Packing::Gptq, |o, i| gptq(8, o, i))
    },
    Packer {
        alone: false,
        group: Some(64),
        multiple: [1, 64],
        config: || json!({"quant_method": "hqq", "quant_config": {"weight_quant_params": {"nbits": 4, "group_size": 64}}}),
        ..packer("hqq-4", Packing::Hqq, |o, i| {
            let groups = o * i / 64;
            vec![
                (".W_q", U8, vec![groups / 2, 64]),
                (".scale", F16, vec![groups, 1]),
                (".zero", F16, vec![groups, 1]),
                (".nbits", I64, vec![]),
                (".shape", I64, vec![2]),
            ]
        })
    },
    Packer {
        alone: false,
        bits: Some(3),
        group: Some(64),
        multiple: [1, 64],
        config: || json!({"quant_method": "hqq", "quant_config": {"weight_quant_params": {"nbits": 3, "group_size": 64}}}),
        ..packer("hqq-3", Packing::Hqq, |o, i| {
            let groups = o * i / 64;
            vec![
                (".W_q", I32, vec![groups.div_ceil(10), 64]),
                (".scale", F16, vec![groups, 1]),
                (".zero", F16, vec![groups, 1]),
            ]
        })
    },
    Packer {
        bits: Some(8),
        ..packer("int8-channel", Packing::Int8, |o, i| {
            vec![
                (".weight", I8, vec![o, i]),
                (".weight_scale", F32, vec![o, 1]),
            ]
        })
    },
    Packer {
        multiple: [64, 128],
        group: Some(128),
        ..packer("marlin", Packing::Marlin, |o, i| {
            vec![
                (".B", I32, vec![i / 16, o * 2]),
                (".s", F16, vec![i / 128, o]),
            ]
        })
    },
    Packer {
        alone: false,
        multiple: [16, 32],
        config: w4a16,
        ..packer("marlin-24", Packing::Marlin24, |o, i| {
            vec![
                (".weight_packed", I32, vec![i / 32, o * 2]),
                (".meta", I16, vec![i / 32, o * 2]),
                (".scale_packed", F16, vec![i / 32, o]),
                (".weight_shape", I64, vec![2]),
            ]
        })
    },
    Packer {
        alone: false,
        multiple: [1, 64],
        group: Some(64),
        config: || json!({"group_size": 64, "bits": 4}),
        ..packer("mlx-4", Packing::Mlx, |o, i| {
            vec![
                (".weight", U32, vec![o, i / 8]),
                (".scales", F16, vec![o, i / 64]),
                (".biases", F16, vec![o, i / 64]),
            ]
        })
    },
    Packer {
        alone: false,
        bits: Some(6),
        multiple: [1, 64],
        group: Some(64),
        config: || json!({"group_size": 64, "bits": 4, "model.layers.0": {"group_size": 64, "bits": 6}}),
        ..packer("mlx-6", Packing::Mlx, |o, i| {
            vec![
                (".weight", U32, vec![o, i * 6 / 32]),
                (".scales", Bf16, vec![o, i / 64]),
                (".biases", Bf16, vec![o, i / 64]),
            ]
        })
    },
    Packer {
        multiple: [1, 64],
        group: Some(32),
        ..packer("mxfp4", Packing::Mxfp4, |o, i| {
            vec![
                (".weight", U8, vec![o, i / 2]),
                (".weight_scale", U8, vec![o, i / 32]),
            ]
        })
    },
    Packer {
        multiple: [1, 64],
        group: Some(32),
        ..packer("mxfp4-packed", Packing::Mxfp4, |o, i| {
            vec![
                (".weight_packed", U8, vec![o, i / 2]),
                (".weight_scale", U8, vec![o, i / 32]),
            ]
        })
    },
    Packer {
        multiple: [1, 32],
        group: Some(16),
        ..packer("nvfp4", Packing::Nvfp4, |o, i| {
            vec![
                (".weight", U8, vec![o, i / 2]),
                (".weight_scale", F8E4M3, vec![o, i / 16]),
                (".weight_scale_2", F32, vec![]),
                (".input_scale", F32, vec![]),
            ]
        })
    },
    Packer {
        multiple: [1, 32],
        group: Some(16),
        ..packer("nvfp4-packed", Packing::Nvfp4, |o, i| {
            vec![
                (".weight_packed", U8, vec![o, i / 2]),
                (".weight_scale", F8E4M3, vec![o, i / 16]),
                (".weight_global_scale", F32, vec![1]),
                (".input_global_scale", F32, vec![1]),
            ]
        })
    },
    Packer {
        bits: None,
        multiple: [1, 32],
        ..packer("quip", Packing::Quip, |o, i| {
            vec![
                (".Qidxs", I64, vec![o, i / 32]),
                (".SU", F16, vec![i]),
                (".SV", F16, vec![o]),
                (".Wscale", F32, vec![]),
            ]
        })
    },
    Packer {
        alone: false,
        bits: None,
        ..packer("vptq", Packing::Vptq, |o, i| {
            vec![
                (".indices", I32, vec![1, o.div_ceil(8), i]),
                (".centroids.weight", F16, vec![1, 524_288]),
                (".perm", I16, vec![i]),
                (".weight_scale", F16, vec![i]),
                (".weight_bias", F16, vec![i]),
            ]
        })
    },
];

fn w4a16() -> Value {
    json!({"quant_method": "compressed-tensors", "config_groups": {"group_0": {"weights": {"num_bits": 4}}}})
}

/// A packer by its name.
pub(super) fn named(name: &str) -> &'static Packer {
    let mut packers = PACKERS.iter();
    packers.find(|packer| packer.name == name).expect(name)
}
