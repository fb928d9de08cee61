//! OLMoE (Muennighoff et al. 2024, arXiv 2409.02060): Llama's form with
//! experts and norms of all queries and keys together, clipped after them.
//!
//! Reference: transformers 4.57.6, `models/olmoe/modeling_olmoe.py`.

use super::build::class::{Defaults, architecture};
use super::build::decoder::Form;
use super::build::experts::{Mixture, with_shared};
use super::build::norms::QkForm;
use super::{Architecture, Task};
use crate::Genome;
use crate::config::{Config, ConfigError};
use crate::gene::Span;

pub(super) static OLMOE: Architecture = architecture(
    "olmoe",
    &[
        ("OlmoeForCausalLM", Task::Causal),
        ("OlmoeModel", Task::Encoder),
    ],
    read,
);

/// The experts that OLMoE and FlexOlmo share.
pub(super) fn mixture(
    config: &Config,
    form: &Form,
    experts: u64,
    best: u64,
) -> Result<Mixture, ConfigError> {
    let experts = config.count_or(
        "num_experts",
        config.count_or("num_local_experts", experts)?,
    )?;
    let best = config.count_or("num_experts_per_tok", best)?;
    let mixture = Mixture::new(form, experts, best, form.inner)?;
    Ok(mixture.renormalised(config.flag_or("norm_topk_prob", false)?))
}

fn read(config: &Config, task: Task) -> Result<Genome, ConfigError> {
    let defaults = Defaults {
        context: 4_096,
        epsilon: ("rms_norm_eps", 1e-5),
        ..Defaults::LLAMA
    };
    let mut form = Form::read(OLMOE.model_type, config, &defaults)?.biased(config)?;
    form.qk_norm = Some(QkForm::rms(Span::AllHeads));
    form.clip = config.nullable_number("clip_qkv", None)?;
    let mixture = mixture(config, &form, 64, 8)?;
    form.genome_fed(task, |layer, _| with_shared(&form, layer, &mixture, 0))
}
