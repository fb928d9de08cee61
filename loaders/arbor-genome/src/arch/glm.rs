//! GLM-4 9B (Zhipu AI 2024, arXiv 2406.12793): Llama's form with half of each
//! head rotated in neighbouring pairs, gate and value in one map.
//!
//! Reference: transformers 4.57.6, `models/glm/modeling_glm.py`.

use super::build::class::{Defaults, architecture};
use super::build::decoder::Form;
use super::build::mlp::Mlp;
use super::{Architecture, Task};
use crate::Genome;
use crate::config::{Config, ConfigError};
use crate::gene::RotaryPairs;

pub(super) static GLM: Architecture = architecture(
    "glm",
    &[
        ("GlmForCausalLM", Task::Causal),
        ("GlmModel", Task::Encoder),
    ],
    read,
);

/// The form that GLM-4 of both generations shares.
pub(super) fn form(model_type: &'static str, config: &Config) -> Result<Form, ConfigError> {
    let defaults = Defaults {
        kv_heads: Some(2),
        head_size: Some(128),
        context: 131_072,
        epsilon: ("rms_norm_eps", 1.562_5e-7),
        partial: 0.5,
        pairs: RotaryPairs::Neighbours,
        ..Defaults::LLAMA
    };
    let mut form = Form::read(model_type, config, &defaults)?;
    form.qkv_bias = config.flag_or("attention_bias", true)?.into();
    form.mlp = Mlp::Fused(["gate_up_proj", "down_proj"]);
    Ok(form)
}

fn read(config: &Config, task: Task) -> Result<Genome, ConfigError> {
    form(GLM.model_type, config)?.genome(task)
}
