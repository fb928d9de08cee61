//! VaultGemma (Sinha et al. 2025, arXiv 2510.15001): Gemma 2 with norms
//! before each branch only.
//!
//! Reference: transformers 4.57.6, `models/vaultgemma/modeling_vaultgemma.py`,
//! its eager path, as for Gemma 2.

use super::build::class::architecture;
use super::build::norms::Places;
use super::gemma::{self, DEFAULTS};
use super::{Architecture, Task, gemma2};
use crate::Genome;
use crate::config::{Config, ConfigError};

pub(super) static VAULTGEMMA: Architecture = architecture(
    "vaultgemma",
    &[
        ("VaultGemmaForCausalLM", Task::Causal),
        ("VaultGemmaModel", Task::Encoder),
    ],
    read,
);

fn read(config: &Config, task: Task) -> Result<Genome, ConfigError> {
    let form = gemma::form(VAULTGEMMA.model_type, config, &DEFAULTS)?;
    let mut form = gemma2::capped(config, form)?;
    form.places = Places::Pre(["input_layernorm", "pre_feedforward_layernorm"]);
    form.genome(task)
}
