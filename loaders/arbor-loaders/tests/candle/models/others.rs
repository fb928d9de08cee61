//! Decoders that stand alone.

use super::causal::{WINDOW, both};
use super::{Ask, Build, Failure, Help, Reads, Row, Weights, batch, config, row};
use arbor_loaders::{DType, Device};
use candle_transformers::models as candle;

/// Keys that they require, or a tied head as a tensor of its own.
const DEEPSEEK: &[Help] = &[Help::Set("n_group", "1"), Help::Set("topk_group", "1")];
const FALCON: &[Help] = &[Help::Lend {
    name: "lm_head.weight",
    of: "transformer.word_embeddings.weight",
}];
const TIED: &[Help] = &[Help::Set("tie_word_embeddings", "true")];

/// What the fixtures do not have, or what shows the cause.
const DEEPSEEK_EPSILON: &[Help] = &[
    Help::Both("rms_norm_eps", "1e-6"),
    Help::Set("n_group", "1"),
    Help::Set("topk_group", "1"),
];
const DEEPSEEK_GROUPS: &[Help] = &[
    Help::Both("rms_norm_eps", "1e-6"),
    Help::Both("topk_method", "\"group_limited_greedy\""),
    Help::Both("n_group", "2"),
    Help::Both("topk_group", "1"),
];
const FALCON_TANH: &[Help] = &[
    Help::Both("activation", "\"gelu_pytorch_tanh\""),
    Help::Lend {
        name: "lm_head.weight",
        of: "transformer.word_embeddings.weight",
    },
];
const GRANITE_ONES: &[Help] = &[
    Help::Both("attention_multiplier", "0.35355339059327373"),
    Help::Both("embedding_multiplier", "1.0"),
    Help::Both("logits_scaling", "1.0"),
    Help::Both("residual_multiplier", "1.0"),
];
const LONG: &[Help] = &[
    Help::Both("original_max_position_embeddings", "32"),
    Help::Both(
        "rope_scaling",
        r#"{"type": "longrope", "short_factor": [1.0, 1.1, 1.2, 1.3], "long_factor": [1.0, 2.0, 3.0, 4.0]}"#,
    ),
];

pub(super) fn rows() -> Vec<Row> {
    use candle::deepseek2::{DeepSeekV2, DeepSeekV2Config};
    use candle::smol::smollm3;
    const DEEPSEEK2: Build = plain!(DeepSeekV2Config, DeepSeekV2);
    const GRANITE: Build = cached!(granite, GraniteConfig, Granite);
    const HELIUM: Build = plain!(candle::helium::Config, candle::helium::Model);
    const OLMO: Build = plain!(candle::olmo::Config, candle::olmo::Model);
    const OLMO2: Build = plain!(candle::olmo2::Config, candle::olmo2::Model);
    const PHI: Build = counting!(candle::phi::Config, candle::phi::Model);
    const PHI3: Build = plain!(candle::phi3::Config, candle::phi3::Model);
    const SMOLLM3: Build = plain!(smollm3::Config, smollm3::ModelForCausalLM);
    const STABLELM: Build = plain!(candle::stable_lm::Config, candle::stable_lm::Model);
    const STARCODER2: Build = plain!(candle::starcoder2::Config, candle::starcoder2::Model);
    vec![
        both("deepseek_v2", "deepseek2", DEEPSEEK2, &[]),
        both("deepseek_v2", "deepseek2", DEEPSEEK2, DEEPSEEK),
        both("deepseek_v2", "deepseek2", DEEPSEEK2, DEEPSEEK_EPSILON),
        both("deepseek_v2", "deepseek2", DEEPSEEK2, DEEPSEEK_GROUPS),
        both("falcon-40b", "falcon", falcon, &[]),
        both("falcon-7b", "falcon", falcon, &[]),
        both("falcon-7b", "falcon", falcon, FALCON),
        both("falcon-7b", "falcon", falcon, FALCON_TANH),
        both("falcon-rw", "falcon", falcon, &[]),
        both("falcon-rw", "falcon", falcon, FALCON),
        both("gpt_bigcode", "bigcode", bigcode, &[]),
        both(
            "gpt_bigcode",
            "bigcode",
            bigcode,
            &[Help::Both("activation_function", "\"gelu\"")],
        ),
        both(
            "gpt_bigcode",
            "bigcode",
            bigcode,
            &[Help::Both("multi_query", "false")],
        ),
        both("granite", "granite", GRANITE, &[]),
        both("granite", "granite", GRANITE, GRANITE_ONES),
        both("helium", "helium", HELIUM, &[]),
        both("lfm2", "lfm2", lfm2, &[]),
        both("lfm2", "lfm2", lfm2, &[Help::Set("tie_embedding", "true")]),
        both("olmo", "olmo", OLMO, &[]),
        both("olmo", "olmo", OLMO, &[Help::Both("clip_qkv", "0.5")]),
        both("olmo2", "olmo2", OLMO2, &[]),
        both("phi", "phi", PHI, &[]),
        both("phi-qkln", "phi", PHI, &[]),
        both("phi3", "phi3", PHI3, &[]),
        row("phi3", "phi3", PHI3, Reads::Whole, LONG),
        both("smollm3", "smol::smollm3", SMOLLM3, &[]),
        both("smollm3", "smol::smollm3", SMOLLM3, TIED),
        both("phi3", "phi3", PHI3, WINDOW),
        both("stablelm", "stable_lm", STABLELM, &[]),
        both("starcoder2", "starcoder2", STARCODER2, WINDOW),
        both(
            "stablelm",
            "stable_lm",
            STABLELM,
            &[Help::Both("use_parallel_residual", "true")],
        ),
        both(
            "stablelm",
            "stable_lm",
            STABLELM,
            &[Help::Both("qk_layernorm", "true")],
        ),
        both("starcoder2", "starcoder2", STARCODER2, &[]),
        both(
            "starcoder2",
            "starcoder2",
            STARCODER2,
            &[Help::Both("tie_word_embeddings", "false")],
        ),
    ]
}

fn falcon(text: &str, weights: Weights, _: &[u32]) -> Result<Ask, Failure> {
    let config: candle::falcon::Config = config(text)?;
    let mut model = candle::falcon::Falcon::load(weights, config)?;
    Ok(Box::new(move |ids, _| model.forward(&batch(ids)?)))
}

fn lfm2(text: &str, weights: Weights, _: &[u32]) -> Result<Ask, Failure> {
    let config: candle::lfm2::Lfm2Config = config(text)?;
    let config = config.into_config(false);
    let mut cache = candle::lfm2::Cache::new(true, DType::F32, &config, &Device::Cpu)?;
    let model = candle::lfm2::Model::new(&config, weights)?;
    Ok(Box::new(move |ids, before| {
        model.forward(&batch(ids)?, before, &mut cache)
    }))
}

/// Its configuration cannot be read from a file: these are the keys by their
/// names in files.
#[derive(serde::Deserialize)]
struct Bigcode {
    vocab_size: usize,
    n_positions: usize,
    n_layer: usize,
    n_embd: usize,
    layer_norm_epsilon: f64,
    n_inner: Option<usize>,
    n_head: usize,
    multi_query: bool,
    use_cache: bool,
}

fn bigcode(text: &str, weights: Weights, _: &[u32]) -> Result<Ask, Failure> {
    let read: Bigcode = config(text)?;
    let config = candle::bigcode::Config {
        vocab_size: read.vocab_size,
        max_position_embeddings: read.n_positions,
        num_hidden_layers: read.n_layer,
        hidden_size: read.n_embd,
        layer_norm_epsilon: read.layer_norm_epsilon,
        n_inner: read.n_inner,
        num_attention_heads: read.n_head,
        multi_query: read.multi_query,
        use_cache: read.use_cache,
    };
    let mut model = candle::bigcode::GPTBigCode::load(weights, config)?;
    Ok(Box::new(move |ids, before| {
        model.forward(&batch(ids)?, before)
    }))
}
