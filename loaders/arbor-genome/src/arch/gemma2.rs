//! Gemma 2 (Gemma Team 2024, arXiv 2408.00118): Gemma with norms on both
//! sides of each branch, soft caps, and a sliding window in every other
//! layer.
//!
//! Reference: transformers 4.57.6, `models/gemma2/modeling_gemma2.py`, its
//! eager path: the default kernel leaves the attention's soft cap out.

use super::build::class::architecture;
use super::build::decoder::Form;
use super::build::norms::Places;
use super::gemma::{self, DEFAULTS};
use super::{Architecture, Task};
use crate::Genome;
use crate::config::{Config, ConfigError};

pub(super) static GEMMA2: Architecture = architecture(
    "gemma2",
    &[
        ("Gemma2ForCausalLM", Task::Causal),
        ("Gemma2Model", Task::Encoder),
    ],
    read,
);

/// The soft caps, the scale of scores and the windows.
pub(super) fn capped(config: &Config, mut form: Form) -> Result<Form, ConfigError> {
    form.scale = 1.0 / config.positive_or("query_pre_attn_scalar", 256.0)?.sqrt();
    form.soft_cap = config.nullable_number("attn_logit_softcapping", Some(50.0))?;
    form.logit_cap = config.nullable_number("final_logit_softcapping", Some(30.0))?;
    let window = config.nullable("sliding_window", Some(4_096))?;
    config.skip(&["hidden_act", "sliding_window_size"]);
    form.set_windows(window, &form.sliding(config, |layer| layer % 2 == 0)?);
    Ok(form)
}

fn read(config: &Config, task: Task) -> Result<Genome, ConfigError> {
    let mut form = capped(config, gemma::form(GEMMA2.model_type, config, &DEFAULTS)?)?;
    form.places = Places::GEMMA2;
    form.genome(task)
}
