//! Phi-3.5-MoE (Abdin et al. 2024, arXiv 2404.14219): Mixtral's form with
//! layer norms, experts picked by SparseMixer (arXiv 2409.12136), LongRoPE
//! whose temperature changes with the length.
//!
//! Reference: transformers 4.57.6, `models/phimoe/modeling_phimoe.py`.

use super::build::class::{Defaults, architecture};
use super::build::decoder::Form;
use super::build::experts::Mixture;
use super::build::norms::NormForm;
use super::{Architecture, Task, mistral};
use crate::Genome;
use crate::config::{Config, ConfigError};
use crate::gene::{FeedForward, RouterScore};

pub(super) static PHIMOE: Architecture = architecture(
    "phimoe",
    &[
        ("PhimoeForCausalLM", Task::Causal),
        ("PhiMoEForCausalLM", Task::Causal),
        ("PhimoeModel", Task::Encoder),
    ],
    read,
);

const DEFAULTS: Defaults = Defaults {
    epsilon: ("rms_norm_eps", 1e-5),
    base: 1e6,
    ..mistral::DEFAULTS
};

fn read(config: &Config, task: Task) -> Result<Genome, ConfigError> {
    let mut form = Form::read(PHIMOE.model_type, config, &DEFAULTS)?.biased(config)?;
    form.norm = NormForm::Layer;
    form.head_bias = config.flag_or("lm_head_bias", false)?.into();
    let window = config.nullable("sliding_window", None)?;
    form.windows.fill(window);
    config.skip(&["input_jitter_noise"]);
    let mixture = Mixture::new(
        &form,
        config.count_or("num_local_experts", 16)?,
        config.count_or("num_experts_per_tok", 2)?,
        form.inner,
    )?;
    if mixture.best != 2 {
        return Err(config.unsupported("num_experts_per_tok"));
    }
    let mixture = Mixture {
        score: RouterScore::SparseMixer {
            near: 2.0 * config.number_or("router_jitter_noise", 0.01)?,
        },
        ..mixture
    };
    form.genome_fed(task, |layer, _| {
        let experts = mixture.separate(&layer.at("block_sparse_moe"), ["w1", "w3", "w2"])?;
        Ok(FeedForward::Experts(Box::new(experts)))
    })
}
