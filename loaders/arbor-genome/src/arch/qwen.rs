//! Qwen, the first generation (Bai et al. 2023, arXiv 2309.16609): Llama's
//! form under GPT-2's names, queries, keys and values in one map with biases.
//!
//! Reference: the authors' `modeling_qwen.py`. `intermediate_size` is twice
//! the inner width. Beyond `seq_length` the rotary base grows in steps and
//! queries by the logarithm of their number, where the configuration says so.

use super::build::class::{Defaults, LEFTOVERS};
use super::build::decoder::Form;
use super::build::mlp::Mlp;
use super::build::names::{Keys, Maps, Names};
use super::build::norms::Places;
use super::build::{Bias, bad};
use super::{Architecture, Task};
use crate::Genome;
use crate::config::{Config, ConfigError};
use crate::gene::RotaryScaling;

pub(super) static QWEN: Architecture = Architecture {
    model_type: "qwen",
    classes: &[
        ("QWenLMHeadModel", Task::Causal),
        ("QWenModel", Task::Encoder),
    ],
    base: "transformer.",
    renames: &[],
    ignored: LEFTOVERS,
    read,
};

const NAMES: Names = Names {
    base: "transformer.",
    tokens: "wte",
    layers: "h",
    attention: "attn",
    maps: Maps::Stacked("c_attn"),
    output: "c_proj",
    feed_forward: "mlp",
    final_norm: "ln_f",
    head: "lm_head",
};

fn read(config: &Config, task: Task) -> Result<Genome, ConfigError> {
    let defaults = Defaults {
        keys: Keys {
            head_size: "kv_channels",
            context: "seq_length",
            ..Keys::LLAMA
        },
        context: 8_192,
        epsilon: ("layer_norm_epsilon", 1e-6),
        ..Defaults::LLAMA
    };
    let mut form = Form::read(QWEN.model_type, config, &defaults)?;
    if !form.inner.is_multiple_of(2) {
        return Err(bad("intermediate_size", form.inner, "an even number"));
    }
    form.inner /= 2;
    form.names = NAMES;
    form.mlp = Mlp::Gated(["w2", "w1", "c_proj"]);
    form.places = Places::Pre(["ln_1", "ln_2"]);
    form.qkv_bias = Bias::Yes;
    form.output_bias = (!config.flag_or("no_bias", true)?).into();
    form.mlp_bias = form.output_bias;
    if !config.flag_or("scale_attn_weights", true)? {
        return Err(config.unsupported("scale_attn_weights"));
    }
    let stepped = config.flag_or("use_dynamic_ntk", true)?;
    let grown = config.flag_or("use_logn_attn", true)?;
    for rotary in form.rotary.iter_mut().flatten() {
        if grown && rotary.width != form.size {
            return Err(config.unsupported("rotary_pct"));
        }
        rotary.scaling = RotaryScaling::Steps {
            original: form.context,
            stepped,
            grown,
        };
    }
    if !stepped && !grown {
        for rotary in form.rotary.iter_mut().flatten() {
            rotary.scaling = RotaryScaling::None;
        }
    }
    // Kernels, precisions, and how far the tables of rotations reach.
    config.skip(&[
        "attn_dropout_prob",
        "bf16",
        "emb_dropout_prob",
        "fp16",
        "fp32",
        "max_position_embeddings",
        "onnx_safe",
        "softmax_in_fp32",
        "tokenizer_type",
        "use_cache_kernel",
        "use_cache_quantization",
        "use_flash_attn",
    ]);
    form.genome(task)
}
