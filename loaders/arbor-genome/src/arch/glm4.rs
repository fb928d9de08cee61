//! GLM-4-0414 (Zhipu AI 2025): GLM-4 with norms on both sides of each branch.
//!
//! Reference: transformers 4.57.6, `models/glm4/modeling_glm4.py`.

use super::build::class::architecture;
use super::build::norms::Places;
use super::{Architecture, Task, glm};
use crate::Genome;
use crate::config::{Config, ConfigError};

pub(super) static GLM4: Architecture = architecture(
    "glm4",
    &[
        ("Glm4ForCausalLM", Task::Causal),
        ("Glm4Model", Task::Encoder),
    ],
    read,
);

fn read(config: &Config, task: Task) -> Result<Genome, ConfigError> {
    let mut form = glm::form(GLM4.model_type, config)?;
    form.places = Places::Sandwich([
        "input_layernorm",
        "post_self_attn_layernorm",
        "post_attention_layernorm",
        "post_mlp_layernorm",
    ]);
    form.genome(task)
}
