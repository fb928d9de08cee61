//! AFM (Arcee AI 2025): Llama's form without gates, its activation max(x, 0)².
//!
//! Reference: transformers 4.57.6, `models/arcee/modeling_arcee.py`.

use super::build::class::{Defaults, architecture};
use super::build::decoder::Form;
use super::build::mlp::Mlp;
use super::{Architecture, Task};
use crate::Genome;
use crate::config::{Config, ConfigError};
use crate::gene::Activation;

pub(super) static ARCEE: Architecture = architecture(
    "arcee",
    &[
        ("ArceeForCausalLM", Task::Causal),
        ("ArceeModel", Task::Encoder),
    ],
    read,
);

fn read(config: &Config, task: Task) -> Result<Genome, ConfigError> {
    let defaults = Defaults {
        context: 4_096,
        epsilon: ("rms_norm_eps", 1e-5),
        activation: ("hidden_act", Activation::Relu2),
        ..Defaults::LLAMA
    };
    let mut form = Form::read(ARCEE.model_type, config, &defaults)?.biased(config)?;
    form.mlp_bias = config.flag_or("mlp_bias", false)?.into();
    form.mlp = Mlp::Plain(["up_proj", "down_proj"]);
    form.genome(task)
}
