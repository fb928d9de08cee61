//! Ministral (Mistral AI 2024): Mistral with a sliding window in some layers
//! only.
//!
//! Reference: transformers 4.57.6, `models/ministral/modeling_ministral.py`.

use super::build::class::architecture;
use super::build::decoder::Form;
use super::mistral::DEFAULTS;
use super::{Architecture, Task};
use crate::Genome;
use crate::config::{Config, ConfigError};

pub(super) static MINISTRAL: Architecture = architecture(
    "ministral",
    &[
        ("MinistralForCausalLM", Task::Causal),
        ("MinistralModel", Task::Encoder),
    ],
    read,
);

fn read(config: &Config, task: Task) -> Result<Genome, ConfigError> {
    let mut form = Form::read(MINISTRAL.model_type, config, &DEFAULTS)?;
    let window = config.nullable("sliding_window", Some(4_096))?;
    form.set_windows(window, &form.sliding(config, |_| true)?);
    form.genome(task)
}
