//! Llama (Touvron et al. 2023, arXiv 2302.13971 and 2307.09288; Llama 3,
//! arXiv 2407.21783), and what is stored in its form: Yi, InternLM, Baichuan.
//!
//! Reference: transformers 4.57.6, `models/llama/modeling_llama.py`.

use super::build::class::{Defaults, architecture};
use super::build::decoder::Form;
use super::{Architecture, Task};
use crate::Genome;
use crate::config::{Config, ConfigError};

pub(super) static LLAMA: Architecture = architecture(
    "llama",
    &[
        ("LlamaForCausalLM", Task::Causal),
        ("LlamaModel", Task::Encoder),
    ],
    read,
);

fn read(config: &Config, task: Task) -> Result<Genome, ConfigError> {
    let mut form = Form::read(LLAMA.model_type, config, &Defaults::LLAMA)?.biased(config)?;
    form.mlp_bias = config.flag_or("mlp_bias", false)?.into();
    form.genome(task)
}
