//! Granite 4 (IBM 2025): Mamba-2 with some layers of attention, experts and
//! an expert that every token passes, Granite's factors.
//!
//! Reference: transformers 4.57.6,
//! `models/granitemoehybrid/modeling_granitemoehybrid.py`; the gated norm runs
//! within each group as in 5.23.0.

use super::build::hybrid::{Decoder, Heads, QKVO, check_experts, head, kinds};
use super::build::state_space::{INITIAL, Mamba2Sizes, halves};
use super::build::{At, Bias, head_size, kv_heads};
use super::{Architecture, Task};
use crate::Genome;
use crate::config::{Config, ConfigError};
use crate::gene::{
    Attention, Block, Expert, Experts, FeedForward, Linear, Mixer, Placement, Renormalise,
    RotaryPairs, Router, RouterScore, Shared,
};

pub(super) static GRANITEMOEHYBRID: Architecture = Architecture {
    model_type: "granitemoehybrid",
    classes: &[
        ("GraniteMoeHybridForCausalLM", Task::Causal),
        ("GraniteMoeHybridModel", Task::Encoder),
    ],
    base: "model.",
    renames: &[],
    ignored: &[],
    read,
};

fn read(config: &Config, task: Task) -> Result<Genome, ConfigError> {
    let width = config.count_or("hidden_size", 4_096)?;
    let vocabulary = config.count_or("vocab_size", 32_000)?;
    let inner = config.count_or("intermediate_size", 11_008)?;
    let shared = config.count_or("shared_intermediate_size", 1_024)?;
    let heads = config.count_or("num_attention_heads", 32)?;
    let kv = kv_heads(config.count_or("num_key_value_heads", heads)?, heads)?;
    let size = head_size(None, width, heads)?;
    let context = config.count_or("max_position_embeddings", 2_048)?;
    let epsilon = config.positive_or("rms_norm_eps", 1e-6)?;
    let bias = Bias::from(config.flag_or("attention_bias", false)?);
    let scale = config.number_or("attention_multiplier", 1.0)?;
    let residual = config.number_or("residual_multiplier", 1.0)?;
    let count = config.optional("num_local_experts")?.unwrap_or(8);
    let best = config.optional("num_experts_per_tok")?.unwrap_or(2);
    let mamba = Mamba2Sizes::read(config, width, None)?;
    let activation = mamba.activation;
    config.skip(INITIAL);
    if config.word_or("normalization_function", "rmsnorm")? != "rmsnorm" {
        return Err(config.unsupported("normalization_function"));
    }
    let rotary = config
        .rope(None, 10_000.0, context)?
        .rotary(size, 1.0, RotaryPairs::Halves)?;
    let rotary = match config.word_or("position_embedding_type", "nope")? {
        "rope" => Some(rotary),
        "nope" => None,
        _ => return Err(config.unsupported("position_embedding_type")),
    };
    let number = config.layers("num_hidden_layers")?;
    if count > 0 {
        check_experts(number, count, best)?;
    }
    let words = [("mamba", false), ("attention", true)];
    let kinds = kinds(config, "layer_types", number, &words)?
        .unwrap_or_else(|| vec![false; number as usize]);

    let model = At::new("model.");
    let shape = Heads {
        input: width,
        output: width,
        heads,
        kv,
        size,
    };
    let fused = |at: &At, inner: u64| -> Result<Expert, ConfigError> {
        let both = at.linear("input_linear", 2 * inner, width, Bias::No)?;
        let [gate, up] = halves(&both, inner)?;
        Ok(Expert {
            norm: None,
            gate: Some(gate),
            up,
            down: at.linear("output_linear", width, inner, Bias::No)?,
        })
    };
    let routed = |at: &At| -> Result<Experts, ConfigError> {
        let input = at.tensor("input_linear.weight", &[count, 2 * inner, width])?;
        let output = at.tensor("output_linear.weight", &[count, width, inner])?;
        let plain = |weight| Linear { weight, bias: None };
        let expert = |number| {
            let [gate, up] = halves(&plain(input.clone().at(number)?), inner)?;
            Ok(Expert {
                norm: None,
                gate: Some(gate),
                up,
                down: plain(output.clone().at(number)?),
            })
        };
        Ok(Experts {
            router: Router {
                map: at.at("router").linear("layer", count, width, Bias::No)?,
                score: RouterScore::SoftmaxOfBest,
                best,
                renormalise: Renormalise::No,
                scale: 1.0,
                groups: None,
                correction: None,
            },
            experts: (0..count).map(expert).collect::<Result<_, ConfigError>>()?,
            shared: None,
            activation,
        })
    };
    let block = |(number, attends): (u64, bool)| {
        let layer = model.at("layers").at(number);
        let mixer = if attends {
            let at = layer.at("self_attn");
            let attention = shape.attention(&at, QKVO, (bias, bias), rotary.as_ref())?;
            Mixer::Attention(Box::new(Attention { scale, ..attention }))
        } else {
            let at = layer.at("mamba");
            Mixer::Mamba2(mamba.mixer(&at, mamba.then_norm(&at, epsilon)?)?.into())
        };
        let expert = fused(&layer.at("shared_mlp"), shared)?;
        let feed_forward = if count > 0 {
            let shared = Some(Shared { expert, gate: None });
            let routed = routed(&layer.at("block_sparse_moe"))?;
            FeedForward::Experts(Box::new(Experts { shared, ..routed }))
        } else {
            FeedForward::Dense { expert, activation }
        };
        Ok(Block {
            mixer,
            cross: None,
            feed_forward,
            placement: Placement::Pre {
                mixer: layer.rms_norm("input_layernorm", width, epsilon)?,
                feed_forward: Some(layer.rms_norm("post_attention_layernorm", width, epsilon)?),
            },
            residual: [(1.0, residual); 2],
        })
    };
    let layers = (0..number).zip(kinds).map(block);
    let layers = layers.collect::<Result<_, ConfigError>>()?;
    let tokens = model.tensor("embed_tokens.weight", &[vocabulary, width])?;
    let decoder = Decoder {
        model_type: GRANITEMOEHYBRID.model_type,
        width,
        context: Some(context),
        map: head(config, false, &tokens, "lm_head")?,
        tokens,
        layers,
        final_norm: model.rms_norm("norm", width, epsilon)?,
    };
    Ok(decoder.scaled(
        task,
        config.number_or("embedding_multiplier", 1.0)?,
        1.0 / config.positive_or("logits_scaling", 1.0)?,
    ))
}
