//! Qwen 3 with experts (Yang et al. 2025, arXiv 2505.09388).
//!
//! Reference: transformers 4.57.6, `models/qwen3_moe/modeling_qwen3_moe.py`.

use super::build::class::{Defaults, architecture};
use super::build::decoder::Form;
use super::build::experts::{Mixture, with_shared};
use super::build::norms::QkForm;
use super::{Architecture, Task, qwen2, qwen2_moe};
use crate::Genome;
use crate::config::{Config, ConfigError};
use crate::gene::Span;

pub(super) static QWEN3_MOE: Architecture = architecture(
    "qwen3_moe",
    &[
        ("Qwen3MoeForCausalLM", Task::Causal),
        ("Qwen3MoeModel", Task::Encoder),
    ],
    read,
);

fn read(config: &Config, task: Task) -> Result<Genome, ConfigError> {
    let defaults = Defaults {
        kv_heads: Some(4),
        ..qwen2::DEFAULTS
    };
    let mut form = Form::read(QWEN3_MOE.model_type, config, &defaults)?.biased(config)?;
    form.qk_norm = Some(QkForm::rms(Span::Head));
    qwen2_moe::set_windows(config, &mut form)?;
    let sparse = qwen2_moe::sparse(config, &form)?;
    let mixture = Mixture::new(
        &form,
        config.count_or("num_experts", config.count_or("num_local_experts", 128)?)?,
        config.count_or("num_experts_per_tok", 8)?,
        config.count_or("moe_intermediate_size", 768)?,
    )?
    .renormalised(config.flag_or("norm_topk_prob", false)?);
    form.genome_fed(task, |layer, number| {
        if sparse[number as usize] {
            with_shared(&form, layer, &mixture, 0)
        } else {
            form.dense(layer)
        }
    })
}
