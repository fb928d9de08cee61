//! Hunyuan (Tencent 2025): Llama's form with norms of queries and keys after
//! their rotation.
//!
//! Reference: transformers 4.57.6,
//! `models/hunyuan_v1_dense/modeling_hunyuan_v1_dense.py`.

use super::build::class::{Defaults, architecture};
use super::build::decoder::Form;
use super::build::norms::{NormForm, QkForm};
use super::{Architecture, Task};
use crate::Genome;
use crate::config::{Config, ConfigError};
use crate::gene::Span;

pub(super) static HUNYUAN_V1_DENSE: Architecture = architecture(
    "hunyuan_v1_dense",
    &[
        ("HunYuanDenseV1ForCausalLM", Task::Causal),
        ("HunYuanDenseV1Model", Task::Encoder),
    ],
    read,
);

/// The form that both Hunyuans share.
pub(super) fn form(model_type: &'static str, config: &Config) -> Result<Form, ConfigError> {
    let defaults = Defaults {
        epsilon: ("rms_norm_eps", 1e-5),
        ..Defaults::LLAMA
    };
    let mut form = Form::read(model_type, config, &defaults)?.biased(config)?;
    form.qk_norm = Some(QkForm {
        names: ["query_layernorm", "key_layernorm"],
        norm: NormForm::Rms,
        span: Span::RotatedHead,
    });
    config.skip(&["eod_token_id"]);
    Ok(form)
}

fn read(config: &Config, task: Task) -> Result<Genome, ConfigError> {
    form(HUNYUAN_V1_DENSE.model_type, config)?.genome(task)
}
