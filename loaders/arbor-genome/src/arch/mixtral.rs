//! Mixtral (Jiang et al. 2024, arXiv 2401.04088): Mistral with experts.
//!
//! Reference: transformers 4.57.6, `models/mixtral/modeling_mixtral.py`.

use super::build::class::{Defaults, architecture};
use super::build::decoder::Form;
use super::build::experts::Mixture;
use super::{Architecture, Task, mistral};
use crate::Genome;
use crate::config::{Config, ConfigError};
use crate::gene::FeedForward;

pub(super) static MIXTRAL: Architecture = architecture(
    "mixtral",
    &[
        ("MixtralForCausalLM", Task::Causal),
        ("MixtralModel", Task::Encoder),
    ],
    read,
);

const DEFAULTS: Defaults = Defaults {
    epsilon: ("rms_norm_eps", 1e-5),
    base: 1e6,
    ..mistral::DEFAULTS
};

fn read(config: &Config, task: Task) -> Result<Genome, ConfigError> {
    let mut form = Form::read(MIXTRAL.model_type, config, &DEFAULTS)?;
    let window = config.nullable("sliding_window", None)?;
    form.windows.fill(window);
    let mixture = Mixture::new(
        &form,
        config.count_or("num_local_experts", 8)?,
        config.count_or("num_experts_per_tok", 2)?,
        form.inner,
    )?
    .renormalised(true);
    form.genome_fed(task, |layer, _| {
        let experts = mixture.separate(&layer.at("block_sparse_moe"), ["w1", "w3", "w2"])?;
        Ok(FeedForward::Experts(Box::new(experts)))
    })
}
