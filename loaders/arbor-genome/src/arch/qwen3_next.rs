//! Qwen3-Next (Qwen 2025): gated delta networks, every fourth layer attention
//! with an output gate, experts.
//!
//! Reference: transformers 4.57.6,
//! `models/qwen3_next/modeling_qwen3_next.py`; Qwen3.5's text model has the
//! same mixers, stored apart, and dense layers (transformers 5.23.0).

use super::build::hybrid::{
    Decoder, GATED, Heads, QKVO, area, experts, head, kinds, per_head, share, zero_centred,
};
use super::build::{At, Bias, head_size, kv_heads};
use super::{Architecture, Task};
use crate::config::{Config, ConfigError};
use crate::gene::{
    Activation, Attention, Block, Experts, FeedForward, GatedDelta, Linear, Mixer, Norm, Placement,
    Query, Renormalise, RotaryPairs, Router, RouterScore, Shared,
};
use crate::{Genome, Parameter};

pub(super) static QWEN3_NEXT: Architecture = Architecture {
    model_type: "qwen3_next",
    classes: &[
        ("Qwen3NextForCausalLM", Task::Causal),
        ("Qwen3NextModel", Task::Encoder),
    ],
    base: "model.",
    renames: &[],
    ignored: &[],
    read: |config, task| {
        let width = config.count_or("hidden_size", 2_048)?;
        let feed = experts_or_dense(config, width)?;
        let parts = Parts {
            model_type: QWEN3_NEXT.model_type,
            sizes: [width, 151_936, 16, 2, 32_768],
            stored: by_key_head,
        };
        read(config, task, &parts, feed)
    },
};

/// What Qwen3-Next and Qwen3.5 tell apart.
pub(super) struct Parts {
    pub(super) model_type: &'static str,
    /// Width, then defaults: vocabulary, heads, key-value heads, context.
    pub(super) sizes: [u64; 5],
    /// The maps of a delta network: queries, keys, values, gate, strength,
    /// steps.
    pub(super) stored: fn(&At, &Delta) -> Result<[Linear; 6], ConfigError>,
}

/// The sizes of a delta network.
pub(super) struct Delta {
    pub(super) width: u64,
    pub(super) key_heads: u64,
    pub(super) value_heads: u64,
    pub(super) key_size: u64,
    pub(super) value_size: u64,
    kernel: u64,
    activation: Activation,
    epsilon: f64,
}

/// Reads all but the feed-forward layers, which `feed` makes from their place
/// and the layer's number.
pub(super) fn read(
    config: &Config,
    task: Task,
    parts: &Parts,
    feed: impl Fn(&At, u64) -> Result<FeedForward, ConfigError>,
) -> Result<Genome, ConfigError> {
    let [width, vocabulary, heads, kv, context] = parts.sizes;
    let vocabulary = config.count_or("vocab_size", vocabulary)?;
    let heads = config.count_or("num_attention_heads", heads)?;
    let kv = kv_heads(config.count_or("num_key_value_heads", kv)?, heads)?;
    let size = head_size(Some(config.count_or("head_dim", 256)?), width, heads)?;
    let context = config.count_or("max_position_embeddings", context)?;
    let epsilon = config.positive_or("rms_norm_eps", 1e-6)?;
    let bias = Bias::from(config.flag_or("attention_bias", false)?);
    let rotary = config
        .rope(None, 10_000.0, context)?
        .rotary(size, 0.25, RotaryPairs::Halves)?;
    let delta = Delta {
        width,
        key_heads: config.count_or("linear_num_key_heads", 16)?,
        value_heads: config.count_or("linear_num_value_heads", 32)?,
        key_size: config.count_or("linear_key_head_dim", 128)?,
        value_size: config.count_or("linear_value_head_dim", 128)?,
        kernel: config.count_or("linear_conv_kernel_dim", 4)?,
        activation: config.activation_or("hidden_act", Activation::Silu)?,
        epsilon,
    };
    share("linear_num_key_heads", delta.value_heads, delta.key_heads)?;
    let number = config.layers("num_hidden_layers")?;
    let interval = config.count_or("full_attention_interval", 4)?;
    let words = [("linear_attention", false), ("full_attention", true)];
    let kinds = kinds(config, "layer_types", number, &words)?
        .unwrap_or_else(|| (1..=number).map(|layer| layer % interval == 0).collect());

    let model = At::new("model.");
    let norm = |at: &At, name: &str, width| -> Result<Norm, ConfigError> {
        Ok(zero_centred(at.rms_norm(name, width, epsilon)?))
    };
    let shape = Heads {
        input: width,
        output: width,
        heads,
        kv,
        size,
    };
    let attention = |at: &At| -> Result<Attention, ConfigError> {
        let [map, gate] = with_gate(at, &shape, bias)?;
        Ok(Attention {
            query: Query::Gated { map, gate },
            query_norm: per_head(norm(at, "q_norm", size)?),
            key_norm: per_head(norm(at, "k_norm", size)?),
            ..shape.attention(at, QKVO, (bias, bias), Some(&rotary))?
        })
    };
    let block = |(number, attends): (u64, bool)| {
        let layer = model.at("layers").at(number);
        Ok(Block {
            mixer: if attends {
                Mixer::Attention(attention(&layer.at("self_attn"))?.into())
            } else {
                let at = layer.at("linear_attn");
                Mixer::GatedDelta(delta.mixer(&at, (parts.stored)(&at, &delta)?)?.into())
            },
            cross: None,
            feed_forward: feed(&layer.at("mlp"), number)?,
            placement: Placement::Pre {
                mixer: norm(&layer, "input_layernorm", width)?,
                feed_forward: Some(norm(&layer, "post_attention_layernorm", width)?),
            },
            residual: Block::PLAIN,
        })
    };
    let layers = (0..number).zip(kinds).map(block);
    let layers = layers.collect::<Result<_, ConfigError>>()?;
    let tokens = model.tensor("embed_tokens.weight", &[vocabulary, width])?;
    let decoder = Decoder {
        model_type: parts.model_type,
        width,
        context: Some(context),
        map: head(config, false, &tokens, "lm_head")?,
        tokens,
        layers,
        final_norm: norm(&model, "norm", width)?,
    };
    Ok(decoder.genome(task))
}

/// Queries and gate, which one map holds head by head.
fn with_gate(at: &At, shape: &Heads, bias: Bias) -> Result<[Linear; 2], ConfigError> {
    let (heads, size) = (shape.heads, shape.size);
    let all = area(&[heads, 2, size])?;
    let fused = at.linear("q_proj", all, shape.input, bias)?;
    let half = |start| slice(&fused, (heads, 2 * size), start, size);
    Ok([half(0)?, half(size)?])
}

/// The same rows of every one of `heads` parts of a map.
fn slice(
    fused: &Linear,
    (heads, each): (u64, u64),
    start: u64,
    len: u64,
) -> Result<Linear, ConfigError> {
    let cut = |parameter: &Parameter| -> Result<Parameter, ConfigError> {
        let rest = &parameter.shape().dims()[1..];
        let split = [&[heads, each], rest].concat();
        let joined = [&[heads * len], rest].concat();
        let step = crate::Step::Narrow { dim: 1, start, len };
        Ok(parameter
            .clone()
            .reshaped(&split)?
            .then(step)?
            .reshaped(&joined)?)
    };
    Ok(Linear {
        weight: cut(&fused.weight)?,
        bias: fused.bias.as_ref().map(cut).transpose()?,
    })
}

/// Everything a key head and its value heads need lies together.
fn by_key_head(at: &At, delta: &Delta) -> Result<[Linear; 6], ConfigError> {
    let (heads, key) = (delta.key_heads, delta.key_size);
    let times = delta.value_heads / heads;
    let value = area(&[times, delta.value_size])?;
    let each = 2 * key + 2 * value;
    let most = at.linear("in_proj_qkvz", area(&[heads, each])?, delta.width, Bias::No)?;
    let most = |start, len| slice(&most, (heads, each), start, len);
    let rest = at.linear("in_proj_ba", 2 * delta.value_heads, delta.width, Bias::No)?;
    let rest = |start| slice(&rest, (heads, 2 * times), start, times);
    Ok([
        most(0, key)?,
        most(key, key)?,
        most(2 * key, value)?,
        most(2 * key + value, value)?,
        rest(0)?,
        rest(times)?,
    ])
}

impl Delta {
    fn mixer(&self, at: &At, maps: [Linear; 6]) -> Result<GatedDelta, ConfigError> {
        let keys = area(&[self.key_heads, self.key_size])?;
        let values = area(&[self.value_heads, self.value_size])?;
        let [query, key, value, gate, strength, step] = maps;
        Ok(GatedDelta {
            key_heads: self.key_heads,
            value_heads: self.value_heads,
            key_size: self.key_size,
            value_size: self.value_size,
            maps: [query, key, value],
            gate,
            strength,
            step,
            convolution: at.tensor("conv1d.weight", &[2 * keys + values, 1, self.kernel])?,
            step_bias: at.tensor("dt_bias", &[self.value_heads])?,
            a_log: at.tensor("A_log", &[self.value_heads])?,
            norm: at.rms_norm("norm", self.value_size, self.epsilon)?,
            activation: self.activation,
            output: at.linear("out_proj", self.width, values, Bias::No)?,
        })
    }
}

type Feed = Box<dyn Fn(&At, u64) -> Result<FeedForward, ConfigError>>;

fn experts_or_dense(config: &Config, width: u64) -> Result<Feed, ConfigError> {
    let wide = config.count_or("intermediate_size", 5_632)?;
    let narrow = config.count_or("moe_intermediate_size", 512)?;
    let shared = config.count_or("shared_expert_intermediate_size", 512)?;
    let count = config.optional("num_experts")?.unwrap_or(512);
    let best = config.count_or("num_experts_per_tok", 10)?;
    let every = config.count_or("decoder_sparse_step", 1)?;
    let dense = config.numbers("mlp_only_layers")?.unwrap_or_default();
    let layers = config.layers("num_hidden_layers")?;
    let activation = config.activation_or("hidden_act", Activation::Silu)?;
    let renormalise = if config.flag_or("norm_topk_prob", true)? {
        Renormalise::Yes
    } else {
        Renormalise::No
    };
    Ok(Box::new(move |at, layer| {
        let gated = |at: &At, inner| at.gated(GATED, width, inner, Bias::No);
        let plain = dense.contains(&(layer as f64)) || !(layer + 1).is_multiple_of(every);
        if plain || count == 0 {
            let expert = gated(at, wide)?;
            return Ok(FeedForward::Dense { expert, activation });
        }
        Ok(FeedForward::Experts(Box::new(Experts {
            router: Router {
                map: at.linear("gate", count, width, Bias::No)?,
                score: RouterScore::Softmax,
                best,
                renormalise,
                scale: 1.0,
                groups: None,
                correction: None,
            },
            experts: experts(at, layers, (count, best), |at| gated(at, narrow))?,
            shared: Some(Shared {
                expert: gated(&at.at("shared_expert"), shared)?,
                gate: Some(at.linear("shared_expert_gate", 1, width, Bias::No)?),
            }),
            activation,
        })))
    }))
}
