//! ChatGLM2, ChatGLM3 and GLM-4 as first published (Zhipu AI 2024, arXiv
//! 2406.12793): half of each head rotated in neighbouring pairs, gate and
//! value in one map. The first ChatGLM, a prefix model, is another one.
//!
//! Reference: the authors' `modeling_chatglm.py` of GLM-4.

use super::build::class::{Defaults, LEFTOVERS};
use super::build::decoder::Form;
use super::build::mlp::Mlp;
use super::build::names::{Keys, Maps, Names};
use super::build::norms::NormForm;
use super::{Architecture, Ignored, Task};
use crate::Genome;
use crate::config::{Config, ConfigError};
use crate::gene::RotaryPairs;

pub(super) static CHATGLM: Architecture = Architecture {
    model_type: "chatglm",
    classes: &[
        // The class with a head, by the name of the one without.
        ("ChatGLMModel", Task::Causal),
        ("ChatGLMForConditionalGeneration", Task::Causal),
    ],
    base: "transformer.",
    renames: &[],
    ignored: &[
        Ignored {
            ending: "rotary_pos_emb.inv_freq",
            reason: "a table of rotary frequencies, computed anew",
        },
        LEFTOVERS[0],
    ],
    read,
};

const KEYS: Keys = Keys {
    vocabulary: "padded_vocab_size",
    width: "hidden_size",
    inner: "ffn_hidden_size",
    layers: "num_layers",
    heads: "num_attention_heads",
    kv_heads: "multi_query_group_num",
    head_size: "kv_channels",
    context: "seq_length",
};

const NAMES: Names = Names {
    base: "transformer.",
    tokens: "embedding.word_embeddings",
    layers: "encoder.layers",
    attention: "self_attention",
    maps: Maps::Stacked("query_key_value"),
    output: "dense",
    feed_forward: "mlp",
    final_norm: "encoder.final_layernorm",
    head: "transformer.output_layer",
};

fn read(config: &Config, task: Task) -> Result<Genome, ConfigError> {
    for (flag, only) in [
        ("apply_residual_connection_post_layernorm", false),
        ("interleaved_qkv", false),
        ("original_rope", true),
        ("post_layer_norm", true),
        ("prefix_projection", false),
    ] {
        if config.flag_or(flag, only)? != only {
            return Err(config.unsupported(flag));
        }
    }
    for key in ["pre_seq_len", "quantization_bit"] {
        if config.optional(key)?.unwrap_or(0) != 0 {
            return Err(config.unsupported(key));
        }
    }
    let defaults = Defaults {
        keys: KEYS,
        context: 2_048,
        epsilon: ("layernorm_epsilon", 1e-5),
        base: 10_000.0 * config.positive_or("rope_ratio", 1.0)?,
        partial: 0.5,
        pairs: RotaryPairs::Neighbours,
        ..Defaults::LLAMA
    };
    let mut form = Form::read(CHATGLM.model_type, config, &defaults)?;
    form.names = NAMES;
    if !config.flag_or("multi_query_attention", false)? {
        form.kv_heads = form.heads;
        form.names.maps = Maps::Grouped("query_key_value");
    }
    form.mlp = Mlp::Fused(["dense_h_to_4h", "dense_4h_to_h"]);
    if !config.flag_or("rmsnorm", true)? {
        form.norm = NormForm::Layer;
    }
    form.output_bias = config.flag_or("add_bias_linear", false)?.into();
    form.mlp_bias = form.output_bias;
    let qkv = config.flag_or("add_qkv_bias", false)?;
    form.qkv_bias = (qkv || config.flag_or("add_bias_linear", false)?).into();
    // Scores are divided by the layer's number and multiplied with it again;
    // the rest names kernels, or says a size once more.
    config.skip(&[
        "apply_query_key_layer_scaling",
        "attention_softmax_in_fp32",
        "attn_implementation",
        "bias_dropout_fusion",
        "fp32_residual_connection",
        "num_hidden_layers",
        "vocab_size",
    ]);
    form.genome(task)
}
