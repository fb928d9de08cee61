//! InternLM3 (Shanghai AI Laboratory 2025): Llama's form under another name,
//! with its biases' keys.
//!
//! Reference: the authors' `modeling_internlm3.py`, and transformers 4.57.6,
//! `models/llama/modeling_llama.py`.

use super::build::class::{Defaults, architecture};
use super::build::decoder::Form;
use super::{Architecture, Task};
use crate::Genome;
use crate::config::{Config, ConfigError};

pub(super) static INTERNLM3: Architecture = architecture(
    "internlm3",
    &[
        ("InternLM3ForCausalLM", Task::Causal),
        ("LlamaForCausalLM", Task::Causal),
        ("InternLM3Model", Task::Encoder),
        ("LlamaModel", Task::Encoder),
    ],
    read,
);

fn read(config: &Config, task: Task) -> Result<Genome, ConfigError> {
    let mut form = Form::read(INTERNLM3.model_type, config, &Defaults::LLAMA)?.biased(config)?;
    // `bias` is of the attention's output and of the feed-forward layer.
    form.qkv_bias = config
        .flag_or("qkv_bias", config.flag_or("attention_bias", false)?)?
        .into();
    let bias = config.flag_or("bias", false)?;
    form.output_bias = config.flag_or("attention_bias", bias)?.into();
    form.mlp_bias = config.flag_or("mlp_bias", bias)?.into();
    form.genome(task)
}
