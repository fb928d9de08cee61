//! Qwen 3 (Yang et al. 2025, arXiv 2505.09388): Qwen 2 with norms of queries
//! and keys instead of biases.
//!
//! Reference: transformers 4.57.6, `models/qwen3/modeling_qwen3.py`.

use super::build::class::{Defaults, architecture};
use super::build::decoder::Form;
use super::build::norms::QkForm;
use super::{Architecture, Task, qwen2};
use crate::Genome;
use crate::config::{Config, ConfigError};
use crate::gene::Span;

pub(super) static QWEN3: Architecture = architecture(
    "qwen3",
    &[
        ("Qwen3ForCausalLM", Task::Causal),
        ("Qwen3Model", Task::Encoder),
    ],
    read,
);

fn read(config: &Config, task: Task) -> Result<Genome, ConfigError> {
    let defaults = Defaults {
        head_size: Some(128),
        ..qwen2::DEFAULTS
    };
    let mut form = Form::read(QWEN3.model_type, config, &defaults)?.biased(config)?;
    form.qk_norm = Some(QkForm::rms(Span::Head));
    qwen2::set_windows(config, &mut form)?;
    form.genome(task)
}
