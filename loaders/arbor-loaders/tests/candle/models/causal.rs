//! Decoders of the families that have most members.

use super::{Ask, Build, Failure, Help, Reads, Row, Weights, batch, config, row};
use arbor_loaders::{DType, Device};
use candle_transformers::models as candle;

/// Keys that they require, where the file has none or `null`; each says what
/// holds without it.
const CHATGLM: &[Help] = &[
    Help::Set("attention_softmax_in_fp32", "true"),
    Help::Set("bias_dropout_fusion", "true"),
    Help::Set("fp32_residual_connection", "false"),
];
const NO_WINDOW: &[Help] = &[Help::Set("sliding_window", "64")];
const QWEN3_MOE: &[Help] = &[Help::Set("max_window_layers", "28")];
const GEMMA3: &[Help] = &[Help::Set("sliding_window_pattern", "3")];

/// What the fixtures do not have, or what shows the cause.
const CHATGLM_ONE: &[Help] = &[
    Help::Both("rope_ratio", "1"),
    Help::Set("attention_softmax_in_fp32", "true"),
    Help::Set("bias_dropout_fusion", "true"),
    Help::Set("fp32_residual_connection", "false"),
];
const GEMMA2_WIDE: &[Help] = &[Help::Both("sliding_window", "64")];
const GEMMA2_SCALE: &[Help] = &[
    Help::Both("sliding_window", "64"),
    Help::Both("query_pre_attn_scalar", "24"),
];
const GEMMA3_SCALE: &[Help] = &[
    Help::Both("query_pre_attn_scalar", "24"),
    Help::Set("sliding_window_pattern", "3"),
];
/// The newer place of the rotary base.
const NEW_STYLE: &[Help] = &[
    Help::Less("rope_theta"),
    Help::Less("rope_scaling"),
    Help::Both(
        "rope_parameters",
        r#"{"rope_type": "default", "rope_theta": 500000.0}"#,
    ),
];
/// A window that the file names and does not use: the numbers are those without.
const UNUSED_WINDOW: &[Help] = &[Help::Set("sliding_window", "8")];
pub(super) const WINDOW: &[Help] = &[Help::Both("sliding_window", "8")];
const MIXTRAL_KEYS: &[Help] = &[
    Help::Set("sliding_window", "64"),
    Help::Set("use_flash_attn", "false"),
];
const MIXTRAL_WINDOW: &[Help] = &[
    Help::Both("sliding_window", "8"),
    Help::Set("use_flash_attn", "false"),
];

pub(super) fn rows() -> Vec<Row> {
    [gemma(), glm(), llama(), qwen()]
        .into_iter()
        .flatten()
        .collect()
}

pub(super) fn both(
    fixture: &'static str,
    module: &'static str,
    build: Build,
    help: &'static [Help],
) -> Row {
    row(fixture, module, build, Reads::Both, help)
}

fn glm() -> Vec<Row> {
    const GLM4: Build = counting!(candle::glm4::Config, candle::glm4::Model);
    const NEW: Build = plain!(candle::glm4_new::Config, candle::glm4_new::ModelForCausalLM);
    vec![
        both("chatglm3", "chatglm", chatglm, &[]),
        both("chatglm3", "chatglm", chatglm, CHATGLM),
        both("chatglm3", "chatglm", chatglm, CHATGLM_ONE),
        both("chatglm3", "glm4", GLM4, &[]),
        both("chatglm3", "glm4", GLM4, CHATGLM),
        both("glm4", "glm4_new", NEW, &[]),
    ]
}

fn gemma() -> Vec<Row> {
    const FIRST: Build = gemma!(candle::gemma::Config, candle::gemma::Model);
    const SECOND: Build = gemma!(candle::gemma2::Config, candle::gemma2::Model);
    const THIRD: Build = gemma!(candle::gemma3::Config, candle::gemma3::Model);
    vec![
        both("gemma", "gemma", FIRST, &[]),
        both("gemma", "gemma", FIRST, &[Help::Drop("hidden_activation")]),
        both("gemma2", "gemma2", SECOND, &[]),
        both("gemma2", "gemma2", SECOND, GEMMA2_WIDE),
        both("gemma2", "gemma2", SECOND, GEMMA2_SCALE),
        both("gemma3", "gemma3", THIRD, &[]),
        both("gemma3", "gemma3", THIRD, GEMMA3),
        row("gemma3", "gemma3", THIRD, Reads::Steps, GEMMA3),
        row("gemma3", "gemma3", THIRD, Reads::Steps, GEMMA3_SCALE),
    ]
}

fn llama() -> Vec<Row> {
    const LLAMA: Build = cached!(llama, LlamaConfig, Llama);
    const MISTRAL: Build = plain!(candle::mistral::Config, candle::mistral::Model);
    const MIXTRAL: Build = plain!(candle::mixtral::Config, candle::mixtral::Model);
    vec![
        both("internlm", "llama", LLAMA, &[]),
        both("llama-dynamic", "llama", LLAMA, &[]),
        both("llama-linear", "llama", LLAMA, &[]),
        both("llama-yarn", "llama", LLAMA, &[]),
        both("llama2", "llama", LLAMA, &[]),
        both("llama2", "llama", LLAMA, NEW_STYLE),
        both("llama3", "llama", LLAMA, &[]),
        both("ministral", "mistral", MISTRAL, &[]),
        both("mistral", "mistral", MISTRAL, &[]),
        both("mistral", "mistral", MISTRAL, WINDOW),
        both("mixtral", "mixtral", MIXTRAL, &[]),
        both("mixtral", "mixtral", MIXTRAL, MIXTRAL_WINDOW),
        both("mixtral", "mixtral", MIXTRAL, MIXTRAL_KEYS),
        both("yi", "llama", LLAMA, &[]),
    ]
}

fn qwen() -> Vec<Row> {
    const SECOND: Build = plain!(candle::qwen2::Config, candle::qwen2::ModelForCausalLM);
    const SECOND_MOE: Build = plain!(candle::qwen2_moe::Config, candle::qwen2_moe::Model);
    const THIRD: Build = plain!(candle::qwen3::Config, candle::qwen3::ModelForCausalLM);
    const THIRD_MOE: Build = plain!(
        candle::qwen3_moe::Config,
        candle::qwen3_moe::ModelForCausalLM
    );
    vec![
        both("qwen2", "qwen2", SECOND, &[]),
        both("qwen2", "qwen2", SECOND, NO_WINDOW),
        both("qwen2", "qwen2", SECOND, UNUSED_WINDOW),
        both("qwen2_moe", "qwen2_moe", SECOND_MOE, &[]),
        both("qwen2_moe", "qwen2_moe", SECOND_MOE, NO_WINDOW),
        both("qwen3", "qwen3", THIRD, &[]),
        both("qwen3_moe", "qwen3_moe", THIRD_MOE, &[]),
        both("qwen3_moe", "qwen3_moe", THIRD_MOE, QWEN3_MOE),
    ]
}

/// Its configuration cannot be read from a file; the next generation's has the
/// same keys.
fn chatglm(text: &str, weights: Weights, _: &[u32]) -> Result<Ask, Failure> {
    let read: candle::glm4::Config = config(text)?;
    let config = candle::chatglm::Config {
        num_layers: read.num_layers,
        padded_vocab_size: read.padded_vocab_size,
        hidden_size: read.hidden_size,
        ffn_hidden_size: read.ffn_hidden_size,
        kv_channels: read.kv_channels,
        num_attention_heads: read.num_attention_heads,
        seq_length: read.seq_length,
        layernorm_epsilon: read.layernorm_epsilon,
        rmsnorm: read.rmsnorm,
        apply_residual_connection_post_layernorm: read.apply_residual_connection_post_layernorm,
        post_layer_norm: read.post_layer_norm,
        add_bias_linear: read.add_bias_linear,
        add_qkv_bias: read.add_qkv_bias,
        bias_dropout_fusion: read.bias_dropout_fusion,
        multi_query_attention: read.multi_query_attention,
        multi_query_group_num: read.multi_query_group_num,
        apply_query_key_layer_scaling: read.apply_query_key_layer_scaling,
        attention_softmax_in_fp32: read.attention_softmax_in_fp32,
        fp32_residual_connection: read.fp32_residual_connection,
    };
    let mut model = candle::chatglm::Model::new(&config, weights)?;
    Ok(Box::new(move |ids, _| model.forward(&batch(ids)?)))
}
