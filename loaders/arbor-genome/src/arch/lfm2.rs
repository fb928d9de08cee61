//! LFM2 (Liquid AI 2025, arXiv 2511.23404): gated short convolutions with
//! some layers of attention.
//!
//! Reference: transformers 4.57.6, `models/lfm2/modeling_lfm2.py`. Older
//! configurations name some sizes otherwise.

use super::build::hybrid::{Decoder, Heads, head, kinds, per_head};
use super::build::{At, Bias, bad, head_size, kv_heads};
use super::{Architecture, Task};
use crate::Genome;
use crate::config::{Config, ConfigError};
use crate::gene::{
    Activation, Attention, Block, FeedForward, Mixer, Placement, RotaryPairs, ShortConvolution,
};

pub(super) static LFM2: Architecture = Architecture {
    model_type: "lfm2",
    classes: &[
        ("Lfm2ForCausalLM", Task::Causal),
        ("Lfm2Model", Task::Encoder),
    ],
    base: "model.",
    renames: &[],
    ignored: &[],
    read: |config, task| {
        let width = config.count_or("hidden_size", 2_560)?;
        let inner = adjusted(config)?;
        let parts = Parts {
            model_type: LFM2.model_type,
            width,
            vocabulary: config.count_or("vocab_size", 65_536)?,
        };
        read(config, task, &parts, |at, _| {
            let names = ["w1", "w3", "w2"];
            Ok(FeedForward::Dense {
                expert: at.gated(names, width, inner, Bias::No)?,
                activation: Activation::Silu,
            })
        })
    },
};

/// What LFM2 and its kin with experts tell apart.
pub(super) struct Parts {
    pub(super) model_type: &'static str,
    pub(super) width: u64,
    pub(super) vocabulary: u64,
}

/// Reads all but the feed-forward layers, which `feed` makes from their place
/// and the layer's number.
pub(super) fn read(
    config: &Config,
    task: Task,
    parts: &Parts,
    feed: impl Fn(&At, u64) -> Result<FeedForward, ConfigError>,
) -> Result<Genome, ConfigError> {
    let width = parts.width;
    let heads = config.count_or("num_attention_heads", 32)?;
    let kv = kv_heads(config.count_or("num_key_value_heads", 8)?, heads)?;
    let size = head_size(config.optional("head_dim")?, width, heads)?;
    let context = config.count_or("max_position_embeddings", 128_000)?;
    let epsilon = config.positive_or("norm_eps", 1e-5)?;
    let kernel = config.count_or("conv_L_cache", 3)?;
    let bias = config.flag_or("conv_bias", false)?;
    let base = config.positive_or("theta", 1e6)?;
    let rotary = config
        .rope(None, base, context)?
        .rotary(size, 1.0, RotaryPairs::Halves)?;
    let number = config.layers("num_hidden_layers")?;
    let kinds = attentive(config, number)?;

    let model = At::new("model.");
    let shape = Heads {
        input: width,
        output: width,
        heads,
        kv,
        size,
    };
    let block = |(number, attends): (u64, bool)| {
        let layer = model.at("layers").at(number);
        let mixer = if attends {
            let at = layer.at("self_attn");
            let names = ["q_proj", "k_proj", "v_proj", "out_proj"];
            Mixer::Attention(Box::new(Attention {
                query_norm: per_head(at.rms_norm("q_layernorm", size, epsilon)?),
                key_norm: per_head(at.rms_norm("k_layernorm", size, epsilon)?),
                ..shape.attention(&at, names, (Bias::No, Bias::No), Some(&rotary))?
            }))
        } else {
            let at = layer.at("conv");
            let convolution_bias = bias.then(|| at.tensor("conv.bias", &[width]));
            Mixer::ShortConvolution(Box::new(ShortConvolution {
                input: at.linear("in_proj", 3 * width, width, bias.into())?,
                convolution: at.tensor("conv.weight", &[width, 1, kernel])?,
                convolution_bias: convolution_bias.transpose()?,
                output: at.linear("out_proj", width, width, bias.into())?,
            }))
        };
        Ok(Block {
            mixer,
            cross: None,
            feed_forward: feed(&layer.at("feed_forward"), number)?,
            placement: Placement::Pre {
                mixer: layer.rms_norm("operator_norm", width, epsilon)?,
                feed_forward: Some(layer.rms_norm("ffn_norm", width, epsilon)?),
            },
            residual: Block::PLAIN,
        })
    };
    let layers = (0..number).zip(kinds).map(block);
    let layers = layers.collect::<Result<_, ConfigError>>()?;
    let tokens = model.tensor("embed_tokens.weight", &[parts.vocabulary, width])?;
    let tied = config.flag_or("tie_embedding", true)?;
    let decoder = Decoder {
        model_type: parts.model_type,
        width,
        context: Some(context),
        map: head(config, tied, &tokens, "lm_head")?,
        tokens,
        layers,
        // The class calls the norm after the last layer so.
        final_norm: model.rms_norm("embedding_norm", width, epsilon)?,
    };
    Ok(decoder.genome(task))
}

/// Which layers attend; without a word about it, all do.
fn attentive(config: &Config, layers: u64) -> Result<Vec<bool>, ConfigError> {
    let words = [("conv", false), ("full_attention", true)];
    if let Some(kinds) = kinds(config, "layer_types", layers, &words)? {
        config.skip(&["full_attn_idxs"]);
        return Ok(kinds);
    }
    let listed = config.numbers("full_attn_idxs")?;
    let attends = |layer: u64| {
        let list = listed.as_ref();
        list.is_none_or(|list| list.contains(&(layer as f64)))
    };
    Ok((0..layers).map(attends).collect())
}

/// The inner width, two thirds of what is said and rounded up, where it is
/// to be adjusted.
fn adjusted(config: &Config) -> Result<u64, ConfigError> {
    let said = config.count_or("intermediate_size", 12_288)?;
    let said = config.count_or("block_ff_dim", said)?;
    let step = config.count_or("block_multiple_of", 256)?;
    let times = config.number("block_ffn_dim_multiplier")?.unwrap_or(1.0);
    let adjust = config.flag_or("block_auto_adjust_ff_dim", true)?;
    // How it was trained, and the same sizes again.
    config.skip(&["block_mlp_init_scale", "block_out_init_scale", "block_dim"]);
    config.skip(&[
        "block_use_xavier_init",
        "conv_use_xavier_init",
        "conv_dim",
        "conv_dim_out",
    ]);
    config.skip(&[
        "block_norm_eps",
        "block_use_swiglu",
        "num_heads",
        "use_pos_enc",
    ]);
    if !adjust {
        return Ok(said);
    }
    let third = (2 * said / 3) as f64 * times;
    if !(1.0..=1e12).contains(&third) {
        return Err(bad(
            "block_ffn_dim_multiplier",
            third as u64,
            "a sensible factor",
        ));
    }
    Ok((third as u64).div_ceil(step) * step)
}
