//! Qwen 2 and 2.5 (Yang et al. 2024, arXiv 2407.10671 and 2412.15115):
//! Llama's form with biases of queries, keys and values.
//!
//! Reference: transformers 4.57.6, `models/qwen2/modeling_qwen2.py`.

use super::build::Bias;
use super::build::class::{Defaults, architecture};
use super::build::decoder::Form;
use super::{Architecture, Task};
use crate::Genome;
use crate::config::{Config, ConfigError};

pub(super) static QWEN2: Architecture = architecture(
    "qwen2",
    &[
        ("Qwen2ForCausalLM", Task::Causal),
        ("Qwen2Model", Task::Encoder),
    ],
    read,
);

/// What Qwen's classes take where the configuration is silent.
pub(super) const DEFAULTS: Defaults = Defaults {
    kv_heads: Some(32),
    context: 32_768,
    ..Defaults::LLAMA
};

/// A window, if it is used at all, from some layer on.
pub(super) fn set_windows(config: &Config, form: &mut Form) -> Result<(), ConfigError> {
    let window = config.nullable("sliding_window", Some(4_096))?;
    let used = config.flag_or("use_sliding_window", false)?;
    let window = window.filter(|_| used);
    let first = config.optional("max_window_layers")?.unwrap_or(28);
    form.set_windows(window, &form.sliding(config, |layer| layer >= first)?);
    Ok(())
}

fn read(config: &Config, task: Task) -> Result<Genome, ConfigError> {
    let mut form = Form::read(QWEN2.model_type, config, &DEFAULTS)?;
    form.qkv_bias = Bias::Yes;
    set_windows(config, &mut form)?;
    config.skip(&["use_mrope"]);
    form.genome(task)
}
