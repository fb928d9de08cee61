//! DeepSeek-V2 (DeepSeek-AI 2024, arXiv 2405.04434): latent attention, experts
//! by softmax that may be limited to groups, shared experts.
//!
//! Reference: transformers 4.57.6, `models/deepseek_v2/modeling_deepseek_v2.py`,
//! but for YaRN's temperature in the scale of scores, which it leaves out and
//! the authors' own `modeling_deepseek.py` has.

use super::build::class::{Defaults, architecture};
use super::build::experts::{Mixture, sparse_layers, with_shared};
use super::build::latent::Latent;
use super::{Architecture, Task};
use crate::Genome;
use crate::config::{Config, ConfigError};
use crate::gene::{Mixer, RotaryPairs};

pub(super) static DEEPSEEK_V2: Architecture = architecture(
    "deepseek_v2",
    &[
        ("DeepseekV2ForCausalLM", Task::Causal),
        ("DeepseekV2Model", Task::Encoder),
    ],
    read,
);

fn read(config: &Config, task: Task) -> Result<Genome, ConfigError> {
    let defaults = Defaults {
        pairs: RotaryPairs::Neighbours,
        ..Defaults::LLAMA
    };
    let widths = [1_536, 512, 128, 64, 128];
    let (mut form, latent) = Latent::read(DEEPSEEK_V2.model_type, config, &defaults, widths)?;
    form.mlp_bias = config.flag_or("mlp_bias", false)?.into();
    let mixture = Mixture::new(
        &form,
        config.count_or("n_routed_experts", 64)?,
        config.count("num_experts_per_tok")?,
        config.count_or("moe_intermediate_size", 1_407)?,
    )?;
    let groups = config.nullable("n_group", None)?.unwrap_or(1);
    let best = config.nullable("topk_group", None)?.unwrap_or(1);
    let mixture = match config.word_or("topk_method", "greedy")? {
        "greedy" => mixture,
        "group_limited_greedy" => mixture.grouped(groups, best, 1)?,
        _ => return Err(config.unsupported("topk_method")),
    };
    if config.word_or("scoring_func", "softmax")? != "softmax" {
        return Err(config.unsupported("scoring_func"));
    }
    // The reference ignores both, the authors' code does not.
    if config.flag_or("norm_topk_prob", false)? {
        return Err(config.unsupported("norm_topk_prob"));
    }
    if config.count_or("moe_layer_freq", 1)? != 1 {
        return Err(config.unsupported("moe_layer_freq"));
    }
    let mixture = Mixture {
        scale: config.number_or("routed_scaling_factor", 1.0)?,
        bias: form.mlp_bias,
        ..mixture
    };
    let shared = config.nullable("n_shared_experts", Some(2))?.unwrap_or(0);
    let sparse = sparse_layers(&form, config, 0)?;
    form.genome_with(task, |layer, number| {
        let attention = latent.attention(&form, layer, number)?;
        let feed_forward = if sparse[number as usize] {
            with_shared(&form, layer, &mixture, shared)?
        } else {
            form.dense(layer)?
        };
        Ok((Mixer::Attention(Box::new(attention)), feed_forward))
    })
}
