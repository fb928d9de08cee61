//! Jamba (Lieber et al. 2024, arXiv 2403.19887): Mamba with norms over steps,
//! B and C, some layers of attention without positions, some of experts.
//!
//! Reference: transformers 4.57.6, `models/jamba/modeling_jamba.py`.

use super::build::hybrid::{Decoder, GATED, Heads, QKVO, area, experts, head};
use super::build::state_space::{INITIAL, MambaSizes};
use super::build::{At, Bias, bad, head_size, kv_heads};
use super::{Architecture, Task};
use crate::Genome;
use crate::config::{Config, ConfigError};
use crate::gene::{
    Activation, Block, Experts, FeedForward, Mixer, Placement, Renormalise, Router, RouterScore,
};

pub(super) static JAMBA: Architecture = Architecture {
    model_type: "jamba",
    classes: &[
        ("JambaForCausalLM", Task::Causal),
        ("JambaModel", Task::Encoder),
    ],
    base: "model.",
    renames: &[],
    ignored: &[],
    read,
};

fn read(config: &Config, task: Task) -> Result<Genome, ConfigError> {
    let width = config.count_or("hidden_size", 4_096)?;
    let vocabulary = config.count_or("vocab_size", 65_536)?;
    let inner = config.count_or("intermediate_size", 14_336)?;
    let heads = config.count_or("num_attention_heads", 32)?;
    let kv = kv_heads(config.count_or("num_key_value_heads", 8)?, heads)?;
    let size = head_size(None, width, heads)?;
    let context = config.count_or("max_position_embeddings", 262_144)?;
    let epsilon = config.positive_or("rms_norm_eps", 1e-6)?;
    let activation = config.activation_or("hidden_act", Activation::Silu)?;
    let count = config.count_or("num_experts", 16)?;
    let best = config.count_or("num_experts_per_tok", 2)?;
    let number = config.layers("num_hidden_layers")?;
    let mamba = MambaSizes {
        width,
        inner: area(&[config.count_or("mamba_expand", 2)?, width])?,
        state: config.count_or("mamba_d_state", 16)?,
        rank: config.count_or_auto("mamba_dt_rank", width.div_ceil(16))?,
        kernel: config.count_or("mamba_d_conv", 4)?,
        bias: config.flag_or("mamba_proj_bias", false)?.into(),
        convolution_bias: config.flag_or("mamba_conv_bias", true)?,
        activation,
    };
    config.skip(INITIAL);
    // Only one of the reference's kernels looks at it.
    config.skip(&["sliding_window"]);
    let attentive = every(config, "attn_layer", (8, 4))?;
    let expert = every(config, "expert_layer", (2, 1))?;

    let model = At::new("model.");
    let shape = Heads {
        input: width,
        output: width,
        heads,
        kv,
        size,
    };
    let block = |layer: u64| {
        let is = |(period, offset): (u64, u64)| layer % period == offset;
        let (attends, routes) = (is(attentive), is(expert) && count > 1);
        let layer = model.at("layers").at(layer);
        let mixer = if attends {
            let at = layer.at("self_attn");
            Mixer::Attention(
                shape
                    .attention(&at, QKVO, (Bias::No, Bias::No), None)?
                    .into(),
            )
        } else {
            let at = layer.at("mamba");
            let norms = [
                at.rms_norm("dt_layernorm", mamba.rank, epsilon)?,
                at.rms_norm("b_layernorm", mamba.state, epsilon)?,
                at.rms_norm("c_layernorm", mamba.state, epsilon)?,
            ];
            Mixer::Mamba(mamba.mixer(&at, Some(norms))?.into())
        };
        let at = layer.at("feed_forward");
        let gated = |at: &At| at.gated(GATED, width, inner, Bias::No);
        let feed_forward = if routes {
            FeedForward::Experts(Box::new(Experts {
                router: Router {
                    map: at.linear("router", count, width, Bias::No)?,
                    score: RouterScore::Softmax,
                    best,
                    renormalise: Renormalise::No,
                    scale: 1.0,
                    groups: None,
                    correction: None,
                },
                experts: experts(&at, number, (count, best), gated)?,
                shared: None,
                activation,
            }))
        } else {
            FeedForward::Dense {
                expert: gated(&at)?,
                activation,
            }
        };
        Ok(Block {
            mixer,
            cross: None,
            feed_forward,
            placement: Placement::Pre {
                mixer: layer.rms_norm("input_layernorm", width, epsilon)?,
                feed_forward: Some(layer.rms_norm("pre_ff_layernorm", width, epsilon)?),
            },
            residual: Block::PLAIN,
        })
    };
    let layers = (0..number).map(block).collect::<Result<_, ConfigError>>()?;
    let tokens = model.tensor("embed_tokens.weight", &[vocabulary, width])?;
    let decoder = Decoder {
        model_type: JAMBA.model_type,
        width,
        context: Some(context),
        map: head(config, false, &tokens, "lm_head")?,
        tokens,
        layers,
        final_norm: model.rms_norm("final_layernorm", width, epsilon)?,
    };
    Ok(decoder.genome(task))
}

/// Which layers are of a kind: every so many, from an offset on.
fn every(config: &Config, kind: &str, default: (u64, u64)) -> Result<(u64, u64), ConfigError> {
    let key = format!("{kind}_offset");
    let period = config.count_or(&format!("{kind}_period"), default.0)?;
    let offset = config.optional(&key)?.unwrap_or(default.1);
    if offset < period {
        Ok((period, offset))
    } else {
        Err(bad(&key, offset, &format!("less than {period}")))
    }
}
