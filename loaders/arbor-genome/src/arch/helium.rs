//! Helium (Kyutai 2025): Llama's form with neighbouring numbers rotated.
//!
//! Reference: transformers 4.57.6, `models/helium/modeling_helium.py`.

use super::build::class::{Defaults, architecture};
use super::build::decoder::Form;
use super::{Architecture, Task};
use crate::Genome;
use crate::config::{Config, ConfigError};
use crate::gene::RotaryPairs;

pub(super) static HELIUM: Architecture = architecture(
    "helium",
    &[
        ("HeliumForCausalLM", Task::Causal),
        ("HeliumModel", Task::Encoder),
    ],
    read,
);

fn read(config: &Config, task: Task) -> Result<Genome, ConfigError> {
    let defaults = Defaults {
        kv_heads: Some(20),
        head_size: Some(128),
        context: 4_096,
        epsilon: ("rms_norm_eps", 1e-8),
        base: 100_000.0,
        pairs: RotaryPairs::Neighbours,
        ..Defaults::LLAMA
    };
    let mut form = Form::read(HELIUM.model_type, config, &defaults)?;
    form.qkv_bias = config.flag_or("attention_bias", false)?.into();
    form.mlp_bias = config.flag_or("mlp_bias", false)?.into();
    form.genome(task)
}
