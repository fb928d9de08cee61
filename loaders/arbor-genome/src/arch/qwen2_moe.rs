//! Qwen1.5-MoE and Qwen 2's with experts (Yang et al. 2024, arXiv
//! 2407.10671): Qwen 2's form with experts and a shared one behind a gate.
//!
//! Reference: transformers 4.57.6, `models/qwen2_moe/modeling_qwen2_moe.py`.

use super::build::At;
use super::build::Bias;
use super::build::class::architecture;
use super::build::decoder::Form;
use super::build::experts::{GATED, Mixture, shared};
use super::qwen2::DEFAULTS;
use super::{Architecture, Task};
use crate::Genome;
use crate::config::{Config, ConfigError};
use crate::gene::{FeedForward, Shared};

pub(super) static QWEN2_MOE: Architecture = architecture(
    "qwen2_moe",
    &[
        ("Qwen2MoeForCausalLM", Task::Causal),
        ("Qwen2MoeModel", Task::Encoder),
    ],
    read,
);

/// Which layers have experts: every so many, but for those that are named.
pub(super) fn sparse(config: &Config, form: &Form) -> Result<Vec<bool>, ConfigError> {
    let step = config.count_or("decoder_sparse_step", 1)?;
    let dense = config.numbers("mlp_only_layers")?.unwrap_or_default();
    let sparse = (0..form.layers)
        .map(|layer| (layer + 1).is_multiple_of(step) && !dense.contains(&(layer as f64)));
    Ok(sparse.collect())
}

/// A window, if it is used at all, in every layer.
pub(super) fn set_windows(config: &Config, form: &mut Form) -> Result<(), ConfigError> {
    let window = config.nullable("sliding_window", Some(4_096))?;
    let used = config.flag_or("use_sliding_window", false)?;
    form.windows.fill(window.filter(|_| used));
    config.skip(&["max_window_layers"]);
    Ok(())
}

fn read(config: &Config, task: Task) -> Result<Genome, ConfigError> {
    let mut form = Form::read(QWEN2_MOE.model_type, config, &DEFAULTS)?;
    form.qkv_bias = Bias::from(config.flag_or("qkv_bias", true)?);
    set_windows(config, &mut form)?;
    let sparse = sparse(config, &form)?;
    let mixture = Mixture::new(
        &form,
        config.count_or("num_experts", config.count_or("num_local_experts", 60)?)?,
        config.count_or("num_experts_per_tok", 4)?,
        config.count_or("moe_intermediate_size", 1_408)?,
    )?
    .renormalised(config.flag_or("norm_topk_prob", false)?);
    let common = config.count_or("shared_expert_intermediate_size", 5_632)?;
    let experts = |layer: &At| {
        let mlp = layer.at("mlp");
        let mut experts = mixture.separate(&mlp, GATED)?;
        let gate = mlp.linear("shared_expert_gate", 1, form.width, Bias::No)?;
        experts.shared = Some(Shared {
            gate: Some(gate),
            ..shared(&form, &mlp, "shared_expert", common)?
        });
        Ok(FeedForward::Experts(Box::new(experts)))
    };
    form.genome_fed(task, |layer, number| {
        if sparse[number as usize] {
            experts(layer)
        } else {
            form.dense(layer)
        }
    })
}
