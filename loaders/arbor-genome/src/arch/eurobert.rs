//! EuroBERT (Boizard et al. 2025, arXiv 2503.05500): Llama's form that reads
//! both ways and was trained on hidden tokens.
//!
//! Reference: transformers 5.23.0, `models/eurobert/modeling_eurobert.py`.

use super::build::class::{Defaults, architecture};
use super::build::decoder::Form;
use super::{Architecture, Task};
use crate::Genome;
use crate::config::{Config, ConfigError};
use arbor_model::{Mask, Objective};

pub(super) static EUROBERT: Architecture = architecture(
    "eurobert",
    &[
        ("EuroBertForMaskedLM", Task::Masked),
        ("EuroBertModel", Task::Encoder),
    ],
    read,
);

fn read(config: &Config, task: Task) -> Result<Genome, ConfigError> {
    let defaults = Defaults {
        context: 8_192,
        epsilon: ("rms_norm_eps", 1e-5),
        base: 250_000.0,
        ..Defaults::LLAMA
    };
    let mut form = Form::read(EUROBERT.model_type, config, &defaults)?.biased(config)?;
    form.mlp_bias = config.flag_or("mlp_bias", false)?.into();
    form.mask = Mask::Bidirectional;
    config.skip(&["clf_pooling"]);
    Ok(Genome {
        objective: Objective::AeMasked,
        ..form.genome(task)?
    })
}
