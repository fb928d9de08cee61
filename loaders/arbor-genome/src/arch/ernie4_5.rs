//! ERNIE 4.5 (Baidu 2025): Llama's form with neighbouring numbers rotated.
//!
//! Reference: transformers 4.57.6, `models/ernie4_5/modeling_ernie4_5.py`.

use super::build::Bias;
use super::build::class::{Defaults, architecture};
use super::build::decoder::Form;
use super::{Architecture, Task};
use crate::Genome;
use crate::config::{Config, ConfigError};
use crate::gene::RotaryPairs;

pub(super) static ERNIE4_5: Architecture = architecture(
    "ernie4_5",
    &[
        ("Ernie4_5ForCausalLM", Task::Causal),
        ("Ernie4_5Model", Task::Encoder),
    ],
    read,
);

/// What the classes take where the configuration is silent.
pub(super) const DEFAULTS: Defaults = Defaults {
    kv_heads: Some(2),
    context: 131_072,
    epsilon: ("rms_norm_eps", 1e-5),
    base: 500_000.0,
    pairs: RotaryPairs::Neighbours,
    tied: true,
    ..Defaults::LLAMA
};

/// The form, with one bias for all of a layer's maps.
pub(super) fn form(
    model_type: &'static str,
    config: &Config,
    defaults: &Defaults,
) -> Result<Form, ConfigError> {
    let mut form = Form::read(model_type, config, defaults)?;
    let bias = Bias::from(config.flag_or("use_bias", false)?);
    (form.qkv_bias, form.output_bias, form.mlp_bias) = (bias, bias, bias);
    Ok(form)
}

fn read(config: &Config, task: Task) -> Result<Genome, ConfigError> {
    let defaults = Defaults {
        head_size: Some(128),
        ..DEFAULTS
    };
    form(ERNIE4_5.model_type, config, &defaults)?.genome(task)
}
