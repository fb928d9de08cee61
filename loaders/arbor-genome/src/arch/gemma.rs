//! Gemma (Gemma Team 2024, arXiv 2403.08295): Llama's form with scaled
//! embeddings, norms of one plus the weight and a GELU gate.
//!
//! Reference: transformers 4.57.6, `models/gemma/modeling_gemma.py`. Where
//! `hidden_activation` is set it goes before the older `hidden_act`, which
//! early configurations have wrong.

use super::build::class::{Defaults, architecture};
use super::build::decoder::Form;
use super::build::norms::NormForm;
use super::{Architecture, Task};
use crate::Genome;
use crate::config::{Config, ConfigError};
use crate::gene::Activation;

pub(super) static GEMMA: Architecture = architecture(
    "gemma",
    &[
        ("GemmaForCausalLM", Task::Causal),
        ("GemmaModel", Task::Encoder),
    ],
    read,
);

/// What Gemma's classes take where the configuration is silent.
pub(super) const DEFAULTS: Defaults = Defaults {
    kv_heads: Some(4),
    head_size: Some(256),
    context: 8_192,
    activation: ("hidden_activation", Activation::GeluTanh),
    tied: true,
    ..Defaults::LLAMA
};

/// What all Gemmas have: scaled embeddings, norms of one plus the weight.
pub(super) fn form(
    model_type: &'static str,
    config: &Config,
    defaults: &Defaults,
) -> Result<Form, ConfigError> {
    let mut form = Form::read(model_type, config, defaults)?.biased(config)?;
    form.norm = NormForm::RmsOnePlus;
    form.embedding_scale = (form.width as f64).sqrt();
    Ok(form)
}

fn read(config: &Config, task: Task) -> Result<Genome, ConfigError> {
    let old = config.activation_or("hidden_act", Activation::GeluTanh)?;
    let defaults = Defaults {
        kv_heads: Some(16),
        activation: ("hidden_activation", old),
        ..DEFAULTS
    };
    form(GEMMA.model_type, config, &defaults)?.genome(task)
}
