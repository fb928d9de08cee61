//! M2M-100 (Fan et al. 2020, arXiv 2010.11125), and NLLB (arXiv 2207.04672)
//! in its dense sizes.
//!
//! Reference: transformers 4.57.6, `models/m2m_100/modeling_m2m_100.py`.

use super::build::bart::{self, BART, COPIES, Family, Norms, Positions};
use super::{Architecture, Task};
use crate::Genome;
use crate::config::{Config, ConfigError};
use crate::gene::Activation;

pub(super) static M2M_100: Architecture = Architecture {
    model_type: "m2m_100",
    classes: &[
        ("M2M100ForConditionalGeneration", Task::Seq2Seq),
        ("M2M100Model", Task::Encoder),
    ],
    base: "model.",
    renames: &[],
    ignored: COPIES,
    read,
};

/// Its values, which NLLB's mixture has too.
pub(super) const FAMILY: Family = Family {
    model_type: "m2m_100",
    norms: Norms::Pre,
    logits_bias: false,
    vocabulary: 128_112,
    activation: Activation::Relu,
    scaled: true,
    ..BART
};

fn read(config: &Config, task: Task) -> Result<Genome, ConfigError> {
    bart::read(config, task, counted(config, FAMILY)?)
}

/// The family with positions counted over what is not padding.
pub(super) fn counted(config: &Config, family: Family) -> Result<Family, ConfigError> {
    let pad = config.optional("pad_token_id")?.unwrap_or(1);
    Ok(Family {
        positions: Positions::SinusoidsAfterPad { pad },
        ..family
    })
}
