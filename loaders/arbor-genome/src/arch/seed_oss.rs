//! Seed-OSS (ByteDance 2025): Llama's form with biases of queries, keys and
//! values.
//!
//! Reference: transformers 4.57.6, `models/seed_oss/modeling_seed_oss.py`.

use super::build::class::{Defaults, architecture};
use super::build::decoder::Form;
use super::{Architecture, Task};
use crate::Genome;
use crate::config::{Config, ConfigError};

pub(super) static SEED_OSS: Architecture = architecture(
    "seed_oss",
    &[
        ("SeedOssForCausalLM", Task::Causal),
        ("SeedOssModel", Task::Encoder),
    ],
    read,
);

fn read(config: &Config, task: Task) -> Result<Genome, ConfigError> {
    let defaults = Defaults {
        kv_heads: Some(8),
        head_size: Some(128),
        context: 524_288,
        ..Defaults::LLAMA
    };
    let mut form = Form::read(SEED_OSS.model_type, config, &defaults)?;
    form.qkv_bias = config.flag_or("attention_bias", true)?.into();
    form.output_bias = config.flag_or("attention_out_bias", false)?.into();
    form.mlp_bias = config.flag_or("mlp_bias", false)?.into();
    form.genome(task)
}
