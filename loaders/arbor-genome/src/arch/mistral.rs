//! Mistral (Jiang et al. 2023, arXiv 2310.06825): Llama's form with a sliding
//! window in every layer.
//!
//! Reference: transformers 4.57.6, `models/mistral/modeling_mistral.py`.

use super::build::class::{Defaults, architecture};
use super::build::decoder::Form;
use super::{Architecture, Task};
use crate::Genome;
use crate::config::{Config, ConfigError};

pub(super) static MISTRAL: Architecture = architecture(
    "mistral",
    &[
        ("MistralForCausalLM", Task::Causal),
        ("MistralModel", Task::Encoder),
    ],
    read,
);

/// What the class takes where the configuration is silent.
pub(super) const DEFAULTS: Defaults = Defaults {
    kv_heads: Some(8),
    context: 131_072,
    ..Defaults::LLAMA
};

fn read(config: &Config, task: Task) -> Result<Genome, ConfigError> {
    let mut form = Form::read(MISTRAL.model_type, config, &DEFAULTS)?;
    let window = config.nullable("sliding_window", Some(4_096))?;
    form.windows.fill(window);
    form.genome(task)
}
