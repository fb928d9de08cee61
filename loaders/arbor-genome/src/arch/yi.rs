//! Yi (01.AI 2024, arXiv 2403.04652) under its first name, when the norms were
//! called `ln1` and `ln2`; later checkpoints are stored as Llama's.
//!
//! Reference: the authors' `modeling_yi.py` and `configuration_yi.py`.

use super::build::class::{Defaults, architecture};
use super::build::decoder::Form;
use super::build::norms::Places;
use super::{Architecture, Task};
use crate::Genome;
use crate::config::{Config, ConfigError};

pub(super) static YI: Architecture = architecture(
    "Yi",
    &[("YiForCausalLM", Task::Causal), ("YiModel", Task::Encoder)],
    read,
);

fn read(config: &Config, task: Task) -> Result<Genome, ConfigError> {
    let defaults = Defaults {
        context: 4_096,
        epsilon: ("rms_norm_eps", 1e-5),
        base: 5_000_000.0,
        ..Defaults::LLAMA
    };
    let mut form = Form::read(YI.model_type, config, &defaults)?.biased(config)?;
    form.mlp_bias = config.flag_or("mlp_bias", false)?.into();
    form.places = Places::Pre(["ln1", "ln2"]);
    form.genome(task)
}
