//! Granite (IBM 2024): Llama's form with multipliers of embeddings, scores,
//! branches and logits, as maximal update parametrisation has them (Yang et
//! al. 2022, arXiv 2203.03466).
//!
//! Reference: transformers 4.57.6, `models/granite/modeling_granite.py`.

use super::build::class::{Defaults, architecture};
use super::build::decoder::Form;
use super::{Architecture, Task};
use crate::Genome;
use crate::config::{Config, ConfigError};

pub(super) static GRANITE: Architecture = architecture(
    "granite",
    &[
        ("GraniteForCausalLM", Task::Causal),
        ("GraniteModel", Task::Encoder),
    ],
    read,
);

/// The form with its multipliers.
pub(super) fn form(model_type: &'static str, config: &Config) -> Result<Form, ConfigError> {
    let mut form = Form::read(model_type, config, &Defaults::LLAMA)?.biased(config)?;
    form.embedding_scale = config.number_or("embedding_multiplier", 1.0)?;
    form.scale = config.number_or("attention_multiplier", 1.0)?;
    form.residual = config.number_or("residual_multiplier", 1.0)?;
    form.logit_scale = 1.0 / config.positive_or("logits_scaling", 1.0)?;
    Ok(form)
}

fn read(config: &Config, task: Task) -> Result<Genome, ConfigError> {
    let mut form = form(GRANITE.model_type, config)?;
    form.mlp_bias = config.flag_or("mlp_bias", false)?.into();
    form.genome(task)
}
