//! ERNIE 4.5 with experts (Baidu 2025): picked by softmax and correction,
//! beside shared ones.
//!
//! Reference: transformers 4.57.6,
//! `models/ernie4_5_moe/modeling_ernie4_5_moe.py`.

use super::build::At;
use super::build::class::{Defaults, architecture};
use super::build::experts::{GATED, Mixture, shared};
use super::{Architecture, Task, ernie4_5};
use crate::Genome;
use crate::config::{Config, ConfigError};
use crate::gene::FeedForward;

pub(super) static ERNIE4_5_MOE: Architecture = architecture(
    "ernie4_5_moe",
    &[
        ("Ernie4_5_MoeForCausalLM", Task::Causal),
        ("Ernie4_5_MoeModel", Task::Encoder),
    ],
    read,
);

fn read(config: &Config, task: Task) -> Result<Genome, ConfigError> {
    let defaults = Defaults {
        kv_heads: Some(4),
        ..ernie4_5::DEFAULTS
    };
    let mut form = ernie4_5::form(ERNIE4_5_MOE.model_type, config, &defaults)?;
    form.head_bias = form.mlp_bias;
    let mixture = Mixture {
        bias: form.mlp_bias,
        ..Mixture::new(
            &form,
            config.count_or("moe_num_experts", 64)?,
            config.count_or("moe_k", 6)?,
            config.count_or("moe_intermediate_size", 1_536)?,
        )?
        .renormalised(true)
    };
    let common = config.optional("moe_num_shared_experts")?.unwrap_or(2);
    let first = config.optional("moe_layer_start_index")?.unwrap_or(1);
    let last = match config.number_or("moe_layer_end_index", -1.0)? {
        -1.0 => form.layers,
        _ => config
            .optional("moe_layer_end_index")?
            .unwrap_or(form.layers),
    };
    let interval = config.count_or("moe_layer_interval", 1)?;
    // A floor under the sum that weights are divided by, which no sum of
    // probabilities comes near.
    if config.number_or("moe_norm_min", 1e-12)? > 1e-6 {
        return Err(config.unsupported("moe_norm_min"));
    }
    let experts = |layer: &At| {
        let mlp = layer.at("mlp");
        let mut experts = mixture.separate(&mlp, GATED)?;
        let correction = mlp
            .at("moe_statics")
            .tensor("e_score_correction_bias", &[1, mixture.experts])?;
        experts.router.correction = Some(correction.reshaped(&[mixture.experts])?);
        if common > 0 {
            let inner = common * mixture.inner;
            experts.shared = Some(shared(&form, &mlp, "shared_experts", inner)?);
        }
        Ok(FeedForward::Experts(Box::new(experts)))
    };
    form.genome_fed(task, |layer, number| {
        if (first..=last).contains(&number) && (number + 1).is_multiple_of(interval) {
            experts(layer)
        } else {
            form.dense(layer)
        }
    })
}
