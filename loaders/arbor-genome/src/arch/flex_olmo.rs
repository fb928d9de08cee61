//! FlexOlmo (Shi et al. 2025, arXiv 2507.07024): OLMo 2 with experts.
//!
//! Reference: transformers 4.57.6, `models/flex_olmo/modeling_flex_olmo.py`.

use super::build::class::{Defaults, architecture};
use super::build::experts::with_shared;
use super::{Architecture, Task, olmo2, olmoe};
use crate::Genome;
use crate::config::{Config, ConfigError};

pub(super) static FLEX_OLMO: Architecture = architecture(
    "flex_olmo",
    &[
        ("FlexOlmoForCausalLM", Task::Causal),
        ("FlexOlmoModel", Task::Encoder),
    ],
    read,
);

fn read(config: &Config, task: Task) -> Result<Genome, ConfigError> {
    let defaults = Defaults {
        context: 4_096,
        base: 500_000.0,
        ..Defaults::LLAMA
    };
    let form = olmo2::form(FLEX_OLMO.model_type, config, &defaults)?;
    let mixture = olmoe::mixture(config, &form, 7, 5)?;
    form.genome_fed(task, |layer, _| with_shared(&form, layer, &mixture, 0))
}
