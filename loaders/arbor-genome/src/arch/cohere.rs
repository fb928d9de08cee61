//! Command R (Cohere 2024): branches side by side after one layer norm,
//! neighbouring numbers rotated, logits scaled.
//!
//! Reference: transformers 4.57.6, `models/cohere/modeling_cohere.py`.

use super::build::class::{Defaults, architecture};
use super::build::decoder::Form;
use super::build::norms::{NormForm, Places, QkForm};
use super::{Architecture, Task};
use crate::Genome;
use crate::config::{Config, ConfigError};
use crate::gene::{RotaryPairs, Span};

pub(super) static COHERE: Architecture = architecture(
    "cohere",
    &[
        ("CohereForCausalLM", Task::Causal),
        ("CohereModel", Task::Encoder),
    ],
    read,
);

/// The form that both generations share.
pub(super) fn form(model_type: &'static str, config: &Config) -> Result<Form, ConfigError> {
    let defaults = Defaults {
        context: 8_192,
        epsilon: ("layer_norm_eps", 1e-5),
        pairs: RotaryPairs::Neighbours,
        tied: true,
        ..Defaults::LLAMA
    };
    let mut form = Form::read(model_type, config, &defaults)?.biased(config)?;
    form.norm = NormForm::LayerWeight;
    form.places = Places::Parallel("input_layernorm");
    form.logit_scale = config.number_or("logit_scale", 0.062_5)?;
    Ok(form)
}

fn read(config: &Config, task: Task) -> Result<Genome, ConfigError> {
    let mut form = form(COHERE.model_type, config)?;
    if config.flag_or("use_qk_norm", false)? {
        form.qk_norm = Some(QkForm {
            norm: NormForm::LayerWeight,
            ..QkForm::rms(Span::OwnHead)
        });
    }
    form.genome(task)
}
