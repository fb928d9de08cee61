//! OLMo (Groeneveld et al. 2024, arXiv 2402.00838): Llama's form with layer
//! norms that learn nothing; queries, keys and values may be clipped.
//!
//! Reference: transformers 4.57.6, `models/olmo/modeling_olmo.py`.

use super::build::class::{Defaults, architecture};
use super::build::decoder::Form;
use super::build::norms::NormForm;
use super::{Architecture, Task};
use crate::Genome;
use crate::config::{Config, ConfigError};

pub(super) static OLMO: Architecture = architecture(
    "olmo",
    &[
        ("OlmoForCausalLM", Task::Causal),
        ("OlmoModel", Task::Encoder),
    ],
    read,
);

fn read(config: &Config, task: Task) -> Result<Genome, ConfigError> {
    let defaults = Defaults {
        // No key: the reference's norm has it fixed.
        epsilon: ("", 1e-5),
        ..Defaults::LLAMA
    };
    let mut form = Form::read(OLMO.model_type, config, &defaults)?.biased(config)?;
    form.norm = NormForm::LayerBare;
    form.clip = config.nullable_number("clip_qkv", None)?;
    form.genome(task)
}
