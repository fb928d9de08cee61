//! Falcon-H1 (Zuo et al. 2025, arXiv 2507.22448): attention and Mamba-2 side
//! by side in every layer, with factors on almost everything.
//!
//! Reference: transformers 4.57.6, `models/falcon_h1/modeling_falcon_h1.py`.

use super::build::hybrid::{Decoder, GATED, Heads, QKVO, area, head, scaled};
use super::build::state_space::{INITIAL, Mamba2Sizes};
use super::build::{At, Bias, head_size, kv_heads};
use super::{Architecture, Task};
use crate::Genome;
use crate::config::{Config, ConfigError};
use crate::gene::{
    Attention, Block, Expert, FeedForward, KeyValue, Linear, Mamba2, Mixer, OutputGate, Placement,
    Query, RotaryPairs,
};

pub(super) static FALCON_H1: Architecture = Architecture {
    model_type: "falcon_h1",
    classes: &[
        ("FalconH1ForCausalLM", Task::Causal),
        ("FalconH1Model", Task::Encoder),
    ],
    base: "model.",
    renames: &[],
    ignored: &[],
    read,
};

/// What a map's input and its output are multiplied with, as one factor on
/// its weight; its bias sees the second only.
fn around(map: Linear, before: f64, after: f64) -> Result<Linear, ConfigError> {
    let bias = map.bias.map(|bias| bias.scaled(after)).transpose()?;
    Ok(Linear {
        weight: map.weight.scaled(before * after)?,
        bias,
    })
}

fn list<const N: usize>(config: &Config, key: &str) -> Result<[f64; N], ConfigError> {
    match config.numbers(key)? {
        None => Ok([1.0; N]),
        Some(numbers) => numbers.try_into().map_err(|_| config.unsupported(key)),
    }
}

fn read(config: &Config, task: Task) -> Result<Genome, ConfigError> {
    let width = config.count_or("hidden_size", 4_096)?;
    let vocabulary = config.count_or("vocab_size", 128_000)?;
    let inner = config.count_or("intermediate_size", 14_336)?;
    let heads = config.count_or("num_attention_heads", 32)?;
    let kv = kv_heads(config.count_or("num_key_value_heads", 8)?, heads)?;
    let size = head_size(config.optional("head_dim")?, width, heads)?;
    let context = config.count_or("max_position_embeddings", 8_192)?;
    let epsilon = config.positive_or("rms_norm_eps", 1e-5)?;
    let bias = Bias::from(config.flag_or("attention_bias", false)?);
    let mlp_bias = Bias::from(config.flag_or("mlp_bias", false)?);
    let mamba_inner = if config.is_null("mamba_d_ssm") {
        None
    } else {
        Some(config.count_or("mamba_d_ssm", 1_024)?)
    };
    let mamba = Mamba2Sizes {
        output_bias: config.flag_or("projectors_bias", false)?.into(),
        ..Mamba2Sizes::read(config, width, mamba_inner)?
    };
    let normed = config.flag_or("mamba_rms_norm", false)?;
    let norm_first = config.flag_or("mamba_norm_before_gate", true)?;
    config.skip(INITIAL);
    config.skip(&[
        "mamba_use_mlp",
        "mlp_expansion_factor",
        "attn_layer_indices",
    ]);
    let rotary = config
        .rope(None, 100_000.0, context)?
        .rotary(size, 1.0, RotaryPairs::Halves)?;
    let factor = |key: &str| config.number_or(key, 1.0);
    let (attention_in, attention_out) = (
        factor("attention_in_multiplier")?,
        factor("attention_out_multiplier")?,
    );
    let (mamba_in, mamba_out) = (factor("ssm_in_multiplier")?, factor("ssm_out_multiplier")?);
    let key_factor = factor("key_multiplier")?;
    let factors = list::<5>(config, "ssm_multipliers")?;
    let [gate_factor, down_factor] = list::<2>(config, "mlp_multipliers")?;

    let model = At::new("model.");
    let shape = Heads {
        input: width,
        output: width,
        heads,
        kv,
        size,
    };
    let attention = |at: &At| -> Result<Attention, ConfigError> {
        let (all, some) = (area(&[heads, size])?, area(&[kv, size])?);
        let map = |name, outputs, after| {
            around(at.linear(name, outputs, width, bias)?, attention_in, after)
        };
        let plain = shape.attention(at, QKVO, (bias, bias), Some(&rotary))?;
        Ok(Attention {
            query: Query::Full(map("q_proj", all, 1.0)?),
            key_value: KeyValue::Full {
                key: map("k_proj", some, key_factor)?,
                value: map("v_proj", some, 1.0)?,
            },
            output: scaled(plain.output, attention_out)?,
            ..plain
        })
    };
    let state_space = |at: &At| -> Result<Mamba2, ConfigError> {
        let norm = || at.rms_norm("norm", area(&[mamba.heads, mamba.head_size])?, epsilon);
        let gate = match (normed, norm_first) {
            (false, _) => OutputGate::Plain,
            (true, true) => OutputGate::AfterNorm(norm()?),
            (true, false) => OutputGate::ThenNorm(norm()?),
        };
        let plain = mamba.mixer(at, gate)?;
        Ok(Mamba2 {
            input: around(plain.input, mamba_in, 1.0)?,
            output: scaled(plain.output, mamba_out)?,
            factors,
            ..plain
        })
    };
    let block = |number: u64| {
        let layer = model.at("layers").at(number);
        let mlp = layer
            .at("feed_forward")
            .gated(GATED, width, inner, mlp_bias)?;
        Ok(Block {
            mixer: Mixer::Sum(vec![
                Mixer::Mamba2(state_space(&layer.at("mamba"))?.into()),
                Mixer::Attention(attention(&layer.at("self_attn"))?.into()),
            ]),
            cross: None,
            feed_forward: FeedForward::Dense {
                expert: Expert {
                    gate: mlp.gate.map(|map| scaled(map, gate_factor)).transpose()?,
                    ..mlp
                },
                activation: mamba.activation,
            },
            placement: Placement::Pre {
                mixer: layer.rms_norm("input_layernorm", width, epsilon)?,
                feed_forward: Some(layer.rms_norm("pre_ff_layernorm", width, epsilon)?),
            },
            residual: [(1.0, 1.0), (1.0, down_factor)],
        })
    };
    let number = config.layers("num_hidden_layers")?;
    let layers = (0..number).map(block).collect::<Result<_, ConfigError>>()?;
    let tokens = model.tensor("embed_tokens.weight", &[vocabulary, width])?;
    let decoder = Decoder {
        model_type: FALCON_H1.model_type,
        width,
        context: Some(context),
        map: head(config, false, &tokens, "lm_head")?,
        tokens,
        layers,
        final_norm: model.rms_norm("final_layernorm", width, epsilon)?,
    };
    Ok(decoder.scaled(
        task,
        factor("embedding_multiplier")?,
        factor("lm_head_multiplier")?,
    ))
}
