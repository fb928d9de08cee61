//! OLMo 2 (OLMo Team 2024, arXiv 2501.00656): norms after each branch, and of
//! all queries and keys together.
//!
//! Reference: transformers 4.57.6, `models/olmo2/modeling_olmo2.py`.

use super::build::class::{Defaults, architecture};
use super::build::decoder::Form;
use super::build::norms::{Places, QkForm};
use super::{Architecture, Task};
use crate::Genome;
use crate::config::{Config, ConfigError};
use crate::gene::Span;

pub(super) static OLMO2: Architecture = architecture(
    "olmo2",
    &[
        ("Olmo2ForCausalLM", Task::Causal),
        ("Olmo2Model", Task::Encoder),
    ],
    read,
);

/// What the classes take where the configuration is silent.
pub(super) const DEFAULTS: Defaults = Defaults {
    epsilon: ("rms_norm_eps", 1e-5),
    ..Defaults::LLAMA
};

/// The form that OLMo 2, OLMo 3 and FlexOlmo share.
pub(super) fn form(
    model_type: &'static str,
    config: &Config,
    defaults: &Defaults,
) -> Result<Form, ConfigError> {
    let mut form = Form::read(model_type, config, defaults)?.biased(config)?;
    form.places = Places::INNER;
    form.qk_norm = Some(QkForm::rms(Span::AllHeads));
    Ok(form)
}

fn read(config: &Config, task: Task) -> Result<Genome, ConfigError> {
    form(OLMO2.model_type, config, &DEFAULTS)?.genome(task)
}
